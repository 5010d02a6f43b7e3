"""Parses feeds into entries and hints for the next poll. Pure.

feedparser parses RSS 0.9x to 2.0, RDF and Atom. JSON Feed is parsed here, as feedparser does not support it.
"""

import hashlib
import html
import io
import json
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import feedparser
import lxml.etree
import lxml.html

from newsdesk.charsets import decode_text
from newsdesk.errors import ArticleRejected, Reason
from newsdesk.fetch.feed_dates import parse_moment
from newsdesk.fetch.feed_links import Element, absolute, document_base, is_absolute, page_url
from newsdesk.fetch.feed_text import Markup, plain_text, string
from newsdesk.fetch.xml_repair import repair_xml
from newsdesk.records import FeedItem
from newsdesk.urls import unwrapped

MAXIMUM_ITEMS = 2_000
"""Further entries are ignored. No feed in seeds/feeds.opml lists more than 200."""

_SYNDICATION_SECONDS = {"hourly": 3_600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json")
_HTML_TYPES = ("text/html", "application/xhtml+xml")
_DECLARATION = re.compile(r"<\?xml\b[^>]*\?>")
_STRING_OR_LAST_COMMA = re.compile(r'(?P<string>"(?:[^"\\]|\\.)*+")|,(?=\s*[\]}])', re.DOTALL)
_START = 4_096
"""Characters in which a feed must begin: some systems print warnings before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHints:
    """Metadata of a feed that guides polling and discovery.

    `wait_seconds` is the longer of `<ttl>` and sy:updatePeriod/updateFrequency. `older_url` is the page with older entries (RFC 5005,
    3 and 4), `new_url` the URL that the feed has moved to (itunes:new-feed-url). `hubs` announce changes of `topic`, the feed's own URL
    (WebSub, 4).
    """

    wait_seconds: float | None = None
    older_url: str | None = None
    new_url: str | None = None
    language: str | None = None
    hubs: tuple[str, ...] = ()
    topic: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    title: str
    items: tuple[FeedItem, ...]
    hints: FeedHints
    format: str


def parse_feed(body: bytes, *, content_type: str, url: str) -> ParsedFeed:
    """Parse a feed; entries keep the order of the feed.

    `content_type` is used only to detect the encoding, since many feeds are served as text/html or text/plain. `url` is the URL after
    redirects, to which links are relative.

    Raises ArticleRejected (UNREADABLE) if this is not a feed. If it is a web page that links to feeds, the message names them.
    """
    text = decode_text(body, content_type).lstrip("\ufeff\x00 \t\r\n")
    if not text:
        raise ArticleRejected(Reason.UNREADABLE, "the feed is empty")
    if text.startswith("{"):
        return _parse_json_feed(text, url)
    parsed = _parse_xml(text)
    if parsed.get("version") or parsed.get("entries"):
        return _from_feedparser(parsed, url)
    offered = find_feeds(body, url=url)
    if offered:
        raise ArticleRejected(Reason.UNREADABLE, f"this is a web page, not a feed; it links to the feeds {', '.join(offered[:3])}")
    start = text[:_START].lower()
    if "<html" in start or "<!doctype html" in start:
        raise ArticleRejected(Reason.UNREADABLE, "this is a web page, not a feed, and it links to no feed")
    raise ArticleRejected(Reason.UNREADABLE, f"this is not a feed: {_one_line(parsed.get('bozo_exception'))}")


def find_feeds(body: bytes, *, url: str) -> list[str]:
    """Return the URLs of the feeds that a web page links to (`<link rel="alternate" type="application/rss+xml">`)."""
    try:
        page = lxml.html.document_fromstring(body)
    except (lxml.etree.LxmlError, ValueError):
        return []
    base = next((urljoin(url, element.get("href").strip()) for element in page.iter("base") if element.get("href")), url)
    found = []
    for link in page.iter("link"):
        kind = (link.get("type") or "").split(";")[0].strip().lower()
        if "alternate" in (link.get("rel") or "").lower().split() and kind in _FEED_TYPES and link.get("href"):
            found.append(absolute(link.get("href"), base))
    return list(dict.fromkeys(filter(None, found)))


def _parse_xml(text: str) -> Element:
    declared = _DECLARATION.search(text, 0, _START)
    document = repair_xml(text[declared.end() :] if declared else text)
    try:
        # Without the URL of the feed: feedparser would turn values that are not links into URLs.
        parsed: Element = feedparser.parse(
            io.BytesIO(document.encode("utf-8", "replace")),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    # feedparser documents no exceptions, but its parsers raise these for malformed input.
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError) as error:
        raise ArticleRejected(Reason.UNREADABLE, f"this feed cannot be parsed: {_one_line(error)}") from error
    return parsed


def _from_feedparser(parsed: Element, url: str) -> ParsedFeed:
    feed = parsed["feed"]
    is_atom = str(parsed.get("version")).startswith("atom")
    channel = _Channel(
        base=document_base(feed.get("links") or (), url),
        language=string(feed.get("language")) or None,
        authors=_names(feed) if is_atom else (),
        names_markup=is_atom,
    )
    hints = FeedHints(
        wait_seconds=_wait_seconds(feed),
        older_url=_older_url(feed, url),
        new_url=absolute(string(feed.get("itunes_new-feed-url") or feed.get("newlocation")), url) or None,
        language=channel.language,
        hubs=_related(feed, "hub", url),
        topic=next(iter(_related(feed, "self", url)), None),
    )
    items = tuple(_item(entry, channel) for entry in parsed["entries"][:MAXIMUM_ITEMS])
    return ParsedFeed(title=_text(feed, "title", channel), items=items, hints=hints, format=parsed.get("version") or "unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Channel:
    """Properties of a feed that apply to all its entries.

    `base` is the base URL of relative links. `names_markup`: whether the format declares for each text if it is HTML.
    """

    base: str
    language: str | None
    authors: tuple[str, ...] = ()
    names_markup: bool = False


def _item(entry: Element, channel: _Channel) -> FeedItem:
    language = string(entry.get("language") or (entry.get("title_detail") or {}).get("language")) or channel.language
    title = _text(entry, "title", channel)
    url = _entry_url(entry, channel.base, language)
    # As a dict, since feedparser's mapping returns `published` for a missing `updated`, with a warning.
    updated_at = parse_moment(string(dict(entry).get("updated")), language=language)
    published_at = (parse_moment(string(entry.get(name)), language=language) for name in ("published", "created"))
    return FeedItem(
        id=string(entry.get("id")) or url or _digest(title),
        url=url,
        title=title,
        published_at=next(filter(None, published_at), updated_at),
        updated_at=updated_at,
        summary=_text(entry, "summary", channel),
        content_html=max((_content(part, channel) for part in entry.get("content") or ()), key=len, default=""),
        authors=_names(entry) or channel.authors,
        categories=_unique(plain_text(tag.get("term") or tag.get("label")) for tag in entry.get("tags") or ()),
        image=_image(entry, channel.base),
        language=language,
    )


def _entry_url(entry: Element, base: str, language: str | None) -> str:
    """Return the URL of the entry's page: FeedBurner's original link, else its link, else its GUID if that is a URL; else empty."""
    original = absolute(string(entry.get("feedburner_origlink")), base)
    linked = original or page_url(entry.get("links") or (), base=base, language=language)
    named = (string(entry.get(name)) for name in ("link", "id"))
    return linked or unwrapped(next((address for address in named if is_absolute(address)), ""))


def _text(element: Element, name: str, channel: _Channel) -> str:
    """Return a text of the feed or of an entry as plain text. Atom declares its type; in RSS only descriptions are known to be HTML."""
    markup = Markup.HTML if name == "summary" else Markup.UNKNOWN
    if channel.names_markup:
        markup = Markup.HTML if (element.get(f"{name}_detail") or {}).get("type") in _HTML_TYPES else Markup.NONE
    return plain_text(element.get(name), markup)


def _content(part: Element, channel: _Channel) -> str:
    text = string(part.get("value"))
    return _paragraphs(text) if channel.names_markup and part.get("type") == "text/plain" else text


def _paragraphs(text: str) -> str:
    """Convert plain text to HTML with a paragraph per line."""
    return "".join(f"<p>{html.escape(line.strip(), quote=False)}</p>" for line in text.splitlines() if line.strip())


def _names(entry: Element) -> tuple[str, ...]:
    named = [author.get("name") for author in entry.get("authors") or () if author]
    return _unique(plain_text(name) for name in named or [entry.get("author")])


def _image(entry: Element, base: str) -> str | None:
    for media in (*(entry.get("media_content") or ()), *(entry.get("media_thumbnail") or ()), *(entry.get("enclosures") or ())):
        kind = media.get("type") or media.get("medium") or ""
        address = absolute(string(media.get("url") or media.get("href")), base)
        if address and (kind.startswith("image") or not kind):
            return address
    return absolute(string((entry.get("image") or {}).get("href")), base) or None


def _wait_seconds(feed: Element) -> float | None:
    waits = []
    minutes = _number(feed.get("ttl"))
    if minutes:
        waits.append(minutes * 60)
    period = _SYNDICATION_SECONDS.get(str(feed.get("sy_updateperiod") or "").strip().lower())
    if period:
        waits.append(period / max(_number(feed.get("sy_updatefrequency")) or 1.0, 1.0))
    return max(waits, default=None)


def _related(feed: Element, relation: str, base: str) -> tuple[str, ...]:
    links = (link for link in feed.get("links") or () if string(link.get("rel")).lower() == relation)
    return _unique(absolute(string(link.get("href")), base) for link in links)


def _older_url(feed: Element, base: str) -> str | None:
    for relation in ("prev-archive", "next"):
        for link in feed.get("links") or ():
            if link.get("rel") == relation and absolute(string(link.get("href")), base):
                return absolute(string(link.get("href")), base)
    return None


def _parse_json_feed(text: str, url: str) -> ParsedFeed:
    """Parse JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/), where titles, summaries and names are plain text.

    Many are written by templates for HTML and RSS, and so have character references and a comma after the last entry.
    """
    try:
        feed = _load_json(text)
    except (ValueError, RecursionError) as error:
        raise ArticleRejected(Reason.UNREADABLE, f"this JSON Feed cannot be parsed: {_one_line(error)}") from error
    entries = feed.get("items", "missing") if isinstance(feed, dict) else "missing"
    if not isinstance(entries, list | None):
        raise ArticleRejected(Reason.UNREADABLE, "this is JSON, but not a JSON Feed: it has no list `items`")
    home = [{"rel": "alternate", "href": string(feed.get("home_page_url"))}]
    channel = _Channel(base=document_base(home, url), language=string(feed.get("language")) or None, authors=_json_authors(feed))
    items = tuple(_json_item(entry, channel) for entry in (entries or ())[:MAXIMUM_ITEMS] if isinstance(entry, dict))
    hubs = feed.get("hubs") if isinstance(feed.get("hubs"), list) else ()
    hints = FeedHints(
        older_url=absolute(string(feed.get("next_url")), url) or None,
        language=channel.language,
        hubs=_unique(absolute(string(hub.get("url")), url) for hub in hubs if isinstance(hub, dict) and hub.get("type") == "WebSub"),
        topic=absolute(string(feed.get("feed_url")), url) or None,
    )
    return ParsedFeed(title=plain_text(feed.get("title"), Markup.REFERENCES), items=items, hints=hints, format="json")


def _json_item(entry: Element, channel: _Channel) -> FeedItem:
    id = string(entry.get("id"))
    linked = (absolute(string(entry.get(name)), channel.base) for name in ("url", "external_url"))
    url = unwrapped(next(filter(None, linked), id if is_absolute(id) else ""))
    language = string(entry.get("language")) or channel.language
    tags = entry.get("tags")
    title = plain_text(entry.get("title"), Markup.REFERENCES)
    updated_at = parse_moment(string(entry.get("date_modified")), language=language)
    return FeedItem(
        id=id or url or _digest(title),
        url=url,
        title=title,
        published_at=parse_moment(string(entry.get("date_published")), language=language) or updated_at,
        updated_at=updated_at,
        summary=plain_text(entry.get("summary"), Markup.REFERENCES),
        content_html=string(entry.get("content_html")) or _paragraphs(string(entry.get("content_text"))),
        authors=_json_authors(entry) or channel.authors,
        categories=_unique(plain_text(tag, Markup.REFERENCES) for tag in tags) if isinstance(tags, list) else (),
        image=absolute(string(entry.get("image") or entry.get("banner_image")), channel.base) or None,
        language=language,
    )


def _load_json(text: str) -> Any:
    """Parse JSON; commas before a closing bracket, which it does not allow, are removed outside of strings. Raises ValueError."""
    try:
        return json.loads(text, strict=False)
    except ValueError:
        return json.loads(_STRING_OR_LAST_COMMA.sub(lambda found: found["string"] or "", text), strict=False)


def _json_authors(element: Element) -> tuple[str, ...]:
    given = element.get("authors") if isinstance(element.get("authors"), list) else [element.get("author")]
    names = (author.get("name") if isinstance(author, dict) else author for author in given or ())
    return _unique(plain_text(name, Markup.REFERENCES) for name in names)


def _number(value: object) -> float | None:
    try:
        number = float(value) if isinstance(value, (str, int, float)) else math.nan
    except (OverflowError, ValueError):
        return None
    return number if math.isfinite(number) and number > 0 else None


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]


def _one_line(problem: object) -> str:
    return " ".join(str(problem or "it contains no element of a feed").split())[:200]
