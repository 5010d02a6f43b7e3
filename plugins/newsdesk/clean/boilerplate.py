"""Removes boilerplate lines that extractors leave in an article.

A rule is a function of a block and its context that returns whether to drop the block; rules are listed in RULES. Rules use words only
if these are international or fixed labels, and must not match sentences.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice, takewhile

from lxml.html import HtmlElement

from newsdesk.clean.blocks import ONLY_LINK, Block, blocks_of
from newsdesk.clean.bylines import begins_as_byline, is_newsroom, is_only_byline_word, is_reporter_line, persons_of_byline
from newsdesk.clean.moments import MomentReader, is_clock
from newsdesk.clean.regions import length_of, prose_characters
from newsdesk.clean.text import is_sentence, name_key, words_of
from newsdesk.clean.words import read_words

_LABEL = 120
_NETWORKS = frozenset({
    "facebook", "twitter", "x", "whatsapp", "telegram", "linkedin", "instagram", "pinterest", "reddit", "tumblr", "threads", "bluesky",
    "mastodon", "messenger", "viber", "vk", "ok", "line", "weibo", "wechat", "youtube", "tiktok", "flipboard", "xing", "pocket", "email",
    "e", "mail", "sms", "print", "copy", "link", "url", "share", "tweet", "rss", "微博", "微信", "teilen", "compartir", "compartilhar",
    "partager", "condividi", "delen", "deel", "udostępnij", "sdílet", "megosztás", "поделиться", "поділитися", "dela", "del", "jaa",
    "paylaş", "bagikan", "مشاركة", "شارك", "שתף", "शेयर", "シェア", "シェアする",
    "メールでシェアする", "facebookでシェアする", "xでシェアする", "lineで送る", "印刷する", "印刷", "ツイート", "ポスト", "はてな",
    "分享", "공유", "공유하기", "카카오톡", "밴드",
})  # fmt: skip
_MINIMUM_NETWORKS = 2
_ADVERT = frozenset({
    "advertisement", "advertising", "advert", "anzeige", "werbung", "publicidad", "anuncio", "publicité", "publicidade", "pubblicità",
    "advertentie", "reclame", "annonce", "annons", "mainos", "reklama", "reklam", "реклама", "διαφήμιση", "إعلان", "פרסומת", "广告", "廣告",
    "広告", "광고", "विज्ञापन",
})  # fmt: skip
_CREDIT = re.compile(
    r"^\(?(?:photos?|foto(?:s|grafía|grafie)?|photographs?|images?|pictures?|bild(?:er)?|imagen|immagine|imagem|credits?|crédits?|crédito"
    r"|zdjęcie|kuva|kép|фото|изображение|φωτο(?:γραφία)?|صورة|الصورة|תמונה|写真|图片|圖片|图|圖|사진|फोटो|عکس|تصویر|צילום|fotó|fotoğraf|ảnh|ภาพ|ছবি|фотография)\s*(?:credits?|courtesy|via|by|von|par|de)?\s*[:：/／|©=]",
    re.IGNORECASE,
)
_CREDIT_AT_END = re.compile(
    r"(?:[—–|(（.。]|\s-)\s*(?:photos?|fotos?|imagem|imagen|image|bild|crédits?|crédito|credit|ảnh|фото|φωτο|写真|사진|圖|图|攝影?|摄影?)"
    r"\s?[:：=／/]\s?[^.。]{2,50}[)）]?$"
    r"|[（(](?:資料照片?|資料圖片?|资料图片?|档案图)[)）]$",
    re.IGNORECASE,
)
""" "The bridge in May — Photo: Ann Lee"."""
_CREDIT_BY = re.compile(r"^\(?(?:photo|image|picture|illustration|video)s?\s+(?:by|credit|courtesy)\b", re.IGNORECASE)
_PHRASES = read_words("boilerplate_phrases")
_RIGHTS, _OFFER, _NOTICES = (sorted(_PHRASES[use]) for use in ("rights", "offer", "notice"))
_AROUND_LABELS = " :：.…>»→▶►▸▼☞·•*-–—|/[]【】<>《》〈〉■●◆+"
_ADDRESS = re.compile(r"\S+@\S+\.\w{2,}")
_PLACEHOLDER = re.compile(r"(\$\$|\{\{|\[\[|%%|@@|\+\+\+)[\w .:_-]{2,40}(?:\$\$|\}\}|\]\]|%%|@@)?|\[#\w+: [^\]]+\]|\{: ?[^}]+\}")
_NOTICE = re.compile(r"^(?:[©ⓒⒸ]|\(c\)\s|copyright\s*(?:©|\(c\)|\d{4}))|\ball rights reserved\b", re.IGNORECASE)
_COPYRIGHT = re.compile(r"copyright\b", re.IGNORECASE)
_MINUTES = (
    r"(?:(?:min\.|mins?\b|minutes?\b|minuten\b|minut[oiaey]s?\b|minut(?:ter|er|te)?\b|minuuttia\b|minuta\b|perc\b|dakika\b|dk\b|menit\b"
    r"|phút\b|мин\b|минут\w*|хв\b|хвилин\w*|λεπτ[άό])\.?|دقيقة|دقائق|دقیقه|דקות|मिनट|মিনিট|นาที|分钟|分鐘|分|분)"
)
_READING_TIME = re.compile(rf"^\W*\d{{1,3}}\s*(?:-\s*\d{{1,3}}\s*)?{_MINUTES}(?:\s+\w+){{0,3}}\W*$", re.IGNORECASE)
_SIGN_OFF = re.compile(r"[-–—]{1,2}\s?(\w[\w.'’ ]{1,40})")
_EDITOR = re.compile(
    r"[(（\[]?\s*(?:责任编辑|责编|編輯|编辑|責任編輯|责任校对|校对|审核|監製|本文来源|文章来源|來源|来源|editor|penyunting|pewarta|penulis)\s*[:：]",
    re.IGNORECASE,
)
_REMAINDER = re.compile(r"(?:残り|あと)\s?[\d,]+\s?(?:文字|字)")
""" "残り1204文字": the characters of the article that subscribers can read."""
_DURATION = re.compile(rf"\W*(?:\d{{1,3}}\s*{_MINUTES}|\d{{1,2}}:\d\d)\W*$", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[^\W\d_]{3,}[.!?…]$|[。！？]$")
_LABELLED_LINK = re.compile(r"^[^:：|]{2,40}(?:[:：|｜]|\s[–—>»▶►])")
_PERIODS = "|".join(map(re.escape, sorted(_PHRASES["period"])))
_SUBSCRIPTION = re.compile(
    rf"(?:[€$£₹]\s?\d[\d.,]*|\d[\d.,]*\s?(?:[€₽₺円원]|euros?|kr\.?|zł|kč|ft|lei|руб\w*|tl|usd|chf))\W{{0,3}}(?:\w+\W+){{0,2}}(?:{_PERIODS})",
    re.IGNORECASE,
)
"""A price per month or the like: "4 Wochen für 1 €, danach 9,99 € im Monat"."""
_LONGEST_LINKS_LABEL, _MOSTLY_LINKS, _SHORTEST_POINTER = 20, 0.8, 20
_LONGEST_CALL = 40
_BUTTON = re.compile(r"(?:^|[\s_-])(?:btn|button|cta)(?:$|[\s_-])", re.IGNORECASE)
_AROUND_LINKS = re.compile(r"^\W+|\W+$")
_CONSENT = re.compile(r"\bcookies?\b", re.IGNORECASE)
_ASKS_CONSENT = re.compile(
    r"\b(?:we|our|this (?:web)?site|you|accept|consent|privacy|wir|diese|zustimm\w*|nous|ce site|acepta\w*|usamos|utili[sz]\w+|nostr\w+|wij"
    r"|deze|мы|наш\w*|używamy|çerez\w*)\b|使用|利用|동의|نستخدم",
    re.IGNORECASE,
)
_DATES = MomentReader(month_first=True)
_QUOTATION = re.compile(r"[“„«»‹\"「『].*[”“»«›\"」』]")
_EDGE = 3
_LONGEST_TIME, _TIME_WORDS = 40, 4
_AGO = re.compile(
    r"\W*(?:\d+\s?(?:h|hrs?|hours?|m|mins?|minutes?|days?|secs?|seconds?)\s+ago|vor \d+ \w+\.?|il y a \d+ \w+|hace \d+ \w+|há \d+ \w+"
    r"|\d+ \w+ fa|\d+ \w+ geleden|(?:for )?\d+ \w+ siden|för \d+ \w+ sedan|\d+ \w+\.? temu|\d+ \w+ назад|\d+ \w+ тому|\d+ \w+ önce"
    r"|\d+\s?(?:秒|分|分钟|分鐘|時間|小时|小時|日|天)\s?前|\d+\s?(?:분|시간|일)\s?전)\W*",
    re.IGNORECASE,
)
_DAYS = "|".join(map(re.escape, sorted(_PHRASES["day"], key=len, reverse=True)))
_DAY_BEFORE_TIME = re.compile(rf"^(?:{_DAYS})[\s,]+(?:\w{{1,3}}\.?\s+){{0,2}}(?=\d)", re.IGNORECASE)
""" "Yesterday at 18:20", "hier à 18h20"."""
_STAMPS = "|".join(map(re.escape, sorted(_PHRASES["stamp"], key=len, reverse=True)))
_STAMP_BEFORE_TIME = re.compile(rf"^(?:{_STAMPS})[\s:：]+(?=\d|(?:{_DAYS})\b)", re.IGNORECASE)
_DATELINE_WORDS, _WORDS_WITH_TIME = 7, 12
_BETWEEN_TIMES = re.compile(r"\s[•·|]\s")
_SHARE_OF_TEASER = 0.25
_BOX_LEVELS = 4
_MOST_IN_BOX = 6
_LINES_BEFORE_LABEL = 2
_LONGEST_NUMBER = 8
_LONGEST_OFFER = 400
_LONGEST_FORM = 800
_HEADLINE_WORDS, _HEADLINE_WORDS_AFTER_SIGN = 6, 4
_DENSE_HEADLINE = 12
_SHORTEST_NAME = 2
_BEFORE_PORTRAIT = 3
"""Number of blocks before a paragraph about the author."""


@dataclass(frozen=True, slots=True)
class BlockContext:
    """The position of a block in the article, and properties of the article.

    `names` are the keys (`text.name_key`) of the authors; `mentions_cookies` is the number of blocks that mention cookies;
    `forms` are small elements with fields for text or a choice; `notices` are the phrases of notices that the article contains.
    """

    index: int
    count: int
    has_prose_before: bool
    has_prose_after: bool
    authors: tuple[str, ...]
    names: frozenset[str]
    title: str
    mentions_cookies: int
    forms: frozenset[HtmlElement]
    notices: Sequence[str]

    @property
    def is_at_edge(self) -> bool:
        return self.index < _EDGE or self.index >= self.count - _EDGE


def drop_boilerplate(blocks: Sequence[Block], *, title: str, authors: tuple[str, ...]) -> list[Block]:
    """Return the blocks that no rule drops."""
    prose = [index for index, block in enumerate(blocks) if prose_characters(block)]
    first, last = (prose[0], prose[-1]) if prose else (-1, len(blocks))
    cookies = sum(bool(_CONSENT.search(block.text)) for block in blocks)
    names = frozenset(map(name_key, authors))
    offers, notices = _phrases_in(blocks, _OFFER, longest=_LABEL), _phrases_in(blocks, _NOTICES, longest=_LONGEST_OFFER)
    teasers = _teasers(blocks, offers)
    forms = _forms(blocks)
    kept = []
    for index, block in enumerate(blocks):
        context = BlockContext(index, len(blocks), index > first, index < last, authors, names, title, cookies, forms, notices)
        if index not in teasers and not any(rule(block, context) for rule in RULES):
            kept.append(block)
    return kept


def _phrases_in(blocks: Sequence[Block], phrases: Sequence[str], *, longest: int) -> list[str]:
    """Return the phrases that occur in blocks of at most this length, so that few need to be searched in each block."""
    text = _lowered("\n".join(block.text for block in blocks if len(block.text) <= longest))
    return [phrase for phrase in phrases if phrase in text]


def _teasers(blocks: Sequence[Block], offers: Sequence[str]) -> set[int]:
    """Return the indices of blocks in boxes that start with a label like "Read also" or one of the offers, and are a small part of the
    text.
    """
    most = _SHARE_OF_TEASER * sum(len(block.text) for block in blocks)
    found: set[int] = set()
    for index, block in enumerate(blocks):
        if (
            (_is_pointer_label(block.text) or _is_short_offer(block, offers))
            and (box := _box_of(blocks, index))
            and sum(len(blocks[inner].text) for inner in box) <= most
        ):
            found.update(box)
        if _is_pointer_label(block.text):
            found.update(takewhile(lambda after: blocks[after].is_only_link, range(index + 1, min(index + 1 + _MOST_IN_BOX, len(blocks)))))
    return found


def _forms(blocks: Sequence[Block]) -> frozenset[HtmlElement]:
    """Return the elements around blocks that contain a field for text or a choice and have a small part of the text."""
    most = _SHARE_OF_TEASER * sum(len(block.text) for block in blocks)
    inside: dict[HtmlElement, list[int]] = {}
    for block in blocks:
        for element in islice(block.element.iterancestors(), _BOX_LEVELS):
            inside.setdefault(element, []).append(len(block.text))
    small = (element for element, lengths in inside.items() if len(lengths) <= _MOST_IN_BOX and sum(lengths) <= most)
    with_field = (element for element in small if any(map(_is_field, element.iter("input", "textarea"))))
    return frozenset(element for element in with_field if sum(len(block.text) for block in blocks_of(element)) <= _LONGEST_FORM)


def _is_field(field: HtmlElement) -> bool:
    return field.tag == "textarea" or (field.get("type") or "text").lower() in ("text", "email", "tel", "radio")


def _box_of(blocks: Sequence[Block], label: int) -> list[int]:
    """Return the blocks of a label's nearest container with other blocks; none if it has many, or more than two short ones before it."""
    for container in islice(blocks[label].element.iterancestors(), _BOX_LEVELS):
        near = range(label, min(label + _MOST_IN_BOX + 1, len(blocks)))
        inner = list(takewhile(partial(_holds, container, blocks), near))
        first = label
        while first and label - first < _LINES_BEFORE_LABEL and _holds(container, blocks, first - 1) and _is_short(blocks[first - 1]):
            first -= 1
        if label - first + len(inner) > 1:
            begins = first == 0 or not _holds(container, blocks, first - 1)
            return [*range(first, label), *inner] if len(inner) <= _MOST_IN_BOX and begins else []
    return []


