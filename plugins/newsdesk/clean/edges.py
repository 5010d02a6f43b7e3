"""What extractors leave around and between an article's paragraphs, told by general signals."""

from collections.abc import Sequence

from newsdesk.clean.blocks import Block
from newsdesk.clean.boilerplate import without_leftovers
from newsdesk.clean.furniture import is_furniture
from newsdesk.clean.regions import is_lead, prose_characters
from newsdesk.clean.text import same_words, words_of

_NEAR = 3
"""Blocks right above the body of which a sentence under the headline is the lead."""
_LONG_LEAD, _NEAR_LONG = 100, 8
"""A sentence of so many characters may have as many blocks between it and the body: dates, bylines, pictures."""
_FAR = 20
"""Blocks above the body among which the page's description is looked for."""
_SAME_BEGINNING = 8
"""Words by which a block is told to be the page's description, which is often cut."""
_LONG = 60
"""A block of this many characters that comes again is a copy."""


def with_lead(body: list[Block], page: Sequence[Block], *, title: str, description: str) -> list[Block]:
    """The body with its lead, which extractors take for a subtitle: what stands above it and is the page's description, or
    the sentences between the headline and it.
    """
    if not body or len(body[0].text) > 2000:
        return body
    start = next((index for index, block in enumerate(page) if block is body[0]), 0)
    first = max(0, start - _FAR)
    heads = [index for index in range(first, start) if same_words(page[index].text, title)]
    headline = heads[-1] if heads else start
    described = any(_begins_alike(block.text, description) for block in body)
    lead = []
    for index in range(first, start):
        block = page[index]
        if _is_caption(block) or same_words(block.text, title):
            continue
        if not described and _begins_alike(block.text, description):
            described = True
            lead.append(block)
        elif index > headline and index >= start - (_NEAR_LONG if len(block.text) >= _LONG_LEAD else _NEAR) and is_lead(block):
            lead.append(block)
    return lead + body


def _begins_alike(text: str, description: str) -> bool:
    words = words_of(text)[:_SAME_BEGINNING]
    return len(words) == _SAME_BEGINNING and words == words_of(description)[:_SAME_BEGINNING]


def _is_caption(block: Block) -> bool:
    parent = block.element.getparent()
    return is_furniture(block.element) or (parent is not None and is_furniture(parent))


def trim(blocks: Sequence[Block], *, title: str, section: str | None, authors: tuple[str, ...]) -> list[Block]:
    """The blocks of the article: without headline, copies, and what hangs over at both ends."""
    kept = _after_headline(blocks, title=title)
    kept = _without_copies(kept)
    kept = without_leftovers(kept, title=title, authors=authors)
    kept = _without_tail(kept)
    return [block for block in kept if not same_words(block.text, title) and block.text != section]


def _after_headline(blocks: Sequence[Block], *, title: str) -> list[Block]:
    """What follows the headline, where no prose stands before it."""
    for index, block in enumerate(blocks):
        if same_words(block.text, title):
            return list(blocks[index + 1 :])
        if prose_characters(block):
            break
    return list(blocks)


def _without_copies(blocks: Sequence[Block]) -> list[Block]:
    """Each long block once, where it came first."""
    seen: set[str] = set()
    kept = []
    for block in blocks:
        if len(block.text) >= _LONG and block.text in seen:
            continue
        seen.add(block.text)
        kept.append(block)
    return kept


def _without_tail(blocks: Sequence[Block]) -> list[Block]:
    """Without links and headings at the end that nothing follows."""
    end = len(blocks)
    while end > 1 and (blocks[end - 1].link_share > 0.5 or blocks[end - 1].is_heading):
        end -= 1
    return list(blocks[:end])
