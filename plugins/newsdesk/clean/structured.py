"""Parses the machine-readable metadata of a page: JSON-LD and meta tags."""

import html
import json
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml.html import HtmlElement

from newsdesk.urls import canonical_url

ARTICLE_TYPES = frozenset({
    "article", "newsarticle", "blogposting", "reportagenewsarticle", "analysisnewsarticle", "backgroundnewsarticle",
    "opinionnewsarticle", "askpublicnewsarticle", "reviewnewsarticle", "advertisercontentarticle", "satiricalarticle",
    "scholarlyarticle", "techarticle", "report", "liveblogposting", "socialmediaposting", "review", "recipe", "howto",
})  # fmt: skip
_PAGE_TYPES = frozenset({"webpage", "itempage", "collectionpage", "profilepage", "searchresultspage", "medicalwebpage", "website"})
_JSON = json.JSONDecoder(strict=False)
_TRAILING_COMMA = re.compile(r",\s*([}\]])")
_COMMENT = re.compile(r"^\s*(?:<!--|/\*<!\[CDATA\[\*/|//<!\[CDATA\[|<!\[CDATA\[)|(?:-->|/\*\]\]>\*/|//\]\]>|\]\]>)\s*$")
_CONTROL = re.compile(r"[\x00-\x1f]")
_VOCABULARY = re.compile(r"^.*[/:#]")
_MAXIMUM_NODES = 2000


@dataclass(frozen=True, slots=True)
class Structured:
    """JSON-LD nodes and meta tags of a page.

    `article` is the node of the page's article, `page` that of the page. `meta` maps the lower-case name or property of meta tags to
    their contents, in page order.
    """

    article: dict[str, Any] = field(default_factory=dict)
    page: dict[str, Any] = field(default_factory=dict)
    nodes: tuple[dict[str, Any], ...] = ()
    meta: dict[str, list[str]] = field(default_factory=dict)

    def meta_first(self, *names: str) -> str:
        """Return the first non-empty content of a meta tag, by the order of these names."""
        return next((value for name in names for value in self.meta.get(name, ()) if value), "")

    def node_by_id(self, identifier: object) -> dict[str, Any]:
        return next((node for node in self.nodes if node.get("@id") == identifier), {}) if identifier else {}

    @property
    def types(self) -> frozenset[str]:
        return frozenset(kind for node in self.nodes for kind in types_of(node))


def parse_structured(tree: HtmlElement, *, url: str) -> Structured:
    """Parse the metadata of the page at this URL. Invalid JSON-LD is repaired if possible, or ignored."""
    nodes = tuple(_json_ld_nodes(tree))
    articles = [node for node in nodes if types_of(node) & ARTICLE_TYPES]
    pages = [node for node in nodes if types_of(node) & _PAGE_TYPES]
    return Structured(
        article=max(articles, key=lambda node: (_is_about(node, url), _article_weight(node)), default={}),
        page=next(iter(pages), {}),
        nodes=nodes,
        meta=_meta(tree),
    )


def types_of(node: dict[str, Any]) -> frozenset[str]:
    return frozenset(_VOCABULARY.sub("", str(kind)).lower() for kind in as_list(node.get("@type")))


def as_list(value: Any) -> list[Any]:
    """Return the entries of a JSON-LD value: a single value, a list, an ordered list, or nested lists."""
    if isinstance(value, dict) and "@list" in value:
        value = value["@list"]
    if not isinstance(value, list):
        return [] if value is None else [value]
    return [inner for entry in value for inner in (entry if isinstance(entry, list) else [entry])]


def as_text(value: Any) -> str:
    """Return the first string or number in a JSON-LD value, which can be in a list, or in an object with a name or @value."""
    for entry in as_list(value):
        if isinstance(entry, int | float) and not isinstance(entry, bool):
            return str(entry)
        if isinstance(entry, str):
            return html.unescape(entry).strip()
        if isinstance(entry, dict):
            found = as_text(entry.get("name") or entry.get("@value") or entry.get("url") or entry.get("@id"))
            if found:
                return found
    return ""


def _is_about(node: dict[str, Any], url: str) -> bool:
    """Return whether a node declares that it describes the page at this URL."""
    page = node.get("mainEntityOfPage")
    claims = (node.get("url"), node.get("@id"), page.get("@id") if isinstance(page, dict) else page)
    return bool(url) and canonical_url(url) in {canonical_url(claim) for claim in claims if isinstance(claim, str) and "://" in claim}


def _article_weight(node: dict[str, Any]) -> int:
    # Pages can have article nodes for their teasers too, which have fewer properties.
    return sum(bool(node.get(key)) for key in ("headline", "datePublished", "author", "articleBody", "mainEntityOfPage", "image"))


def _json_ld_nodes(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    count = 0
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        for node in _walk(_parse_json(script.text or "")):
            yield node
            count += 1
            if count >= _MAXIMUM_NODES:
                return


def _parse_json(source: str) -> Any:
    stripped = _COMMENT.sub("", source).strip().rstrip(";")
    for candidate in (stripped, _TRAILING_COMMA.sub(r"\1", _CONTROL.sub(" ", stripped)), html.unescape(stripped)):
        try:
            return _JSON.raw_decode(candidate)[0]
        except (ValueError, RecursionError):
            continue
    return None


def _walk(data: Any) -> Iterator[dict[str, Any]]:
    pending = deque([data])
    while pending:
        value = pending.popleft()
        if isinstance(value, list):
            pending.extend(value)
        elif isinstance(value, dict):
            if "@type" in value:
                yield value
            pending.extend(child for key in ("@graph", "mainEntity", "mainEntityOfPage", "hasPart") for child in as_list(value.get(key)))


def _meta(tree: HtmlElement) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop")
        content = (element.get("content") or "").strip()
        if name and content:
            found.setdefault(name.strip().lower(), []).append(content)
    return found
