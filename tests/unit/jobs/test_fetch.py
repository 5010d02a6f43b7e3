import contextlib

import pytest

from captures import page, write_captures
from newsdesk.errors import BadRequest, NothingNew, Stage, Status, Unavailable
from newsdesk.jobs import fetch
from newsdesk.records import Outcome
from newsdesk.store.outcomes import list_outcome_files, read_outcomes, write_outcomes

PARTITION = "2026-11-24T1205"
FERRY = page("Ferry returns to the harbour", "The first passengers crossed the river by ferry on Saturday morning, eleven years on.")


@contextlib.contextmanager
def no_elasticsearch():
    raise Unavailable("elasticsearch", "connection refused")
    yield


def test_a_partition_without_captures_raises_nothing_new(settings):
    with pytest.raises(NothingNew, match="no capture"):
        fetch.hand_on_captures(PARTITION, settings, no_elasticsearch)


def test_unreported_captures_are_counted_once_when_the_partition_is_handed_on(settings, archive):
    write_captures(archive, PARTITION, [("https://example.org/ferry", FERRY)])
    fetch.hand_on_captures(PARTITION, settings, no_elasticsearch)
    fetch.hand_on_captures(PARTITION, settings, no_elasticsearch)
    assert [outcome.status for outcome in read_outcomes(archive, PARTITION, Stage.FETCH)] == [Status.FETCHED]


def test_handing_on_merges_the_outcomes_of_the_shards(settings, archive):
    outcomes = [Outcome(stage=Stage.FETCH, id=part, status=Status.NOT_MODIFIED) for part in "ab"]
    for outcome in outcomes:
        write_outcomes(archive, PARTITION, Stage.FETCH, outcome.id, [outcome], seconds=1.0)
    with pytest.raises(NothingNew):
        fetch.hand_on_captures(PARTITION, settings, no_elasticsearch)
    assert len(list_outcome_files(archive, PARTITION, Stage.FETCH)) == 1
    assert list(read_outcomes(archive, PARTITION, Stage.FETCH)) == outcomes


def test_a_sweep_requires_the_partition_of_a_day(settings):
    with pytest.raises(BadRequest, match="a sweep covers one day"):
        fetch.plan_sweep(PARTITION, settings)


def test_a_day_that_has_captures_is_not_swept_again(settings, archive):
    write_captures(archive, "2026-11-24", [("https://example.org/ferry", FERRY)])
    assert fetch.plan_sweep("2026-11-24", settings) == []
