"""Parses dates in feeds. Pure.

The standards require RFC 822 (RSS) and RFC 3339 (Atom, JSON Feed), but many feeds contain dates in other formats and languages.
Ambiguous dates are not parsed, since a missing date is later replaced by the date of the page, and a wrong one is not.
"""

import datetime as dt
import re

from newsdesk.data_files import read_rows
from newsdesk.months import find_day, with_plain_digits
from newsdesk.time_zones import zone_named, zone_names

_LONGEST = 100
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_NULL = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
"""The Unix epoch, which many systems write for a missing date."""

_PIVOT = 70
"""Two-digit years below it are in this century, as in email.utils."""

_NUMBERS_OF_A_DAY = 3
_MONTHS = 12
_HOURS_OF_A_HALF = 12
_HALVES = dict(read_rows("fetch/data/halves_of_day.tsv"))
"""Words for a half of the day, without dots, mapped to `am` or `pm`."""

_REMARK = re.compile(r"[(\[][^)\]]*[)\]]")
_UNIX_TIME = re.compile(r"(\d{10})(?:\d{3})?(?:\.\d+)?")
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)?(?:[.,]\d+)?)?(\D.*)?")
_OFFSET = r"[+-]\d{1,2}(?::?\d\d)?(?!\d)"
_HALF = "|".join(r"\.?\s?".join(map(re.escape, name)) for name in sorted(_HALVES, key=len, reverse=True))
_CLOCK = re.compile(
    rf"""
    (?: (?<![^\W\d_]) (?P<before>(?i:{_HALF})) \.?\s? )?
    (?<![\d:.+-]) (?P<hour>[0-2]?\d) \s?(?:[:時时點点시]|h(?=\s?\d\d\b))\s? (?P<minute>[0-5]\d)
    (?: \s?[:分분]\s? (?P<second>[0-6]\d) (?:[.,]\d+)? )? (?![\d:])
    [分분秒초]?
    (?: \s? (?P<after>(?i:{_HALF})) \.? (?![^\W\d_]) )?
    (?: \s? (?i:uhr|hours|hrs|hr|h)\b \.? )?
    (?: \s? (?P<zone>
        (?:(?:UTC|GMT|UT|Z)\s?)?{_OFFSET} | (?i:z|utc|gmt)\b | [A-Z][a-z]+(?:/[A-Z][A-Za-z_-]+)+ | [A-ZА-Я]{{2}}[A-ZА-Я0-9]*\b ) )?
    """,
    re.VERBOSE,
)
_ZONE_AT_THE_END = re.compile(rf"\s({_OFFSET}|{'|'.join(sorted(zone_names(), key=len, reverse=True))})$", re.IGNORECASE)
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})([-/.])\s?(\d{1,2})\2\s?(\d{1,2})(?!\d)")
_YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})([-/])(\d{1,2})\2(\d{4})(?!\d)")
_SHORT_YEAR = re.compile(r"(?<!\d)(\d{1,2})\s+([^\W\d_]{3,9})\.?\s+(\d\d)(?!\d)")
_BETWEEN_DAY_AND_MONTH = re.compile(r"(?<=\d)-(?=[^\W\d])|(?<=[^\W\d])-(?=\d)")


def parse_moment(value: str, *, language: str | None = None) -> dt.datetime | None:
    """Parse a date of a feed; return it in UTC, or None if it is missing or ambiguous.

    `language` decides between month names that are spelled alike in two languages. A time without zone is UTC, a date without time is
    midnight. Numeric dates are parsed only if the order of day and month is certain.
    """
    text = _normalised(value)
    if not text or len(text) > _LONGEST:
        return None
    try:
        moment = _unix_time(text) or _compact(text) or _day_and_time(text, language)
        moment = moment.astimezone(dt.UTC) if moment else None
    except (ValueError, OverflowError):
        return None
    return moment if moment and moment != _NULL and _FIRST_YEAR <= moment.year <= _LAST_YEAR else None


