"""Finds the article in the data of a page's scripts, for pages that are rendered by scripts."""

import html
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from lxml.html import HtmlElement

from newsdesk.clean.regions import SHORTEST_PROSE, length_of

_STRING = re.compile(r'"((?:[^"\\]|\\.){150,})"', re.DOTALL)
"""Strings in JSON or script code that are long enough to contain an article."""
_PARAGRAPH = re.compile(r"<p[\s>]", re.IGNORECASE)
_ESCAPED_PARAGRAPH = re.compile(r"(?:\\u003c|<)p[\s>\\]", re.IGNORECASE)
_DATA = re.compile(r"\s*(?:\w{1,6}:)?[\[{]")
"""The start of JSON, which in the stream of a Next.js page has a number before it."""
_FEWEST_PARAGRAPHS = 3
_DEPTH = 3
"""Maximum nesting of JSON in strings of other JSON."""
_STARTS_JSON = re.compile(r"(?:^|=|\()\s*(?=[{\[])")
_MOST_STARTS = 20
_JSON = json.JSONDecoder(strict=False)
_TEXT_KEYS = ("text", "content", "html", "value", "body", "paragraph", "data", "children", "nodes", "spans")
_OF_OTHERS = frozenset({"url", "href", "headline", "headlines", "title", "slug", "author", "user", "username", "name", "link", "caption"})
"""Properties of teasers, comments and pictures, which paragraphs lack."""
_PIECE_DEPTH = 6
_MOST_VALUES = 100_000


def scripts_of(tree: HtmlElement) -> list[str]:
    """Return the code and data in the page's scripts, without its JSON-LD."""
    return [
        script.text
        for script in tree.iter("script")
        if script.text and not script.get("src") and "ld+json" not in (script.get("type") or "").lower()
    ]


def longest_article(scripts: Sequence[str]) -> str:
    """Return the longest HTML with paragraphs in the strings of the scripts, or the longest list of paragraphs in their data as HTML.

    Empty if there is none.
    """
    found = [markup for script in scripts if _ESCAPED_PARAGRAPH.search(script) for markup in _markup_in(script, _DEPTH)]
    found += [_as_markup(pieces) for script in scripts for data in _data_in(script) for pieces in _lists_of_paragraphs(data)]
    return max(found, key=len, default="")


def _markup_in(source: str, depth: int) -> Iterator[str]:
    for match in _STRING.finditer(source):
        try:
            text = json.loads(f'"{match[1]}"', strict=False)
        except ValueError:
            continue
        if len(_PARAGRAPH.findall(text)) >= _FEWEST_PARAGRAPHS and not _DATA.match(text):
            yield text
        elif depth > 1 and _ESCAPED_PARAGRAPH.search(text):
            yield from _markup_in(text, depth - 1)


def _data_in(script: str) -> Iterator[Any]:
    """Yield the JSON of a script: all of it, or what is assigned or passed to a function."""
    end = 0
    for number, match in enumerate(_STARTS_JSON.finditer(script)):
        if number >= _MOST_STARTS:
            return
        if match.end() < end:
            continue
        try:
            data, end = _JSON.raw_decode(script, match.end())
        except (ValueError, RecursionError):
            continue
        yield data


def _lists_of_paragraphs(data: Any) -> Iterator[list[str]]:
    """Yield the texts of each list whose entries are paragraphs: strings, or objects with a text."""
    pending = [data]
    for _ in range(_MOST_VALUES):
        if not pending:
            return
        value = pending.pop()
        if isinstance(value, dict):
            pending.extend(inner for inner in value.values() if isinstance(inner, dict | list))
        elif isinstance(value, list):
            pending.extend(inner for inner in value if isinstance(inner, dict | list))
            pieces = [piece for piece in map(_piece, value) if piece]
            if sum(length_of(piece) >= SHORTEST_PROSE for piece in pieces) >= _FEWEST_PARAGRAPHS:
                yield pieces


def _piece(value: Any, depth: int = _PIECE_DEPTH) -> str:
    """Return the text of a paragraph in any of the forms in which content management systems store it; empty for other data."""
    if isinstance(value, str):
        return "" if "://" in value[:10] else value.strip()
    if not depth:
        return ""
    if isinstance(value, list):
        return "".join(_piece(inner, depth - 1) if not isinstance(inner, str) else inner for inner in value)
    if not isinstance(value, dict) or not _OF_OTHERS.isdisjoint(value):
        return ""
    return next((piece for key in _TEXT_KEYS if (piece := _piece(value.get(key), depth - 1))), "")


def _as_markup(pieces: Sequence[str]) -> str:
    return "".join(f"<p>{piece if '</' in piece else html.escape(piece)}</p>" for piece in pieces)
