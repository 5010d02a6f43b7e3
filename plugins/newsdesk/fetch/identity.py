"""Which entries name one story although its address changed: the headline was edited, and the slug with it. Pure.

A story counted twice costs a line in a list; two stories taken for one cost an article. So nothing is believed of a
GUID alone: feeds give one GUID to all entries, number them by their place, or write new ones at each poll.
"""

import datetime as dt
import hashlib
import re
from collections.abc import Hashable, Iterable, Sequence
from urllib.parse import parse_qs, urlsplit

from newsdesk.records import FeedItem
from newsdesk.urls import article_id, canonical_url, host_key

_NUMBERED = re.compile(r"(?P<folder>(?:/[^/]+)*/)(?P<slug>[^/]*[^\W\d_][^/]*[-_.,])(?P<number>\d{7,})(?:\.(?:html?|php|aspx?))?/?")
"""A path that ends in a number behind a slug. Shorter numbers are prices, room numbers and years as often as ids."""

_DATE = re.compile(
    r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d*"
    r"|(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|[12]\d|3[01])(?:19|20)\d\d"
)
_ROUND = "000"


def story_keys(items: Sequence[FeedItem], *, feed_id: int, feed_url: str) -> list[tuple[str, ...]]:
    """For each entry of one poll the keys by which its story is known again under another address of the same host.

    A key is one of: a GUID together with the moment of publication; a GUID of WordPress (`?p=ID`), which is made from
    the post's number; a number of seven digits or more behind the slug, under the same folders. What two entries of
    the poll share identifies neither. Keys hold within one feed: a site's languages share GUIDs and moments.
    """
    addresses = [article_id(item.url) for item in items]
    guids = _of_one((item.id for item in items), addresses)
    moments = _of_one((item.published_at for item in items), addresses)
    numbers = _of_one((_number(item.url) for item in items), addresses)

    def names(item: FeedItem) -> Iterable[str]:
        if item.id in guids and not _is_no_story(item.id, feed_url):
            if _is_wordpress(item.id):
                yield f"post {item.id}"
            elif item.published_at is not None and item.published_at in moments and _is_exact(item.published_at):
                yield f"guid {item.id} {item.published_at.isoformat()}"
        number = _number(item.url)
        if number is not None and number in numbers:
            yield f"number {number}"

    return [tuple(_digest(f"{feed_id} {host_key(item.url)} {name}") for name in names(item)) for item in items]


def identity_url(*, requested: str, answered: str, first: str | None) -> str | None:
    """The address under which this capture's story was captured first; None where it may be another story.

    The page must have answered where it was asked: an address that redirects may lead to a login or a home page by now.
    WordPress's `?p=ID` always redirects; its answer counts where it lies beside the first one, as a slug beside a slug.
    """
    if first is None:
        return None
    if article_id(requested) == article_id(answered):
        return first
    return first if _is_wordpress(requested) and _are_siblings(first, answered) else None


def _of_one(values: Iterable[Hashable], addresses: Sequence[str]) -> set[Hashable]:
    """The values that belong to one address only."""
    owners: dict[Hashable, set[str]] = {}
    for value, address in zip(values, addresses, strict=True):
        owners.setdefault(value, set()).add(address)
    return {value for value, owning in owners.items() if len(owning) == 1}


def _is_no_story(guid: str, feed_url: str) -> bool:
    """Whether a GUID names the feed or its site."""
    home = f"{urlsplit(feed_url).scheme}://{urlsplit(feed_url).netloc}"
    return not guid or guid.rstrip("/") in {feed_url.rstrip("/"), home}


def _is_wordpress(address: str) -> bool:
    try:
        number = parse_qs(urlsplit(address).query).get("p", [""])[0]
    except ValueError:
        return False
    return address.startswith(("http://", "https://")) and number.isdecimal()


def _is_exact(moment: dt.datetime) -> bool:
    """Whether this is when a story was published, and no midnight of some zone and no slot of a schedule."""
    return bool(moment.second or moment.minute % 15)


def _number(url: str) -> str | None:
    """Folders and number of a path that ends in an id."""
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
