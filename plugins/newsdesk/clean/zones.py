"""Zones of time: what an abbreviation means, and which zone a site's country has. From `data/`, babel and the tz database."""

import datetime as dt
import re
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from babel.core import get_global

from newsdesk.clean.words import read_rows
from newsdesk.urls import host_of

_OFFSET = re.compile(r"([+−-])(\d{1,2}):?(\d{2})?")
_NO_COUNTRY = frozenset({
    "ac", "ad", "ai", "as", "cc", "cd", "co", "eu", "fm", "gg", "im", "io", "la", "li", "ly", "me", "ms", "nu", "sh", "st", "tk", "to",
    "tv", "vc", "ws",
})  # fmt: skip
"""Top-level domains of two letters that sites of all countries have."""
_RENAMED = {"UK": "GB", "SU": "RU"}
_LARGEST_OFFSET = dt.timedelta(hours=14)


def country_of(url: str, language: str | None) -> str | None:
    """The ISO 3166 code of a site's country, by its top-level domain, else by the region of the language that the page claims.

    None where neither tells: `en-US` is what systems are set to as they come.
    """
    label = host_of(url).rpartition(".")[2]
    if len(label) == 2 and label not in _NO_COUNTRY:
        return _RENAMED.get(label.upper(), label.upper())
    region = (language or "").replace("_", "-").rpartition("-")[2]
    return region.upper() if len(region) == 2 and "-" in (language or "").replace("_", "-") and region.upper() != "US" else None


def zone_of_country(country: str | None) -> dt.tzinfo | None:
    """The zone of a country that has one, or of which nearly all live in one; None for the others."""
    zones = get_global("territory_zones").get(country or "", ())
    name = _tables()["country", country or "", ""] if ("country", country or "", "") in _tables() else (zones[0] if len(zones) == 1 else "")
    return ZoneInfo(name) if name else None


def zone_named(name: str, country: str | None = None) -> dt.tzinfo | None:
    """The zone of an offset (+02:00, GMT+2), of an abbreviation as used in a country (EST, MESZ), or of a region (Europe/Rome).

    None if it is not known.
    """
    told = re.sub(r"^(?:UTC|GMT)\s*(?=[+−-])", "", name.strip(), flags=re.IGNORECASE)
    if match := _OFFSET.fullmatch(told):
        offset = dt.timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
        return dt.timezone(offset if match[1] == "+" else -offset) if offset <= _LARGEST_OFFSET else None
    if "/" in told:
        return ZoneInfo(told) if told in available_timezones() else None
    table = _tables()
    zone = table.get(("name", told.upper(), country or ""), table.get(("name", told.upper(), "")))
    if zone is None:
        return None
    return zone_named(zone) if zone[0] in "+-" else ZoneInfo(zone)


@cache
def _tables() -> dict[tuple[str, str, str], str]:
    """Kind, name and country -> zone."""
    found = {}
    for kind, name, zone, *countries in read_rows("zones"):
        for country in countries[0].split("|") if countries else [""]:
            found[kind, name, country] = zone
    return found
