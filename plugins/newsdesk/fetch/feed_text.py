"""Converts texts of a feed to plain text in one line. Pure.

Atom and JSON Feed declare whether a text is HTML. RSS does not: there a tag is treated as markup only if it is a known HTML element
and has the end tag that it needs; other angle brackets are text (`the <main> element`, `x<y`).
"""

import html
import re
from enum import Enum, auto

from lxml.html import defs


class Markup(Enum):
    """Whether a text contains markup: never, only character references (by mistake), always (HTML), or unknown."""

    NONE = auto()
    REFERENCES = auto()
    HTML = auto()
    UNKNOWN = auto()


_SIGNS = re.compile(r"[<&]")
_TAG = re.compile(r"<(?P<end>/?)(?P<name>[a-zA-Z][\w:.-]*)(?:\s[^<>]*)?(?P<closed>/?)>")
_END_TAG = re.compile(r"</([a-zA-Z][\w:.-]*)\s*>")
_NO_TEXT = re.compile(r"<!--.*?-->|<(script|style)\b[^<>]*>.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff\u0001-\u0008\u000e-\u001b\u007f-\u0084\u0086-\u009f]")
"""Soft hyphens, zero-width spaces and control characters, except those that are white space."""
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
"""Elements that separate the words before and after them."""

_KNOWN = defs.tags | _BREAKING | {"data", "dialog", "picture", "slot", "template"}
_OPEN_ENDED = defs.empty_tags | {"p", "li", "dt", "dd", "tr", "td", "th", "option"}
"""Elements whose end tag may be omitted (HTML, 13.1.2.4)."""


def string(value: object) -> str:
    """Return a string or number as text, and anything else as empty text, without NUL and lone surrogates."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    # A lone surrogate cannot be encoded as UTF-8, and Postgres does not store NUL.
    return value.encode("utf-8", "replace").decode().replace("\x00", "").strip() if isinstance(value, str) else ""


def plain_text(value: object, markup: Markup = Markup.UNKNOWN) -> str:
    text = string(value)
    if markup is not Markup.NONE and _SIGNS.search(text):
        if markup is not Markup.REFERENCES:
            text = _CDATA.sub(r"\1", text)
            text = _without_tags(_NO_TEXT.sub(" ", text), are_certain=markup is Markup.HTML)
        text = string(_REFERENCE.sub(lambda reference: html.unescape(reference[0]), text))
    return " ".join(_INVISIBLE.sub("", text).split())


def _without_tags(text: str, *, are_certain: bool) -> str:
    ended = {name.lower() for name in _END_TAG.findall(text)}

    def blank(tag: re.Match[str]) -> str:
        name = tag["name"].lower()
        if not are_certain and (name not in _KNOWN or not (tag["closed"] or name in ended or name in _OPEN_ENDED)):
            return tag[0]
        return " " if name in _BREAKING else ""

    return _TAG.sub(blank, text)
