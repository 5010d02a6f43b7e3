import datetime as dt

import pytest

from captures import write_captures
from newsdesk.archive import Archive
from newsdesk.errors import Stage, Status
from newsdesk.ops.backfill import PartitionFacts, count_todo, list_partitions, read_facts
from newsdesk.ops.metrics import write_outcomes
from newsdesk.records import Outcome

NOW_VERSION, OLD_VERSION = "2.1.1", "1.1.1"
FACTS = PartitionFacts(
    key="2026-11-24T1205", captures=10, enriched=6, dead=2, set_aside=1, indexed=6, versions={OLD_VERSION: 4, NOW_VERSION: 2}
)


@pytest.mark.parametrize(
    ("stage", "only", "todo"),
    [
        (Stage.ENRICH, "all", 10),
        (Stage.ENRICH, "failed", 3),
        (Stage.ENRICH, "missing", 1),
        (Stage.ENRICH, "older", 5),
        (Stage.INDEX, "all", 6),
    ],
    ids=str,
)
def test_a_plan_counts_what_would_be_taken_up(stage, only, todo):
    assert count_todo(FACTS, stage=stage, only=only, version=NOW_VERSION) == todo


def test_the_facts_of_a_partition_come_from_what_lies_in_the_archive(tmp_path):
    archive = Archive(str(tmp_path))
    key = "2026-11-24T1205"
    write_captures(archive, key, [(f"https://example.org/{n}", b"x") for n in range(4)])
    ends = (Status.ENRICHED, Status.ENRICHED, Status.DEAD, Status.SET_ASIDE)
    outcomes = [Outcome(stage=Stage.ENRICH, id=str(n), status=end, pipeline_version=OLD_VERSION) for n, end in enumerate(ends)]
    write_outcomes(archive, key, Stage.ENRICH, "a", outcomes)
    write_outcomes(archive, key, Stage.INDEX, "a", [Outcome(stage=Stage.INDEX, id="0", status=Status.CREATED)])
    expected = PartitionFacts(key=key, captures=4, enriched=2, dead=1, set_aside=1, indexed=1, versions={OLD_VERSION: 2})
    assert read_facts(archive, key) == expected


def test_a_range_includes_both_ends_and_passes_over_what_is_no_partition(tmp_path):
    for name in ("2026-11-23T2355", "2026-11-24", "2026-11-24T0005", "2026-11-25T0000", "notes"):
        (tmp_path / "raw" / name).mkdir(parents=True)
    day = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)
    found = list_partitions(Archive(str(tmp_path)), since=day, until=dt.datetime(2026, 11, 25, tzinfo=dt.UTC))
    assert found == ["2026-11-24", "2026-11-24T0005", "2026-11-25T0000"]
