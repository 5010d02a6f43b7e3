"""Sitemaps as bytes in, pages and further sitemaps out (sitemaps.org 0.9, Google's news extension). Pure.

They are how yesterday's and last year's pages are found: a feed forgets, an archive of sitemaps does not.
"""

import datetime as dt
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urljoin

import lxml.etree

from newsdesk.charsets import decode_text
from newsdesk.errors import ArticleRejected, Reason
from newsdesk.fetch.content_encoding import decode_body
from newsdesk.fetch.feed_dates import parse_moment
from newsdesk.fetch.feeds import parse_feed
from newsdesk.fetch.markup import mend
from newsdesk.records import FeedItem
from newsdesk.urls import to_uri

MAXIMUM_BYTES = 50 * 1024 * 1024
"""sitemaps.org allows so much before compression."""

MAXIMUM_ENTRIES = 50_000

_GZIP = b"\x1f\x8b"
_MOST_GZIPS = 3
_ROOT = re.compile(r"<(?:[\w.-]+:)?(urlset|sitemapindex|rss|feed|rdf)[\s/>]", re.IGNORECASE)
_ROOT_WITHIN = 65_536
"""So far in a sitemap may begin, behind a server's warnings, comments and style sheets."""

_FEEDS = ("rss", "feed", "rdf")

_ESCAPED_AMPERSAND = re.compile(r"&(?:amp;)+")
_SITEMAP_SPACE = "schemas/sitemap/"
"""In the namespace of every version of the protocol, and in none of its extensions."""

_UTC_BY_NAME = re.compile(r" ?(?:UTC|GMT|Z)$")
_NO_DAY = re.compile(r"\d{4}(?:-\d\d)?")
_FIRST_YEAR = 1900
"""Systems that know no date write the first that they can: of the year 1, as a rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapRef:
    """A sitemap that an index names. `changed_at` is its lastmod; None where the index does not say."""

    url: str
    changed_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitemap:
    """Either pages, in the form of a feed's entries, or further sitemaps."""

    items: tuple[FeedItem, ...] = ()
    sitemaps: tuple[SitemapRef, ...] = ()


def parse_sitemap(body: bytes, *, url: str) -> Sitemap:
    """The pages or sitemaps that are listed; gzip, a feed, and a list of addresses as plain text are read too.

    An entry's `published_at` is the news extension's date, or else None; `updated_at` is its lastmod.
    Raises ArticleRejected: UNREADABLE where this is no sitemap, TOO_LARGE beyond `MAXIMUM_BYTES`.
    """
    text = decode_text(_gunzip(body), "")
    root = _ROOT.search(text, 0, _ROOT_WITHIN)
    if root is None:
        return _from_text(text, url)
    markup = text[root.start() :]
    if root[1].lower() in _FEEDS:
        return Sitemap(items=parse_feed(markup.encode("utf-8", "replace"), content_type="application/xml; charset=utf-8", url=url).items)
    items: list[FeedItem] = []
    sitemaps: list[SitemapRef] = []
    for entry in islice(_entries(markup), MAXIMUM_ENTRIES):
        location = _absolute(entry.location, url)
        if location and entry.is_sitemap:
            sitemaps.append(
                SitemapRef(url=location, changed_at=None if _NO_DAY.fullmatch(entry.changed) else parse_w3c_time(entry.changed))
            )
        elif location:
            items.append(_item(entry, location))
    return Sitemap(items=tuple(items), sitemaps=tuple(sitemaps))


def plan_sitemaps(sitemaps: Iterable[SitemapRef], *, since: dt.datetime, until: dt.datetime) -> list[SitemapRef]:
    """Those of an index that may list a page of the window [since, until): what is named after it first, then the newest.

    One that was changed before the window cannot. One whose address names a month or day outside of it does not, since
    archives are cut by date; but digits without anything between them (`201203`) may count the parts, and are not
    believed of one that was changed since. One that says nothing must be looked at.
    """
    ranked = [(_rank(ref, since, until), ref) for ref in sitemaps if not _was_changed_before(ref, since)]
    wanted = [(rank, ref) for rank, ref in ranked if rank]
    return [ref for _, ref in sorted(wanted, key=lambda found: (found[0], found[1].changed_at or until), reverse=True)]


def plan_items(items: Iterable[FeedItem], *, since: dt.datetime, until: dt.datetime) -> list[FeedItem]:
    """The entries of the window [since, until), by publication, else by last change, else by the date in the address."""
    return [item for item in items if _in_window(item, since, until)]


def _in_window(item: FeedItem, since: dt.datetime, until: dt.datetime) -> bool:
    moment = item.published_at or _date_in(item.url) or item.updated_at
    if moment is None:
        return False
    # A date without a time stands for its whole day.
    is_day = moment.time() == dt.time(0)
    return since.date() <= moment.date() < until.date() + _ONE_DAY * (until.time() != dt.time(0)) if is_day else since <= moment < until


_ONE_DAY = dt.timedelta(days=1)
_DATED = re.compile(r"(?<!\d)(20\d{2})([-/_]?)(0[1-9]|1[0-2])(?:[-/_]?(0[1-9]|[12]\d|3[01]))?(?!\d)")
_OUTSIDE, _UNKNOWN, _WITHIN = range(3)


def _was_changed_before(ref: SitemapRef, since: dt.datetime) -> bool:
    """A date without a time stands for its whole day."""
    if ref.changed_at is None:
        return False
    return ref.changed_at + _ONE_DAY <= since if ref.changed_at.time() == dt.time(0) else ref.changed_at < since


