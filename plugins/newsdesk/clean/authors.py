"""Finds the authors of an article: persons, and as credits the agencies, newsrooms and companies that are named as authors."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice, pairwise
from typing import Any

from lxml.html import HtmlElement

from newsdesk.clean.blocks import Block
from newsdesk.clean.bylines import (
    Claim,
    Declared,
    Named,
    begins_as_byline,
    ends_in_initial,
    is_agency,
    is_only_byline_word,
    is_person,
    is_reporter_line,
    names_in,
)
from newsdesk.clean.structured import Structured, as_list, as_text, types_of
from newsdesk.clean.text import name_key, one_line, same_words
from newsdesk.clean.words import read_words
from newsdesk.urls import host_of

_AUTHOR_META = (
    "author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator", "byl", "citation_author",
)  # fmt: skip
_ORGANIZATIONS = frozenset({"organization", "newsmediaorganization", "corporation", "brand"})
_WRITTEN_BY = re.compile(
    r"written by|author|verfasst von|geschrieben von|écrit par|auteur|escrito por|autor|scritto da|geschreven door|napisane przez"
    r"|skrevet av|skriven av|автор",
    re.IGNORECASE,
)
"""Values of `twitter:label1` for which plug-ins of content management systems write the author's name to `twitter:data1`."""
_LABELLED = re.compile(
    r"(?:authors?|autor(?:in|a|es|en)?(?:\s?/\s?autor(?:in|a)?)?|auteurs?|autor[ei]|författare|forfatter|yazar|автор|аутор|avtor)"
    r"\s*[:：]?\s+(?=[^\W\d_])",
    re.IGNORECASE,
)
_SOURCE = re.compile(rf"(?:{'|'.join(sorted(read_words('byline_words')['source']))})\s*[:：]\s*(.+)", re.IGNORECASE)
_LONGEST_SOURCE = 60
_LONGEST_SIGN_OFF, _LONGEST_ABBREVIATION = 20, 4
_BETWEEN_SIGNS = re.compile(r"\s*[/,]\s*")
_MARKED = ".//*[contains(@rel, 'author') or @itemprop='author' or contains(@href, '/author/') or contains(@href, '/authors/')]"
_LEVELS = 6
_LONGEST_BYLINES = 300
_MAXIMUM_AUTHORS = 12
_BELOW_HEADLINE = 5
_LONGEST_BYLINE = 120
_BARS = re.compile(r"\s?[|•·]\s?")
_AT_LINE_END = re.compile(r"text-align\s*:\s*(?:right|end)", re.IGNORECASE)
_JOINT = "\x1f"
_TOUCHING = re.compile(rf"(?<=\w){_JOINT}(?=\w)")
_BYLINE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:byline|author|autor|auteur|autore|verfasser|firma|writer|redacteur|signature)s?(?:[\s_-]*(?:name|nom|nombre|link))?(?:$|[\s_-])",
    re.IGNORECASE,
)


def find_authors(
    tree: HtmlElement,
    structured: Structured,
    blocks: Sequence[Block],
    *,
    url: str,
    title: str,
    site_name: str | None,
    feed: Iterable[str] = (),
) -> Named:
    """Return the persons who wrote the article and the credits, in the order of the page.

    Persons are taken from the first source that names any, and credits from the sources up to that one: JSON-LD, meta tags, the feed,
    then lines of the page. The name of the site is a credit only if no person is named.
    """
    site_names = _names_of_site(url, site_name, structured)
    declared = (_from_json_ld(structured), _from_meta(structured), map(Claim, feed))
    lines = chain(_from_byline(tree), _below_headline(blocks, title=title), _labelled(blocks), _signed(blocks))
    shown = ((Claim(line),) for line in lines)  # one line at a time, since later bylines can belong to teasers
    sources = tuple(_sources(blocks))
    credits: dict[str, str] = {}
    for claims in chain(declared, shown):
        named = [names_in(claim, site_names=site_names) for claim in claims]
        for credit in chain.from_iterable(each.credits for each in named):
            credits.setdefault(name_key(credit), credit)
        if persons := tuple(chain.from_iterable(each.persons for each in named)):
            credits |= {name_key(source): source for source in sources}
            others = tuple(credit for key, credit in credits.items() if key not in site_names)
            everybody: dict[str, str] = {}
            for person in (*persons, *_written_with(tree, persons, site_names=site_names)):
                everybody.setdefault(name_key(person), person)
            return Named(tuple(everybody.values())[:_MAXIMUM_AUTHORS], others[:_MAXIMUM_AUTHORS])
    credits |= {name_key(source): source for source in sources}
    return Named(credits=tuple(credits.values())[:_MAXIMUM_AUTHORS])


def _names_of_site(url: str, site_name: str | None, structured: Structured) -> frozenset[str]:
    """Return the keys (see `text.name_key`) of the site's declared name, its publisher, its host and the labels of the host."""
    host = host_of(url).removeprefix("www.")
    labels = [label for label in host.split(".")[:-1] if len(label) > 2]
    return frozenset(map(name_key, (site_name or "", as_text(structured.article.get("publisher")), host, *labels))) - {""}


def _from_json_ld(structured: Structured) -> Iterator[Claim]:
    for node in (structured.article, structured.page):
        for author in as_list(node.get("author") or node.get("creator")):
            if isinstance(author, str):
                yield Claim(author)
            elif isinstance(author, dict):
                yield from _claims_of(structured, author)


