import pytest

from newsdesk.errors import Stage, Status
from newsdesk.fetch.source_names import SourceNames
from newsdesk.ops.run_counters import count_outcomes, count_partition, describe
from newsdesk.records import Outcome
from newsdesk.store.archive import Archive
from newsdesk.store.outcomes import Effort, read_effort, write_outcomes
from samples import NOW

PARTITION = "2026-11-24T1205"


@pytest.fixture
def archive(tmp_path):
    return Archive(str(tmp_path))


def outcome(status, *, number=0, source="example"):
    return Outcome(stage=Stage.ENRICH, id=f"{number:032x}", status=status, source=source)


def count(outcomes):
    return count_outcomes(outcomes, stage=Stage.ENRICH, partition=PARTITION, now=NOW)


def test_a_page_that_failed_and_was_fetched_when_the_task_ran_again_counts_as_fetched():
    first, again = (Outcome(stage=Stage.FETCH, id="x", status=status, source="example") for status in (Status.FAILED, Status.FETCHED))
    (row,) = count_outcomes([first, again], stage=Stage.FETCH, partition=PARTITION, now=NOW)
    assert (row.found, row.fetched, row.failed) == (1, 1, 0)


def test_each_source_gets_its_own_counters():
    rows = count([outcome(Status.ENRICHED, source="b"), outcome(Status.DEAD, source="a")])
    assert [(row.source, row.new, row.dead) for row in rows] == [("a", 0, 1), ("b", 1, 0)]


@pytest.mark.parametrize("status", Status, ids=str)
def test_whatever_way_an_article_ends_the_counters_add_up(status):
    (row,) = count([outcome(status)])
    ends = [row.fetched, row.not_modified, row.failed, row.dead, row.set_aside, row.new, row.updated, row.unchanged, row.stale]
    assert sum(ends) == row.found == 1


def test_the_time_of_a_stage_is_kept_once_a_part_and_shared_out_by_articles(archive):
    ends = [outcome(Status.ENRICHED, number=n, source=source) for n, source in enumerate("aaab")]
    for seconds in (99.0, 6.0):
        write_outcomes(archive, PARTITION, Stage.ENRICH, "first", ends, seconds=seconds)
    write_outcomes(archive, PARTITION, Stage.ENRICH, "second", ends, seconds=2.0)
    write_outcomes(archive, PARTITION, Stage.ENRICH, "not-measured", ends)
    assert read_effort(archive, PARTITION, Stage.ENRICH) == Effort(articles=8, seconds=8.0)
    rows = count_partition(archive, PARTITION, [Stage.ENRICH], now=NOW)
    assert [(row.source, row.seconds) for row in rows] == [("a", 6.0), ("b", 2.0)]


def test_the_counters_are_described_by_stage_and_source(archive):
    write_outcomes(archive, PARTITION, Stage.FETCH, "a", [Outcome(stage=Stage.FETCH, id=s, status=Status.FETCHED, source=s) for s in "xy"])
    write_outcomes(archive, PARTITION, Stage.ENRICH, "a", [outcome(Status.ENRICHED, source="x"), outcome(Status.SET_ASIDE, source="y")])
    assert describe(count_partition(archive, PARTITION, Stage, now=NOW)).splitlines() == [
        "fetch: 2 fetched",
        "enrich: 1 new, 1 set aside",
        "",
        "x: fetch: 1 fetched; enrich: 1 new",
        "y: fetch: 1 fetched; enrich: 1 set aside",
    ]


def test_the_counters_of_a_source_are_told_by_its_name(archive):
    write_outcomes(archive, PARTITION, Stage.FETCH, "a", [Outcome(stage=Stage.FETCH, id=s, status=Status.FETCHED, source=s) for s in "xy"])
    counters = count_partition(archive, PARTITION, Stage, now=NOW)
    assert describe(counters, SourceNames({"x": "Marlow Post"})).splitlines()[-2:] == [
        "Marlow Post: fetch: 1 fetched",
        "y: fetch: 1 fetched",
    ]


def test_nothing_counted_is_nothing_to_say():
    assert describe([]) == ""
