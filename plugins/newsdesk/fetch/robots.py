"""Parses robots.txt (RFC 9309) and evaluates its rules, crawl delay and sitemaps. Pure."""

import codecs
import datetime as dt
import re
from dataclasses import dataclass

from protego import Protego

MAXIMUM_BYTES = 512 * 1024
"""RFC 9309, 2.5 requires at least 500 KiB."""

KEPT_FOR = dt.timedelta(hours=24)
"""Cache lifetime; RFC 9309, 2.4 allows at most a day."""

KEPT_AFTER_FAILURE = dt.timedelta(minutes=30)
LONGEST_DELAY_SECONDS = 60.0
_AGENT_LINE = re.compile(r"^(\s*user[ -]?agent\s*:)([^#\r\n]*)", re.IGNORECASE | re.MULTILINE)
_PRODUCT_TOKEN = re.compile(r"[a-z_-]+")
_DELAY_LINE = re.compile(r"^(\s*crawl[ -]delay\s*:\s*\d+)(?:[.,](\d+))?[^\r\n]*", re.IGNORECASE | re.MULTILINE)
_NOBODY = "nobody"
_MARKS = "\ufeff\ufffd"
"""A byte order mark, and the replacement character that one becomes if it is decoded in another encoding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Robots:
    """The robots.txt of one host. `status` is 0 if there was no response."""

    status: int
    body: str
    fetched_at: dt.datetime

    @property
    def is_unreachable(self) -> bool:
        """Whether everything is disallowed for now because robots.txt is unreachable (RFC 9309, 2.3.1.4). 429 is treated like 5xx."""
        return self.status == 0 or self.status == 429 or self.status >= 500

    def is_fresh(self, now: dt.datetime) -> bool:
        return now - self.fetched_at < (KEPT_AFTER_FAILURE if self.is_unreachable else KEPT_FOR)


def decode_robots(body: bytes) -> str:
    """Decode a robots.txt: UTF-8, as RFC 9309 requires, or UTF-16. The incomplete last line of a truncated file is removed."""
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif b"\x00" in body[:2]:
        encoding = "utf-16-be" if body.startswith(b"\x00") else "utf-16-le"
    else:
        encoding = "utf-8-sig"
    text = body.decode(encoding, "replace").replace("\x00", "")
    return text if len(body) < MAXIMUM_BYTES else "".join(text.splitlines(keepends=True)[:-1])


class RobotsRules:
    """The rules of a robots.txt for this crawler. `agent` is its User-Agent; rules are matched by the product token in it."""

    def __init__(self, robots: Robots, *, agent: str) -> None:
        self._agent = agent.partition("/")[0].lower()
        body = _AGENT_LINE.sub(self._addressed, robots.body.lstrip(_MARKS))
        # Protego ignores values such as `1,5` and `2s`.
        body = _DELAY_LINE.sub(lambda line: f"{line[1]}.{line[2] or 0}", body)
        self._parsed = Protego.parse(body) if 200 <= robots.status < 300 else None
        self.is_unreachable = robots.is_unreachable

    def allows(self, url: str) -> bool:
        return self._parsed is None or bool(self._parsed.can_fetch(url, self._agent))

    def sitemaps(self) -> list[str]:
        """Return the sitemaps as they are written in the file, in its order."""
        return list(self._parsed.sitemaps) if self._parsed else []

    def _addressed(self, line: re.Match[str]) -> str:
        """Reduce a user-agent line to the product token (RFC 9309, 2.2.1), since Protego also matches parts of names."""
        named = [value.strip().lower() for value in line[2].split(",")]
        tokens = [_PRODUCT_TOKEN.match(value.lstrip("*")) for value in named]
        if self._agent in {token[0] for token in tokens if token}:
            return f"{line[1]} {self._agent}"
        return f"{line[1]} {'*' if '*' in named else _NOBODY}"

    def delay_seconds(self) -> float:
        """Return the crawl delay in seconds, at most `LONGEST_DELAY_SECONDS`."""
        asked = self._parsed.crawl_delay(self._agent) if self._parsed else None
        return min(float(asked or 0), LONGEST_DELAY_SECONDS)
