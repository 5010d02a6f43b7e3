"""Typed dates."""

import datetime as dt

import pytest

from newsdesk.errors import BadRequest
from newsdesk.search.periods import read_period

NOW = dt.datetime(2026, 11, 25, 14, 30, tzinfo=dt.UTC)  # a Wednesday


@pytest.mark.parametrize(
    ("typed", "start", "end"),
    [
        ("2026", "2026-01-01", "2027-01-01"),
        ("2026-11", "2026-11-01", "2026-12-01"),
        ("2026-12", "2026-12-01", "2027-01-01"),
        ("2026-11-05", "2026-11-05", "2026-11-06"),
        ("2026-1-5", "2026-01-05", "2026-01-06"),
        ("today", "2026-11-25", "2026-11-26"),
        ("Yesterday", "2026-11-24", "2026-11-25"),
        ("this week", "2026-11-23", "2026-11-30"),
        ("last week", "2026-11-16", "2026-11-23"),
        ("this month", "2026-11-01", "2026-12-01"),
        ("last  month", "2026-10-01", "2026-11-01"),
        ("this year", "2026-01-01", "2027-01-01"),
        ("last year", "2025-01-01", "2026-01-01"),
        ("7 days", "2026-11-18T14:30", "2026-11-25T14:30"),
        ("24h", "2026-11-24T14:30", "2026-11-25T14:30"),
        ("2 weeks ago", "2026-11-11T14:30", "2026-11-25T14:30"),
        ("2026-11-05T18:00", "2026-11-05T18:00", "2026-11-05T18:01"),
        ("2026-11-05T18:00:30+02:00", "2026-11-05T18:00:30+02:00", "2026-11-05T18:00:31+02:00"),
        ("2026-10..2026-11-05", "2026-10-01", "2026-11-06"),
    ],
)
def test_a_date_is_a_period(typed: str, start: str, end: str) -> None:
    period = read_period(typed, now=NOW)
    assert [moment.isoformat() for moment in (period.start, period.end)] == [_utc(start), _utc(end)]


def _utc(text: str) -> str:
    moment = dt.datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).isoformat()


@pytest.mark.parametrize("typed", ["gestern", "2026-13", "2026-02-30", "1.11.2026", "last", ""])
def test_what_is_no_date_is_told_with_the_forms_of_one(typed: str) -> None:
    with pytest.raises(BadRequest, match=r"is not a date: a date is 2026, 2026-11, .*yesterday"):
        read_period(typed, now=NOW)


@pytest.mark.parametrize(("typed", "near"), [("yesterdy", "yesterday"), ("last weak", "last week")])
def test_a_slip_is_told_with_the_nearest_that_is_a_date(typed: str, near: str) -> None:
    with pytest.raises(BadRequest, match=f'did you mean "{near}"'):
        read_period(typed, now=NOW)


@pytest.mark.parametrize(
    "typed",
    ["0001-01-01", "0999-12-31T23:59", "3001-01-01", "9999-12-31", "9999-12-31T23:59:59", "0001-01-01T00:00+14:00", "2026..9999-12-31"],
)
def test_a_date_that_no_article_can_have_is_refused_before_elasticsearch_is_asked(typed: str) -> None:
    with pytest.raises(BadRequest, match=r"is out of range: dates from 1000 to 2999 can be searched|is not a date"):
        read_period(typed, now=NOW)


@pytest.mark.parametrize(("typed", "end"), [("1000", "1001-01-01"), ("2999", "3000-01-01"), ("2999-12-31T23:59", "3000-01-01")])
def test_the_first_and_the_last_year_are_dates(typed: str, end: str) -> None:
    assert read_period(typed, now=NOW).end.isoformat().startswith(end)
