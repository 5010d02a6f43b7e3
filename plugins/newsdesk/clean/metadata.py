"""Finds metadata of a page: canonical URL, site, image, section, tags, description, and its versions in other languages."""

import html
import json
import re
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from newsdesk.clean.structured import Structured, as_list, as_text, types_of
from newsdesk.clean.text import one_line
from newsdesk.urls import article_id, canonical_url, is_same_site

_INDEX = re.compile(r"(?:index|default|home)\.\w{2,5}$", re.IGNORECASE)
_NUMBERED = re.compile(r"(?:^|[=/&])\d{3,}")
"""A number in a query with at least three digits, which is an id rather than the page of a list."""

_SCRIPT = re.compile(r"(?:^|/)[a-z_]+\.(?:php\d?|aspx?|jspx?|cfm|cgi|do|dll|pl)$", re.IGNORECASE)
"""A path that names a server-side script rather than an article."""

_AMP = re.compile(r"(?:/amp|\.amp(?:\.html?)?)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageMetadata:
    """Metadata of a page other than title, authors and dates. `hreflang` maps language tags to URLs."""

    canonical_url: str
    site_name: str | None = None
    image: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    description: str = ""
    declared_language: str | None = None
    hreflang: dict[str, str] = field(default_factory=dict)


def find_metadata(tree: HtmlElement, structured: Structured, *, url: str) -> PageMetadata:
    links = [element for element in tree.iter("link") if element.get("href")]
    base = _base(tree, url=url)
    hreflang = _hreflang(links, base=base)
    declared_language = _declared_language(tree, structured)
    return PageMetadata(
        canonical_url=_canonical(links, structured, _Address(url=url, base=base, language=declared_language, alternates=hreflang)),
        site_name=find_site_name(structured),
        image=_image(structured, url=base),
        section=_section(structured),
        tags=_tags(structured),
        description=_description(structured),
        declared_language=declared_language,
        hreflang=hreflang,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Address:
    """The URL of a page, the base URL of its links, its declared language, and its versions in other languages by tag."""

    url: str
    base: str
    language: str | None
    alternates: dict[str, str]


def find_site_name(structured: Structured) -> str | None:
    """Return the name that the site declares for itself."""
    publisher = structured.article.get("publisher")
    known = publisher if not isinstance(publisher, dict) or publisher.get("name") else structured.node_by_id(publisher.get("@id"))
    candidates = [structured.meta_first("og:site_name"), as_text(known) if known else "", structured.meta_first("application-name")]
    candidates += [as_text(node.get("name")) for node in structured.nodes if "website" in types_of(node)]
    return next((one_line(name) for name in candidates if name and "://" not in name), None)


def absolute_url(value: str, *, base: str) -> str | None:
    """Resolve a URL; None if it is invalid or not http or https."""
    try:
        joined = urljoin(base, value.strip())
        parts = urlsplit(joined)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return joined if is_web else None


def _base(tree: HtmlElement, *, url: str) -> str:
    """Return the base URL of the page's links: its `<base href>` (HTML, 4.2.3), else its own URL."""
    given = next((element.get("href") for element in tree.iter("base") if element.get("href")), "")
    return absolute_url(given, base=url) or url


def _canonical(links: list[HtmlElement], structured: Structured, page: _Address) -> str:
    """Return the declared canonical URL if it is on the same site and can identify this page, else the URL of the page itself."""
    own = canonical_url(page.url)
    claims = [link.get("href") for link in links if "canonical" in (link.get("rel") or "").lower().split()]
    claims.append(structured.meta_first("og:url"))
    for claim in claims:
        address = absolute_url(claim, base=page.base) if claim else None
        canonical = canonical_url(address) if address else ""
        if address and is_same_site(canonical, own) and not _is_translation(address, page) and not _names_many(canonical, own=own):
            return canonical
    return own


def _names_many(canonical: str, *, own: str) -> bool:
    """Return whether a canonical URL that differs from `own` is that of a home page, a section, or a script without its parameters.

    Accepting such a URL would merge different articles; rejecting a correct one stores an article twice at worst.
    """
    claim, page = urlsplit(canonical), urlsplit(own)
    path, own_path = _INDEX.sub("", claim.path).strip("/"), _AMP.sub("", _INDEX.sub("", page.path).strip("/"))
    if claim.query or (path, claim.query, claim.fragment) == (own_path, page.query, page.fragment):
        return False
    if path == own_path:
        return not path or page.query.startswith("/") or bool(page.fragment or _NUMBERED.search(page.query) or _SCRIPT.search(page.path))
    return not path or (own_path.startswith(f"{path}/") and path.rsplit("/", 1)[-1].isalpha())


def _is_translation(address: str, page: _Address) -> bool:
    """Return whether the page declares this URL as its version in another language, as canonical links to an original do."""
    claimed = _languages(page.alternates, address)
    own = _languages(page.alternates, page.url) or _main_language(page.language or "")
    return bool(claimed and own) and not claimed & own


def _languages(alternates: dict[str, str], address: str) -> set[str]:
    id = article_id(address)
    return {main for language, url in alternates.items() if article_id(url) == id for main in _main_language(language)}


def _main_language(tag: str) -> set[str]:
    """Return the language of a tag without region, as a set; empty for `x-default`."""
    main = tag.lower().partition("-")[0]
    return {main} - {"", "x"}


def _image(structured: Structured, *, url: str) -> str | None:
    claims = [
        structured.meta_first("og:image:secure_url", "og:image", "og:image:url"),
        structured.meta_first("twitter:image", "twitter:image:src"),
    ]
    claims += [_image_address(structured, entry) for entry in as_list(structured.article.get("image"))]
    return next((found for claim in claims if claim and (found := absolute_url(claim, base=url))), None)


def _image_address(structured: Structured, value: object) -> str:
    if isinstance(value, dict):
        known = value if "url" in value or "contentUrl" in value else structured.node_by_id(value.get("@id"))
        return as_text(known.get("url") or known.get("contentUrl"))
    return value if isinstance(value, str) else ""


def _description(structured: Structured) -> str:
    claim = structured.meta_first("og:description", "description", "twitter:description", "dc.description")
    return one_line(html.unescape(claim))


def _section(structured: Structured) -> str | None:
    claim = as_text(structured.article.get("articleSection")) or structured.meta_first("article:section", "parsely-section", "section")
    return one_line(claim) or None


def _tags(structured: Structured) -> tuple[str, ...]:
    claims = [as_text(entry) for entry in as_list(structured.article.get("keywords"))] + structured.meta.get("article:tag", [])
    claims = claims or [structured.meta_first("news_keywords", "keywords", "parsely-tags")]
    found = (one_line(tag) for claim in claims for tag in _split_tags(claim))
    return tuple(dict.fromkeys(tag for tag in found if 0 < len(tag) <= 80))[:50]


def _split_tags(claim: str) -> list[str]:
    if claim.startswith("["):
        try:
            return [str(tag) for tag in json.loads(claim)]
        except ValueError:
            pass
    return claim.replace(";", ",").replace("、", ",").replace("،", ",").split(",")


def _declared_language(tree: HtmlElement, structured: Structured) -> str | None:
    claims = (
        tree.get("lang"),
        tree.get("{http://www.w3.org/XML/1998/namespace}lang"),
        as_text(structured.article.get("inLanguage")),
        structured.meta_first("og:locale", "language", "content-language", "dc.language"),
    )
    return next((claim.strip().replace("_", "-") for claim in claims if claim and claim.strip()), None)


def _hreflang(links: list[HtmlElement], *, base: str) -> dict[str, str]:
    found = {}
    for link in links:
        language = (link.get("hreflang") or "").strip()
        if language and "alternate" in (link.get("rel") or "").lower().split():
            address = absolute_url(link.get("href"), base=base)
            if address:
                found[language] = address
    return found
