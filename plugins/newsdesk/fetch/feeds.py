"""Feeds as bytes in, entries and hints for the next poll out. The first step of an article's way; pure.

feedparser reads RSS 0.9x to 2.0, RDF and Atom; JSON Feed is read here, because feedparser does not.
"""

import calendar
import datetime as dt
import hashlib
import io
import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import feedparser
import lxml.etree
import lxml.html

from newsdesk.errors import ArticleRejected, Reason
from newsdesk.records import FeedItem

MAXIMUM_ITEMS = 2_000
"""No feed of the 22 in seeds/feeds.opml lists more than 200; what is listed beyond this is most likely not news."""

_SYNDICATION_SECONDS = {"hourly": 3_600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}
_MARKUP = re.compile(r"[<&]")
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json")
_NOT_CHARACTERS = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHints:
    """What a feed's body says of its own rhythm and of where more is.

    `wait_seconds` is the longest of `<ttl>` and sy:updatePeriod/updateFrequency. `older_url` is the page with older
    entries (RFC 5005, 3 and 4), `new_url` the address the feed says it has moved to (itunes:new-feed-url).
    """

    wait_seconds: float | None = None
    older_url: str | None = None
    new_url: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    title: str
    items: tuple[FeedItem, ...]
    hints: FeedHints
    format: str


def parse_feed(body: bytes, *, content_type: str, url: str) -> ParsedFeed:
    """The feed's title, entries in the feed's order, and hints.

    The content type is a hint for the encoding only: many feeds are served as text/html or text/plain.
    Raises ArticleRejected with Reason.UNREADABLE where this is no feed; a web page's own feeds are named in its detail.
    """
    start = body[:4_096].lstrip(b"\xef\xbb\xbf \t\r\n\x00")
    if not start:
        raise ArticleRejected(Reason.UNREADABLE, "the feed is empty")
    if start.startswith(b"{"):
        return _parse_json_feed(body, url)
    parsed = _parse_xml(body, content_type, url)
    if parsed.get("version") or parsed.get("entries"):
        return _from_feedparser(parsed, url)
    offered = find_feeds(body, url=url)
    if offered:
        raise ArticleRejected(Reason.UNREADABLE, f"this is a web page, not a feed; it offers {', '.join(offered[:3])}")
    if b"<html" in start.lower() or b"<!doctype html" in start.lower():
        raise ArticleRejected(Reason.UNREADABLE, "this is a web page, not a feed, and it names no feed")
    raise ArticleRejected(Reason.UNREADABLE, f"this is no feed: {_sentence(parsed.get('bozo_exception'))}")


def find_feeds(body: bytes, *, url: str) -> list[str]:
    """The addresses of the feeds that a web page offers (`<link rel="alternate" type="application/rss+xml">`)."""
    try:
        page = lxml.html.document_fromstring(body)
    except (lxml.etree.LxmlError, ValueError):
        return []
    found = []
    for link in page.iter("link"):
        kind = (link.get("type") or "").split(";")[0].strip().lower()
        if "alternate" in (link.get("rel") or "").lower().split() and kind in _FEED_TYPES and link.get("href"):
            found.append(urljoin(url, link.get("href").strip()))
    return list(dict.fromkeys(found))


def _parse_xml(body: bytes, content_type: str, url: str) -> Mapping[str, Any]:
    headers = {"content-location": url, "content-type": content_type or "application/xml"}
    try:
        parsed: Mapping[str, Any] = feedparser.parse(
            io.BytesIO(_NOT_CHARACTERS.sub(b"", body).lstrip()) if b"\x00" not in body[:4] else io.BytesIO(body),
            response_headers=headers,
            sanitize_html=False,
        )
    # feedparser promises no exception, yet malformed input raises whatever its parsers do: seen are these.
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError) as error:
        raise ArticleRejected(Reason.UNREADABLE, f"this is no readable feed: {_sentence(error)}") from error
    return parsed


def _from_feedparser(parsed: Mapping[str, Any], url: str) -> ParsedFeed:
    feed = parsed["feed"]
    language = _string(feed.get("language")) or None
    items = tuple(_item(entry, url, language) for entry in parsed["entries"][:MAXIMUM_ITEMS])
    hints = FeedHints(
        wait_seconds=_wait_seconds(feed),
        older_url=_older_url(feed, url),
        new_url=_http(feed.get("itunes_new-feed-url") or feed.get("newlocation"), url) or None,
        language=language,
    )
    return ParsedFeed(title=_text(feed.get("title")), items=items, hints=hints, format=parsed.get("version") or "unknown")


def _item(entry: Mapping[str, Any], base: str, language: str | None) -> FeedItem:
    url = _http(entry.get("feedburner_origlink") or entry.get("link"), base) or _http(entry.get("id"), base)
    title = _text(entry.get("title"))
    # Past feedparser's own mapping, which answers with the date of publication and a warning.
    updated_at = _moment(dict(entry).get("updated_parsed"))
    contents = [_string(part.get("value")) for part in entry.get("content") or ()]
    return FeedItem(
        id=_string(entry.get("id")) or url or _digest(title),
        url=url,
        title=title,
        published_at=_moment(entry.get("published_parsed")) or updated_at,
        updated_at=updated_at,
        summary=_text(entry.get("summary")),
        content_html=max(contents, key=len, default=""),
        authors=_names(entry),
        categories=_unique(_text(tag.get("term") or tag.get("label")) for tag in entry.get("tags") or ()),
        image=_image(entry, base),
        language=_string(entry.get("language")) or language,
    )


