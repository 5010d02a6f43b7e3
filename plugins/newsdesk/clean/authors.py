"""Who wrote the article: persons, without roles, agencies and the site's own name."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from lxml.html import HtmlElement

from newsdesk.clean.blocks import Block
from newsdesk.clean.structured import Structured, as_list, as_text, types_of
from newsdesk.clean.text import one_line, same_words, words_of

_BY = re.compile(
    r"^\s*(?:written\s+by|posted\s+by|reviewed\s+by|words\s+by|story\s+by|by|von|par|por|di|da|door|av|af|przez|texte?\s*:|text\s*:|author\s*:|autor(?:a|in)?\s*:"
    r"|автор\s*:|文\s*[/：:]|記者|记者|كتب|بقلم)\s+",
    re.IGNORECASE,
)
_CREDITED = re.compile(r"^\w+(?:\s+[^\W\d_A-ZÀ-ÞА-Я]\w*){1,3}\s+(?:by|von|par|por|door|av|af|da|przez)\s+(?=[^\W\d_a-z])")
""" "Propos recueillis par Anne Roy": a first word, then only small ones. Names go on in capitals: Johann Wolfgang von Goethe."""
_SPLIT = re.compile(r"\s*(?:,|;|\||/|•|·|、|،|\band\b|\bund\b|\bet\b|\by\b|\be\b|\boch\b|\bog\b|\bи\b|&|\bwith\b)\s*", re.IGNORECASE)
_AGENCIES = frozenset({
    "afp", "ap", "reuters", "efe", "dpa", "ansa", "apa", "tass", "upi", "pti", "aap", "lusa", "pap", "ria", "interfax", "xinhua",
    "kyodo", "yonhap", "anadolu", "bloomberg", "sid", "epd", "kna", "belga", "ritzau", "ntb", "tt", "stt", "agencies", "agencia",
    "agencias", "agence", "agentur", "agenturen", "redaktion", "redaction", "redacción", "redaccion", "rédaction", "redazione",
    "redação", "redactie", "redakcja", "staff", "editorial", "editors", "editor", "newsroom", "desk", "team", "admin", "administrator",
    "administrador", "webmaster", "guest", "anonymous", "unknown", "contributor", "contributors", "author", "authors", "user", "press",
    "newspaper", "magazine", "media", "news", "online", "agency", "company", "inc", "llc", "ltd", "gmbh", "group", "official",
    "community", "department", "редакция", "агентство", "новости", "編集部", "编辑部", "編輯部", "通信", "新聞", "新闻",
})  # fmt: skip
"""Words that a person's byline does not have: agencies, newsrooms, companies, roles that stand for nobody."""

_ROLES = frozenset({
    "director", "editor", "correspondent", "reporter", "columnist", "writer", "journalist", "manager", "officer", "president", "analyst",
    "expert", "specialist", "producer", "chief", "head", "founder", "ceo", "professor", "photographer", "fellow", "consultant",
    "assistant", "associate", "senior", "sr", "freelance", "reviewer", "attorney", "corresponsal", "periodista", "redactor", "redactora",
    "korrespondent", "korrespondentin", "redakteur", "redakteurin", "journaliste", "correspondant", "correspondante", "giornalista",
    "inviato", "inviata", "jornalista", "repórter", "verslaggever", "dziennikarz", "корреспондент", "обозреватель", "журналист",
    "記者", "编辑", "记者",
})  # fmt: skip
_NOT_IN_NAMES = frozenset({
    "by", "from", "in", "on", "at", "for", "the", "about", "more", "our", "your", "my", "this", "that", "says", "said", "written", "posted",
    "published", "updated", "reviewed", "checked", "fact", "full", "follow", "read", "learn", "view", "all", "posts", "photo", "photos",
    "sponsored", "comment", "comments", "reply", "share", "bank", "marketing", "services", "solutions", "university", "institute",
    "association", "foundation", "council", "ministry", "times", "tribune", "gazette", "herald", "network", "studio", "labs", "academy",
    "digital", "technologies", "software", "center", "centre", "clinic", "hospital", "health",
})  # fmt: skip
_PARTICLES = frozenset({
    "de", "del", "della", "di", "da", "das", "do", "dos", "du", "la", "le", "van", "von", "der", "den", "ter", "ten", "zu", "zur", "af",
    "av", "bin", "ibn", "bint", "al", "el", "y", "e", "i", "of", "d",
})  # fmt: skip
_MAXIMUM_WORDS = 6
_MAXIMUM_AUTHORS = 12
_BELOW_HEADLINE = 5
_LONGEST_BYLINE = 120
_BYLINE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:byline|author|autor|auteur|autore|verfasser|firma|writer|redacteur|signature)s?(?:[\s_-]*(?:name|nom|nombre|link))?(?:$|[\s_-])",
    re.IGNORECASE,
)


