"""Parses dates in texts: a day in digits or words, and the time and time zone next to it if there are any."""

import datetime as dt
import re
from dataclasses import dataclass

from newsdesk.months import find_day, with_plain_digits
from newsdesk.time_zones import zone_named

_LONGEST_VALUE = 200
_YEAR_FIRST = re.compile(r"(?<!\d)((?:19|20)\d\d)(?P<sign>[-/.])\s?(\d{1,2})(?P=sign)\s?(\d{1,2})(?!\d)\.?")
_COMPACT = re.compile(r"^((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:T?(\d{2})(\d{2})(\d{2})?)?(?:\.\d+)?(Z|[+-]\d{2}:?\d{2})?$")
_YEAR_AFTER_TIME = re.compile(r"([A-Z][a-z]{2}) +(\d{1,2}) +(\d\d?:\d\d(?::\d\d)?(?: +(?:[A-Z]{2,5}|[+-]\d{4}))?) +((?:19|20)\d\d)(?!\d)")
"""The format of C's ctime and the Unix command date: "Fri Nov 20 23:30:00 EST 2026"."""
_UNIX_TIME = re.compile(r"\s*(\d{10})(\d{3})?(?:\.\d+)?\s*")
_CLOCK = re.compile(
    r"(?P<before>午前|午後|上午|下午|凌晨|早上|中午|晚上|오전|오후)?\s?"
    r"(?:(?P<at>\bklo?\.?|\bore|\balle|\bum|\bat|\bo|\bob|เวลา)\s)?"
    r"(?<![\d.,:/-])(?P<hour>[01]?\d|2[0-4])"
    r"(?:\s?[:：]\s?(?P<minute>[0-5]\d)(?:[:：](?P<second>[0-5]\d)(?:[.,]\d+)?)?"
    r"|\s?(?:h|u|時|时|点|點|시)\s?(?P<after_h>[0-5]\d)(?:\s?[分분])?"
    r"|(?:h|時|时|点|點|시)(?!\w)"
    r"|\.(?P<dotted>[0-5]\d)(?![\d.])"
    r"|(?=\s?[ap]\.?\s?m\b))"
    r"\s?(?P<after>[ap]\.?\s?m\b\.?|[μπ]\.\s?μ\.|[صم](?!\w)|(?:صباح|مساء)[ًا]*|[قب]\.\s?ظ|\b(?:SA|CH)\b)?"
    r"(?P<unit>\s?(?:Uhr|uur|hrs|hs|h|ч|น)\b\.?)?"
    r"[\s(\[,]{0,3}(?P<zone>(?:UTC|GMT)?\s?[+−-](?:0?\d|1[0-4])(?::?(?:00|15|30|45))?(?![\d:])|[A-Z][a-z]+/[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_]+)?|[A-ZМСК]{1,5}(?![\w+−]))?",
    re.IGNORECASE,
)
_AFTERNOON = re.compile(r"午後|下午|晚上|오후|p|μ\.\s?μ|م(?!\w)|مساء|ب|CH", re.IGNORECASE)
_MORNING = re.compile(r"午前|上午|凌晨|早上|오전|a|π|ص|ق|SA", re.IGNORECASE)
_NEAR = 25
"""Maximum number of characters, without digits, between a day and its time."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A day with the time and zone that were written next to it. Without a time, `local` is midnight at the start of the day."""

    local: dt.datetime
    has_time: bool = False
    zone: dt.tzinfo | None = None

    @property
    def at(self) -> dt.datetime:
        """The moment with its time zone, which is UTC if none was written."""
        return in_zone(self.local, self.zone or dt.UTC)


@dataclass(frozen=True, slots=True)
class MomentReader:
    """Parses dates as one page writes them.

    `language` decides between month names that are spelled alike, `month_first` the order of 02/05/2026, `country` between time zones
    with the same abbreviation.
    """

    language: str | None = None
    month_first: bool | None = None
    country: str | None = None

    def read(self, text: str) -> Moment | None:
        """Parse an ISO 8601 or RFC 5322 date, a Unix time in seconds or milliseconds, or the first date in words in the text.

        Return None for anything else, and for dates whose order is unknown (02/05/2026).
        """
        text = with_plain_digits(text[:_LONGEST_VALUE])
        if match := _COMPACT.match(text.strip()):
            return self._compact(match)
        if match := _UNIX_TIME.fullmatch(text):
            at = dt.datetime.fromtimestamp(int(match[1]), dt.UTC)
            return Moment(at.replace(tzinfo=None), has_time=True, zone=dt.UTC)
        text = _YEAR_AFTER_TIME.sub(r"\2 \1 \4, \3", text)
        if match := _YEAR_FIRST.search(text):
            try:
                return self._with_clock(dt.date(int(match[1]), int(match[3]), int(match[4])), text, match.start(), match.end())
            except ValueError:
                return None
        found = find_day(text, language=self.language, month_first=self.month_first)
        return self._with_clock(found.day, text, found.start, found.end) if found else None

    def _compact(self, match: re.Match[str]) -> Moment | None:
        year, month, day, hour, minute, second, zone = match.groups()
        try:
            time = dt.time(int(hour or 0) % 24, int(minute or 0), min(int(second or 0), 59))
            local = dt.datetime.combine(dt.date(int(year), int(month), int(day)), time)
        except ValueError:
            return None
        return Moment(local, has_time=hour is not None, zone=zone_named(zone, self.country) if zone else None)

    def _with_clock(self, day: dt.date, text: str, start: int, end: int) -> Moment:
        """Return the day with the time right after it, or else right before it, if there is one."""
        clock = _CLOCK.search(text, end)
        if clock is None or _is_far(text[end : clock.start()]) or not _is_clock(clock):
            clocks = [match for match in _CLOCK.finditer(text[:start]) if _is_clock(match)]
            clock = clocks[-1] if clocks and not _is_far(text[clocks[-1].end() : start]) else None
        midnight = dt.datetime.combine(day, dt.time())
        if clock is None:
            return Moment(midnight)
        zone = zone_named(clock["zone"], self.country) if clock["zone"] else None
        return Moment(midnight + _since_midnight(clock), has_time=True, zone=zone)


def in_zone(local: dt.datetime, zone: dt.tzinfo) -> dt.datetime:
    """Return a local time with the UTC offset that the zone has at that time."""
    offset = local.replace(tzinfo=zone).utcoffset() or dt.timedelta()
    return local.replace(tzinfo=dt.timezone(offset))


def is_clock(text: str) -> bool:
    """Return whether a text is only a time of day: "10:15 Uhr", "2.30pm BST"."""
    match = _CLOCK.fullmatch(text.strip(" ()[]|·•–-"))
    return match is not None and _is_clock(match)


def _is_far(between: str) -> bool:
    return len(between) > _NEAR or any(map(str.isdigit, between))


def _is_clock(match: re.Match[str]) -> bool:
    """Return whether a match is a time of day: 14.30 is one only with a word such as "at" or "Uhr", or before a time zone."""
    if match["dotted"] is None or match["at"] or match["unit"] or match["after"]:
        return True
    return bool(match["zone"]) and zone_named(match["zone"]) is not None


def _since_midnight(clock: re.Match[str]) -> dt.timedelta:
    hour = int(clock["hour"]) % 24
    half = clock["before"] or clock["after"] or ""
    if _AFTERNOON.match(half) and hour < 12:
        hour += 12
    elif _MORNING.match(half) and hour == 12:
        hour = 0
    minute = int(clock["minute"] or clock["after_h"] or clock["dotted"] or 0)
    return dt.timedelta(hours=hour, minutes=minute, seconds=int(clock["second"] or 0))
