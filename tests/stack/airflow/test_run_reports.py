"""Notes of runs in Airflow, and alerts of failed runs."""

import pytest

from captures import page, write_captures
from newsdesk.database import open_database
from newsdesk.index.aliases import names
from newsdesk.index.client import open_client
from newsdesk.ops.airflow_api import AirflowRefused
from newsdesk.ops.alerts import list_alerts
from newsdesk.store.archive import Archive
from stack.desk import await_condition

PARTITION = "2025-07-01T0000"
FAILED = ("run_failed", "newsdesk_enrich")
"""The rule and subject of the alert."""
STORIES = 3
ENDS = ("new", "updated", "unchanged", "stale", "set_aside", "dead")


@pytest.fixture(scope="module")
def indexed(desk):
    """The runs of newsdesk_enrich and newsdesk_index for a partition of three stories and an empty page, and their run counters."""
    stories = [(f"https://example.org/quay/{n}", story(n)) for n in range(STORIES)]
    write_captures(Archive(desk.settings.data_url), PARTITION, [*stories, ("https://example.org/quay/empty", b"<html></html>")])
    enriched = desk.run_dag("newsdesk_enrich", PARTITION)
    followed = desk.await_follower("newsdesk_index", PARTITION)
    with open_client(desk.settings.elasticsearch) as es:
        return enriched, followed, counted(desk, es)


def story(n):
    return page(
        f"Harbour mends quay {n}",
        f"The harbour of Marlow began to mend quay number {n} on Monday after the busiest week since the winter before last.",
        f"“We had {n + 20} ships waiting outside the wall,” said Ines Calloway, who runs the port with a staff of twelve people.",
    )


def note(desk, run):
    """The counts in the note of a run: (stage, status) -> articles."""
    lines = desk.airflow.run(run.dag_id, run.run_id).note.splitlines()
    return {
        (stage, end.replace(" ", "_")): int(count)
        for stage, counts in (line.split(": ", 1) for line in lines)
        for count, end in (part.split(" ", 1) for part in counts.partition(" in ")[0].split(", "))
    }


def counted(desk, es):
    """The same counts from the index of run counters."""
    runs = names(desk.settings.index).runs
    es.indices.refresh(index=runs)
    found = [hit["_source"] for hit in es.search(index=runs, query={"term": {"partition": PARTITION}}, size=100)["hits"]["hits"]]
    return {(row["stage"], end): row[end] for row in found for end in ENDS if row[end]}


def test_the_note_of_a_run_has_the_counts_of_its_run_counters(desk, indexed):
    enriched, followed, counts = indexed
    ends = {("enrich", "new"): STORIES, ("enrich", "dead"): 1}
    assert note(desk, enriched) == ends
    assert note(desk, followed) == counts == ends | {("index", "new"): STORIES}


@pytest.mark.usefixtures("indexed")
def test_the_note_of_a_repeated_run_counts_unchanged_articles(desk, es):
    repeated = desk.run_dag("newsdesk_index", PARTITION)
    assert note(desk, repeated) == counted(desk, es)
    assert note(desk, repeated)["index", "unchanged"] == STORIES


@pytest.mark.usefixtures("indexed")
def test_an_invalid_scope_triggers_no_run(desk):
    with pytest.raises(AirflowRefused, match="'nonsense' is not one of"):
        desk.airflow.trigger("newsdesk_enrich", PARTITION, conf={"only": "nonsense"})


@pytest.mark.usefixtures("indexed")
def test_a_failed_run_is_notified_once_and_its_end_once(desk, webhook):
    evaluate_alerts(desk)
    told = len(webhook.states_of(*FAILED))
    impossible = desk.airflow.trigger("newsdesk_enrich", PARTITION, conf={"only": "failed", "language": "es"})
    desk.await_run(impossible, expect="failed")
    await_condition(lambda: webhook.states_of(*FAILED)[told:], what="the alert")
    evaluate_alerts(desk)
    (alert,) = alerts(desk)
    assert (alert.state, alert.owed) == ("raised", frozenset())
    assert webhook.states_of(*FAILED)[told:] == ["raised"]
    assert any(f"run failed: partition {PARTITION}; its grid in Airflow shows the reason" in message["text"] for message in webhook.posted)

    desk.run_dag("newsdesk_enrich", PARTITION)
    evaluate_alerts(desk)
    assert alerts(desk) == []
    assert webhook.states_of(*FAILED)[told:] == ["raised", "recovered"]


def evaluate_alerts(desk):
    desk.await_run(desk.airflow.trigger("newsdesk_alerts", None))


def alerts(desk):
    with open_database(desk.settings.database_url) as engine:
        return [alert for alert in list_alerts(engine, over=True) if (alert.rule, alert.subject) == FAILED]
