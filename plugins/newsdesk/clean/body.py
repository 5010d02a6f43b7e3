"""Selects the blocks of the article with trafilatura, or the densest region if trafilatura finds much less prose.

trafilatura's extract is used only to select blocks, whose text is kept as in the page: the extract changes spaces and joins lines.
"""

import html
import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import islice, pairwise

from lxml.html import HtmlElement, fragment_fromstring
from trafilatura import extract

from newsdesk.clean.blocks import CELL_SEPARATOR, Block, block_key, blocks_of
from newsdesk.clean.regions import length_of, prose_characters, prose_of, within
from newsdesk.clean.text import is_sentence, paragraphs_of, repair, same_words
from newsdesk.clean.words import read_words

_SURE_CHARACTERS = 40
"""Number of characters without spaces from the start of a block that must be in the extract."""
_SHORTEST_INNER = 12
"""Shorter blocks are selected only if they are a line of the extract, or between two selected blocks."""
_PARAGRAPHS = frozenset({"p", "h2", "h3", "h4", "blockquote"})
_WIDEST_GAP = 6
"""Maximum distance of two selected blocks for the blocks between them to be added."""
_SUSPICIOUS_SHARE = 0.6
"""If trafilatura finds less than this share of the prose of the densest region, that region is used: on one page in eight."""
_MOST_ELEMENTS = 10_000
"""trafilatura is not used for larger pages, since its time grows with the square of the `em` elements of a paragraph. The largest of
250 pages has 4,548 elements."""
_ELEMENT = re.compile(r"<(?:p|br|div|h[1-6]|ul|a|strong|em|b|i)\b[^<>]{0,500}>", re.IGNORECASE)
_MARKDOWN_LINK = re.compile(r"!?\[([^\[\]]{1,300})\]\((?:https?:/)?/[^\s()]{1,500}\)")
_MARKDOWN_CLASS = re.compile(r"\{: ?[.#\w=\" -]{1,80}\}")
_ITEM = "- "
"""What trafilatura puts before the items of a list."""
_FEWEST_ALIKE = 3
_SOME_LINKS = 0.5
_FEWEST_BEFORE_OTHERS = 3
_LONGEST_LABEL = 40
_CARD_LEVELS = 6
_MOST_IN_CARD = 6
_MOST_IN_CARDS = 0.4
_OF_CARDS = ("img", "picture", "amp-img", "time")
_SHORTEST_HEADLINE = 20
_NUMBERS = re.compile(r"[\d().:：,]+")
_PHRASES = read_words("boilerplate_phrases")
_COMMENTS, _REPLY = _PHRASES["comments"], _PHRASES["reply"]
_NEWSLETTER = sorted(_PHRASES["newsletter"])
_LONGEST_OFFER = 200
_BOX_LEVELS, _MOST_IN_BOX = 3, 5
_FEWEST_LINKS = 2
_LONGEST_REPLY = max(map(len, _REPLY)) + 4
_FEWEST_REPLIES = 3
_LITTLE_PROSE = 300
_THREAD_LEVELS = 30
_LEVELS_OF_PAGE = 8
_FEWEST_PARAGRAPHS = 3
_SHORTEST_FULL_TEXT = 500
_MUCH_LONGER = 1.6

Extractor = Callable[[HtmlElement], list[str]]
"""Returns the lines of a page's article."""


def find_blocks(tree: HtmlElement, blocks: list[Block], *, title: str = "", extractor: Extractor | None = None) -> list[Block]:
    """Return the blocks of the article in reading order, before headline and boilerplate are removed; none if there is no text.

    The extractor is trafilatura unless another one is given.
    """
    blocks = without_lists_of_others(without_sign_ups(without_cards(without_replies(tree, before_others(blocks, title=title)))))
    densest = within(tree, blocks, whole_page=True)
    if sum(1 for _ in tree.iter()) > _MOST_ELEMENTS:
        return densest
    chosen = within(tree, select(blocks, (extractor or by_trafilatura)(tree)))
    return chosen if prose_of(chosen) > _SUSPICIOUS_SHARE * prose_of(densest) else densest


def before_others(blocks: list[Block], *, title: str = "") -> list[Block]:
    """Return the blocks before the comments, or before the headline of the next article; both only after some paragraphs."""
    paragraphs = 0
    beside: dict[HtmlElement, bool] = {}
    for index, block in enumerate(blocks):
        if (
            paragraphs >= _FEWEST_BEFORE_OTHERS
            and block.is_heading
            and (_is_above_comments(block) or _is_next_headline(block, title, beside))
        ):
            return blocks[:index]
        paragraphs += prose_characters(block) > 0
    return blocks


