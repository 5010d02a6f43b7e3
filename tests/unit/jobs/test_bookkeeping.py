"""Counting without Elasticsearch; with it: tests/stack/index/test_runs.py."""

import contextlib

from newsdesk.errors import Stage, Status, Unavailable
from newsdesk.jobs import bookkeeping
from newsdesk.records import Outcome
from newsdesk.store.outcomes import write_outcomes

PARTITION = "2026-11-24T1205"


@contextlib.contextmanager
def no_elasticsearch():
    raise Unavailable("elasticsearch", "connection refused")
    yield


def test_an_unavailable_elasticsearch_is_logged_when_counters_are_written(settings, archive, caplog):
    write_outcomes(archive, PARTITION, Stage.FETCH, "a", [Outcome(stage=Stage.FETCH, id="a", status=Status.FETCHED)])
    bookkeeping.write_counters(PARTITION, [Stage.FETCH], settings, no_elasticsearch)
    assert "run counters of 2026-11-24T1205 were not written" in caplog.text
