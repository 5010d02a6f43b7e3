"""Recognises page furniture by markup: elements for navigation, sharing, teasers, comments, forms and consent."""

import re
from functools import lru_cache
from itertools import pairwise

from lxml.html import HtmlElement

_TAGS = frozenset({"nav", "footer", "form", "figcaption", "dialog", "menu", "aside"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_ENTRIES = frozenset({"li", "tr"})
"""Entries of lists, such as comments, which can have most of the prose of a page."""
_THREADS = frozenset({"comment", "comments", "respond", "disqus", "related", "recommended", "bio", "authorbox"})
_NEVER = frozenset({"html", "body", "main", "article"})
_ROLES = frozenset({
    "navigation", "banner", "contentinfo", "complementary", "search", "dialog", "alertdialog", "menu", "menubar", "toolbar"
})  # fmt: skip
_NAMES = frozenset({
    "ad", "ads", "adslot", "advert", "advertisement", "advertisements", "authorbox", "banner", "bio", "breadcrumb", "breadcrumbs",
    "byline", "caption", "carousel", "comment", "comments", "consent", "cookie", "cookies", "copyright", "cta", "disclaimer",
    "disclosure", "disqus", "figcaption", "footer", "gdpr", "lightbox", "login", "menu", "modal", "mostpopular", "mostread", "mostviewed",
    "nav", "navbar", "navigation", "newsletter", "newsletters", "outbrain", "overlay", "pager", "pagination", "paywall", "popular",
    "popup", "promo", "promos", "promotion", "promotional", "recirc", "recirculation", "recommendations", "recommended", "register",
    "regwall", "related", "respond", "share", "sharedaddy", "sharing", "sidebar", "signup", "slider", "social", "sponsored", "subscribe",
    "subscription", "taboola", "tags", "trending",
})  # fmt: skip
"""Words in the class or id of furniture. Not `teaser`, which is the class of the lead on many German pages."""

_NAME_PAIRS = frozenset({
    ("about", "author"), ("also", "read"), ("author", "bio"), ("author", "box"), ("author", "card"), ("author", "info"),
    ("author", "profile"), ("call", "action"), ("image", "description"), ("instagram", "media"), ("mailing", "list"),
    ("latest", "posts"), ("more", "from"),
    ("more", "stories"), ("most", "popular"), ("most", "read"), ("most", "viewed"), ("next", "post"), ("post", "tags"), ("read", "also"),
    ("read", "more"), ("read", "next"), ("recent", "posts"), ("screen", "reader"), ("sign", "up"), ("skip", "link"), ("sr", "only"),
    ("tag", "list"), ("tiktok", "embed"), ("up", "next"), ("visually", "hidden"),
})  # fmt: skip
_LEADS = frozenset({
    "abstract", "anleser", "bajada", "chapeau", "chapo", "copete", "deck", "dek", "entradilla", "excerpt", "ingress", "intro", "introtext",
    "lead", "leadtext", "lede", "manchet", "occhiello", "perex", "preamble", "sapo", "sommario", "sottotitolo", "spot", "standfirst",
    "strapline", "subhead", "subheading", "subheadline", "subtitle", "subtitulo", "summary", "synopsis", "teasertext", "underrubrik",
    "vorspann",
})  # fmt: skip
"""Words, also in two parts such as `sub-title`, in the class of the lead below a headline."""
_LABELS = frozenset({
    "antetitulo", "badge", "chapeu", "cintillo", "dachzeile", "eyebrow", "kicker", "label", "overline", "roofline", "rubric", "rubrik",
    "spitzmarke", "surtitle", "surtitre", "topline", "volanta", "vinjett",
})  # fmt: skip
"""Words in the class of a kicker or badge in a headline."""
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_INVISIBLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_LONGEST_NAME = 1000


def is_furniture(element: HtmlElement) -> bool:
    """Return whether this element, without regard to its ancestors, is furniture or invisible."""
    tag = element.tag
    if tag in _TAGS or (element.get("role") or "").lower() in _ROLES or is_invisible(element):
        return True
    if tag in _NEVER:
        return False
    if tag == "tr":
        return any(is_furniture(cell) for cell in element)
    names = ("class",) if tag in _HEADINGS else ("class", "id")  # the id of a heading is often derived from its text
    return any(_names_furniture(element.get(attribute)) for attribute in names)


def furniture_classes(element: HtmlElement) -> list[str]:
    """Return the classes that alone make an element furniture; none if it can be furniture whatever much of the prose it has."""
    names = (element.get("class") or "")[:_LONGEST_NAME]
    if element.tag in _TAGS or element.tag in _ENTRIES or not _THREADS.isdisjoint(word.lower() for word in _WORDS.findall(names)):
        return []
    return [name for name in names.split() if _names_furniture(name)]


def names_lead(element: HtmlElement) -> bool:
    """Return whether the class of this element is one for the lead."""
    words = _class_words(element)
    return not _LEADS.isdisjoint(words) or not _LEADS.isdisjoint(map("".join, pairwise(words)))


def names_label(element: HtmlElement) -> bool:
    """Return whether the class of this element is one for the kicker or a badge of a headline."""
    return not _LABELS.isdisjoint(_class_words(element))


def _class_words(element: HtmlElement) -> list[str]:
    return [word.lower() for word in _WORDS.findall((element.get("class") or "")[:_LONGEST_NAME])]


def is_invisible(element: HtmlElement) -> bool:
    if element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return True
    style = element.get("style")
    return bool(style and _INVISIBLE.search(style[:_LONGEST_NAME]))


@lru_cache(maxsize=4096)
def _names_furniture(name: str | None) -> bool:
    if not name:
        return False
    words = [word.lower() for word in _WORDS.findall(name[:_LONGEST_NAME])]
    if not _NAMES.isdisjoint(words):
        return True
    return not _NAME_PAIRS.isdisjoint(pairwise(words)) or not _NAME_PAIRS.isdisjoint(zip(words, words[2:], strict=False))
