"""When an article was published and changed, and which sign said so; never in the future."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from lxml.html import HtmlElement

from newsdesk.clean.structured import Structured, as_text

OLDEST = dt.datetime(1995, 1, 1, tzinfo=dt.UTC)
"""Older dates on a web page are those of what it tells about."""

_IN_URL = re.compile(r"/((?:19|20)\d\d)[/-](0?[1-9]|1[0-2])[/-](0?[1-9]|[12]\d|3[01])(?=[/\-_.]|$)")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?", re.IGNORECASE)
_PUBLISHED_META = (
    "article:published_time", "og:article:published_time", "article:published", "datepublished", "og:published_time", "parsely-pub-date",
    "sailthru.date", "dc.date.issued", "dcterms.created", "dc.date", "dcterms.date", "publish-date", "publishdate", "pubdate", "date",
    "article_date_original", "cxenseparse:recs:publishtime", "date.created", "dcterms.issued", "creation_date", "publication_date",
    "citation_publication_date", "originalpublicationdate", "last-publish-date", "ptime", "article.published", "published_at",
)  # fmt: skip
_MODIFIED_META = (
    "article:modified_time", "og:updated_time", "article:modified", "datemodified", "dcterms.modified", "dc.date.modified", "last-modified",
    "lastmod", "article.updated", "revised", "updated_time",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Dated:
    """A moment in UTC and the sign it came from; `at` is None where no sign could be believed."""

    at: dt.datetime | None = None
    source: str = ""


def find_published(tree: HtmlElement, structured: Structured, *, url: str, now: dt.datetime, feed: dt.datetime | None = None) -> Dated:
    """When the article was first published. `source` is json-ld, meta, time, url, feed or text."""
    for source, value in _published_claims(tree, structured, url=url):
        at = parse_moment(value)
        if at is not None and is_plausible(at, now=now):
            return Dated(at, source)
    if feed is not None and is_plausible(feed, now=now):
        return Dated(feed, "feed")
    return _from_text(tree, now=now)


def find_modified(structured: Structured, *, published: Dated, now: dt.datetime) -> Dated:
    """When the article was last changed; nothing where it was never changed, or before it was published."""
    claims = [("json-ld", as_text(structured.article.get("dateModified"))), ("meta", structured.meta_first(*_MODIFIED_META))]
    for source, value in claims:
        at = parse_moment(value)
        if at is not None and is_plausible(at, now=now) and (published.at is None or at >= published.at):
            return Dated(at, source)
    return Dated()


def parse_moment(value: str) -> dt.datetime | None:
    """The moment in UTC of an ISO-8601 or RFC 5322 date; None for anything else. A time without zone is taken as UTC."""
    match = _ISO.search(value)
    if match:
        return _from_iso(match)
    try:
        at = parsedate_to_datetime(value)
    except (ValueError, IndexError, TypeError):
        return None
    return (at.replace(tzinfo=dt.UTC) if at.tzinfo is None else at).astimezone(dt.UTC)


def is_plausible(at: dt.datetime, *, now: dt.datetime) -> bool:
    """Whether a page seen at `now` can have this date."""
    return OLDEST <= at <= now


def _from_iso(match: re.Match[str]) -> dt.datetime | None:
    year, month, day, hour, minute, second, zone = match.groups()
    try:
        at = dt.datetime(int(year), int(month), int(day), int(hour or 0) % 24, int(minute or 0), min(int(second or 0), 59), tzinfo=dt.UTC)
    except ValueError:
        return None
    if zone and zone[0] in "+-":
        offset = dt.timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
        at = at - offset if zone[0] == "+" else at + offset
    return at


def _published_claims(tree: HtmlElement, structured: Structured, *, url: str) -> Iterator[tuple[str, str]]:
    for node in (structured.article, structured.page):
        for key in ("datePublished", "dateCreated", "uploadDate"):
            yield "json-ld", as_text(node.get(key))
    for name in _PUBLISHED_META:
        yield from (("meta", value) for value in structured.meta.get(name, ()))
    yield from (("json-ld", as_text(node.get("datePublished"))) for node in structured.nodes)
    yield from (("time", value) for value in _time_elements(tree))
    match = _IN_URL.search(url)
    if match:
        yield "url", f"{match.group(1)}-{int(match.group(2)):02}-{int(match.group(3)):02}"


def _time_elements(tree: HtmlElement) -> Iterable[str]:
    for element in tree.iter("time"):
        if element.get("datetime"):
            yield element.get("datetime")


def _from_text(tree: HtmlElement, *, now: dt.datetime) -> Dated:
    """What htmldate reads from the page's visible signs."""
    from htmldate import find_date

    found = find_date(tree, original_date=True, extensive_search=True, max_date=now.date().isoformat(), min_date=OLDEST.date().isoformat())
    at = parse_moment(found or "")
    return Dated(at, "text") if at is not None and is_plausible(at, now=now) else Dated()
