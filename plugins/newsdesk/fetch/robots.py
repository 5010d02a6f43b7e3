"""robots.txt (RFC 9309) as bytes in, permission and crawl-delay out. Pure."""

import datetime as dt
from dataclasses import dataclass

from protego import Protego

MAXIMUM_BYTES = 512 * 1024
"""RFC 9309, 2.5 asks for at least 500 KiB."""

KEPT_FOR = dt.timedelta(hours=24)
"""RFC 9309, 2.4: not longer than a day."""

KEPT_AFTER_FAILURE = dt.timedelta(minutes=30)
LONGEST_DELAY_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Robots:
    """One host's robots.txt. `status` 0: it did not answer."""

    status: int
    body: str
    fetched_at: dt.datetime

    @property
    def is_unreachable(self) -> bool:
        """A host that cannot say what is allowed allows nothing for now (RFC 9309, 2.3.1.4); 429 counts like a 5xx."""
        return self.status == 0 or self.status == 429 or self.status >= 500

    def is_fresh(self, now: dt.datetime) -> bool:
        return now - self.fetched_at < (KEPT_AFTER_FAILURE if self.is_unreachable else KEPT_FOR)


class RobotsRules:
    """What a host's robots.txt allows this program."""

    def __init__(self, robots: Robots, *, agent: str) -> None:
        self._agent = agent
        self._parsed = Protego.parse(robots.body.lstrip("\ufeff")) if 200 <= robots.status < 300 else None
        self.is_unreachable = robots.is_unreachable

    def allows(self, url: str) -> bool:
        return self._parsed is None or bool(self._parsed.can_fetch(url, self._agent))

    def sitemaps(self) -> list[str]:
        """The addresses of the sitemaps that it names, in its order."""
        return list(self._parsed.sitemaps) if self._parsed else []

    def delay_seconds(self) -> float:
        """The crawl-delay, at most a minute: a host that asks for more is asked once a minute."""
        asked = self._parsed.crawl_delay(self._agent) if self._parsed else None
        return min(float(asked or 0), LONGEST_DELAY_SECONDS)
