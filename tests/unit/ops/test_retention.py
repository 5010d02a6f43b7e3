import dataclasses
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsdesk.errors import Reason, Stage
from newsdesk.ops.retention import Kind, Removal, plan_by_size, plan_dead_letters_over, plan_indices, plan_partitions
from newsdesk.store.dead_letters import StoredDeadLetter
from samples import NOW


def nothing(_key):
    return False


@pytest.mark.parametrize(
    ("days", "gone"),
    [(0, []), (30, ["articles-v1-2025.12", "articles-v1-2026.09"]), (60, ["articles-v1-2025.12"]), (3650, [])],
    ids=["for ever", "a month", "two months", "ten years"],
)
def test_an_index_goes_when_its_whole_month_is_old(days, gone):
    indices = ["articles-v1-2026.11", "articles-v1-2026.10", "articles-v1-2026.09", "articles-v1-2025.12", "notes"]
    assert [removal.name for removal in plan_indices(indices, now=NOW, days=days)] == gone


def test_a_partition_goes_when_it_is_old_and_not_needed():
    keys = ["2026-11-24T1205", "2026-11-22T1204", "2026-11-22", "2026-11-01T0000", "lost+found"]
    found = plan_partitions(Kind.RAW, keys, now=NOW, days=2, is_needed=lambda key: key == "2026-11-01T0000")
    assert found == [Removal(Kind.RAW, "2026-11-22"), Removal(Kind.RAW, "2026-11-22T1204")]


def test_zero_days_keep_everything():
    assert plan_partitions(Kind.RAW, ["2001-01-01"], now=NOW, days=0, is_needed=nothing) == []


def test_a_partition_is_kept_to_the_minute():
    now = dt.datetime(2026, 11, 24, 12, 5, tzinfo=dt.UTC)
    assert plan_partitions(Kind.RAW, ["2026-11-23T1205"], now=now, days=1, is_needed=nothing) == []


SIZES = {"2026-11-20": 40, "2026-11-21": 30, "2026-11-22": 20, "2026-11-23": 10}


@pytest.mark.parametrize(
    ("most", "needed", "gone"),
    [
        (0, (), []),
        (100, (), []),
        (99, (), ["2026-11-20"]),
        (30, (), ["2026-11-20", "2026-11-21"]),
        (30, ("2026-11-20",), ["2026-11-21", "2026-11-22"]),
        (1, (), ["2026-11-20", "2026-11-21", "2026-11-22"]),
        (1, tuple(SIZES), []),
    ],
    ids=["for ever", "it fits", "a little too much", "half", "the oldest is needed", "the newest stays", "all is needed"],
)
def test_the_oldest_go_until_the_rest_fits(most, needed, gone):
    found = plan_by_size(Kind.RAW, SIZES, most=most, is_needed=needed.__contains__)
    assert [removal.name for removal in found] == gone
    assert [removal.bytes for removal in found] == [SIZES[name] for name in gone]


@given(st.dictionaries(st.text(min_size=1), st.integers(0, 1000), min_size=1), st.integers(1, 3000))
def test_no_more_goes_than_has_to(sizes, most):
    found = plan_by_size(Kind.RAW, sizes, most=most, is_needed=nothing)
    left = sum(sizes.values()) - sum(removal.bytes for removal in found)
    assert left <= most or len(found) == len(sizes) - 1
    if found:
        assert left + found[-1].bytes > most


def test_the_dead_letters_that_failed_longest_ago_go_first():
    def letter(hours):
        return dataclasses.replace(LETTER, locator=f"raw/a/b.warc.gz#{hours}", last_failed_at=NOW - dt.timedelta(hours=hours))

    letters = [letter(hours) for hours in (3, 1, 2)]
    assert [found.locator[-1] for found in plan_dead_letters_over(letters, most=1)] == ["2", "3"]
    assert plan_dead_letters_over(letters, most=0) == []


LETTER = StoredDeadLetter(
    stage=Stage.ENRICH,
    locator="",
    reason=Reason.BUG,
    detail="",
    partition="",
    source="",
    url="",
    attempts=1,
    first_failed_at=NOW,
    last_failed_at=NOW,
    pipeline_version="",
)
