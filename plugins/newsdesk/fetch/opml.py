"""Parses and writes feed lists in OPML 2.0. Pure."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import lxml.etree

from newsdesk.charsets import decode_text
from newsdesk.errors import SetupError
from newsdesk.fetch.plan import LONGEST_URL
from newsdesk.fetch.xml_repair import repair_xml
from newsdesk.urls import host_key, host_of, split_login
from newsdesk.visible import visible_line

SOURCE = "source"
"""Attribute of an outline with the name of its source; an extension of OPML."""

_FEED_KINDS = ("rss", "atom", "feed")
_FEED_SCHEME = re.compile(r"(?:feed|rss|pcast|itpc)(?P<tls>s?):(?:(?P<is_whole>(?=https?://))|//)", re.IGNORECASE)
_FIRST_ELEMENT = re.compile(r"<(?!\?xml\b)[!?\w]")
_LESS_IN_VALUE = re.compile(r"(?<==\")[^\"<>]*<[^\"<>]*(?=\")")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """One feed of a list. `folders` are from the outermost to the innermost; `attributes` are kept for the export.

    `authorization` is the Authorization header for the user and password in the address. They are removed from `url`, and not exported.
    """

    url: str
    authorization: str | None = field(default=None, repr=False)
    title: str = ""
    source: str = ""
    folders: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)


def parse_opml(body: bytes, *, name: str, left_out: Callable[[str], None] = lambda _: None) -> list[Outline]:
    """Return the feeds of a list in its order. Common XML errors are repaired.

    `name` is the name of the list in error messages. `left_out` is called with a message for each outline that was skipped because its
    URL is invalid, and for each part that could not be parsed.

    Raises SetupError if the list cannot be parsed or contains no feed.
    """
    parser = lxml.etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    try:
        root = lxml.etree.fromstring(_repaired(decode_text(body, "")).encode(), parser)
    except lxml.etree.XMLSyntaxError as error:
        raise _unreadable(name, error.msg) from error
    damage = [f"line {error.line}: {error.message}" for error in parser.error_log if error.level_name == "FATAL"]
    if root is None:
        raise _unreadable(name, damage[0] if damage else "it is empty")
    if _local(root.tag) != "opml":
        raise SetupError(
            f"the feed list {name} is not OPML: its root element is <{root.tag}>", "Give a file that a feed reader exported as OPML"
        )
    missing: list[str] = []
    bodies = [element for element in root if _local(element.tag) == "body"] or [root]
    outlines = [outline for element in bodies for outline in _outlines(element, (), missing.append)]
    if not outlines and damage:
        raise _unreadable(name, damage[0])
    if not outlines:
        reason = f": {missing[0]}" if missing else ""
        raise SetupError(
            f"the feed list {name} contains no feed{reason}", "Each feed is an <outline> whose xmlUrl starts with http:// or https://"
        )
    for problem in (*damage, *missing):
        left_out(problem)
    return outlines


def feed_address(given: str) -> str:
    """Return the http or https URL of an address with `feed:` or a similar scheme, and any other address unchanged."""
    scheme = _FEED_SCHEME.match(given.strip())
    if scheme is None:
        return given.strip()
    rest = given.strip()[scheme.end() :]
    return rest if scheme["is_whole"] is not None else f"http{scheme['tls']}://{rest}"


def is_feed_address(url: str) -> bool:
    """Return whether this can be the URL of a feed: http or https, with a host, of at most `LONGEST_URL` characters, none of control."""
    is_web = url.lower().startswith(("http://", "https://")) and bool(host_key(url))
    return is_web and len(url) <= LONGEST_URL and visible_line(url) == url


def write_opml(outlines: Iterable[Outline]) -> bytes:
    """Return the feeds as an OPML 2.0 document with their folders."""
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
    """Return a stable name for the source of a feed: its title in lower-case ASCII with hyphens, or else its host."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:60].strip("-")
    return slug or host_of(url).removeprefix("www.") or "unnamed"


def _repaired(text: str) -> str:
    """Remove text before the first element, and escape characters that XML requires to be escaped."""
    first = _FIRST_ELEMENT.search(text)
    before = text[: first.start()] if first else ""
    # Keep the line breaks, as messages contain line numbers.
    text = repair_xml("\n" * before.count("\n") + text[len(before) :])
    return _LESS_IN_VALUE.sub(lambda value: value[0].replace("<", "&lt;"), text)


def _outlines(parent: Any, folders: tuple[str, ...], left_out: Callable[[str], None]) -> Iterator[Outline]:
    for element in parent:
        if _local(element.tag) != "outline":
            continue
        attributes = {_local(key): value for key, value in element.attrib.items()}
        named = attributes.get("xmlurl") or (attributes.get("url", "") if attributes.get("type") in _FEED_KINDS else "")
        url, authorization = split_login(feed_address(named))
        title = " ".join((attributes.get("text") or attributes.get("title") or "").split())
        if url and is_feed_address(url):
            source = (attributes.get(SOURCE) or "").strip()
            yield Outline(
                url=url, authorization=authorization, title=title, source=source, folders=folders, attributes=_others(element.attrib)
            )
        elif url:
            left_out(f"invalid URL in line {element.sourceline}: {url[:200]}")
        yield from _outlines(element, folders if url else (*folders, title), left_out)


def _others(attributes: Mapping[str, str]) -> dict[str, str]:
    """Return the attributes except URL, title and source. Those with an undeclared namespace prefix cannot be exported."""
    known = ("xmlurl", "text", SOURCE)
    return {key: value for key, value in attributes.items() if _local(key) not in known and (key.startswith("{") or ":" not in key)}


def _local(name: object) -> str:
    """Return the name of an element or attribute without namespace or prefix, in lower case; empty for a comment."""
    return name.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(name, str) else ""


def _unreadable(name: str, reason: str) -> SetupError:
    return SetupError(f"the feed list {name} cannot be parsed as OPML: {reason}", "Repair that line, or export the list again")


def _folder(folders: dict[tuple[str, ...], Any], path: tuple[str, ...]) -> Any:
    if path not in folders:
        folders[path] = lxml.etree.SubElement(_folder(folders, path[:-1]), "outline", text=path[-1])
    return folders[path]
