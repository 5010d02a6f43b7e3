"""RSS 2.0 documents of articles: of search results and of topics."""

import datetime as dt
import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import format_datetime
from xml.etree import ElementTree

_ATOM = "http://www.w3.org/2005/Atom"
ElementTree.register_namespace("atom", _ATOM)
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class RssItem:
    """An article; `text` is plain text."""

    id: str
    url: str
    title: str
    text: str
    published_at: dt.datetime | None
    categories: tuple[str, ...]


def write_rss(
    items: Iterable[RssItem], *, title: str, link: str, description: str, built_at: dt.datetime | None, self_url: str = ""
) -> str:
    """Return the document. `link` is the page of the feed, `self_url` the address of the document itself if it has one."""
    rss = ElementTree.Element("rss", version="2.0")
    channel = ElementTree.SubElement(rss, "channel")
    _put(channel, "title", title)
    _put(channel, "link", link)
    _put(channel, "description", description)
    if self_url:
        ElementTree.SubElement(channel, f"{{{_ATOM}}}link", href=self_url, rel="self", type="application/rss+xml")
    if built_at:
        _put(channel, "lastBuildDate", format_datetime(built_at))
    for item in items:
        _put_item(channel, item)
    ElementTree.indent(rss)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(rss, encoding="unicode") + "\n"


def _put_item(channel: ElementTree.Element, item: RssItem) -> None:
    element = ElementTree.SubElement(channel, "item")
    _put(element, "title", item.title)
    _put(element, "link", item.url)
    _put(element, "guid", item.id).set("isPermaLink", "false")
    # Feed readers interpret a description as HTML, but the text is plain.
    _put(element, "description", html.escape(item.text, quote=False))
    if item.published_at:
        _put(element, "pubDate", format_datetime(item.published_at))
    for category in item.categories:
        _put(element, "category", category)


def _put(parent: ElementTree.Element, name: str, text: str) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, name)
    element.text = _NOT_XML.sub("", text)
    return element
