"""Sitemaps as bytes in, pages and further sitemaps out (sitemaps.org 0.9, Google's news extension). Pure.

They are how yesterday's and last year's pages are found: a feed forgets, an archive of sitemaps does not.
"""

import datetime as dt
import gzip
import io
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import lxml.etree

from newsdesk.errors import ArticleRejected, Reason
from newsdesk.records import FeedItem

MAXIMUM_BYTES = 50 * 1024 * 1024
"""sitemaps.org allows so much before compression."""

MAXIMUM_ENTRIES = 50_000


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
    """The pages or sitemaps that are listed; gzip, and a list of addresses as plain text, are read too.

    An entry's `published_at` is the news extension's date, or else None; `updated_at` is its lastmod.
    Raises ArticleRejected with Reason.UNREADABLE where this is no sitemap.
    """
    plain = _gunzip(body)
    if not plain.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return _from_text(plain, url)
    parser = lxml.etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    try:
        root = lxml.etree.fromstring(plain.lstrip(b"\xef\xbb\xbf \t\r\n"), parser)
    except lxml.etree.XMLSyntaxError as error:
        raise ArticleRejected(Reason.UNREADABLE, f"this is no readable sitemap: {error.msg}") from error
    kind = _name(root) if root is not None else ""
    if kind == "sitemapindex":
        return Sitemap(sitemaps=tuple(_refs(root, url)))
    if kind == "urlset":
        return Sitemap(items=tuple(_items(root, url)))
    raise ArticleRejected(Reason.UNREADABLE, f"this is no sitemap: its root is <{kind}>")


def plan_sitemaps(sitemaps: Iterable[SitemapRef], *, since: dt.datetime, until: dt.datetime) -> list[SitemapRef]:
    """Those of an index that may list a page of the window [since, until), the newest first.

    One that was changed before the window cannot. One whose address names a month or day outside of it does not, since
    archives are cut by date; one that says nothing must be looked at.
    """
    wanted = [ref for ref in sitemaps if not (ref.changed_at and ref.changed_at < since) and _may_cover(ref.url, since, until)]
    return sorted(wanted, key=lambda ref: ref.changed_at or until, reverse=True)


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
_DATED = re.compile(r"(?<!\d)(20\d{2})[-/_]?(0[1-9]|1[0-2])(?:[-/_]?(0[1-9]|[12]\d|3[01]))?(?!\d)")


def _may_cover(url: str, since: dt.datetime, until: dt.datetime) -> bool:
    dated = _DATED.search(url)
    if not dated:
        return True
    year, month, day = int(dated[1]), int(dated[2]), int(dated[3] or 0)
    try:
        first = dt.date(year, month, day or 1)
    except ValueError:
        return True
    last = first if day else (first.replace(day=28) + 4 * _ONE_DAY).replace(day=1) - _ONE_DAY
    # A day to either side: publishers cut their archives in their own time zone.
    return first - _ONE_DAY <= until.date() and last + _ONE_DAY >= since.date()


def _date_in(url: str) -> dt.datetime | None:
    dated = _DATED.search(url)
    if not dated or not dated[3]:
        return None
    try:
        return dt.datetime(int(dated[1]), int(dated[2]), int(dated[3]), tzinfo=dt.UTC)
    except ValueError:
        return None


def _items(root: Any, base: str) -> Iterator[FeedItem]:
    for entry in list(root)[:MAXIMUM_ENTRIES]:
        fields = {_name(child): (child.text or "").strip() for child in entry.iter() if isinstance(child.tag, str)}
        url = _absolute(fields.get("loc", ""), base)
        if url:
            yield FeedItem(
                id=url,
                url=url,
                title=" ".join(fields.get("title", "").split()),
                published_at=parse_w3c_time(fields.get("publication_date", "")),
                updated_at=parse_w3c_time(fields.get("lastmod", "")),
                language=fields.get("language") or None,
            )


def _refs(root: Any, base: str) -> Iterator[SitemapRef]:
    for entry in list(root)[:MAXIMUM_ENTRIES]:
        fields = {_name(child): (child.text or "").strip() for child in entry.iter() if isinstance(child.tag, str)}
        url = _absolute(fields.get("loc", ""), base)
        if url:
            yield SitemapRef(url=url, changed_at=parse_w3c_time(fields.get("lastmod", "")))


def _from_text(body: bytes, base: str) -> Sitemap:
    lines = [line.strip() for line in body.decode("utf-8-sig", "replace").splitlines()[:MAXIMUM_ENTRIES]]
    urls = [line for line in lines if line.lower().startswith(("http://", "https://"))]
    if not urls:
        raise ArticleRejected(Reason.UNREADABLE, "this is no sitemap: neither XML nor a list of addresses")
    return Sitemap(items=tuple(FeedItem(id=line, url=line) for line in urls))


def _gunzip(body: bytes) -> bytes:
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        with gzip.open(io.BytesIO(body)) as file:
            plain = file.read(MAXIMUM_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise ArticleRejected(Reason.UNREADABLE, f"this is no readable gzip: {error}") from error
    if len(plain) > MAXIMUM_BYTES:
        raise ArticleRejected(Reason.TOO_LARGE, f"the sitemap is larger than {MAXIMUM_BYTES} bytes")
    return plain


def _name(element: Any) -> str:
    return str(lxml.etree.QName(element).localname).lower()


def _absolute(location: str, base: str) -> str:
    try:
        url = urljoin(base, location) if location else ""
    except ValueError:
        return ""
    return url if url.lower().startswith(("http://", "https://")) else ""


def parse_w3c_time(value: str) -> dt.datetime | None:
    """A time as sitemaps and WARC records write it, in UTC; None where it is none."""
    try:
        moment = dt.datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment.astimezone(dt.UTC) if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
