import contextlib

import pytest

from newsdesk.errors import Unavailable
from newsdesk.fetch.state import add_feed
from newsdesk.index.aliases import names
from newsdesk.ops.airflow_api import DagRun
from newsdesk.ops.backfill import CALLED_OFF
from newsdesk.ops.freshness import AlertRule, PipelineFacts, SourceFacts
from newsdesk.ops.source_facts import read_source_facts, rules_asked
from newsdesk.settings import AlertSettings, IndexSettings
from samples import NOW


class NoIndex:
    def search(self, **_):
        return {}


class Airflow:
    """An Airflow with these runs of newsdesk_enrich, newest first."""

    def __init__(self, *states):
        ends = {state: ("failed", CALLED_OFF) if state == "called off" else (state, "") for state in states}
        self._runs = [
            DagRun("newsdesk_enrich", f"run-{n}", ends[state][0], f"2026-11-24T120{n}", note=ends[state][1])
            for n, state in enumerate(states)
        ]

    def runs(self, dag_id, *, states, limit):
        return [run for run in self._runs if run.dag_id == dag_id and run.state in states][:limit]


@pytest.mark.parametrize(
    ("states", "failed"),
    [
        (("running",) * 8 + ("failed", "success"), {"newsdesk_enrich": "2026-11-24T1208"}),
        (("running", "success", "failed"), {}),
        (("called off", "called off", "success"), {}),
        (("called off", "failed"), {"newsdesk_enrich": "2026-11-24T1201"}),
        ((), {}),
    ],
    ids=["failed behind many that run", "mended", "called off", "failed before one was called off", "never ran"],
)
def test_a_dag_has_failed_where_its_latest_run_that_ended_did(engine, states, failed):
    facts = read_source_facts(
        engine=engine,
        es=NoIndex(),
        open_airflow=lambda: contextlib.nullcontext(Airflow(*states)),
        names=names(IndexSettings()),
        settings=AlertSettings(),
        now=NOW,
    )
    assert facts.failed_runs == failed


def test_while_the_network_is_down_no_alert_of_a_source_is_taken_for_over():
    down = PipelineFacts(sources=tuple(SourceFacts(source=str(n), feed_failures=3) for n in range(3)), failed_runs={})
    assert rules_asked(down) == {AlertRule.OFFLINE, AlertRule.POLLING_STOPPED, AlertRule.RUN_FAILED}
    up = PipelineFacts(sources=(SourceFacts(source="a"),), failed_runs={})
    assert rules_asked(up) == frozenset(AlertRule) - {AlertRule.MISSING_ARTICLES}


def test_pages_of_the_last_hour_are_counted_by_themselves(engine):
    def sums(found, failed, dead, new):
        return {name: {"value": value} for name, value in (("found", found), ("failed", failed), ("dead", dead), ("new", new))}

    class Runs(NoIndex):
        def search(self, *, index, aggregations, **_):
            if index != names(IndexSettings()).runs:
                return {}
            recent = aggregations["sources"]["aggs"]["fetch"]["aggs"]["recent"]["filter"]
            assert recent == {"range": {"partition": {"gte": "2026-11-24T1105"}}}
            fetch = {**sums(100, 3, 2, 0), "recent": sums(5, 3, 2, 0)}
            enrich = {**sums(95, 0, 0, 90), "recent": sums(0, 0, 0, 0)}
            return {"aggregations": {"sources": {"buckets": [{"key": "example", "fetch": fetch, "enrich": enrich}]}}}

    add_feed(engine, "https://example.org/feed.xml", source="example", now=NOW)
    facts = read_source_facts(engine=engine, es=Runs(), open_airflow=away, names=names(IndexSettings()), settings=AlertSettings(), now=NOW)
    (source,) = facts.sources
    assert (source.asked, source.failed, source.asked_recently, source.failed_recently, source.articles) == (100, 5, 5, 5, 90)


@contextlib.contextmanager
def away():
    raise Unavailable("127.0.0.1", "does not answer")
    yield