def _is_short(block: Block) -> bool:
    return len(block.text) <= _LONGEST_CALL and not is_sentence(block.text)


def _holds(container: HtmlElement, blocks: Sequence[Block], index: int) -> bool:
    return blocks[index].is_inside(container)


def _has_phrase(text: str, phrases: Sequence[str]) -> bool:
    """Return whether the text contains one of the phrases at the start of a word. A single regular expression is 30 times slower."""
    lowered = _lowered(text)
    return any(phrase in lowered and re.search(rf"(?<![^\W\d_]){re.escape(phrase)}", lowered) for phrase in phrases)


def _is_short_offer(block: Block, offers: Sequence[str]) -> bool:
    return block.element.tag != "li" and len(block.text) <= _LABEL and _has_phrase(block.text, offers)


def _is_pointer_label(text: str) -> bool:
    return _is_phrase(text, _PHRASES["pointer"])


def _is_phrase(text: str, phrases: frozenset[str]) -> bool:
    return len(text) <= _LABEL // 2 and _lowered(text.strip(_AROUND_LABELS)) in phrases


def _lowered(text: str) -> str:
    """Return the text in lower case, with Turkish capitals as the letters that they are in lower case."""
    return text.replace("İ", "i").lower()


def is_share_bar(block: Block, context: BlockContext) -> bool:
    """A line of names of social networks and other ways to share a page."""
    if len(block.text) > 2 * _LABEL:
        return False
    words = [word for word in words_of(block.text) if not word.isdecimal()]
    return len(words) >= _MINIMUM_NETWORKS and set(words) <= _NETWORKS


