"""Which country a site is of, and the time zone that a country has. From `data/`, babel and the tz database."""

import datetime as dt
from functools import cache
from zoneinfo import ZoneInfo

from babel.core import get_global

from newsdesk.data_files import read_rows
from newsdesk.urls import host_of

_NO_COUNTRY = frozenset({
    "ac", "ad", "ai", "as", "cc", "cd", "co", "eu", "fm", "gg", "im", "io", "la", "li", "ly", "me", "ms", "nu", "sh", "st", "tk", "to",
    "tv", "vc", "ws",
})  # fmt: skip
"""Top-level domains of two letters that sites of all countries have."""
_RENAMED = {"UK": "GB", "SU": "RU"}


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
    name = _by_country().get(country or "", zones[0] if len(zones) == 1 else "")
    return ZoneInfo(name) if name else None


@cache
def _by_country() -> dict[str, str]:
    return {country: zone for country, zone, *_ in read_rows("clean/data/country_zones.tsv")}
