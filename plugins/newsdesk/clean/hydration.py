"""Finds the article in the data of a page's scripts, for pages that are rendered by scripts."""

import json
import re
from collections.abc import Iterator

from lxml.html import HtmlElement

_STRING = re.compile(r'"((?:[^"\\]|\\.){500,})"', re.DOTALL)
"""Strings in JSON or script code that are long enough to contain an article."""
_PARAGRAPH = re.compile(r"<p[\s>]", re.IGNORECASE)
_ESCAPED_PARAGRAPH = re.compile(r"(?:\\u003c|<)p[\s>\\]", re.IGNORECASE)
_FEWEST_PARAGRAPHS = 3
_DEPTH = 3
"""Maximum nesting of JSON in strings of other JSON."""


def longest_article(tree: HtmlElement) -> str:
    """Return the longest HTML with paragraphs in the strings of the page's scripts; empty if there is none."""
    scripts = (script.text or "" for script in tree.iter("script") if not script.get("src"))
    found = (markup for script in scripts if _ESCAPED_PARAGRAPH.search(script) for markup in _markup_in(script, _DEPTH))
    return max(found, key=len, default="")


def _markup_in(source: str, depth: int) -> Iterator[str]:
    for match in _STRING.finditer(source):
        try:
            text = json.loads(f'"{match[1]}"', strict=False)
        except ValueError:
            continue
        if len(_PARAGRAPH.findall(text)) >= _FEWEST_PARAGRAPHS and not text.lstrip().startswith(("{", "[")):
            yield text
        elif depth > 1 and _ESCAPED_PARAGRAPH.search(text):
            yield from _markup_in(text, depth - 1)