def find_authors(
    tree: HtmlElement, structured: Structured, blocks: Sequence[Block], *, title: str, site_name: str | None, feed: Iterable[str] = ()
) -> tuple[str, ...]:
    """The persons who wrote the article, in the page's order; none where only a newsroom or an agency is named."""
    for claims in (_from_json_ld(structured), _from_meta(structured), feed):
        persons = tuple(dict.fromkeys(name for claim in claims for name in persons_in(claim, site_name=site_name)))
        if persons:
            return persons[:_MAXIMUM_AUTHORS]
    for claim in [
        *_from_byline(tree),
        *_below_headline(blocks, title=title),
    ]:  # the first that names somebody: further ones belong to teasers
        persons = tuple(dict.fromkeys(persons_in(claim, site_name=site_name)))
        if persons:
            return persons[:_MAXIMUM_AUTHORS]
    return ()


def persons_in(claim: str, *, site_name: str | None) -> Iterator[str]:
    """The persons that a byline names: "By Ann Lee and Bob Ray, political editor" gives Ann Lee and Bob Ray."""
    plain = _CREDITED.sub("", _BY.sub("", one_line(claim)))
    for part in _SPLIT.split(plain):
        name = _BY.sub("", part).strip(" .-–—:()\"'")
        if is_person(name, site_name=site_name):
            yield name.title() if name.isupper() and len(name) > 3 else name


def is_person(name: str, *, site_name: str | None) -> bool:
    """Whether this can be a person's name: a few capitalised words, no address, no digits, no agency, no role, not the site."""
    words = words_of(name)
    if (
        not 1 < len(name) <= 60
        or not 1 <= len(words) <= _MAXIMUM_WORDS
        or any(character in name for character in "@<>{}[]#=_\\»«")
        or "://" in name
    ):
        return False
    if any(any(map(str.isdigit, word)) for word in words) or not (_AGENCIES | _ROLES | _NOT_IN_NAMES).isdisjoint(words):
        return False
    if site_name and "".join(words) == "".join(words_of(site_name)):
        return False
    has_case = name.lower() != name.upper()
    if not has_case:  # scripts without capitals
        return len(name) <= 20
    capitalised = [word for word in name.split() if word[:1].isupper() or word.strip(".'’").lower() in _PARTICLES or not word[:1].isalpha()]
    return len(words) >= 2 and len(capitalised) == len(name.split()) and "." not in name.rstrip(".").rsplit(" ", 1)[-1][1:]


def _from_json_ld(structured: Structured) -> Iterator[str]:
    for node in (structured.article, structured.page):
        for author in as_list(node.get("author") or node.get("creator")):
            if isinstance(author, str):
                yield author
            elif isinstance(author, dict):
                yield from _names_of(structured, author)


def _names_of(structured: Structured, author: dict[str, Any]) -> Iterator[str]:
    known = author if author.get("name") else structured.node_by_id(author.get("@id"))
    if types_of(known) & {"organization", "newsmediaorganization", "corporation", "brand"}:
        return
    yield from (as_text(name) for name in as_list(known.get("name")))


def _from_meta(structured: Structured) -> Iterator[str]:
    for name in (
        "author",
        "article:author",
        "parsely-author",
        "sailthru.author",
        "dc.creator",
        "dcterms.creator",
        "byl",
        "citation_author",
    ):
        for value in structured.meta.get(name, ()):
            if "://" not in value:
                yield value


def _from_byline(tree: HtmlElement) -> Iterator[str]:
    """The text of elements marked as the author's, outside comments; short ones only."""
    for element in tree.iter("a", "span", "p", "div", "address", "li"):
        marked = "author" in (element.get("rel") or "") or element.get("itemprop") == "author"
        if marked or _BYLINE_CLASS.search((element.get("class") or "")[:300]):
            text = one_line(element.text_content()[: 4 * _LONGEST_BYLINE])
            if len(text) <= _LONGEST_BYLINE and not any(_names_comments(around) for around in (element, *element.iterancestors())):
                yield text


def _below_headline(blocks: Sequence[Block], *, title: str) -> Iterator[str]:
    """Short lines right below the headline that begin as bylines do: "By Ann Lee"."""
    at = next((index for index, block in enumerate(blocks) if same_words(block.text, title)), None)
    if at is not None:
        for block in blocks[at + 1 : at + 1 + _BELOW_HEADLINE]:
            if len(block.text) <= _LONGEST_BYLINE and _BY.match(block.text) and block.text[-1] not in ".!?:":
                yield block.text


def _names_comments(element: HtmlElement) -> bool:
    return "comment" in f"{element.get('class') or ''} {element.get('id') or ''}".lower() and element.tag not in ("body", "html")
