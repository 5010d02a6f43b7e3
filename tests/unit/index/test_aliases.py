"""Names of indices and aliases."""

import datetime as dt

import pytest

from newsdesk.index.aliases import Names


def test_the_month_of_an_index_is_in_utc() -> None:
    late = dt.datetime(2026, 12, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=2)))
    assert Names("desk-").month(1, late) == "desk-articles-v1-2026.11"


@pytest.mark.parametrize(
    ("index", "version"),
    [
        ("articles-v1-2026.11", 1),
        ("articles-v12-2026.11", 12),
        ("articles-v1-2026.11-old", None),
        ("other-articles-v1-2026.11", None),
        ("newsdesk-runs", None),
    ],
)
def test_the_mapping_version_is_read_from_the_index_name(index: str, version: int | None) -> None:
    assert Names("").version_of(index) == version


def test_a_migration_writes_to_a_separate_alias() -> None:
    assert Names("", building=2).write_alias == "articles-v2-filling"
    assert Names("").write_alias == "articles"