def is_advert_label(block: Block, context: BlockContext) -> bool:
    if len(block.text) > _LABEL // 2:
        return False
    words = words_of(block.text)
    return 1 <= len(words) <= 2 and words[0] in _ADVERT


def is_photo_credit(block: Block, context: BlockContext) -> bool:
    if len(block.text) <= 2 * _LABEL and _CREDIT_AT_END.search(block.text):
        return True
    is_credit = len(block.text) <= _LABEL and bool(_CREDIT.match(block.text) or _CREDIT_BY.match(block.text))
    return is_credit and not is_sentence(block.text)


def is_copyright(block: Block, context: BlockContext) -> bool:
    if len(block.text) > 2 * _LABEL or context.has_prose_after:
        return False
    return bool(_NOTICE.search(block.text) or _has_phrase(block.text, _RIGHTS)) or (
        bool(_COPYRIGHT.match(block.text)) and not is_sentence(block.text)
    )


def is_byline(block: Block, context: BlockContext) -> bool:
    """The name of an author; near the start or after the last paragraph also with a few other words, or after "By"."""
    if len(block.text) > _LABEL:
        return False
    if is_reporter_line(block.text) or name_key(block.text) in context.names or _names_only(block.text, context):
        return True
    is_between = context.has_prose_before and context.has_prose_after
    if is_between and (context.index >= _EDGE or block.text[-1] in ".!?…:"):
        return False
    if begins_as_byline(block.text) and not _SENTENCE_END.search(block.text) and any(name in block.text for name in context.authors):
        return True
    words, names = words_of(block.text), words_of(" ".join(context.authors))
    return not set(names).isdisjoint(words) and sum(word not in names for word in words) <= 2