def without_replies(tree: HtmlElement, blocks: list[Block]) -> list[Block]:
    """Return the blocks without comments that have no telling class: elements beside each other with a button or link "Reply" each.

    A page that has little other prose is a discussion, whose comments are its text.
    """
    replies = [element for element in tree.iter("a", "button", "span", "div") if _is_reply(element)]
    if len(replies) < _FEWEST_REPLIES:
        return blocks
    inside = Counter(outer for reply in replies for outer in islice(reply.iterancestors(), _THREAD_LEVELS))
    thread = next((outer for outer in replies[0].iterancestors() if inside[outer] == len(replies)), None)
    comments = {id(element) for element in (thread if thread is not None else ()) if inside[element] and element.find(".//h1") is None}
    kept = [block for block in blocks if not any(id(element) in comments for element in (block.element, *block.element.iterancestors()))]
    return kept if prose_of(kept) >= _LITTLE_PROSE else blocks


def without_sign_ups(blocks: list[Block]) -> list[Block]:
    """Return the blocks without small boxes about a newsletter that end with a link or button for ordering it."""
    boxes = (_box_around(blocks, index) for index, block in enumerate(blocks) if _names_newsletter(block))
    sign_ups = {index for box in boxes if box and _is_call(blocks[box[-1]]) for index in box}
    return [block for index, block in enumerate(blocks) if index not in sign_ups]


def without_lists_of_others(blocks: list[Block]) -> list[Block]:
    """Return the blocks without boxes that have only a label and links of the length of headlines."""
    labels = (index for index, block in enumerate(blocks) if not block.link_characters and len(block.text) <= _LONGEST_LABEL)
    boxes = (_box_of_links(blocks, index) for index in labels if index + 1 < len(blocks) and _is_linked_headline(blocks[index + 1]))
    others = {index for box in boxes for index in box}
    return [block for index, block in enumerate(blocks) if index not in others]


def _box_of_links(blocks: Sequence[Block], label: int) -> range:
    """Return the label and the blocks after it in its parent; empty unless it is the first there, and the others are headlines."""
    box = blocks[label].element.getparent()
    if box is None or (label > 0 and _holds(box, blocks[label - 1])) or is_sentence(blocks[label].text):
        return range(0)
    end = label + 1
    while end < len(blocks) and _is_linked_headline(blocks[end]) and _holds(box, blocks[end]):
        end += 1
    is_whole = end == len(blocks) or not _holds(box, blocks[end])
    return range(label, end) if is_whole and end - label > _FEWEST_LINKS else range(0)


def _names_newsletter(block: Block) -> bool:
    if len(block.text) > _LONGEST_OFFER:
        return False
    lowered = block.text.lower()
    return any(word in lowered for word in _NEWSLETTER)


def _is_call(block: Block) -> bool:
    return block.is_only_link and len(block.text) <= _LONGEST_LABEL


def _box_around(blocks: Sequence[Block], index: int) -> range:
    """Return the blocks in the nearest element around a block that has others too; empty if it has many."""
    element = blocks[index].element
    for box in (element, *islice(element.iterancestors(), _BOX_LEVELS)):
        first, last = index, index
        while first > 0 and index - first <= _MOST_IN_BOX and _holds(box, blocks[first - 1]):
            first -= 1
        while last + 1 < len(blocks) and last - index <= _MOST_IN_BOX and _holds(box, blocks[last + 1]):
            last += 1
        if first < last:
            return range(first, last + 1) if last - first < _MOST_IN_BOX else range(0)
    return range(0)


def _holds(box: HtmlElement, block: Block) -> bool:
    return box is block.element or block.is_inside(box)


def _is_reply(element: HtmlElement) -> bool:
    text = element.text
    return bool(text) and len(text) <= _LONGEST_REPLY and text.strip().lower() in _REPLY


