"""Reads typed dates: a day, month or year, or words such as `last week`. Pure; all times are UTC."""

import datetime as dt
import re
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from newsdesk.errors import BadRequest

FORMS = "2026, 2026-11, 2026-11-01, 2026-11-01T18:00, today, yesterday, this week, last month, 7 days"
NEAR = 75
FIRST_YEAR, LAST_YEAR = 1000, 2999
"""Times between them can be converted to any time zone and shifted by a period, and are valid dates for Elasticsearch."""

_UNITS = {"hour": dt.timedelta(hours=1), "day": dt.timedelta(days=1), "week": dt.timedelta(weeks=1)}
_NAMED = ("today", "yesterday", *(f"{which} {unit}" for which in ("this", "last") for unit in ("week", "month", "year")))
_PART = re.compile(r"(?P<year>[12]\d{3})(?:-(?P<month>\d\d?))?(?:-(?P<day>\d\d?))?")
_AGO = re.compile(r"(?:last )?(?P<count>\d{1,4}) ?(?P<unit>h|d|w|hours?|days?|weeks?)(?: ago)?")


@dataclass(frozen=True, slots=True)
class Period:
    """The time from `start` until before `end`."""

    start: dt.datetime
    end: dt.datetime


def end_of_minute() -> dt.datetime:
    """Return the end of this minute, as the time of a search: one that is repeated within the minute is the same request, whose counts
    Elasticsearch keeps. The end, because periods such as "2 hours" end now, and should not miss what came in this minute.
    """
    return dt.datetime.now(dt.UTC).replace(second=0, microsecond=0) + dt.timedelta(minutes=1)


def read_period(text: str, *, now: dt.datetime) -> Period:
    """Return the period of a typed date; `7 days` starts seven days before `now`.

    Raises BadRequest if the text is not a date, with the nearest date or the accepted forms, or if it is not one that
    an article can have.

    >>> read_period("2026-11", now=dt.datetime(2026, 11, 30, tzinfo=dt.UTC)).end.isoformat()
    '2026-12-01T00:00:00+00:00'
    """
    words = " ".join(text.lower().split())
    first, dots, last = words.partition("..")
    if dots and first and last:
        return Period(read_period(first, now=now).start, read_period(last, now=now).end)
    period = _by_name(words, now) or _ago(words, now) or _calendar(words) or _moment(text.strip())
    if period is None:
        near = process.extractOne(words, _NAMED, scorer=fuzz.ratio, score_cutoff=NEAR)
        raise BadRequest(f"{text} is not a date: " + (f'did you mean "{near[0]}"?' if near else f"a date is {FORMS}"))
    for moment in (period.start, period.end):
        require_searchable(moment)
    return period


def require_searchable(moment: dt.datetime) -> None:
    """Raise BadRequest for a date that Elasticsearch would not accept or could not compare."""
    if not FIRST_YEAR <= moment.year <= LAST_YEAR + 1:
        raise BadRequest(f"{moment.date()} is out of range: dates from {FIRST_YEAR} to {LAST_YEAR} can be searched")


def _by_name(words: str, now: dt.datetime) -> Period | None:
    if words not in _NAMED:
        return None
    today = now.astimezone(dt.UTC).date()
    if words in ("today", "yesterday"):
        day = today - dt.timedelta(days=words == "yesterday")
        return _days(day, day + dt.timedelta(days=1))
    which, unit = words.split()
    start = {"week": today - dt.timedelta(days=today.weekday()), "month": today.replace(day=1), "year": today.replace(month=1, day=1)}[unit]
    if which == "last":
        before = start - dt.timedelta(days=1)
        return _days(
            {"week": start - dt.timedelta(days=7), "month": before.replace(day=1), "year": before.replace(month=1, day=1)}[unit], start
        )
    return _days(
        start, {"week": start + dt.timedelta(days=7), "month": _next_month(start), "year": start.replace(year=start.year + 1)}[unit]
    )


def _ago(words: str, now: dt.datetime) -> Period | None:
    found = _AGO.fullmatch(words)
    if not found:
        return None
    unit = next(length for name, length in _UNITS.items() if name.startswith(found["unit"][0]))
    return Period(now - int(found["count"]) * unit, now)


def _calendar(words: str) -> Period | None:
    found = _PART.fullmatch(words)
    if not found:
        return None
    year, month, day = (int(found[name] or 0) for name in ("year", "month", "day"))
    try:
        if day:
            start = dt.date(year, month, day)
            return _days(start, start + dt.timedelta(days=1))
        start = dt.date(year, month or 1, 1)
    except ValueError:
        return None
    return _days(start, _next_month(start) if month else start.replace(year=year + 1))


def _moment(text: str) -> Period | None:
    """Return the minute or second of a day with a time, in UTC if it has no time zone; None for other texts."""
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    require_searchable(moment)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    return Period(moment, moment + dt.timedelta(seconds=1 if text.count(":") > 1 else 60))


def _days(first: dt.date, after: dt.date) -> Period:
    return Period(*(dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC) for day in (first, after)))


def _next_month(first: dt.date) -> dt.date:
    return (first + dt.timedelta(days=32)).replace(day=1)
