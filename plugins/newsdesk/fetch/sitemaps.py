"""Parses sitemaps (sitemaps.org 0.9, Google's news extension), and selects those of a range of days. Pure.

Sitemaps list pages that feeds do not list any more.
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
from newsdesk.fetch.xml_repair import repair_xml
from newsdesk.records import FeedItem
from newsdesk.urls import to_uri

MAXIMUM_BYTES = 50 * 1024 * 1024
"""Maximum uncompressed size of a sitemap by sitemaps.org."""

MAXIMUM_ENTRIES = 50_000

_GZIP = b"\x1f\x8b"
_MOST_GZIPS = 3
_ROOT = re.compile(r"<(?:[\w.-]+:)?(urlset|sitemapindex|rss|feed|rdf)[\s/>]", re.IGNORECASE)
_ROOT_WITHIN = 65_536
"""Characters in which the root element must begin: warnings of a server, comments and style sheets can precede it."""

_FEEDS = ("rss", "feed", "rdf")

_ESCAPED_AMPERSAND = re.compile(r"&(?:amp;)+")
_SITEMAP_SPACE = "schemas/sitemap/"
"""Part of the namespace of all versions of the protocol, but not of its extensions."""

_UTC_BY_NAME = re.compile(r" ?(?:UTC|GMT|Z)$")
_NO_DAY = re.compile(r"\d{4}(?:-\d\d)?")
_FIRST_YEAR = 1900
"""Earlier dates are ignored: some systems write year 1 for a missing date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapRef:
    """A sitemap that is listed in a sitemap index. `changed_at` is its lastmod, or None."""

    url: str
    changed_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitemap:
    """The content of a sitemap (`items`, in the form of feed entries) or of a sitemap index (`sitemaps`)."""

    items: tuple[FeedItem, ...] = ()
    sitemaps: tuple[SitemapRef, ...] = ()


def parse_sitemap(body: bytes, *, url: str) -> Sitemap:
    """Parse a sitemap, a sitemap index, a feed or a plain-text list of URLs, optionally compressed with gzip.

    `published_at` of an entry is the publication date of the news extension, or None; `updated_at` is its lastmod.

    Raises ArticleRejected: UNREADABLE if this is not a sitemap, TOO_LARGE beyond `MAXIMUM_BYTES`.
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
    """Return the sitemaps that may list pages of [since, until): first those whose URL has a date of the window, then the latest.

    Sitemaps that were last changed before the window are excluded, and so are those with a month or day outside of it in their URL,
    since archives are split by date. Digits without separators (`201203`) can also be a serial number, so they do not exclude a sitemap
    that was changed since.
    """
    ranked = [(_rank(ref, since, until), ref) for ref in sitemaps if not _was_changed_before(ref, since)]
    wanted = [(rank, ref) for rank, ref in ranked if rank]
    return [ref for _, ref in sorted(wanted, key=lambda found: (found[0], found[1].changed_at or until), reverse=True)]


def plan_items(items: Iterable[FeedItem], *, since: dt.datetime, until: dt.datetime) -> list[FeedItem]:
    """Return the entries of [since, until), by publication date, else by the date in the URL, else by the date of the last change."""
    return [item for item in items if _in_window(item, since, until)]


def _in_window(item: FeedItem, since: dt.datetime, until: dt.datetime) -> bool:
    moment = item.published_at or _date_in(item.url) or item.updated_at
    if moment is None:
        return False
    # A date without time means the whole day.
    is_day = moment.time() == dt.time(0)
    return since.date() <= moment.date() < until.date() + _ONE_DAY * (until.time() != dt.time(0)) if is_day else since <= moment < until


_ONE_DAY = dt.timedelta(days=1)
_DATED = re.compile(r"(?<!\d)(20\d{2})([-/_]?)(0[1-9]|1[0-2])(?:[-/_]?(0[1-9]|[12]\d|3[01]))?(?!\d)")
_OUTSIDE, _UNKNOWN, _WITHIN = range(3)


def _was_changed_before(ref: SitemapRef, since: dt.datetime) -> bool:
    """Return whether a sitemap was last changed before `since`. A date without time means the whole day."""
    if ref.changed_at is None:
        return False
    return ref.changed_at + _ONE_DAY <= since if ref.changed_at.time() == dt.time(0) else ref.changed_at < since


def _rank(ref: SitemapRef, since: dt.datetime, until: dt.datetime) -> int:
    """Return whether the date in the URL of a sitemap is within the window, outside of it, or unknown."""
    dated = _DATED.search(ref.url)
    if not dated:
        return _UNKNOWN
    try:
        first = dt.date(int(dated[1]), int(dated[3]), int(dated[4] or 1))
    except ValueError:
        return _UNKNOWN
    last = first if dated[4] else (first.replace(day=28) + 4 * _ONE_DAY).replace(day=1) - _ONE_DAY
    # With a day of tolerance: publishers split archives by their own time zone.
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
    """The fields of one entry, as written. `news` has the fields of the news extension."""

    is_sitemap: bool
    location: str
    changed: str
    news: dict[str, str]


def _entries(markup: str) -> Iterator[_Entry]:
    """Yield the entries while parsing, without keeping the document in memory."""
    data = io.BytesIO(repair_xml(markup).encode("utf-8", "replace"))
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
    """Read the fields of an entry. Child elements in other namespaces, such as images with their own `loc`, are ignored."""
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
    """Parse a plain-text sitemap with one URL per line."""
    if text.lstrip().startswith("<"):
        raise ArticleRejected(Reason.UNREADABLE, "this is not a sitemap: the markup has no root element of a sitemap or feed")
    lines = (line.strip() for line in text.splitlines())
    urls = list(islice((line for line in lines if line.lower().startswith(("http://", "https://"))), MAXIMUM_ENTRIES))
    if not urls:
        raise ArticleRejected(Reason.UNREADABLE, "this is not a sitemap: neither XML nor a list of URLs")
    return Sitemap(items=tuple(FeedItem(id=url, url=url) for url in urls))


def _gunzip(body: bytes) -> bytes:
    """Decompress gzip, up to `_MOST_GZIPS` times: some servers compress files that are already compressed."""
    for _ in range(_MOST_GZIPS):
        if not body.startswith(_GZIP):
            break
        body = decode_body(body, "gzip", maximum_bytes=MAXIMUM_BYTES)
    return body


def _name(element: Any) -> tuple[str, str]:
    """Return the namespace, or else the undeclared prefix, and the lower-case name of an element."""
    space, brace, name = element.tag.rpartition("}")
    if not brace:
        space, _, name = element.tag.rpartition(":")
    return space.lstrip("{"), name.lower()


def _text(element: Any) -> str:
    """Return the text of the element without that of child elements; comments may interrupt it."""
    parts = [element.text or "", *(child.tail or "" for child in element)]
    return "".join(parts).strip()


def _absolute(location: str, base: str) -> str:
    """Resolve the URL of an entry; empty if it is invalid."""
    location = _ESCAPED_AMPERSAND.sub("&", location)
    try:
        # Not urljoin for absolute URLs: it would return the base for `https://`.
        url = location if "://" in location else urljoin(base, location)
        to_uri(url)
    except ValueError:
        return ""
    return url if location else ""


def parse_w3c_time(value: str) -> dt.datetime | None:
    """Parse a date of a sitemap or WARC record; return it in UTC, or None.

    Supports W3C date and time formats (https://www.w3.org/TR/NOTE-datetime), from a year to fractions of a second, and the formats of
    `feed_dates`, as many sitemaps contain RFC 822 dates.
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
