"""Lines that extractors leave in an article and that are none of it, told by general signals.

A rule is a function from a block and its place to a truth, listed in RULES. Words are used only where they are
international or short fixed labels; a rule must not fire on a sentence.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from newsdesk.clean.blocks import Block
from newsdesk.clean.bylines import begins_as_byline
from newsdesk.clean.moments import MomentReader
from newsdesk.clean.regions import prose_characters
from newsdesk.clean.text import is_sentence, words_of

_LABEL = 120
_NETWORKS = frozenset({
    "facebook", "twitter", "x", "whatsapp", "telegram", "linkedin", "instagram", "pinterest", "reddit", "tumblr", "threads", "bluesky",
    "mastodon", "messenger", "viber", "vk", "ok", "line", "weibo", "wechat", "youtube", "tiktok", "flipboard", "xing", "pocket", "email",
    "e", "mail", "sms", "print", "copy", "link", "url", "share", "tweet", "rss", "微博", "微信",
})  # fmt: skip
_MINIMUM_NETWORKS = 2
_ADVERT = frozenset({
    "advertisement", "advertising", "advert", "anzeige", "werbung", "publicidad", "anuncio", "publicité", "publicidade", "pubblicità",
    "advertentie", "reclame", "annonce", "annons", "mainos", "reklama", "reklam", "реклама", "διαφήμιση", "إعلان", "פרסומת", "广告", "廣告",
    "広告", "광고", "विज्ञापन",
})  # fmt: skip
_CREDIT = re.compile(
    r"^\(?(?:photos?|foto(?:s|grafía|grafie)?|photographs?|images?|pictures?|bild(?:er)?|imagen|immagine|imagem|credits?|crédits?|crédito"
    r"|zdjęcie|kuva|kép|фото|изображение|φωτο(?:γραφία)?|صورة|الصورة|תמונה|写真|图片|圖片|사진|फोटो)\s*(?:credits?|courtesy|via|by|von|par|de)?\s*[:：/|©]",
    re.IGNORECASE,
)
_CREDIT_BY = re.compile(r"^\(?(?:photo|image|picture|illustration|video)s?\s+(?:by|credit|courtesy)\b", re.IGNORECASE)
_NOTICE = re.compile(r"^(?:©|\(c\)\s|copyright\s*(?:©|\(c\)|\d{4}))|\ball rights reserved\b", re.IGNORECASE)
_COPYRIGHT = re.compile(r"copyright\b", re.IGNORECASE)
_READING_TIME = re.compile(
    r"^\W*\d{1,3}\s*(?:-\s*\d{1,3}\s*)?(?:min\b\.?|minutes?\b|minuten\b|minutos\b|minuti\b|мин\w*|分|분)(?:\s+\w+){0,3}\W*$", re.IGNORECASE
)
_SENTENCE_END = re.compile(r"[^\W\d_]{3,}[.!?…]$|[。！？]$")
_LABELLED_LINK = re.compile(r"^[^:：]{2,40}[:：]")
_CONSENT = re.compile(r"\bcookies?\b", re.IGNORECASE)
_ASKS_CONSENT = re.compile(
    r"\b(?:we|our|this (?:web)?site|you|accept|consent|privacy|wir|diese|zustimm\w*|nous|ce site|acepta\w*|usamos|utili[sz]\w+|nostr\w+|wij"
    r"|deze|мы|наш\w*|używamy|çerez\w*)\b|使用|利用|동의|نستخدم",
    re.IGNORECASE,
)
_DATES = MomentReader(month_first=True)
_EDGE = 3
_HEADLINE_WORDS = 6


@dataclass(frozen=True, slots=True)
class Place:
    """Where a block stands among the others, and what the article is about.

    `mentions_cookies` counts the blocks that speak of cookies.
    """

    index: int
    count: int
    has_prose_before: bool
    has_prose_after: bool
    authors: tuple[str, ...]
    title: str
    mentions_cookies: int

    @property
    def is_at_edge(self) -> bool:
        return self.index < _EDGE or self.index >= self.count - _EDGE


def without_leftovers(blocks: Sequence[Block], *, title: str, authors: tuple[str, ...]) -> list[Block]:
    """The blocks on which no rule fires."""
    prose = [index for index, block in enumerate(blocks) if prose_characters(block)]
    first, last = (prose[0], prose[-1]) if prose else (-1, len(blocks))
    cookies = sum(bool(_CONSENT.search(block.text)) for block in blocks)
    kept = []
    for index, block in enumerate(blocks):
        place = Place(index, len(blocks), index > first, index < last, authors, title, cookies)
        if not any(rule(block, place) for rule in RULES):
            kept.append(block)
    return kept


def is_share_bar(block: Block, place: Place) -> bool:
    """Nothing but names of networks and of ways to pass a page on."""
    if len(block.text) > 2 * _LABEL:
        return False
    words = words_of(block.text)
    return len(words) >= _MINIMUM_NETWORKS and set(words) <= _NETWORKS


def is_advert_label(block: Block, place: Place) -> bool:
    if len(block.text) > _LABEL // 2:
        return False
    words = words_of(block.text)
    return 1 <= len(words) <= 2 and words[0] in _ADVERT


def is_photo_credit(block: Block, place: Place) -> bool:
    is_credit = len(block.text) <= _LABEL and bool(_CREDIT.match(block.text) or _CREDIT_BY.match(block.text))
    return is_credit and not is_sentence(block.text)


def is_copyright(block: Block, place: Place) -> bool:
    if len(block.text) > 2 * _LABEL or place.has_prose_after:
        return False
    return bool(_NOTICE.search(block.text)) or (bool(_COPYRIGHT.match(block.text)) and not is_sentence(block.text))


def is_byline(block: Block, place: Place) -> bool:
    """Before the first paragraph or after the last: little more than the authors' names, or one of them after "By"."""
    if len(block.text) > _LABEL or (place.has_prose_before and place.has_prose_after):
        return False
    if begins_as_byline(block.text) and not _SENTENCE_END.search(block.text) and any(name in block.text for name in place.authors):
        return True
    words, names = words_of(block.text), words_of(" ".join(place.authors))
    return not set(names).isdisjoint(words) and sum(word not in names for word in words) <= 2


