"""What extractors leave around and between an article's paragraphs, told by general signals."""

from collections.abc import Sequence
from itertools import pairwise
from urllib.parse import urlsplit

from newsdesk.clean.blocks import Block
from newsdesk.clean.boilerplate import ends_with_offer, without_leftovers
from newsdesk.clean.furniture import is_furniture
from newsdesk.clean.regions import is_lead, prose_characters
from newsdesk.clean.text import is_sentence, same_words, squeezed, words_of

_NEAR = 3
"""Blocks right above the body of which a sentence under the headline is the lead."""
_LONG_LEAD, _NEAR_LONG = 100, 8
"""A sentence of so many characters may have as many blocks between it and the body: dates, bylines, pictures."""
_FAR = 20
"""Blocks above the body among which the page's description is looked for."""
_SAME_BEGINNING = 8
"""Words by which a block is told to be the page's description, which is often cut."""
_REFRAIN_DEPTH = 3
_LONGEST_KICKER = 40
_LONGEST_APPEAL, _BLOCKS_PER_OFFER = 1_500, 3
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


def trim(blocks: Sequence[Block], *, page: Sequence[Block], title: str, section: str | None, authors: tuple[str, ...]) -> list[Block]:
    """The blocks of the article: without headline, copies, and what hangs over at both ends. `page` are all blocks around them."""
    kept = _after_headline(blocks, title=title)
    kept = _without_copies(kept)
    kept = without_leftovers(kept, title=title, authors=authors)
    kept = _without_empty_sections(_without_tail(kept, title), page)
    return [block for block in kept if not _is_headline(block, title) and block.text != section]


def _after_headline(blocks: Sequence[Block], *, title: str) -> list[Block]:
    """What follows the headline, where no prose stands before it."""
    for index, block in enumerate(blocks):
        if _is_headline(block, title):
            return list(blocks[index + 1 :])
        if prose_characters(block):
            break
    return list(blocks)


def _without_copies(blocks: Sequence[Block]) -> list[Block]:
    """Each long block once, where it came first; a refrain, which stands in the article as often as it was written, stays."""
    seen: dict[str, Block] = {}
    kept: list[Block] = []
    for block in blocks:
        first = seen.setdefault(block.text, block)
        if first is block or len(block.text) < _LONG or (kept[-1].text != block.text and _stand_alike(first, block)):
            kept.append(block)
    return kept


def _stand_alike(one: Block, other: Block) -> bool:
    """Whether two blocks are siblings, or alike within siblings: the page was not rendered twice, the words were written twice."""
    first, second = one.element, other.element
    for _ in range(_REFRAIN_DEPTH):
        if first.tag != second.tag or first.getparent() is None or second.getparent() is None:
            return False
        if first.getparent() is second.getparent():
            return True
        first, second = first.getparent(), second.getparent()
    return False


def _is_headline(block: Block, title: str) -> bool:
    """Whether a block is the headline, with or without a kicker before it."""
    if same_words(block.text, title) or (block.is_heading and title and squeezed(block.text) == squeezed(title)):
        return True
    kicker = block.text.removesuffix(title) if block.is_heading and title else block.text
    return kicker != block.text and len(kicker) <= min(_LONGEST_KICKER, len(title))


def _without_empty_sections(blocks: Sequence[Block], page: Sequence[Block]) -> list[Block]:
    """Without headings that stood above a list of links which was dropped, and that another heading of their rank follows now."""
    places = {id(block): index for index, block in enumerate(page)}
    empty = set()
    for heading, following in pairwise(blocks):
        if heading.is_heading and following.is_heading and following.element.tag <= heading.element.tag and id(heading) in places:
            between = page[places[id(heading)] + 1 : places.get(id(following), 0)]
            if between and all(block.link_share > 0.5 for block in between):
                empty.add(id(heading))
    return [block for block in blocks if id(block) not in empty]


def _without_tail(blocks: Sequence[Block], title: str) -> list[Block]:
    """Without links, offers and headings at the end that nothing follows."""
    end = _end_before_offers(blocks)
    while end > 1 and _hangs_over(blocks[end - 1], title):
        end -= 1
    return list(blocks[:end])


def _end_before_offers(blocks: Sequence[Block]) -> int:
    """Index at which the text of a paywall or an appeal begins: a stretch at the end in which every third block is an offer."""
    end, characters, offers = len(blocks), 0, 0
    for index in range(len(blocks) - 1, 0, -1):
        characters += len(blocks[index].text)
        if characters > _LONGEST_APPEAL:
            break
        if ends_with_offer(blocks[index]):
            offers += 1
            if offers > 1 and offers * _BLOCKS_PER_OFFER >= len(blocks) - index:
                end = index
    return end


def _hangs_over(block: Block, title: str) -> bool:
    return block.is_heading or ends_with_offer(block) or (block.link_share > 0.5 and not _ends_article(block, title))


def _ends_article(block: Block, title: str) -> bool:
    """Whether a block of links is the article's own last paragraph: a sentence, not a list's entry, nor one that links the
    article itself and the home page, as feeds add it."""
    if block.element.tag != "p" or not is_sentence(block.text) or (title and squeezed(title) in squeezed(block.text)):
        return False
    links = [link.get("href") or "" for link in block.element.iter("a")]
    return not (len(links) > 1 and urlsplit(links[-1]).path in ("", "/"))
