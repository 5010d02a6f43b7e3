"""Finds the country of a site and the time zone of a country, from `data/`, babel and the tz database."""

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
"""Two-letter top-level domains that are used by sites of any country."""
_RENAMED = {"UK": "GB", "SU": "RU"}
_REGIONS = {
    "cat": "ES", "eus": "ES", "gal": "ES", "madrid": "ES", "bzh": "FR", "paris": "FR", "alsace": "FR", "corsica": "FR", "scot": "GB",
    "wales": "GB", "cymru": "GB", "london": "GB", "berlin": "DE", "hamburg": "DE", "koeln": "DE", "bayern": "DE", "saarland": "DE",
    "ruhr": "DE", "nrw": "DE", "wien": "AT", "tirol": "AT", "brussels": "BE", "vlaanderen": "BE", "gent": "BE", "amsterdam": "NL",
    "frl": "NL", "swiss": "CH", "zuerich": "CH", "tokyo": "JP", "osaka": "JP", "capetown": "ZA", "joburg": "ZA", "durban": "ZA",
    "xn--j1amh": "UA", "xn--90a3ac": "RS", "xn--d1alf": "MK", "xn--qxam": "GR", "xn--90ae": "BG", "xn--90ais": "BY",
}  # fmt: skip
"""Countries of top-level domains of regions and cities, and of countries in other scripts."""


def country_of(url: str, language: str | None) -> str | None:
    """Return the ISO 3166 code of a site's country, by its top-level domain, else by the region of the declared language.

    None if neither is conclusive; `en-US` is ignored, as it is a common default.
    """
    label = host_of(url).rpartition(".")[2]
    if len(label) == 2 and label not in _NO_COUNTRY:
        return _RENAMED.get(label.upper(), label.upper())
    if label in _REGIONS:
        return _REGIONS[label]
    region = (language or "").replace("_", "-").rpartition("-")[2]
    return region.upper() if len(region) == 2 and "-" in (language or "").replace("_", "-") and region.upper() != "US" else None


def zone_of_country(country: str | None) -> dt.tzinfo | None:
    """Return the time zone of a country if it has only one, or nearly all of its population lives in it; else None."""
    zones = get_global("territory_zones").get(country or "", ())
    name = _by_country().get(country or "", zones[0] if len(zones) == 1 else "")
    return ZoneInfo(name) if name else None


@cache
def _by_country() -> dict[str, str]:
    return {country: zone for country, zone, *_ in read_rows("clean/data/country_zones.tsv")}
