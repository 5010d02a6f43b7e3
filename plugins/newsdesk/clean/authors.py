"""Who wrote the article: persons, without roles, agencies and the site's own name."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from lxml.html import HtmlElement

from newsdesk.clean.blocks import Block
from newsdesk.clean.persons import begins_as_byline, persons_in
from newsdesk.clean.structured import Structured, as_list, as_text, types_of
from newsdesk.clean.text import one_line, same_words

_AUTHOR_META = (
    "author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator", "byl", "citation_author",
)  # fmt: skip
_MAXIMUM_AUTHORS = 12
_BELOW_HEADLINE = 5
_LONGEST_BYLINE = 120
_JOINT = "\x1f"
_TOUCHING = re.compile(rf"(?<=\w){_JOINT}(?=\w)")
_BYLINE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:byline|author|autor|auteur|autore|verfasser|firma|writer|redacteur|signature)s?(?:[\s_-]*(?:name|nom|nombre|link))?(?:$|[\s_-])",
    re.IGNORECASE,
)


def find_authors(
    tree: HtmlElement, structured: Structured, blocks: Sequence[Block], *, title: str, site_name: str | None, feed: Iterable[str] = ()
) -> tuple[str, ...]:
    """The persons who wrote the article, in the page's order; none where only a newsroom or an agency is named."""
    declared = (_from_json_ld(structured), _from_meta(structured), feed)
    shown = ((line,) for line in chain(_from_byline(tree), _below_headline(blocks, title=title)))  # each alone: further ones are teasers'
    for claims in chain(declared, shown):
        persons = dict.fromkeys(name for claim in claims for name in persons_in(claim, site_name=site_name))
        if persons:
            return tuple(persons)[:_MAXIMUM_AUTHORS]
    return ()


def _from_json_ld(structured: Structured) -> Iterator[str]:
    for node in (structured.article, structured.page):
        for author in as_list(node.get("author") or node.get("creator")):
            if isinstance(author, str):
                yield author
            elif isinstance(author, dict):
                yield from _names_of(structured, author)


def _names_of(structured: Structured, author: dict[str, Any]) -> Iterator[str]:
    known = author if author.keys() & {"name", "familyName"} else structured.node_by_id(author.get("@id"))
    if types_of(known) & {"organization", "newsmediaorganization", "corporation", "brand"}:
        return
    yield from (as_text(name) for name in as_list(known.get("name")))
    if not known.get("name"):
        yield f"{as_text(known.get('givenName'))} {as_text(known.get('familyName'))}"


def _from_meta(structured: Structured) -> Iterator[str]:
    for name in _AUTHOR_META:
        for value in structured.meta.get(name, ()):
            if "://" not in value:
                yield value


def _from_byline(tree: HtmlElement) -> Iterator[str]:
    """The text of elements marked as the author's, outside comments; short ones only."""
    for element in tree.iter("a", "span", "p", "div", "address", "li"):
        marked = "author" in (element.get("rel") or "") or element.get("itemprop") == "author"
        if marked or _BYLINE_CLASS.search((element.get("class") or "")[:300]):
            text = _pieces_of(element)
            if len(text) <= _LONGEST_BYLINE and not any(_names_comments(around) for around in (element, *element.iterancestors())):
                yield text


def _pieces_of(element: HtmlElement) -> str:
    """Its text with a bar where two pieces touch: a name and a role in elements of their own have no space between."""
    touching = _TOUCHING.sub(" | ", _JOINT.join(element.itertext())[: 4 * _LONGEST_BYLINE])
    return one_line(touching.replace(_JOINT, ""))


def _below_headline(blocks: Sequence[Block], *, title: str) -> Iterator[str]:
    """Short lines right below the headline that begin as bylines do: "By Ann Lee"."""
    at = next((index for index, block in enumerate(blocks) if same_words(block.text, title)), None)
    if at is not None:
        for block in blocks[at + 1 : at + 1 + _BELOW_HEADLINE]:
            if len(block.text) <= _LONGEST_BYLINE and begins_as_byline(block.text) and block.text[-1] not in ".!?:":
                yield block.text


def _names_comments(element: HtmlElement) -> bool:
    return "comment" in f"{element.get('class') or ''} {element.get('id') or ''}".lower() and element.tag not in ("body", "html")
