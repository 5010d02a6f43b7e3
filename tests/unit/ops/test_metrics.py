import pytest

from newsdesk.archive import Archive
from newsdesk.errors import Reason, Stage, Status
from newsdesk.ops.metrics import count_outcomes, read_outcomes, write_outcomes
from newsdesk.records import Outcome
from samples import NOW

PARTITION = "2026-11-24T1205"


@pytest.fixture
def archive(tmp_path):
    return Archive(str(tmp_path))


def outcome(status, *, number=0, source="example"):
    return Outcome(stage=Stage.ENRICH, id=f"{number:032x}", status=status, source=source)


def count(outcomes):
    return count_outcomes(outcomes, stage=Stage.ENRICH, partition=PARTITION, now=NOW)


def test_outcomes_come_back_from_all_parts(archive):
    first, second = outcome(Status.ENRICHED), Outcome(stage=Stage.ENRICH, id="x", status=Status.DEAD, reason=Reason.BUG, detail="boom")
    write_outcomes(archive, PARTITION, Stage.ENRICH, "a", [first])
    write_outcomes(archive, PARTITION, Stage.ENRICH, "b", [second])
    assert list(read_outcomes(archive, PARTITION, Stage.ENRICH)) == [first, second]


def test_a_task_that_runs_again_does_not_count_its_articles_twice(archive):
    for _ in range(2):
        write_outcomes(archive, PARTITION, Stage.ENRICH, "a", [outcome(Status.ENRICHED)])
    (row,) = count(read_outcomes(archive, PARTITION, Stage.ENRICH))
    assert (row.found, row.new) == (1, 1)


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