def _rank(ref: SitemapRef, since: dt.datetime, until: dt.datetime) -> int:
    """Whether the address of a sitemap names a time of the window."""
    dated = _DATED.search(ref.url)
    if not dated:
        return _UNKNOWN
    try:
        first = dt.date(int(dated[1]), int(dated[3]), int(dated[4] or 1))
    except ValueError:
        return _UNKNOWN
    last = first if dated[4] else (first.replace(day=28) + 4 * _ONE_DAY).replace(day=1) - _ONE_DAY
    # A day to either side: publishers cut their archives in their own time zone.
    if first - _ONE_DAY <= until.date() and last + _ONE_DAY >= since.date():
        return _WITHIN
    return _OUTSIDE if dated[2] or ref.changed_at is None else _UNKNOWN


def _date_in(url: str) -> dt.datetime | None:
    dated = _DATED.search(url)
    if not dated or not dated[4]:
        return None
    try:
        return dt.datetime(int(dated[1]), int(dated[3]), int(dated[4]), tzinfo=dt.UTC)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """What one entry of a sitemap says, as it is written; `news` are the fields of the news extension."""

    is_sitemap: bool
    location: str
    changed: str
    news: dict[str, str]


def _entries(markup: str) -> Iterator[_Entry]:
    """The entries one after the other; none of them stays in memory."""
    data = io.BytesIO(mend(markup).encode("utf-8", "replace"))
    depth, is_index = 0, False
    parse = lxml.etree.iterparse(
        data, events=("start", "end"), recover=True, huge_tree=True, resolve_entities=False, no_network=True, encoding="utf-8"
    )
    for event, element in parse:
        depth += 1 if event == "start" else -1
        if depth == 1 and event == "start":
            is_index = _name(element)[1] == "sitemapindex"
        elif depth == 1:
            yield _entry(element, is_index=is_index)
            element.clear(keep_tail=False)
            while element.getprevious() is not None:
                del element.getparent()[0]


def _entry(element: Any, *, is_index: bool) -> _Entry:
    """The entry's own fields stand in it and in its own namespace: pictures and videos have a `loc` and a `title` too."""
    own, kind = _name(element)
    fields: dict[str, str] = {}
    news: dict[str, str] = {}
    for child in element.iterchildren("*"):
        space, name = _name(child)
        if name == "news":
            news = news or {_name(part)[1]: _text(part) for part in child.iter("*")}
        elif space in (own, "") or _SITEMAP_SPACE in space:
            fields.setdefault(name, _text(child))
    return _Entry(
        is_sitemap=is_index or kind == "sitemap", location=fields.get("loc") or _text(element), changed=fields.get("lastmod", ""), news=news
    )


def _item(entry: _Entry, url: str) -> FeedItem:
    return FeedItem(
        id=url,
        url=url,
        title=" ".join(entry.news.get("title", "").split()),
        published_at=parse_w3c_time(entry.news.get("publication_date", "")),
        updated_at=parse_w3c_time(entry.changed),
        language=entry.news.get("language") or None,
    )


def _from_text(text: str, base: str) -> Sitemap:
    """A sitemap as a list of addresses, one a line."""
    if text.lstrip().startswith("<"):
        raise ArticleRejected(Reason.UNREADABLE, "this is no sitemap: it is markup of another kind")
    lines = (line.strip() for line in text.splitlines())
    urls = list(islice((line for line in lines if line.lower().startswith(("http://", "https://"))), MAXIMUM_ENTRIES))
    if not urls:
        raise ArticleRejected(Reason.UNREADABLE, "this is no sitemap: neither XML nor a list of addresses")
    return Sitemap(items=tuple(FeedItem(id=url, url=url) for url in urls))


def _gunzip(body: bytes) -> bytes:
    """Servers compress what is compressed already."""
    for _ in range(_MOST_GZIPS):
        if not body.startswith(_GZIP):
            break
        body = decode_body(body, "gzip", maximum_bytes=MAXIMUM_BYTES)
    return body


def _name(element: Any) -> tuple[str, str]:
    """Namespace, or the prefix where nobody declared it, and name in small letters."""
    space, brace, name = element.tag.rpartition("}")
    if not brace:
        space, _, name = element.tag.rpartition(":")
    return space.lstrip("{"), name.lower()


def _text(element: Any) -> str:
    """The element's own text, without that of elements in it; comments may stand between."""
    parts = [element.text or "", *(child.tail or "" for child in element)]
    return "".join(parts).strip()


def _absolute(location: str, base: str) -> str:
    """The address that an entry means; empty where it means none."""
    location = _ESCAPED_AMPERSAND.sub("&", location)
    try:
        # urljoin takes the base for `https://` alone.
        url = location if "://" in location else urljoin(base, location)
        to_uri(url)
    except ValueError:
        return ""
    return url if location else ""


def parse_w3c_time(value: str) -> dt.datetime | None:
    """Parse a time as sitemaps and WARC records write it; in UTC, or None.

    Understood are W3C's date and time formats (https://www.w3.org/TR/NOTE-datetime), from the year alone to fractions of
    a second, and what `feed_dates` understands: many sitemaps write RFC 822.
    """
    text = " ".join(value.split()).upper()
    if _NO_DAY.fullmatch(text):
        text += "-01" if "-" in text else "-01-01"
    try:
        moment = dt.datetime.fromisoformat(_UTC_BY_NAME.sub("Z", text).replace(" +", "+").replace(" -", "-"))
        moment = moment.astimezone(dt.UTC) if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    except (ValueError, OverflowError):
        return parse_moment(value)
    return moment if moment.year >= _FIRST_YEAR else None
