"""Texts of a feed as plain text in one line. Pure.

Atom and JSON Feed say whether a text is markup. RSS does not: there, what is an element of HTML, and closed where it
has to be, is markup; any other angle bracket is text (`the <main> element`, `x<y`).
"""

import html
import re
from enum import Enum, auto
from typing import Any

from lxml.html import defs


class Markup(Enum):
    """What is known of a text: it has none, it is HTML, or nobody says."""

    NONE = auto()
    HTML = auto()
    UNKNOWN = auto()


_SIGNS = re.compile(r"[<&]")
_TAG = re.compile(r"<(?P<end>/?)(?P<name>[a-zA-Z][\w:.-]*)(?:\s[^<>]*)?(?P<closed>/?)>")
_END_TAG = re.compile(r"</([a-zA-Z][\w:.-]*)\s*>")
_NO_TEXT = re.compile(r"<!--.*?-->|<(script|style)\b[^<>]*>.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_REFERENCE = re.compile(r"&#?\w{1,32};")
_BREAKING = defs.block_tags | {
    "br",
    "article",
    "aside",
    "figure",
    "figcaption",
    "footer",
    "header",
    "main",
    "nav",
    "section",
    "tfoot",
    "video",
}
"""Elements that keep the words before and after them apart."""

_KNOWN = defs.tags | _BREAKING | {"data", "dialog", "picture", "slot", "template"}
_OPEN_ENDED = defs.empty_tags | {"p", "li", "dt", "dd", "tr", "td", "th", "option"}
"""Elements that need no end tag (HTML, 13.1.2.4)."""


def string(value: Any) -> str:
    """A value as text, empty for what is none; without what cannot be written down."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    # Half a surrogate pair can be written nowhere, a NUL not to Postgres.
    return value.encode("utf-8", "replace").decode().replace("\x00", "").strip() if isinstance(value, str) else ""


def plain_text(value: Any, markup: Markup = Markup.UNKNOWN) -> str:
    text = string(value)
    if markup is not Markup.NONE and _SIGNS.search(text):
        text = _CDATA.sub(r"\1", text)
        text = _without_tags(_NO_TEXT.sub(" ", text), are_certain=markup is Markup.HTML)
        text = string(_REFERENCE.sub(lambda reference: html.unescape(reference[0]), text))
    return " ".join(text.split())


def _without_tags(text: str, *, are_certain: bool) -> str:
    ended = {name.lower() for name in _END_TAG.findall(text)}

    def blank(tag: re.Match[str]) -> str:
        name = tag["name"].lower()
        if not are_certain and (name not in _KNOWN or not (tag["closed"] or name in ended or name in _OPEN_ENDED)):
            return tag[0]
        return " " if name in _BREAKING else ""

    return _TAG.sub(blank, text)