def _claims_of(structured: Structured, author: dict[str, Any]) -> Iterator[Claim]:
    known = author if author.keys() & {"name", "familyName", "byline"} else structured.node_by_id(author.get("@id"))
    types = types_of(known)
    kind = Declared.PERSON if "person" in types else Declared.ORGANIZATION if types & _ORGANIZATIONS else Declared.LINE
    names = [as_text(name) for name in as_list(known.get("name") or known.get("byline"))]
    for name in names or [f"{as_text(known.get('givenName'))} {as_text(known.get('familyName'))}"]:
        yield Claim(name, kind)


def _from_meta(structured: Structured) -> Iterator[Claim]:
    for name in _AUTHOR_META:
        for value in structured.meta.get(name, ()):
            if "://" not in value:
                yield Claim(value)
    for number in ("1", "2"):
        if _WRITTEN_BY.fullmatch(structured.meta_first(f"twitter:label{number}")):
            yield Claim(structured.meta_first(f"twitter:data{number}"))
    yield Claim(structured.meta_first("twitter:misc:written by"))


def _from_byline(tree: HtmlElement) -> Iterator[str]:
    """Yield short texts of elements that are marked as author or byline, except in comments."""
    for element in tree.iter("a", "span", "p", "div", "address", "li", "h3", "h4", "h5", "h6", "strong", "b", "em", "i", "cite"):
        marked = "author" in (element.get("rel") or "") or element.get("itemprop") == "author"
        if marked or _BYLINE_CLASS.search((element.get("class") or "")[:300]):
            text = _pieces_of(element)
            if len(text) <= _LONGEST_BYLINE and not any(_names_comments(around) for around in (element, *element.iterancestors())):
                yield text


def _written_with(tree: HtmlElement, persons: Sequence[str], *, site_names: frozenset[str]) -> Iterator[str]:
    """Yield other persons in the byline with one of these persons, since many pages declare only their first author."""
    known = set(map(name_key, persons))
    for element in tree.xpath(_MARKED):
        if name_key(_pieces_of(element)) not in known:
            continue
        around = next((outer for outer in islice(element.iterancestors(), _LEVELS) if len(outer.xpath(_MARKED)) > 1), None)
        if around is not None and len(one_line(around.text_content())) <= _LONGEST_BYLINES:
            for marked in around.xpath(_MARKED):
                yield from names_in(Claim(_pieces_of(marked)), site_names=site_names).persons
        return


def _pieces_of(element: HtmlElement) -> str:
    """Return the text of an element, with a bar between adjacent pieces without space, such as a name and a role."""
    touching = _TOUCHING.sub(" | ", _JOINT.join(element.itertext())[: 4 * _LONGEST_BYLINE])
    return one_line(touching.replace(_JOINT, ""))


def _below_headline(blocks: Sequence[Block], *, title: str) -> Iterator[str]:
    """Yield short lines right below the headline that start like a byline: "By Ann Lee"."""
    at = next((index for index, block in enumerate(blocks) if same_words(block.text, title)), None)
    if at is not None:
        for block, following in pairwise(blocks[at + 1 : at + 2 + _BELOW_HEADLINE]):
            if is_only_byline_word(block.text) and len(following.text) <= _LONGEST_BYLINE:
                yield f"{block.text} {following.text}"
            is_byline = begins_as_byline(block.text) or is_reporter_line(block.text)
            if is_byline and len(block.text) <= _LONGEST_BYLINE and (block.text[-1] not in ".!?" or ends_in_initial(block.text)):
                yield _shortest_byline(block)


def _labelled(blocks: Sequence[Block]) -> Iterator[str]:
    """Yield the name in the first line with an author label, such as "Autor: Eva Kühn" in a box below the article."""
    for block in blocks:
        pieces = _BARS.split(block.text) if len(block.text) <= _LONGEST_BYLINE else ()
        for piece in pieces:
            label = _LABELLED.match(piece)
            if label and not _names_comments(block.element):
                yield piece[label.end() :]
                return


def _signed(blocks: Sequence[Block]) -> Iterator[str]:
    """Yield the name in a line that is aligned to the end of the line, as a signature below a text."""
    for block in blocks:
        style = block.element.get("style")
        if style and len(block.text) <= _LONGEST_BYLINE and _AT_LINE_END.search(style[:300]) and is_person(block.text):
            yield block.text


def _shortest_byline(block: Block) -> str:
    """Return the text of the innermost element that begins like the byline, without a date or section beside it."""
    texts = (_pieces_of(element) for element in block.element.iter() if isinstance(element.tag, str))
    return min((text for text in texts if begins_as_byline(text) and any(map(str.isspace, text))), key=len, default=block.text)


def _sources(blocks: Sequence[Block]) -> Iterator[str]:
    """Yield the agencies in lines that name only the source: "Quelle: dpa/AFP", "mkr/dpa"."""
    for block in blocks:
        match = _SOURCE.fullmatch(block.text) if len(block.text) <= _LONGEST_SOURCE else None
        if match and not _names_comments(block.element):
            yield from filter(is_agency, names_in(Claim(match[1]), site_names=frozenset()).credits)
        elif (
            len(block.text) <= _LONGEST_SIGN_OFF
            and not block.link_characters
            and all(map(_signs_off, signs := _BETWEEN_SIGNS.split(block.text.strip("()[] ."))))
        ):
            yield from filter(is_agency, signs)


def _signs_off(sign: str) -> bool:
    """Return whether this is an agency or the abbreviation of an editor, as in "mkr/dpa" below an article."""
    return is_agency(sign) or (sign.isalpha() and sign.islower() and len(sign) <= _LONGEST_ABBREVIATION)


def _names_comments(element: HtmlElement) -> bool:
    return "comment" in f"{element.get('class') or ''} {element.get('id') or ''}".lower() and element.tag not in ("body", "html")
