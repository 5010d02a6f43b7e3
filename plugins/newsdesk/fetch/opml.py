"""Lists of feeds as OPML 2.0 bytes, in and out. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import lxml.etree

from newsdesk.errors import SetupError
from newsdesk.fetch.plan import LONGEST_URL
from newsdesk.urls import host_key, host_of

SOURCE = "source"
"""The attribute of an outline that names its source, ours beside OPML's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """One feed of a list: its folders from the outside in, and every attribute, so that a round trip loses none."""

    url: str
    title: str = ""
    source: str = ""
    folders: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)


def parse_opml(body: bytes, *, name: str) -> list[Outline]:
    """The feeds of a list in its order. `name` is what the list is called in an error.

    Raises SetupError where the list cannot be read, holds no feed, or an outline's address is not http(s).
    """
    parser = lxml.etree.XMLParser(resolve_entities=False, no_network=True, recover=False, huge_tree=False)
    try:
        root = lxml.etree.fromstring(body, parser)
    except lxml.etree.XMLSyntaxError as error:
        raise SetupError(f"the feed list {name} is no readable OPML: {error.msg}", "Repair that line, or export the list again") from error
    if lxml.etree.QName(root).localname.lower() != "opml":
        raise SetupError(f"the feed list {name} is no OPML: its root is <{root.tag}>", "Give a file that a feed reader exported as OPML")
    outlines = [outline for body_element in root.iter("body") for outline in _outlines(body_element, (), name)]
    if not outlines:
        raise SetupError(f"the feed list {name} holds no feed", "Each feed is an <outline> with an xmlUrl attribute")
    return outlines


def write_opml(outlines: Iterable[Outline]) -> bytes:
    """The list as OPML 2.0, feeds in their folders."""
    root = lxml.etree.Element("opml", version="2.0")
    head = lxml.etree.SubElement(root, "head")
    lxml.etree.SubElement(head, "title").text = "newsdesk feeds"
    body = lxml.etree.SubElement(root, "body")
    folders: dict[tuple[str, ...], Any] = {(): body}
    for outline in outlines:
        parent = _folder(folders, outline.folders)
        attributes = {"type": "rss", **outline.attributes, "text": outline.title or outline.url, "xmlUrl": outline.url}
        if outline.source:
            attributes[SOURCE] = outline.source
        lxml.etree.SubElement(parent, "outline", attributes)
    return bytes(lxml.etree.tostring(root, pretty_print=True, xml_declaration=True, encoding="UTF-8"))


def source_name(title: str, url: str) -> str:
    """A stable keyword for a feed: its title in lower-case ASCII and hyphens, or its host where that leaves nothing."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:60].strip("-")
    return slug or host_of(url).removeprefix("www.") or "unnamed"


def _outlines(parent: Any, folders: tuple[str, ...], name: str) -> Iterator[Outline]:
    for element in parent.iterchildren("outline"):
        attributes = {key.lower(): value for key, value in element.attrib.items()}
        url = (attributes.get("xmlurl") or "").strip()
        title = (attributes.get("text") or attributes.get("title") or "").strip()
        if url:
            if not url.lower().startswith(("http://", "https://")) or not host_key(url) or len(url) > LONGEST_URL:
                raise SetupError(
                    f"the feed list {name} has an address that is none, in line {element.sourceline}: {url[:200]}",
                    "A feed's xmlUrl starts with http:// or https://",
                )
            kept = {key: value for key, value in element.attrib.items() if key.lower() not in ("xmlurl", "text", SOURCE)}
            yield Outline(url=url, title=title, source=(attributes.get(SOURCE) or "").strip(), folders=folders, attributes=kept)
        yield from _outlines(element, folders if url else (*folders, title), name)


def _folder(folders: dict[tuple[str, ...], Any], path: tuple[str, ...]) -> Any:
    if path not in folders:
        folders[path] = lxml.etree.SubElement(_folder(folders, path[:-1]), "outline", text=path[-1])
    return folders[path]