def _normalised(value: str) -> str:
    """Return the text with ASCII digits, single spaces and ASCII minus signs, and without remarks in brackets."""
    figures = with_plain_digits(value[: 4 * _LONGEST])
    return " ".join(_REMARK.sub(" ", figures.replace("\u2212", "-")).split())


def _unix_time(text: str) -> dt.datetime | None:
    seconds = _UNIX_TIME.fullmatch(text)
    return dt.datetime.fromtimestamp(int(seconds[1]), dt.UTC) if seconds else None


def _compact(text: str) -> dt.datetime | None:
    """Parse compact ISO 8601, such as 20261120T120000Z."""
    parts = _COMPACT.fullmatch(text)
    if parts is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in parts.groups()[:6])
    return dt.datetime(year, month, day, hour, minute, second, tzinfo=_zone((parts[7] or "").strip()))


def _day_and_time(text: str, language: str | None) -> dt.datetime | None:
    """Parse a date and a time in any order."""
    clock = _CLOCK.search(text)
    if clock is None:
        day = _day(text, language)
        return dt.datetime.combine(day, dt.time(), dt.UTC) if day and ":" not in text else None
    rest = f"{text[: clock.start()]} {text[clock.end() :]}".rstrip()
    last = None if clock["zone"] else _ZONE_AT_THE_END.search(rest)
    day = _day(rest[: last.start()] if last else rest, language)
    if day is None:
        return None
    zone = _zone(last[1] if last else clock["zone"] or "")
    return dt.datetime.combine(day, dt.time(), zone) + _since_midnight(clock)


def _since_midnight(clock: re.Match[str]) -> dt.timedelta:
    """Return the time since midnight. Raises ValueError if it is more than a day."""
    hour, minute, second = int(clock["hour"]), int(clock["minute"]), min(int(clock["second"] or 0), 59)
    half = _HALVES.get(re.sub(r"[\s.]", "", clock["before"] or clock["after"] or "").lower())
    if half and hour <= _HOURS_OF_A_HALF:
        hour = hour % _HOURS_OF_A_HALF + (_HOURS_OF_A_HALF if half == "pm" else 0)
    passed = dt.timedelta(hours=hour, minutes=minute, seconds=second)
    if passed > dt.timedelta(days=1):
        raise ValueError(f"invalid time {clock[0]}")
    return passed


def _zone(name: str) -> dt.tzinfo:
    """Return the time zone of an offset, abbreviation or region; UTC for an empty name. Raises ValueError if it is unknown."""
    zone = zone_named(name or "UTC")
    if zone is None:
        raise ValueError(f"unknown time zone {name}")
    return zone


def _day(text: str, language: str | None) -> dt.date | None:
    """Return the date in the text; None if there is none, or if the text has more than three numbers."""
    if len(re.findall(r"\d+", text)) > _NUMBERS_OF_A_DAY:
        return None
    if match := _YEAR_FIRST.search(text):
        return dt.date(int(match[1]), int(match[3]), int(match[4]))
    if match := _YEAR_LAST.search(text):
        return _day_in_figures(int(match[1]), int(match[3]), int(match[4]))
    words = _BETWEEN_DAY_AND_MONTH.sub(" ", text)
    if match := _SHORT_YEAR.search(words):
        year = int(match[3]) + (2000 if int(match[3]) < _PIVOT else 1900)
        words = f"{match[1]} {match[2]} {year}"
    found = find_day(words, language=language, cut=True)
    return found.day if found else None


def _day_in_figures(first: int, second: int, year: int) -> dt.date | None:
    """Return the date if the order of day and month is certain: 20/11/2026 and 11/20/2026, but not 10/11/2026."""
    if first == second or second > _MONTHS:
        return dt.date(year, first, second)
    return dt.date(year, second, first) if first > _MONTHS else None
