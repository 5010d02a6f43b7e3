import contextlib

from captures import page
from newsdesk.errors import Stage, Status, Unavailable
from newsdesk.jobs import bookkeeping
from newsdesk.records import Outcome
from newsdesk.store.outcomes import write_outcomes

PARTITION = "2026-11-24T1205"
FERRY = page("Ferry returns to the harbour", "The first passengers crossed the river by ferry on Saturday morning, eleven years on.")
POISON = b"%PDF-1.7 this is no page"


@contextlib.contextmanager
def no_elasticsearch():
    raise Unavailable("elasticsearch", "connection refused")
    yield


def test_counters_that_elasticsearch_cannot_take_stop_nothing(settings, archive, caplog):
    write_outcomes(archive, PARTITION, Stage.FETCH, "a", [Outcome(stage=Stage.FETCH, id="a", status=Status.FETCHED)])
    bookkeeping.write_counters(PARTITION, [Stage.FETCH], settings, no_elasticsearch)
    assert "run counters of 2026-11-24T1205 were not written" in caplog.text