def without_cards(blocks: list[Block]) -> list[Block]:
    """Return the blocks without the teasers of other articles: at least three elements beside each other, of the same tag and class, each
    with a picture or time, or a heading outside of the page's only article, and a few lines of which one is a link. Entries with much of
    the prose of a page without such an article are kept, as in a list of products.
    """
    lines: dict[HtmlElement, list[Block]] = {}
    for block in blocks:
        for element in islice(block.element.iterancestors(), _CARD_LEVELS):
            lines.setdefault(element, []).append(block)
    groups: dict[object, list[HtmlElement]] = {}
    article = _only_article(blocks)
    for element, inner in lines.items():
        if 1 < len(inner) <= _MOST_IN_CARD and any(map(_is_linked_headline, inner)) and _is_like_card(element, inner, article):
            groups.setdefault((element.getparent(), element.tag, element.get("class")), []).append(element)
    cards = [block for group in groups.values() if len(group) >= _FEWEST_ALIKE for element in group for block in lines[element]]
    dropped = {id(block): block for block in cards}
    if prose_of(list(dropped.values())) > _MOST_IN_CARDS * prose_of(blocks):
        outside = (block for block in cards if article is not None and not block.is_inside(article))
        dropped = {id(block): block for block in outside}
    return [block for block in blocks if id(block) not in dropped]


def _only_article(blocks: Sequence[Block]) -> HtmlElement | None:
    """Return the `article` that has the only h1 of the page and a paragraph."""
    headlines = [block.element for block in blocks if block.element.tag == "h1"]
    article = next(headlines[0].iterancestors("article"), None) if len(headlines) == 1 else None
    return article if any(prose_characters(block) and block.is_inside(article) for block in blocks) else None


def _is_like_card(element: HtmlElement, inner: Sequence[Block], article: HtmlElement | None) -> bool:
    if article is not None and inner[0].is_heading and element is not article and article not in element.iterancestors():
        return True
    return next(element.iter(*_OF_CARDS), None) is not None


def _is_linked_headline(block: Block) -> bool:
    return block.is_only_link and length_of(block.text) >= _SHORTEST_HEADLINE


def _is_above_comments(block: Block) -> bool:
    return len(block.text) <= _LONGEST_LABEL and _NUMBERS.sub("", block.text).strip().lower() in _COMMENTS


def _is_next_headline(block: Block, title: str, beside: dict[HtmlElement, bool]) -> bool:
    """Return whether this is the headline of another article: it links to another page, not to itself as headings of sections do, or is
    in an element beside a similar one with the headline and paragraphs of this article. `beside` remembers the answer for each element.
    """
    if block.element.tag != "h1":
        return False
    if block.is_only_link:
        return all("#" not in (link.get("href") or "#") for link in block.element.iter("a"))
    for outer in islice(block.element.iterancestors(), _LEVELS_OF_PAGE):
        if outer not in beside:
            beside[outer] = _is_article_beside(outer, title)
        if beside[outer]:
            return True
    return False


def _is_article_beside(element: HtmlElement, title: str) -> bool:
    """Return whether the element right before this one, with the same tag and class, has the headline and several paragraphs."""
    before = element.getprevious()
    if before is None or before.tag != element.tag or before.get("class") != element.get("class"):
        return False
    headlines = [heading.text_content() for heading in before.iter("h1")]
    return (
        len(headlines) == 1
        and same_words(headlines[0], title)
        and sum(1 for _ in islice(before.iter("p"), _FEWEST_PARAGRAPHS)) == _FEWEST_PARAGRAPHS
    )


def longest_rendering(body: list[Block], *others: list[Block]) -> list[Block]:
    """Return the blocks of the page, or those of another rendering of the article that is much longer.

    Structured data or the feed often contain more text than a page that has a paywall or is rendered by scripts.
    """
    longest = body
    for other in others:
        if _length(other) >= _SHORTEST_FULL_TEXT and _length(other) > _MUCH_LONGER * _length(longest):
            longest = other
    return longest


def blocks_of_fragment(source: str) -> list[Block]:
    """Return the blocks of an article in a feed or in structured data, which is HTML or lines of plain text."""
    lines = _MARKDOWN_LINK.sub(r"\1", _MARKDOWN_CLASS.sub("", source)).splitlines()
    markup = source if _ELEMENT.search(source) else "".join(f"<p>{html.escape(line)}</p>" for line in lines)
    fragment = fragment_fromstring(repair(markup), create_parent="div")
    return within(fragment, blocks_of(fragment))


def continues(source: str, found: Sequence[Block]) -> bool:
    """Return whether an article in HTML contains the first paragraph that was found in the page."""
    first = next((block_key(block.text)[:_SURE_CHARACTERS] for block in found if prose_characters(block)), "")
    return bool(first) and first in "".join(block_key(block.text) for block in blocks_of_fragment(source))


