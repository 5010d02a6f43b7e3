"""robots.txt (RFC 9309) as bytes in, permission and crawl-delay out. Pure."""

import codecs
import datetime as dt
import re
from dataclasses import dataclass

from protego import Protego

MAXIMUM_BYTES = 512 * 1024
"""RFC 9309, 2.5 asks for at least 500 KiB."""

KEPT_FOR = dt.timedelta(hours=24)
"""RFC 9309, 2.4: not longer than a day."""

KEPT_AFTER_FAILURE = dt.timedelta(minutes=30)
LONGEST_DELAY_SECONDS = 60.0
_AGENT_LINE = re.compile(r"^(\s*user[ -]?agent\s*:)([^#\r\n]*)", re.IGNORECASE | re.MULTILINE)
_PRODUCT_TOKEN = re.compile(r"[a-z_-]+")
_DELAY_LINE = re.compile(r"^(\s*crawl[ -]delay\s*:\s*\d+)(?:[.,](\d+))?[^\r\n]*", re.IGNORECASE | re.MULTILINE)
_NOBODY = "nobody"
_MARKS = "\ufeff\ufffd"
"""A byte order mark, and what is left of one that was read in another encoding."""


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


def decode_robots(body: bytes) -> str:
    """A robots.txt as text: UTF-8, as RFC 9309 has it, or UTF-16. Of one that was cut off the last line is left out."""
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif b"\x00" in body[:2]:
        encoding = "utf-16-be" if body.startswith(b"\x00") else "utf-16-le"
    else:
        encoding = "utf-8-sig"
    text = body.decode(encoding, "replace").replace("\x00", "")
    return text if len(body) < MAXIMUM_BYTES else "".join(text.splitlines(keepends=True)[:-1])


class RobotsRules:
    """What a host's robots.txt allows this program, whose name is the first word of its User-Agent."""

    def __init__(self, robots: Robots, *, agent: str) -> None:
        self._agent = agent.partition("/")[0].lower()
        body = _AGENT_LINE.sub(self._addressed, robots.body.lstrip(_MARKS))
        # Protego drops `1,5` and `2s`.
        body = _DELAY_LINE.sub(lambda line: f"{line[1]}.{line[2] or 0}", body)
        self._parsed = Protego.parse(body) if 200 <= robots.status < 300 else None
        self.is_unreachable = robots.is_unreachable

    def allows(self, url: str) -> bool:
        return self._parsed is None or bool(self._parsed.can_fetch(url, self._agent))

    def sitemaps(self) -> list[str]:
        """The addresses of the sitemaps that it names, in its order."""
        return list(self._parsed.sitemaps) if self._parsed else []

    def _addressed(self, line: re.Match[str]) -> str:
        """The line with the product token alone (RFC 9309, 2.2.1): Protego would take a part of a name for the name."""
        named = [value.strip().lower() for value in line[2].split(",")]
        tokens = [_PRODUCT_TOKEN.match(value.lstrip("*")) for value in named]
        if self._agent in {token[0] for token in tokens if token}:
            return f"{line[1]} {self._agent}"
        return f"{line[1]} {'*' if '*' in named else _NOBODY}"

    def delay_seconds(self) -> float:
        """The crawl-delay, at most a minute: a host that asks for more is asked once a minute."""
        asked = self._parsed.crawl_delay(self._agent) if self._parsed else None
        return min(float(asked or 0), LONGEST_DELAY_SECONDS)
