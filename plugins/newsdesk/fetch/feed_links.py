"""Resolves links of feeds, and selects the link to the page of an entry. Pure."""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urljoin

from newsdesk.urls import host_key, unwrapped

_WEB = ("http://", "https://")
_IANA = "http://www.iana.org/assignments/relation/"
_PAGE_TYPES = ("text/html", "application/xhtml+xml", "")
_LINE_BREAK = re.compile(r"[ \t]*[\r\n\t][ \t\r\n]*")
_ONE_SLASH = re.compile(r"^(https?):(?:/|\\{1,2})(?=[\w-]+\.)(.*)", re.IGNORECASE)
"""`https:/news.example/1` and `https:\\\\news.example\\1`, which browsers accept (WHATWG URL Standard, 4.4)."""

_NO_ADDRESS = frozenset({"n/a", "na", "none", "null", "nil", "undefined", "false", "tbd", "-", "--", "..."})
"""Placeholders that some systems write for a missing link."""


Element = Mapping[str, Any]
"""An element of a feed as feedparser or a JSON parser returns it: any field may be missing or of any type."""


def absolute(href: str, base: str) -> str:
    """Resolve `href` in a document at `base` to an http or https URL; empty if it is invalid or refers to the document itself."""
    href = _ONE_SLASH.sub(_with_slashes, _LINE_BREAK.sub("", href.strip()))
    if not href or href.startswith("#") or href.lower() in _NO_ADDRESS:
        return ""
    if href.lower().startswith("www."):
        href = f"{base.partition(':')[0]}://{href}"
    try:
        address = href if href.lower().startswith(_WEB) else _joined(base, href)
    except ValueError:
        return ""
    return address if host_key(address) else ""


def is_absolute(address: str) -> bool:
    """Return whether this is an absolute http or https URL."""
    return address.lower().startswith(_WEB) and bool(host_key(address))


def page_url(links: Iterable[Element], *, base: str, language: str | None) -> str:
    """Return the URL of the best link with rel=alternate: HTML before other types, then the language of the entry before others."""
    offered = [(link, absolute(str(link.get("href") or ""), base)) for link in links if _is_alternate(link)]
    pages = [(link, address) for link, address in offered if address]
    best = min(pages, key=lambda page: (not _is_page(page[0]), _distance(page[0], language)), default=None)
    return unwrapped(best[1]) if best else ""


def document_base(links: Iterable[Element], url: str) -> str:
    """Return the base URL for relative links of a feed at `url`: the site that the feed links to, if it is on another host, else `url`.

    This deviates from RFC 3986, 5.1.3 for feeds that are served by another host than their site: their links are relative to the site.
    """
    named = (str(link.get("href") or "").strip() for link in links if _is_alternate(link))
    site = next(filter(is_absolute, named), url)
    return site if host_key(site) != host_key(url) else url


def _with_slashes(address: re.Match[str]) -> str:
    rest = address[2].replace("\\", "/")
    return f"{address[1]}://{rest}"


def _is_alternate(link: Element) -> bool:
    """Return whether the relation is `alternate`, which is the default and can be written as an IANA URI (RFC 4287, 4.2.7.2)."""
    relation = str(link.get("rel") or "alternate").strip().lower()
    return "alternate" in relation.removeprefix(_IANA).split()


def _joined(base: str, href: str) -> str:
    """Join a relative link to its base; empty for other schemes than http and https, and for text that is not a URL."""
    if " " in href and not href.startswith(("/", "?", ".")):
        return ""
    joined = urljoin(base, href)
    return joined if joined.lower().startswith(_WEB) else ""


def _is_page(link: Element) -> bool:
    return str(link.get("type") or "").split(";")[0].strip().lower() in _PAGE_TYPES


def _distance(link: Element, language: str | None) -> int:
    """Return 0 for a link in this language, 1 if a language is unknown, 2 for a link in another language."""
    offered, wanted = (str(name or "").lower().replace("_", "-").split("-")[0] for name in (link.get("hreflang"), language))
    if not offered or not wanted:
        return 1
    return 0 if offered == wanted else 2
