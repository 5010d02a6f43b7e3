import datetime as dt

import pytest

from newsdesk.ops.retention import Kind, Removal, plan_indices, plan_partitions
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