def _names_only(text: str, context: BlockContext) -> bool:
    """Return whether a line is only the word before a name, or a byline of these authors: "By Ann Lee, Durbridge"."""
    if is_only_byline_word(text):
        return True
    lowered = text.lower()
    is_named = any(author.lower() in lowered for author in context.authors)
    if not is_named or _SENTENCE_END.search(text):
        return False
    persons = persons_of_byline(text)
    return bool(persons) and context.names.issuperset(map(name_key, persons))


def is_dateline(block: Block, context: BlockContext) -> bool:
    """A date or reading time before the first paragraph or right after the lead."""
    if context.has_prose_before and (context.index >= _EDGE or block.is_heading):
        return False
    if len(block.text) > _LABEL or _SENTENCE_END.search(block.text):
        return False
    words = [word for word in words_of(block.text) if not word.isdecimal()]
    if _READING_TIME.match(block.text):
        return True
    moment = _DATES.read(block.text)
    return moment is not None and len(words) <= (_WORDS_WITH_TIME if moment.has_time else _DATELINE_WORDS)


def is_time_line(block: Block, context: BlockContext) -> bool:
    """A line with only a time, as above the entries of a live blog: "10:15 Uhr", "2 hours ago", "2 May 2026, 10:15"."""
    if block.is_heading or len(block.text) > 2 * _LONGEST_TIME or not any(map(str.isdigit, block.text)):
        return False
    if _AGO.fullmatch(block.text) or all(map(_is_stamp, _BETWEEN_TIMES.split(block.text))):
        return True
    if len(block.text) > _LONGEST_TIME:
        return False
    moment = _DATES.read(block.text)
    return moment is not None and moment.has_time and sum(not word.isdecimal() for word in words_of(block.text)) <= _TIME_WORDS


