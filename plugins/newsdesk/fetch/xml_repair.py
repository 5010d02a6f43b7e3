"""Repairs common errors in the XML of feeds, OPML files and sitemaps before it is parsed. Pure."""

import html.entities
import re
from xml.sax.saxutils import escape

_FOUND = re.compile(
    r"<!\[CDATA\[.*?\]\]>|[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|&(?:#\d{1,7};|#x[0-9A-Fa-f]{1,6};|(\w{2,31};))?", re.DOTALL
)
_KNOWN_TO_XML = ("amp;", "lt;", "gt;", "quot;", "apos;")


def repair_xml(markup: str) -> str:
    """Replace HTML entities by their characters, escape other ampersands, and remove control characters.

    Documents that declare their own entities are returned unchanged.
    """
    return markup if "<!ENTITY" in markup else _FOUND.sub(_repaired, markup)


def _repaired(found: re.Match[str]) -> str:
    text, name = found[0], found[1]
    if text.startswith("<"):
        return text
    if not text.startswith("&"):
        return ""
    if name and name not in _KNOWN_TO_XML:
        return escape(html.entities.html5.get(name) or f"&{name}")
    return text if len(text) > 1 else "&amp;"
