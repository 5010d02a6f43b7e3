"""How a reader wants pages shown: colours, time zone, keyboard shortcuts. Kept in cookies of the reader's browser.

`static/preferences.js` tells the browser's time zone until the reader has chosen one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import unquote
from zoneinfo import ZoneInfo, available_timezones

THEMES = {"": "as the system", "light": "light", "dark": "dark"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """`theme` is a key of THEMES; the zone is the installation's where neither the reader nor the browser has told one."""

    theme: str
    zone: ZoneInfo
    has_shortcuts: bool


def read_preferences(cookies: Mapping[str, str], *, default_zone: str) -> Preferences:
    """Values that do not exist are ignored."""
    theme, zone = cookies.get("newsdesk_theme", ""), unquote(cookies.get("newsdesk_zone", ""))
    return Preferences(
        theme=theme if theme in THEMES else "",
        zone=ZoneInfo(zone if zone in zone_names() else default_zone),
        has_shortcuts=cookies.get("newsdesk_shortcuts") != "off",
    )


@cache
def zone_names() -> frozenset[str]:
    """The regions of the tz database, and UTC."""
    return frozenset(name for name in available_timezones() if "/" in name and not name.startswith("Etc/")) | {"UTC"}
