"""Adds the lead to an article, and removes headline, copies and boilerplate around and between its paragraphs."""

from collections.abc import Sequence
from itertools import islice, pairwise, takewhile
from urllib.parse import urlsplit

from newsdesk.clean.blocks import Block
from newsdesk.clean.boilerplate import drop_boilerplate, ends_with_offer, is_labelled_links
from newsdesk.clean.bylines import persons_of_byline
from newsdesk.clean.furniture import is_furniture, names_lead
from newsdesk.clean.moments import MomentReader
from newsdesk.clean.regions import is_lead, length_of, prose_characters
from newsdesk.clean.text import is_sentence, name_key, same_words, words_of

_NEAR = 3
"""Number of blocks above the body in which a sentence below the headline is the lead."""
_SHORTEST_DECK, _NEARLY_ALL = 60, 0.8
_LONG_LEAD, _NEAR_LONG = 100, 8
"""A sentence of at least `_LONG_LEAD` characters can be `_NEAR_LONG` blocks above the body, before dates, bylines and pictures."""
_SHORTEST_NAMED_LEAD = 25
_FAR = 20
"""Number of blocks above the body in which the page's description is searched."""
_FEW_LINKS = 0.3
_DATES = MomentReader(month_first=True)
_SAME_BEGINNING = 8
"""Number of first words that are compared with the page's description, which is often truncated."""
_REFRAIN_DEPTH = 3
_LONGEST_KICKER = 40
_LONGEST_APPEAL, _BLOCKS_PER_OFFER = 1_500, 3
_LONGEST_LABEL, _FEWEST_LINKS, _MOST_LINKS = 60, 2, 12
_LONG = 60
"""A repeated block of at least this many characters is a copy."""