def _names(entry: Mapping[str, Any]) -> tuple[str, ...]:
    named = [author.get("name") for author in entry.get("authors") or () if author]
    return _unique(_text(name) for name in named or [entry.get("author")])


def _image(entry: Mapping[str, Any], base: str) -> str | None:
    for media in (*(entry.get("media_content") or ()), *(entry.get("media_thumbnail") or ()), *(entry.get("enclosures") or ())):
        kind = media.get("type") or media.get("medium") or ""
        address = _http(media.get("url") or media.get("href"), base)
        if address and (kind.startswith("image") or not kind):
            return address
    return _http((entry.get("image") or {}).get("href"), base) or None


def _wait_seconds(feed: Mapping[str, Any]) -> float | None:
    waits = []
    minutes = _number(feed.get("ttl"))
    if minutes:
        waits.append(minutes * 60)
    period = _SYNDICATION_SECONDS.get(str(feed.get("sy_updateperiod") or "").strip().lower())
    if period:
        waits.append(period / max(_number(feed.get("sy_updatefrequency")) or 1.0, 1.0))
    return max(waits, default=None)


def _older_url(feed: Mapping[str, Any], base: str) -> str | None:
    for relation in ("prev-archive", "next"):
        for link in feed.get("links") or ():
            if link.get("rel") == relation and _http(link.get("href"), base):
                return _http(link.get("href"), base)
    return None


def _parse_json_feed(body: bytes, url: str) -> ParsedFeed:
    """JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""
    try:
        feed = json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError) as error:
        raise ArticleRejected(Reason.UNREADABLE, f"this is no readable JSON Feed: {_sentence(error)}") from error
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise ArticleRejected(Reason.UNREADABLE, "this is JSON, but no JSON Feed: it has no list `items`")
    language = _string(feed.get("language")) or None
    items = tuple(_json_item(entry, url, language) for entry in feed["items"][:MAXIMUM_ITEMS] if isinstance(entry, dict))
    hints = FeedHints(older_url=_http(feed.get("next_url"), url) or None, language=language)
    return ParsedFeed(title=_text(feed.get("title")), items=items, hints=hints, format="json")


def _json_item(entry: Mapping[str, Any], base: str, language: str | None) -> FeedItem:
    url = _http(entry.get("url"), base) or _http(entry.get("external_url"), base) or _http(entry.get("id"), base)
    content = _string(entry.get("content_html"))
    given = entry.get("authors") if isinstance(entry.get("authors"), list) else [entry.get("author")]
    tags = entry.get("tags")
    title = _text(entry.get("title"))
    return FeedItem(
        id=_string(entry.get("id")) or url or _digest(title),
        url=url,
        title=title,
        published_at=_iso_moment(entry.get("date_published")) or _iso_moment(entry.get("date_modified")),
        updated_at=_iso_moment(entry.get("date_modified")),
        summary=_text(entry.get("summary")),
        content_html=content
        or "".join(
            f"<p>{lxml.html.tostring(_paragraph(line), encoding='unicode')[3:-4]}</p>"
            for line in _string(entry.get("content_text")).splitlines()
            if line.strip()
        ),
        authors=_unique(_text(author.get("name")) for author in given or () if isinstance(author, dict)),
        categories=_unique(_text(tag) for tag in tags) if isinstance(tags, list) else (),
        image=_http(entry.get("image") or entry.get("banner_image"), base) or None,
        language=_string(entry.get("language")) or language,
    )


def _paragraph(text: str) -> Any:
    paragraph = lxml.html.Element("p")
    paragraph.text = _NOT_CHARACTERS.sub(b"", text.encode("utf-8", "replace")).decode()
    return paragraph


def _text(value: Any) -> str:
    """Plain text in one line: feeds put markup and entities where the formats ask for text."""
    text = _string(value)
    if _MARKUP.search(text):
        try:
            text = str(lxml.html.fromstring(f"<div>{text}</div>").text_content())
        except (lxml.etree.LxmlError, ValueError):
            text = re.sub(r"<[^>]*>", " ", text)
    return " ".join(_string(text).split())


def _string(value: Any) -> str:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    # Half a surrogate pair can be written nowhere, a NUL not to Postgres.
    return value.encode("utf-8", "replace").decode().replace("\x00", "").strip() if isinstance(value, str) else ""


def _http(value: Any, base: str) -> str:
    """The absolute address; empty where it is none of http or https."""
    try:
        address = urljoin(base, _string(value)) if _string(value) else ""
    except ValueError:
        return ""
    return address if address.lower().startswith(("http://", "https://")) else ""


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) and number > 0 else None


def _moment(parsed: Any) -> dt.datetime | None:
    if not parsed:
        return None
    try:
        return dt.datetime.fromtimestamp(calendar.timegm(parsed), dt.UTC)
    except (ValueError, OverflowError, OSError, TypeError):
        return None


def _iso_moment(value: Any) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat(_string(value))
    except ValueError:
        return None
    return moment.astimezone(dt.UTC) if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]


def _sentence(problem: object) -> str:
    return " ".join(str(problem or "no element of a feed was found").split())[:200]
