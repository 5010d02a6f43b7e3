"""What Airflow says of a run: the note beside it, and the alert where it failed.

Airflow's tasks have the webhook and the address of Airflow itself from their environment, which they get when it starts.
"""

import dataclasses
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from captures import page, write_captures
from newsdesk.archive import Archive
from newsdesk.database import open_database
from newsdesk.index.aliases import names, set_up
from newsdesk.local import airflow
from newsdesk.ops.airflow_api import is_healthy, open_airflow
from newsdesk.ops.alerts import list_alerts
from newsdesk.settings import IndexSettings
from stack.desk import Desk, await_condition
from stack.elasticsearch import free_port

PARTITION = "2025-07-01T0000"
DAGS = ("newsdesk_index", "newsdesk_enrich", "newsdesk_alerts")
STORIES = 3
ENDS = ("new", "updated", "unchanged", "stale", "set_aside", "dead")


@pytest.fixture(scope="module")
def told():
    """The address of a webhook, and the alerts that were posted to it, in their order."""
    posted = []

    class Webhook(BaseHTTPRequestHandler):
        def do_POST(self):
            posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", free_port()), Webhook) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/alerts", posted
        server.shutdown()


@pytest.fixture(scope="module")
def desk(stack_settings, elasticsearch_settings, tmp_path_factory, told):
    """An Airflow with a home and an index of its own, told of the webhook, with the DAGs that these tests need."""
    settings = dataclasses.replace(
        stack_settings,
        home=stack_settings.home.model_copy(update={"home": tmp_path_factory.mktemp("reports")}),
        local=stack_settings.local.model_copy(update={"airflow_port": free_port()}),
        elasticsearch=elasticsearch_settings,
        index=IndexSettings(prefix="report-tests-"),
    )
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("NEWSDESK_ALERTS_WEBHOOK_URL", told[0])
        environment.setenv("NEWSDESK_INDEX_PREFIX", settings.index.prefix)
        environment.setenv("NEWSDESK_LOCAL_AIRFLOW_PORT", str(settings.local.airflow_port))
        environment.setenv("NEWSDESK_ELASTICSEARCH_URL", elasticsearch_settings.url)
        environment.setenv("NEWSDESK_ELASTICSEARCH_PASSWORD", elasticsearch_settings.password.get_secret_value())
        service = airflow.start(settings, allowed_hosts=())
    try:
        url = airflow.airflow_url(settings)
        await_condition(lambda: is_healthy(url), what="Airflow")
        with open_airflow(url, username=airflow.ADMIN, password=airflow.admin_password(settings)) as api:
            await_condition(lambda: api.dag_ids().issuperset(DAGS), what="the DAGs")
            for dag_id in DAGS:
                api.unpause(dag_id)
            yield Desk(settings, None, api, [])
    finally:
        service.stop()


@pytest.fixture(scope="module")
def index(desk, elasticsearch_settings):
    """A client of Elasticsearch while the desk's indices are there."""
    from newsdesk.index.client import open_client

    with open_client(elasticsearch_settings) as es:
        set_up(es, desk.settings.index)
        yield es
        for name in list(es.indices.get(index=f"{desk.settings.index.prefix}*")):
            es.indices.delete(index=name)


@pytest.fixture(scope="module")
def indexed(desk, index):
    """The runs of enrich and index for a partition of sound stories and an empty page."""
    stories = [(f"https://example.org/quay/{n}", story(n)) for n in range(STORIES)]
    write_captures(Archive(desk.settings.data_url), PARTITION, [*stories, ("https://example.org/quay/empty", b"<html></html>")])
    enriched = desk.run_dag("newsdesk_enrich", PARTITION)
    return enriched, desk.await_follower("newsdesk_index", PARTITION)


def story(n):
    return page(
        f"Harbour mends quay {n}",
        f"The harbour of Marlow began to mend quay number {n} on Monday after the busiest week since the winter before last.",
        f"“We had {n + 20} ships waiting outside the wall,” said Ines Calloway, who runs the port with a staff of twelve people.",
    )


def note(desk, run):
    """The note that Airflow shows beside a run, as its counts: (stage, end) -> articles."""
    url = airflow.airflow_url(desk.settings)
    login = {"username": airflow.ADMIN, "password": airflow.admin_password(desk.settings)}
    token = httpx.post(f"{url}/auth/token", json=login).raise_for_status().json()["access_token"]
    answer = httpx.get(f"{url}/api/v2/dags/{run.dag_id}/dagRuns/{run.run_id}", headers={"Authorization": f"Bearer {token}"})
    lines = (answer.raise_for_status().json()["note"] or "").splitlines()
    return {
        (stage, end.replace(" ", "_")): int(count)
        for stage, counts in (line.split(": ", 1) for line in lines)
        for count, end in (part.split(" ", 1) for part in counts.partition(" in ")[0].split(", "))
    }


def counted(desk, es):
    """The same counts as the index of runs has them."""
    runs = names(desk.settings.index).runs
    es.indices.refresh(index=runs)
    found = [hit["_source"] for hit in es.search(index=runs, query={"term": {"partition": PARTITION}}, size=100)["hits"]["hits"]]
    return {(row["stage"], end): row[end] for row in found for end in ENDS if row[end]}


def test_the_note_of_a_run_has_the_counts_that_the_index_of_runs_has(desk, index, indexed):
    enriched, followed = indexed
    ends = {("enrich", "new"): STORIES, ("enrich", "dead"): 1}
    assert note(desk, enriched) == ends
    assert note(desk, followed) == counted(desk, index) == ends | {("index", "new"): STORIES}


@pytest.mark.usefixtures("indexed")
def test_the_note_of_a_repeated_run_says_that_nothing_changed(desk, index):
    repeated = desk.run_dag("newsdesk_index", PARTITION)
    assert note(desk, repeated) == counted(desk, index)
    assert note(desk, repeated)["index", "unchanged"] == STORIES


@pytest.mark.usefixtures("indexed")
def test_a_failed_run_is_told_once_and_once_more_when_a_good_run_follows(desk, told):
    _, posted = told
    misspelt = desk.airflow.trigger("newsdesk_enrich", PARTITION, conf={"only": "nonsense"})
    desk.await_run(misspelt, expect="failed")
    await_condition(lambda: posted, what="the alert")
    look_for_trouble(desk)
    (alert,) = alerts(desk)
    assert (alert.rule, alert.subject, alert.state, alert.owed) == ("run_failed", "newsdesk_enrich", "raised", frozenset())
    (raised,) = posted
    assert raised["text"] == f"newsdesk: newsdesk_enrich: raised: run failed: partition {PARTITION}; its grid in Airflow says why"
    assert facts(raised) == [("raised", "run_failed", "newsdesk_enrich")]

    desk.run_dag("newsdesk_enrich", PARTITION)
    look_for_trouble(desk)
    assert alerts(desk) == []
    assert [facts(post) for post in posted[1:]] == [[("recovered", "run_failed", "newsdesk_enrich")]]


def look_for_trouble(desk):
    desk.await_run(desk.airflow.trigger("newsdesk_alerts", None))


def alerts(desk):
    with open_database(desk.settings.database_url) as engine:
        return list_alerts(engine, over=True)


def facts(post):
    return [(alert["state"], alert["rule"], alert["subject"]) for alert in post["alerts"]]