def with_lead(body: list[Block], page: Sequence[Block], *, title: str, description: str) -> list[Block]:
    """Return the body with its lead, which extractors omit: a block above it that is the page's description, or sentences between the
    headline and the body, or lines there whose class names a lead.
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
        if _is_caption(block, body[0]) or same_words(block.text, title):
            continue
        if not described and _begins_alike(block.text, description):
            described = True
            lead.append(block)
        elif index > headline and not _is_dateline(block):
            is_deck = index == headline + 1 and not _repeats(block, title) and _is_deck(block)
            if is_deck or _is_undescribed_lead(block, start - index, is_next=index == headline + 1):
                lead.append(block)
    return lead + body


def _begins_alike(text: str, description: str) -> bool:
    words = words_of(text)[:_SAME_BEGINNING]
    return len(words) == _SAME_BEGINNING and words == words_of(description)[:_SAME_BEGINNING]


def _is_undescribed_lead(block: Block, distance: int, *, is_next: bool) -> bool:
    """Return whether a block this far above the body is a lead; `is_next`: it is right below the headline."""
    if _is_named_lead(block) or (distance <= _reach_of(block) and is_lead(block)):
        return True
    return is_next and block.is_heading and block.link_share < _FEW_LINKS and is_sentence(block.text)


def _repeats(block: Block, title: str) -> bool:
    """Return whether a block has nearly all words of the title: a second rendering of the headline, with a kicker."""
    words = set(words_of(title))
    return len(words.intersection(words_of(block.text))) >= _NEARLY_ALL * len(words)


def _is_deck(block: Block) -> bool:
    """Return whether a block right below the headline is a lead by its words alone: a long sentence, often without a full stop."""
    if block.link_characters or length_of(block.text) < _SHORTEST_DECK:
        return False
    if persons_of_byline(block.text):
        return False
    return is_sentence(f"{block.text}.") and _DATES.read(block.text) is None


def _is_dateline(block: Block) -> bool:
    moment = _DATES.read(block.text)
    return moment is not None and moment.has_time


def _reach_of(lead: Block) -> int:
    return _NEAR_LONG if len(lead.text) >= _LONG_LEAD else _NEAR


def _is_named_lead(block: Block) -> bool:
    parent = block.element.getparent()
    is_named = names_lead(block.element) or (parent is not None and names_lead(parent))
    return is_named and block.link_share < _FEW_LINKS and length_of(block.text) >= _SHORTEST_NAMED_LEAD


def _is_caption(block: Block, first: Block) -> bool:
    """Return whether a block above the first block of the body is in furniture that does not contain the body too."""
    parent = block.element.getparent()
    if parent is None or first.is_inside(parent):
        return is_furniture(block.element)
    return is_furniture(block.element) or is_furniture(parent)


def trim(blocks: Sequence[Block], *, page: Sequence[Block], title: str, section: str | None, authors: tuple[str, ...]) -> list[Block]:
    """Return the blocks without headline, copies, and boilerplate at both ends. `page` has all blocks of the page."""
    kept = _from_headline(blocks, title=title)
    kept = _without_copies(kept)
    kept = drop_boilerplate(kept, title=title, authors=authors)
    kept = _without_empty_sections(_without_labels_of_links(_without_tail(kept, title), page), page)
    return [block for block in kept if not _is_headline(block, title) and block.text != section]


def _from_headline(blocks: Sequence[Block], *, title: str) -> list[Block]:
    """Return the blocks after the headline, if there is no prose before it."""
    for index, block in enumerate(blocks):
        if _is_headline(block, title):
            return list(blocks[index + 1 :])
        if prose_characters(block):
            break
    return list(blocks)


def _without_copies(blocks: Sequence[Block]) -> list[Block]:
    """Remove repetitions of long blocks, except refrains, which the author repeated."""
    seen: dict[str, Block] = {}
    kept: list[Block] = []
    for block in blocks:
        first = seen.setdefault(block.text, block)
        if first is block or len(block.text) < _LONG or (kept[-1].text != block.text and _is_refrain(first, block)):
            kept.append(block)
    return kept


def _is_refrain(one: Block, other: Block) -> bool:
    """Return whether two blocks are siblings, or at the same position within siblings: then the text was written twice by its author,
    not rendered twice by the page.
    """
    first, second = one.element, other.element
    for _ in range(_REFRAIN_DEPTH):
        if first.tag != second.tag or first.getparent() is None or second.getparent() is None:
            return False
        if first.getparent() is second.getparent():
            return True
        first, second = first.getparent(), second.getparent()
    return False


def _is_headline(block: Block, title: str) -> bool:
    """Return whether a block is the headline, optionally with a kicker before it."""
    if same_words(block.text, title) or (block.is_heading and title and name_key(block.text) == name_key(title)):
        return True
    kicker = block.text.removesuffix(title) if block.is_heading and title else block.text
    return kicker != block.text and len(kicker) <= min(_LONGEST_KICKER, len(title))


def _without_empty_sections(blocks: Sequence[Block], page: Sequence[Block]) -> list[Block]:
    """Remove headings of dropped lists of links, which are now followed by a heading of the same or a higher level."""
    places = {id(block): index for index, block in enumerate(page)}
    empty = set()
    for heading, following in pairwise(blocks):
        if heading.is_heading and following.is_heading and following.element.tag <= heading.element.tag and id(heading) in places:
            between = page[places[id(heading)] + 1 : places.get(id(following), 0)]
            if between and all(block.link_share > 0.5 for block in between):
                empty.add(id(heading))
    return [block for block in blocks if id(block) not in empty]


def _without_labels_of_links(blocks: Sequence[Block], page: Sequence[Block]) -> list[Block]:
    """Remove short lines above a dropped list of links to articles in the same element: "In this dossier"."""
    places = {id(block): index for index, block in enumerate(page)}
    held = {id(block) for block in blocks}
    return [block for block in blocks if id(block) not in places or not _labels_links(block, page, places[id(block)], held)]


def _labels_links(block: Block, page: Sequence[Block], place: int, held: set[int]) -> bool:
    box = block.element.getparent()
    if box is None or len(block.text) > _LONGEST_LABEL or is_sentence(block.text):
        return False
    inside = list(takewhile(lambda other: other.is_inside(box), islice(page, place + 1, place + 1 + _MOST_LINKS)))
    begins = place == 0 or not page[place - 1].is_inside(box)
    return begins and len(inside) >= _FEWEST_LINKS and all(other.is_only_link and id(other) not in held for other in inside)


def _without_tail(blocks: Sequence[Block], title: str) -> list[Block]:
    """Remove links, offers and headings at the end."""
    end = _end_before_offers(blocks)
    while end > 1 and _is_trailing(blocks[end - 1], title):
        end -= 1
    return list(blocks[:end])


def _end_before_offers(blocks: Sequence[Block]) -> int:
    """Return the index of the first block of a paywall text or appeal: a range at the end in which every third block is an offer."""
    end, characters, offers = len(blocks), 0, 0
    for index in range(len(blocks) - 1, 0, -1):
        characters += len(blocks[index].text)
        if characters > _LONGEST_APPEAL:
            break
        if ends_with_offer(blocks[index]):
            offers += 1
            if offers > 1 and offers * _BLOCKS_PER_OFFER >= len(blocks) - index:
                end = index
    return _start_of_box(blocks, end) if end < len(blocks) else end


def _start_of_box(blocks: Sequence[Block], end: int) -> int:
    """Return the index of the first line of the box with the offers from `end` on, if no prose is before them in the box."""
    box = next((outer for outer in blocks[end].element.iterancestors() if blocks[-1].is_inside(outer)), None)
    first = end
    while first > 1 and blocks[first - 1].is_inside(box):
        first -= 1
        if prose_characters(blocks[first]):
            return end
    return first


def _is_trailing(block: Block, title: str) -> bool:
    return (
        block.is_heading
        or ends_with_offer(block)
        or is_labelled_links(block)
        or (block.link_share > 0.5 and not _ends_article(block, title))
    )


def _ends_article(block: Block, title: str) -> bool:
    """Return whether a block of links is the last paragraph of the article: a sentence, but not in a list, and not one with links to
    the article and the home page, which feeds add.
    """
    if block.element.tag != "p" or not is_sentence(block.text) or (title and name_key(title) in name_key(block.text)):
        return False
    links = [link.get("href") or "" for link in block.element.iter("a")]
    return not (len(links) > 1 and urlsplit(links[-1]).path in ("", "/"))
