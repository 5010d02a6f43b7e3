"""Repairs common errors in the XML of feeds, OPML files and sitemaps before it is parsed. Pure."""

import html.entities
import re
import sys
from xml.sax.saxutils import escape

_CONTROL = r"\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff"
_REFERENCE = r"&#(?:\d{1,7}|[xX][0-9A-Fa-f]{1,6});"
_FOUND = re.compile(rf"<!\[CDATA\[.*?\]\]>|[{_CONTROL}]|(?P<numbers>(?:{_REFERENCE})+)|&(?P<name>\w{{2,31}};)?", re.DOTALL)
_FORBIDDEN = re.compile(rf"[{_CONTROL}\ud800-\udfff]")
"""Characters that XML 1.0 does not allow, not even as references (2.2)."""
_KNOWN_TO_XML = ("amp;", "lt;", "gt;", "quot;", "apos;")


def repair_xml(markup: str) -> str:
    """Replace HTML entities by their characters, escape other ampersands, and remove control characters and references to them.

    References to the two surrogates of a character (`&#xD83D;&#xDEA2;`, as programs in Java and JavaScript write them) become the
    character. Documents that declare their own entities are returned unchanged.
    """
    return markup if "<!ENTITY" in markup else _FOUND.sub(_repaired, markup)


def _repaired(found: re.Match[str]) -> str:
    text, name, numbers = found[0], found["name"], found["numbers"]
    if text.startswith("<"):
        return text
    if not text.startswith("&"):
        return ""
    if numbers:
        units = _units(numbers)
        return escape(_characters(units), {'"': "&quot;", "'": "&apos;"}) if _FORBIDDEN.search(units) else text
    if name and name not in _KNOWN_TO_XML:
        return escape(html.entities.html5.get(name) or f"&{name}")
    return text if len(text) > 1 else "&amp;"


def _units(references: str) -> str:
    """Return the code points of character references such as `&#233;&#xE9;`, of which surrogates stay apart."""
    numbers = (int(digits[1:], 16) if digits[0] in "xX" else int(digits) for digits in references[2:-1].split(";&#"))
    return "".join(chr(number) for number in numbers if number <= sys.maxunicode)


def _characters(units: str) -> str:
    """Join pairs of surrogates, and remove what XML does not allow."""
    return _FORBIDDEN.sub("", units.encode("utf-16", "surrogatepass").decode("utf-16", "ignore"))
