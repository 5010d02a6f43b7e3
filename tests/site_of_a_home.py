"""The web application of a temporary home, for users with different rights, with fakes of Elasticsearch and Airflow."""

import contextlib
import dataclasses
import functools
import threading

from fastapi.testclient import TestClient

from newsdesk.errors import Stage, Unavailable
from newsdesk.fetch.state import list_feeds
from newsdesk.ops.airflow_api import DagRun
from newsdesk.ops.audit import list_changes
from newsdesk.ops.background import find_task
from newsdesk.settings import load
from newsdesk.store.archive import Archive
from newsdesk.web.api import api_section
from newsdesk.web.app import make_app
from newsdesk.web.desk_page import desk_section
from newsdesk.web.identity import Identity, Reader, Right
from newsdesk.web.resources import Resources
from samples import NOW
from shared_application import StandIn, serving

READERS = {
    "viewer": Reader("viewer"),
    "user": Reader("user", frozenset({Right.READ, Right.OPERATE})),
    "op": Reader("op", frozenset(Right)),
}
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
PARTITION = "2026-11-24T1205"


class FakeElasticsearch:
    """An index with 7 articles, and counters of one day; with `is_down` it does not respond."""

    is_down = False

    def search(self, *, index, aggregations, **_):
        if self.is_down:
            raise Unavailable("es", "does not answer")
        if "days" not in aggregations:
            return {"hits": {"total": {"value": 7}}, "aggregations": {"newest": {"value_as_string": "2026-11-24T12:05:00Z"}}}
        counts = {name: {"value": value} for name, value in {"fetched": 9, "failed": 2, "dead": 1, "new": 6}.items()}
        stages = {"stages": {"buckets": [{"key": str(stage), **counts} for stage in (Stage.FETCH, Stage.ENRICH)]}}
        return {"aggregations": {"days": {"buckets": {"2026-11-24": stages}}}}


class FakeAirflow:
    """Runs succeed at once; `runs` has all that were triggered."""

    def __init__(self):
        self.started = {}

    def is_paused(self, _dag_id):
        return False

    def trigger(self, dag_id, partition_key, *, run_id=None, conf=None):
        run = DagRun(dag_id, run_id or f"manual__{partition_key}", "success", partition_key, conf=conf or {}, note="2 captures")
        self.started[run.run_id] = run
        return run

    def end(self, run, *, note):
        self.started[run.run_id] = dataclasses.replace(run, state="failed", note=note)

    def run(self, _dag_id, run_id):
        return self.started[run_id]

    def runs(self, dag_id, *, limit=20, **_):
        return [run for run in self.started.values() if run.dag_id == dag_id][:limit]

    def runs_named(self, dag_id, prefix, *, states=()):
        return [run for run in self.runs(dag_id, limit=99) if run.run_id.startswith(prefix) and (not states or run.state in states)]

    def task_states(self, _dag_id, _run_id):
        return []


LIBRARY, SETTINGS, SITE = StandIn(), StandIn(), StandIn()
RESOURCES = StandIn(settings=SETTINGS)


@functools.cache
def application(*, has_library):
    """The desk, or the API."""
    sections = [api_section(LIBRARY, RESOURCES, maximum_hits=100)] if has_library else [desk_section(RESOURCES)]
    return make_app(sections=sections, identity=Identity(identify=lambda: READERS[SITE.user]), open_state=lambda: SITE.engine)


class Site:
    """The desk, and the API if there is a `library` of articles, with requests of one of READERS."""

    def __init__(self, engine, library=None):
        self.engine, self.es, self.airflow, self.user = engine, FakeElasticsearch(), FakeAirflow(), "op"
        settings = load()
        resources = Resources(
            settings=settings,
            open_state=lambda: engine,
            open_es=lambda: contextlib.nullcontext(self.es),
            open_airflow=lambda: contextlib.nullcontext(self.airflow),
            now=lambda: NOW,
        )
        self.application = application(has_library=library is not None)
        targets = {LIBRARY: library, RESOURCES: resources, SETTINGS: settings, SITE: self}
        self.browser = TestClient(serving(self.application, targets), follow_redirects=False)
        self.archive = Archive(settings.data_url)

    def get(self, path, **query):
        return self.browser.get(f"/desk/{path}", params=query)

    def post(self, path, **fields):
        """Post a form with the token of a page."""
        token = self.application.state.changes.make_token(READERS[self.user])
        files = {name: fields.pop(name) for name in list(fields) if isinstance(fields[name], tuple)}
        return self.browser.post(f"/desk/{path}", data={**fields, "csrf_token": token}, files=files or None)

    def task(self, answer):
        """Return the background task of a response, after its end."""
        assert answer.status_code == 303, answer.text
        id = answer.headers["location"].rsplit("/", 1)[1]
        self.await_tasks()
        return find_task(self.engine, id)

    def await_tasks(self):
        for thread in threading.enumerate():
            if thread.name.startswith("newsdesk "):
                thread.join()

    def feeds(self):
        return {feed.id: feed for feed in list_feeds(self.engine, now=NOW)}

    def log(self):
        return [(entry.who, f"{entry.action} {entry.subject}", entry.outcome) for entry in list_changes(self.engine)]
