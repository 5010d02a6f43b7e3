"""Classifies pages as article, teaser, liveblog, video, gallery or listing."""

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from newsdesk.clean.blocks import Block
from newsdesk.clean.furniture import is_invisible
from newsdesk.clean.regions import prose_characters, prose_of
from newsdesk.clean.structured import ARTICLE_TYPES, Structured, as_text, types_of

_LIVE_TYPES = frozenset({"liveblogposting"})
_LISTING_TYPES = frozenset({"collectionpage", "searchresultspage", "itemlist", "profilepage"})
_VIDEO_TYPES = frozenset({"videoobject"})
_GALLERY_TYPES = frozenset({"imagegallery", "mediagallery"})
_LIVE_NAME = re.compile(r"live-?(?:blog|ticker|center|updates?|stream__entry)|live-?(?:entry|post)", re.IGNORECASE)
_GALLERY_PATH = re.compile(
    r"/(?:gallery|galleries|photos?|pictures?|fotostrecken?|bilder(?:galerie)?|diaporama|fotogaleri\w*|galeria|fotos)/", re.I
)
_VIDEO_PATH = re.compile(r"/(?:videos?|watch|mediathek)(?:/|$)", re.IGNORECASE)
_LISTING_PATH = re.compile(
    r"^/(?:[a-z]{2}(?:-[a-z]{2})?/?)?(?:index\.\w+|home/?)?$|^/(?:tags?|topics?|categor(?:y|ies)|authors?|archive|search)/", re.IGNORECASE
)
_PAYWALL_NAME = re.compile(r"\bpay-?wall|piano-(?:offer|container)|regwall|subscriber-?only|premium-?(?:content|lock|gate)", re.IGNORECASE)

_CONTAINERS = ("div", "section", "article", "li", "aside")
_LITTLE_PROSE = 600
"""Characters of prose below which a page with a video or many pictures is a video or gallery."""
_CAPTION = 200
"""Characters of prose below which a page with a video is a video even if it declares an article."""
_TEASER_PROSE = 1_500
_TEASER_SHARE = 0.6
"""A page with less than this share of its declared word count is a teaser."""
_MANY_PICTURES = 6
_HEADLINE_LINK = 25
"""A block that is a link of at least this many characters is the headline of another page."""
_MANY_HEADLINES = 8
_PROSE_PER_HEADLINE = 60
_RUN_OF_PROSE = 3
_LIVE_ENTRIES = 5


def find_kind(
    tree: HtmlElement, structured: Structured, page: Sequence[Block], body: Sequence[Block], *, url: str, text: str, may_be_cut: bool
) -> str:
    """Return the kind of a page, from its declarations first and its structure second.

    `page` has all blocks of the page, `body` those of the article. `text` is the final text, which can come from the feed. `may_be_cut`:
    the page has a paywall, and the text comes from the page.
    """
    declared = types_of(structured.article)
    prose = prose_of(body)
    if declared & _LIVE_TYPES or _count(tree, _LIVE_NAME) >= _LIVE_ENTRIES:
        return "liveblog"
    if is_listing(structured, page, body, url=url):
        return "listing"
    og_type = structured.meta_first("og:type").lower()
    if prose < _LITTLE_PROSE:
        has_video = structured.types & _VIDEO_TYPES and (not _is_article(structured.article) or prose < _CAPTION)
        if has_video or og_type.startswith("video") or _VIDEO_PATH.search(urlsplit(url).path):
            return "video"
        if structured.types & _GALLERY_TYPES or (_GALLERY_PATH.search(urlsplit(url).path) and _pictures(tree) >= _MANY_PICTURES):
            return "gallery"
    if declared & _GALLERY_TYPES:
        return "gallery"
    return "teaser" if _is_cut(structured, text, may_be_cut=may_be_cut) else "article"


def is_listing(structured: Structured, page: Sequence[Block], body: Sequence[Block], *, url: str) -> bool:
    """Return whether the page is a home page, section or list of results rather than an article."""
    says_article = _is_article(structured.article) or structured.meta_first("og:type").lower() == "article"
    if says_article and not _LISTING_PATH.search(_path(url)):
        return False
    if _path(url).strip("/") == "" and not urlsplit(url).query and not types_of(structured.article):
        return True
    run = _longest_run(body)
    if run >= _RUN_OF_PROSE or (run == _RUN_OF_PROSE - 1 and prose_of(body) >= _LITTLE_PROSE):
        return False
    headlines = sum(block.link_share > 0.8 and block.link_characters >= _HEADLINE_LINK for block in page)
    is_list_of_links = headlines >= _MANY_HEADLINES and prose_of(body) < _PROSE_PER_HEADLINE * headlines
    says_listing = bool(structured.types & _LISTING_TYPES) or bool(_LISTING_PATH.search(_path(url)))
    return is_list_of_links or (says_listing and not says_article and headlines >= _MANY_HEADLINES // 2)


def _longest_run(body: Sequence[Block]) -> int:
    """Return the largest number of consecutive paragraphs. In a listing, a headline follows each paragraph."""
    longest = run = 0
    for block in body:
        run = run + 1 if prose_characters(block) else 0
        longest = max(longest, run)
    return longest


def is_paywalled(tree: HtmlElement, structured: Structured) -> bool:
    """Return whether only subscribers may read the whole page, by its declarations, or else by the class names of its elements."""
    free = structured.article.get("isAccessibleForFree")
    if free is not None:
        return str(free).lower().endswith("false")
    tier = structured.meta_first("article:content_tier", "article:opinion:content_tier").lower()
    return tier in ("locked", "metered") or (tier != "free" and _count(tree, _PAYWALL_NAME) > 0)


def _is_article(node: dict[str, Any]) -> bool:
    return bool(types_of(node) & ARTICLE_TYPES)


def _is_cut(structured: Structured, text: str, *, may_be_cut: bool) -> bool:
    declared = as_text(structured.article.get("wordCount"))
    if may_be_cut and declared.isdigit() and len(text.split()) < _TEASER_SHARE * int(declared):
        return True
    ends_open = text.rstrip(' »”"').endswith(("…", "...", "[…]", "[...]"))
    return len(text) < _TEASER_PROSE and (ends_open or may_be_cut)


def _path(url: str) -> str:
    return urlsplit(url).path or "/"


def _count(tree: HtmlElement, name: re.Pattern[str]) -> int:
    """Return the number of visible containers with a class that matches."""
    named = ((element, element.get("class")) for element in tree.iter(*_CONTAINERS))
    return sum(bool(names and name.search(names[:500]) and not is_invisible(element)) for element, names in named)


def _pictures(tree: HtmlElement) -> int:
    return sum(1 for figure in tree.iter("figure") if figure.find(".//img") is not None)
