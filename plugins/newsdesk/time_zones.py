"""Reads the names of time zones after times, from `data/time_zones.tsv` and the tz database."""

import datetime as dt
import re
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from newsdesk.data_files import read_rows

_UTC_BEFORE_OFFSET = re.compile(r"^(?:UTC|GMT|UT|Z)\s*(?=[+−-])", re.IGNORECASE)
_OFFSET = re.compile(r"([+−-])(\d{1,2}):?(\d{2})?")
_LARGEST_OFFSET = dt.timedelta(hours=14)


def zone_named(name: str, country: str | None = None) -> dt.tzinfo | None:
    """The zone of an offset (+02:00, GMT+2), of an abbreviation as used in a country (EST, MESZ), or of a region (Europe/Rome).

    None if it is not known.
    """
    told = _UTC_BEFORE_OFFSET.sub("", name.strip())
    if match := _OFFSET.fullmatch(told):
        offset = dt.timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
        return dt.timezone(offset if match[1] == "+" else -offset) if offset <= _LARGEST_OFFSET else None
    if "/" in told:
        return region_named(told)
    zone = _by_name().get((told.upper(), country or ""), _by_name().get((told.upper(), "")))
    if zone is None:
        return None
    return zone_named(zone) if zone[0] in "+-" else ZoneInfo(zone)


def zone_names() -> frozenset[str]:
    """All abbreviations that are known, in capitals."""
    return frozenset(name for name, _ in _by_name())


def region_named(name: str) -> ZoneInfo | None:
    """The zone of a name of the tz database (Europe/Rome, UTC). None if it has none of this name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


@cache
def _by_name() -> dict[tuple[str, str], str]:
    """Maps name and country to the zone."""
    found = {}
    for name, zone, *countries in read_rows("data/time_zones.tsv"):
        for country in countries[0].split("|") if countries else [""]:
            found[name, country] = zone
    return found
