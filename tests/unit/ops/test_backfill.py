import datetime as dt

import pytest

from captures import write_captures
from newsdesk.errors import Stage, Status
from newsdesk.ops.backfill import (
    Estimate,
    PartitionFacts,
    Rates,
    count_todo,
    estimate,
    explain_waiting,
    list_partitions,
    read_partition_facts,
    read_rates,
)
from newsdesk.records import Outcome
from newsdesk.scope import Only, Past
from newsdesk.store.archive import Archive
from newsdesk.store.articles import write_articles
from newsdesk.store.outcomes import write_outcomes

NOW_VERSION, OLD_VERSION = "2.1.1", "1.1.1"
OLD, NEW = (Past(status=Status.ENRICHED, has_article=True, version=version) for version in (OLD_VERSION, NOW_VERSION))
FACTS = PartitionFacts(
    key="2026-11-24T1205",
    captures=10,
    pasts={OLD: 4, NEW: 2, Past(status=Status.DEAD): 2, Past(status=Status.SET_ASIDE): 1},
    indexed=6,
)


@pytest.mark.parametrize(
    ("stage", "only", "todo"),
    [
        (Stage.ENRICH, Only.ALL, 10),
        (Stage.ENRICH, Only.FAILED, 3),
        (Stage.ENRICH, Only.MISSING, 1),
        (Stage.ENRICH, Only.OLDER, 5),
        (Stage.INDEX, Only.ALL, 6),
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
    write_articles(archive, f"articles/{key}/a.jsonl.gz", [])
    write_outcomes(archive, key, Stage.INDEX, "a", [Outcome(stage=Stage.INDEX, id="0", status=Status.CREATED)])
    dead, aside = (Past(status=status, version=OLD_VERSION) for status in (Status.DEAD, Status.SET_ASIDE))
    assert read_partition_facts(archive, key) == PartitionFacts(key=key, captures=4, pasts={OLD: 2, dead: 1, aside: 1}, indexed=1)


def test_articles_whose_file_is_gone_are_lost_and_a_plan_for_what_is_missing_takes_them_up(tmp_path):
    archive = Archive(str(tmp_path))
    key = "2026-11-24T1205"
    write_captures(archive, key, [(f"https://example.org/{n}", b"x") for n in range(3)])
    ends = {"a": (Status.ENRICHED, Status.SET_ASIDE), "b": (Status.ENRICHED,)}
    for part, statuses in ends.items():
        write_outcomes(archive, key, Stage.ENRICH, part, [Outcome(stage=Stage.ENRICH, id=part, status=status) for status in statuses])
    write_articles(archive, f"articles/{key}/b.jsonl.gz", [])
    facts = read_partition_facts(archive, key)
    assert facts.lost == 1
    assert count_todo(facts, stage=Stage.ENRICH, only=Only.MISSING, version=NOW_VERSION) == 1
    assert estimate({key: facts}, {key: 1}, Rates(bytes_each=1000.0), stage=Stage.ENRICH, side_by_side=1).bytes == 1000.0


def test_the_facts_can_be_those_of_one_source(tmp_path):
    archive = Archive(str(tmp_path))
    key = "2026-11-24T1205"
    write_captures(archive, key, [("https://example.org/a", b"x")])
    for stage, end in ((Stage.ENRICH, Status.ENRICHED), (Stage.INDEX, Status.CREATED)):
        write_outcomes(archive, key, stage, "a", [Outcome(stage=stage, id="a", status=end, source="example")])
    known, unknown = (read_partition_facts(archive, key, sources=[source]) for source in ("example", "exmaple"))
    assert (known.captures, known.enriched, known.indexed) == (1, 1, 1)
    assert (unknown.captures, unknown.enriched, unknown.indexed, unknown.versions, unknown.lost) == (0, 0, 0, {}, 0)


def test_a_range_includes_both_ends_and_passes_over_what_is_no_partition(tmp_path):
    for name in ("2026-11-23T2355", "2026-11-24", "2026-11-24T0005", "2026-11-25T0000", "notes"):
        (tmp_path / "raw" / name).mkdir(parents=True)
    day = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)
    found = list_partitions(Archive(str(tmp_path)), since=day, until=dt.datetime(2026, 11, 25, tzinfo=dt.UTC))
    assert found == ["2026-11-24", "2026-11-24T0005", "2026-11-25T0000"]


def test_the_rates_are_those_of_the_partitions_that_were_measured(tmp_path):
    archive = Archive(str(tmp_path))
    ends = [Outcome(stage=Stage.ENRICH, id=str(n), status=Status.ENRICHED) for n in range(4)]
    write_outcomes(archive, "2026-11-24T1205", Stage.ENRICH, "a", ends, seconds=2.0)
    write_outcomes(archive, "2026-11-24T1210", Stage.ENRICH, "a", ends)
    (tmp_path / "articles" / "2026-11-24T1205").mkdir(parents=True)
    (tmp_path / "articles" / "2026-11-24T1205" / "a.jsonl.gz").write_bytes(b"x" * 4000)
    keys = ["2026-11-24T1200", "2026-11-24T1205", "2026-11-24T1210"]
    assert read_rates(archive, keys, stage=Stage.ENRICH) == Rates(seconds_each=0.5, bytes_each=1000.0)
    assert read_rates(archive, keys[:1], stage=Stage.ENRICH) == Rates()


@pytest.mark.parametrize(
    ("todo", "side_by_side", "expected"),
    [
        ({"a": 10}, 1, Estimate(seconds=10 * 0.5 + 7, bytes=3 * 1000)),
        ({"a": 10, "b": 10}, 2, Estimate(seconds=(20 * 0.5 + 14) / 2, bytes=6 * 1000)),
        ({"a": 2, "b": 0}, 2, Estimate(seconds=2 * 0.5 + 7, bytes=2 * 1000)),
    ],
    ids=["one", "side by side", "few"],
)
def test_an_estimate_is_work_and_airflows_own_time_and_room_for_what_is_new(todo, side_by_side, expected):
    facts = dict.fromkeys(todo, FACTS)
    rates = Rates(seconds_each=0.5, bytes_each=1000.0)
    assert estimate(facts, todo, rates, stage=Stage.ENRICH, side_by_side=side_by_side) == expected


def test_nothing_measured_is_no_estimate():
    assert estimate({"a": FACTS}, {"a": 10}, Rates(), stage=Stage.ENRICH, side_by_side=2) == Estimate(seconds=None, bytes=None)


def test_what_is_waited_for_is_told_in_words():
    def told(**facts):
        return explain_waiting("newsdesk_enrich", **{"is_paused": False, "queued_runs": 0, "task_states": [], **facts})

    assert told(task_states=["running", "success", "none"]) == ""
    assert told(task_states=["up_for_retry", "running"]) == "1 task to be tried again after a failure"
    assert told(task_states=["scheduled", "queued"], queued_runs=3) == (
        "1 task waiting for a free slot of their pool; 1 task waiting for a free worker; "
        "3 runs of newsdesk_enrich waiting for an earlier one (max_active_runs)"
    )
    assert told(is_paused=True, queued_runs=3) == "newsdesk_enrich was paused: unpause it in Airflow"