def is_dateline(block: Block, place: Place) -> bool:
    """Before the first paragraph: a date, or how long the reading takes."""
    if place.has_prose_before or len(block.text) > _LABEL // 2 or _SENTENCE_END.search(block.text):
        return False
    return bool(_READING_TIME.match(block.text)) or (_DATES.read(block.text) is not None and len(words_of(block.text)) <= 7)


def is_pointer(block: Block, place: Place) -> bool:
    """Between paragraphs, a link to another page with no sentence around it: "Read also: ...". Lists and headings stay."""
    if block.is_heading or block.element.tag in ("li", "tr", "dd", "dt", "blockquote", "pre") or len(block.text) < 20:
        return False
    if block.link_share >= 0.95:
        is_headline = len(words_of(block.text)) >= _HEADLINE_WORDS and block.text[-1] not in ".!:"
        return is_headline and place.has_prose_before and not is_sentence(block.text)
    return block.link_share >= 0.6 and bool(_LABELLED_LINK.match(block.text)) and len(block.text) - block.link_characters <= 45


def is_cookie_notice(block: Block, place: Place) -> bool:
    """A short line at the edge that asks for consent, in an article that is not about cookies."""
    if not place.is_at_edge or len(block.text) > 2 * _LABEL or place.mentions_cookies > 2 or _CONSENT.search(place.title):
        return False
    return bool(_CONSENT.search(block.text) and _ASKS_CONSENT.search(block.text))


RULES: tuple[Callable[[Block, Place], bool], ...] = (
    is_share_bar,
    is_advert_label,
    is_photo_credit,
    is_copyright,
    is_byline,
    is_dateline,
    is_pointer,
    is_cookie_notice,
)