def _is_stamp(text: str) -> bool:
    """Return whether a text is a time, optionally after a word and a day without a date: "Updated today, 18:05"."""
    return is_clock(text) or is_clock(_DAY_BEFORE_TIME.sub("", _STAMP_BEFORE_TIME.sub("", text)))


def is_sign_off(block: Block, context: BlockContext) -> bool:
    """A dash and the name of the site or agency below the last paragraph: "– Reuters"."""
    match = _SIGN_OFF.fullmatch(block.text) if not context.has_prose_after else None
    return match is not None and is_newsroom(match[1])


def is_editor_line(block: Block, context: BlockContext) -> bool:
    """The editor's name below the last paragraph, as on Chinese and Indonesian pages: "(责编：李安)"."""
    return not context.has_prose_after and len(block.text) <= _LONGEST_TIME and bool(_EDITOR.match(block.text))


def is_count(block: Block, context: BlockContext) -> bool:
    """A number alone above the first paragraph, such as of views or comments."""
    is_number = len(block.text) <= _LONGEST_NUMBER and not any(map(str.isalpha, block.text))
    return is_number and not context.has_prose_before and not block.is_heading


def is_placeholder(block: Block, context: BlockContext) -> bool:
    """A placeholder that the content management system did not replace: "$$ADVERT$$", "+++dropcap"."""
    return len(block.text) <= _LABEL and bool(_PLACEHOLDER.fullmatch(block.text))


def is_notice(block: Block, context: BlockContext) -> bool:
    """A notice about the page: "The audio version of this article is generated by AI", "Select the text and press Ctrl+Enter"."""
    return len(block.text) <= _LONGEST_OFFER and _has_phrase(block.text, context.notices)


def is_label(block: Block, context: BlockContext) -> bool:
    """A label above links to other articles, or around advertisements and players: "Read also", "Listen to this article 5 min"."""
    return _is_pointer_label(block.text) or _is_phrase(_DURATION.sub("", block.text[:_LABEL]), _PHRASES["label"])


