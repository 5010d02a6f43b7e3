"""Recognises an article whose URL has changed, for example because its headline and slug were edited. Pure.

A missed match stores an article twice; a false match loses an article, so keys must be unambiguous. A GUID alone is not: some feeds use
one GUID for all entries, number entries by position, or generate new GUIDs at each poll.
"""

import datetime as dt
import hashlib
import re
from collections.abc import Hashable, Iterable, Sequence
from urllib.parse import parse_qs, urlsplit

from newsdesk.records import FeedItem
from newsdesk.urls import article_id, canonical_url, host_key

_NUMBERED = re.compile(r"(?P<folder>(?:/[^/]+)*/)(?P<slug>[^/]*[^\W\d_][^/]*[-_.,])(?P<number>\d{7,})(?:\.(?:html?|php|aspx?))?/?")
"""A path whose last part is a slug and a number of at least seven digits. Shorter numbers are often years or quantities, not ids."""

_DATE = re.compile(
    r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d*"
    r"|(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|[12]\d|3[01])(?:19|20)\d\d"
)
_ROUND = "000"


def story_keys(items: Sequence[FeedItem], *, feed_id: int, feed_url: str) -> list[tuple[str, ...]]:
    """Return for each entry of one poll the keys that identify its article under another URL of the same host.

    A key is a digest of: a GUID and the time of publication; a WordPress GUID (`?p=ID`), which contains the number of the post; or
    the path up to the slug and a number of seven or more digits after it. Values that two entries of the poll share are not used.
    Keys include the id of the feed, since feeds of one site in several languages share GUIDs and times.
    """
    addresses = [article_id(item.url) for item in items]
    guids = _unique_values((item.id for item in items), addresses)
    moments = _unique_values((item.published_at for item in items), addresses)
    numbers = _unique_values((_number(item.url) for item in items), addresses)

    def names(item: FeedItem) -> Iterable[str]:
        if item.id in guids and not _names_feed_or_site(item.id, feed_url):
            if _is_wordpress(item.id):
                yield f"post {item.id}"
            elif item.published_at is not None and item.published_at in moments and _is_exact(item.published_at):
                yield f"guid {item.id} {item.published_at.isoformat()}"
        number = _number(item.url)
        if number is not None and number in numbers:
            yield f"number {number}"

    return [tuple(_digest(f"{feed_id} {host_key(item.url)} {name}") for name in names(item)) for item in items]


def identity_url(*, requested: str, answered: str, first: str | None) -> str | None:
    """Return the URL at which this article was first captured; None if the capture may be of another article.

    The page must not redirect, since a redirect can lead to a login or home page. WordPress's `?p=ID` always redirects, so its target
    is accepted if it is in the same folder as the first URL and both have slugs.
    """
    if first is None:
        return None
    if article_id(requested) == article_id(answered):
        return first
    return first if _is_wordpress(requested) and _are_siblings(first, answered) else None


def _unique_values(values: Iterable[Hashable], addresses: Sequence[str]) -> set[Hashable]:
    """Return the values that belong to exactly one article id."""
    owners: dict[Hashable, set[str]] = {}
    for value, address in zip(values, addresses, strict=True):
        owners.setdefault(value, set()).add(address)
    return {value for value, owning in owners.items() if len(owning) == 1}


def _names_feed_or_site(guid: str, feed_url: str) -> bool:
    """Return whether a GUID is empty, or the URL of the feed or its site."""
    home = f"{urlsplit(feed_url).scheme}://{urlsplit(feed_url).netloc}"
    return not guid or guid.rstrip("/") in {feed_url.rstrip("/"), home}


def _is_wordpress(address: str) -> bool:
    try:
        number = parse_qs(urlsplit(address).query).get("p", [""])[0]
    except ValueError:
        return False
    return address.startswith(("http://", "https://")) and number.isdecimal()


def _is_exact(moment: dt.datetime) -> bool:
    """Return whether this can be the actual time of publication: not a multiple of 15 minutes, as midnight or a scheduled time is."""
    return bool(moment.second or moment.minute % 15)


def _number(url: str) -> str | None:
    """Return the folders and the number of a path that ends in a numeric id; None for dates, round numbers and other paths."""
    try:
        parts = urlsplit(canonical_url(url))
    except ValueError:
        return None
    found = _NUMBERED.fullmatch(parts.path)
    if found is None or parts.query or _DATE.fullmatch(found["number"]) or found["number"].endswith(_ROUND):
        return None
    return f"{found['folder']}{found['number']}"


def _are_siblings(one: str, other: str) -> bool:
    if host_key(one) != host_key(other) or urlsplit(other).query:
        return False
    first, second = (urlsplit(url).path.rstrip("/").rpartition("/") for url in (one, other))
    return first[0] == second[0] and "-" in first[2] and "-" in second[2]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]
