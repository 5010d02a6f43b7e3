import contextlib

import pytest

from captures import page, write_captures
from newsdesk.errors import BadRequest, NothingNew, Stage, Status, Unavailable
from newsdesk.jobs import fetch
from newsdesk.store.outcomes import read_outcomes

PARTITION = "2026-11-24T1205"
FERRY = page("Ferry returns to the harbour", "The first passengers crossed the river by ferry on Saturday morning, eleven years on.")
POISON = b"%PDF-1.7 this is no page"


@contextlib.contextmanager
def no_elasticsearch():
    raise Unavailable("elasticsearch", "connection refused")
    yield


def test_a_partition_without_captures_hands_nothing_on(settings):
    with pytest.raises(NothingNew, match="nothing new"):
        fetch.hand_on_captures(PARTITION, settings, no_elasticsearch)


def test_captures_that_no_task_reported_are_counted_when_the_partition_is_handed_on(settings, archive):
    write_captures(archive, PARTITION, [("https://example.org/ferry", FERRY)])
    fetch.hand_on_captures(PARTITION, settings, no_elasticsearch)
    fetch.hand_on_captures(PARTITION, settings, no_elasticsearch)
    assert [outcome.status for outcome in read_outcomes(archive, PARTITION, Stage.FETCH)] == [Status.FETCHED]


def test_a_sweep_is_for_a_day(settings):
    with pytest.raises(BadRequest, match="a sweep is for a day"):
        fetch.plan_sweep(PARTITION, settings)


def test_a_day_that_was_captured_is_not_swept_again(settings, archive):
    write_captures(archive, "2026-11-24", [("https://example.org/ferry", FERRY)])
    assert fetch.plan_sweep("2026-11-24", settings) == []