def ends_with_offer(block: Block) -> bool:
    """Return whether a last block asks readers to pay, sign in, subscribe, follow or write, or contains a mail address."""
    if len(block.text) > _LONGEST_OFFER or block.text[0] in '“”„«»‘"':
        return False
    if _is_contact(block) or _REMAINDER.match(block.text) or (_SUBSCRIPTION.search(block.text) and not is_sentence(block.text)):
        return True
    return bool(_has_phrase(block.text, _OFFER) or _has_phrase(block.text, _RIGHTS))


def is_labelled_links(block: Block) -> bool:
    """Return whether a last line is a label and links, such as "Topics: bridges, roads"."""
    label, colon, rest = block.text.partition(":")
    is_short = colon and len(label) <= _LONGEST_LINKS_LABEL and len(block.text) <= _LABEL
    return bool(is_short) and block.link_characters >= _MOSTLY_LINKS * len(rest.strip()) > 0


def _is_only_link(block: Block) -> bool:
    """Return whether a block is a link, possibly with signs such as arrows or brackets around it."""
    return block.is_only_link or block.link_characters >= ONLY_LINK * len(_AROUND_LINKS.sub("", block.text)) > 0


def is_contact_line(block: Block, context: BlockContext) -> bool:
    """A mail address with a name or another one, after the last paragraph."""
    return not context.has_prose_after and _is_contact(block)


def _is_contact(block: Block) -> bool:
    return len(block.text) <= _LABEL and bool(_ADDRESS.search(block.text))


def is_portrait(block: Block, context: BlockContext) -> bool:
    """A paragraph about the author at the end, which begins with the author's name: "Ann Lee covers transport."."""
    if not context.has_prose_before or context.index < context.count - _EDGE or context.index < _BEFORE_PORTRAIT:
        return False
    return any(len(name) >= _SHORTEST_NAME and block.text.startswith(name) for name in context.authors)


def is_sign_up(block: Block, context: BlockContext) -> bool:
    """A line in a small box with a field for a mail address or a choice, as for newsletters and polls."""
    return any(element in context.forms for element in islice(block.element.iterancestors(), _BOX_LEVELS))


def is_pointer(block: Block, context: BlockContext) -> bool:
    """A link to another page between paragraphs that is not part of a sentence: "Read also: ...". Not in lists and headings."""
    if block.is_heading or block.element.tag in ("li", "tr", "dd", "dt", "blockquote", "pre"):
        return False
    label, colon, rest = block.text.partition(":")
    if colon and _is_pointer_label(label) and block.link_characters >= _MOSTLY_LINKS * len(rest.strip()) > 0:
        return True
    if length_of(block.text) < _SHORTEST_POINTER:
        return False
    if _is_only_link(block):
        fewest = _HEADLINE_WORDS if block.is_only_link else _HEADLINE_WORDS_AFTER_SIGN
        is_long = len(words_of(block.text)) >= fewest or length_of(block.text) > len(block.text) >= _DENSE_HEADLINE
        is_headline = is_long and block.text[-1] not in ".!:" and not _QUOTATION.fullmatch(block.text)
        return is_headline and context.has_prose_before and not is_sentence(block.text)
    return block.link_share >= 0.6 and bool(_LABELLED_LINK.match(block.text)) and len(block.text) - block.link_characters <= 45


def is_button(block: Block, context: BlockContext) -> bool:
    """A link that is shown as a button: "Book now"."""
    if block.is_heading or len(block.text) > _LONGEST_CALL or not block.is_only_link:
        return False
    return all(_BUTTON.search((link.get("class") or "")[:_LABEL]) for link in block.element.iter("a"))


def is_cookie_notice(block: Block, context: BlockContext) -> bool:
    """A short line at the start or end that asks for consent to cookies, in an article that is not about cookies."""
    if not context.is_at_edge or len(block.text) > 2 * _LABEL or context.mentions_cookies > 2 or _CONSENT.search(context.title):
        return False
    return bool(_CONSENT.search(block.text) and _ASKS_CONSENT.search(block.text))


RULES: tuple[Callable[[Block, BlockContext], bool], ...] = (
    is_placeholder,
    is_count,
    is_sign_off,
    is_editor_line,
    is_time_line,
    is_label,
    is_notice,
    is_share_bar,
    is_advert_label,
    is_photo_credit,
    is_copyright,
    is_byline,
    is_dateline,
    is_pointer,
    is_contact_line,
    is_portrait,
    is_sign_up,
    is_button,
    is_cookie_notice,
)
