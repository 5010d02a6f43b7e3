"""A user's display preferences: colours, time zone, keyboard shortcuts. Stored in cookies of the browser.

`static/preferences.js` sends the browser's time zone until the user has chosen one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import unquote
from zoneinfo import ZoneInfo, available_timezones

THEMES = {"": "as the system", "light": "light", "dark": "dark"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """The preferences. `theme` is a key of THEMES; the default time zone is that of the installation."""

    theme: str
    zone: ZoneInfo
    has_shortcuts: bool


def read_preferences(cookies: Mapping[str, str], *, default_zone: str) -> Preferences:
    """Read the preferences from cookies; invalid values are ignored."""
    theme, zone = cookies.get("newsdesk_theme", ""), unquote(cookies.get("newsdesk_zone", ""))
    return Preferences(
        theme=theme if theme in THEMES else "",
        zone=ZoneInfo(zone if zone in zone_names() else default_zone),
        has_shortcuts=cookies.get("newsdesk_shortcuts") != "off",
    )


@cache
def zone_names() -> frozenset[str]:
    """Return the regions of the tz database, and UTC."""
    return frozenset(name for name in available_timezones() if "/" in name and not name.startswith("Etc/")) | {"UTC"}