def _length(blocks: list[Block]) -> int:
    return sum(length_of(block.text) for block in blocks)


def select(blocks: list[Block], extract: list[str]) -> list[Block]:
    """Return the blocks that are contained in an extract of the page, given as lines."""
    lines = {block_key(line.removeprefix(_ITEM)) for line in extract}
    everything = "".join(block_key(line) for line in extract)
    chosen = [_is_in(block, lines, everything) for block in blocks]
    for index in range(1, len(blocks) - 1):
        if not chosen[index] and chosen[index - 1] and chosen[index + 1]:
            chosen[index] = block_key(blocks[index].text) in everything
    for index in range(len(blocks) - 1):
        if blocks[index].is_heading and not blocks[index].link_characters and chosen[index + 1]:
            chosen[index] = chosen[index] or any(chosen[max(0, index - _WIDEST_GAP) : index])
    _add_siblings(blocks, chosen)
    _add_sentences(blocks, chosen)
    _add_alike(blocks, chosen)
    return [block for block, keep in zip(blocks, chosen, strict=True) if keep]


def _add_siblings(blocks: list[Block], chosen: list[bool]) -> None:
    """Select paragraphs and headings between two selected blocks with the same parent, such as "Yes." in an interview."""
    indices = [index for index, keep in enumerate(chosen) if keep]
    for before, after in pairwise(indices):
        parent = blocks[before].element.getparent()
        if 1 < after - before <= _WIDEST_GAP and parent is not None and blocks[after].element.getparent() is parent:
            for index in range(before + 1, after):
                element = blocks[index].element
                if element.tag in _PARAGRAPHS and element.getparent() is parent and blocks[index].link_share < 0.5:
                    chosen[index] = True
    if indices:
        parent = blocks[indices[-1]].element.getparent()
        for index in range(indices[-1] + 1, min(indices[-1] + 1 + _WIDEST_GAP, len(blocks))):
            element = blocks[index].element
            if element.tag not in _PARAGRAPHS or element.getparent() is not parent or blocks[index].link_share > 0:
                break
            chosen[index] = True


def _add_sentences(blocks: list[Block], chosen: list[bool]) -> None:
    """Select paragraphs without links between two selected blocks, such as a box with facts."""
    indices = [index for index, keep in enumerate(chosen) if keep]
    for before, after in pairwise(indices):
        if 1 < after - before <= _WIDEST_GAP:
            for index in range(before + 1, after):
                block = blocks[index]
                chosen[index] = not block.link_characters and prose_characters(block) > 0 and is_sentence(block.text)


def _add_alike(blocks: list[Block], chosen: list[bool]) -> None:
    """Select paragraphs with the same place in the markup as most chosen ones: trafilatura omits some entries of a live blog."""
    places: dict[object, list[int]] = {}
    for index, block in enumerate(blocks):
        if block.link_share < _SOME_LINKS and (place := _place(block)):
            places.setdefault(place, []).append(index)
    for indices in places.values():
        paragraphs = [index for index in indices if prose_characters(blocks[index])]
        if sum(chosen[index] for index in paragraphs) >= max(_FEWEST_ALIKE, len(paragraphs) / 2):
            for index in indices:
                chosen[index] = chosen[index] or paragraphs[0] < index <= paragraphs[-1] or index == paragraphs[0]


def _place(block: Block) -> object:
    """Return the tags and classes of a block and its parent, and the element around both."""
    parent = block.element.getparent()
    if parent is None or parent.getparent() is None:
        return None
    return (block.element.tag, block.element.get("class"), parent.tag, parent.get("class"), parent.getparent())


def _is_in(block: Block, lines: set[str], everything: str) -> bool:
    key = block_key(block.text)
    if not key:
        return False
    if key in lines or (length_of(key) >= _SHORTEST_INNER and key[:_SURE_CHARACTERS] in everything):
        return True
    return bool(block.element.tag == "tr") and block_key(block.text.split(CELL_SEPARATOR)[0]) in everything


def by_trafilatura(tree: HtmlElement) -> list[str]:
    """Return the lines that trafilatura extracts. Favours recall, since `regions` and `boilerplate` remove what is not article text.

    `fast` disables its fallback algorithms.
    """
    return paragraphs_of(extract(tree, fast=True, favor_recall=True, include_comments=False) or "")
