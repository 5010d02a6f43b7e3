"""The article's paragraphs: trafilatura chooses, the page's own blocks are what it chooses from.

Where it found much less prose than the densest region of the page holds, that region is the article. The extract only
selects: what is kept is each block as the page wrote it, since trafilatura closes up "word ," and joins lines.
"""

import html
import re
from itertools import pairwise

from lxml.html import HtmlElement, fragment_fromstring
from trafilatura import extract

from newsdesk.clean.blocks import CELL_SEPARATOR, Block, blocks_of, key_of
from newsdesk.clean.regions import prose_of, within
from newsdesk.clean.text import paragraphs_of, repair

_SURE_CHARACTERS = 40
"""A block is found in an extract by its first so many characters without spaces."""
_SHORTEST_INNER = 12
"""A shorter block counts only as a line of its own, or between two blocks that were found."""
_PARAGRAPHS = frozenset({"p", "h2", "h3", "h4", "blockquote"})
_WIDEST_GAP = 6
"""Blocks that may lie between two chosen ones for what is between to be taken up."""
_SUSPICIOUS_SHARE = 0.6
"""Below this share of the prose of the densest region trafilatura is not believed: one page in eight."""
_MOST_ELEMENTS = 10_000
"""In a larger page the densest region alone is the article: the time that trafilatura takes grows with the square of the
`em` in a paragraph. The largest of 250 pages has 4,548."""
_ELEMENT = re.compile(r"<(?:p|br|div|h[1-6]|ul|a|strong|em|b|i)\b[^<>]{0,500}>", re.IGNORECASE)
_MARKDOWN_LINK = re.compile(r"!?\[([^\[\]]{1,300})\]\((?:https?:/)?/[^\s()]{1,500}\)")
_MARKDOWN_CLASS = re.compile(r"\{: ?[.#\w=\" -]{1,80}\}")
_SHORTEST_FULL_TEXT = 500
_MUCH_LONGER = 1.6


def find_blocks(tree: HtmlElement, blocks: list[Block]) -> list[Block]:
    """The blocks of the article in reading order, headline and edges not yet trimmed; none where the page has no text."""
    densest = within(tree, blocks, whole_page=True)
    if sum(1 for _ in tree.iter()) > _MOST_ELEMENTS:
        return densest
    chosen = within(tree, select(blocks, by_trafilatura(tree)))
    return chosen if prose_of(chosen) > _SUSPICIOUS_SHARE * prose_of(densest) else densest


def fullest(body: list[Block], *others: list[Block]) -> list[Block]:
    """The page's blocks, or those of another rendering of the article where they are much longer.

    A page behind a paywall or made by scripts often gives less than its own structured data or its feed does.
    """
    longest = body
    for other in others:
        if _length(other) >= _SHORTEST_FULL_TEXT and _length(other) > _MUCH_LONGER * _length(longest):
            longest = other
    return longest


def blocks_of_fragment(source: str) -> list[Block]:
    """The blocks of an article that a feed or structured data carries, in HTML or in lines of plain text."""
    lines = _MARKDOWN_LINK.sub(r"\1", _MARKDOWN_CLASS.sub("", source)).splitlines()
    markup = source if _ELEMENT.search(source) else "".join(f"<p>{html.escape(line)}</p>" for line in lines)
    fragment = fragment_fromstring(repair(markup), create_parent="div")
    return within(fragment, blocks_of(fragment))


def _length(blocks: list[Block]) -> int:
    return sum(len(block.text) for block in blocks)


def select(blocks: list[Block], extract: list[str]) -> list[Block]:
    """The blocks that an extract of the page contains."""
    lines = {key_of(line) for line in extract}
    everything = "".join(key_of(line) for line in extract)
    chosen = [_is_in(block, lines, everything) for block in blocks]
    for index in range(1, len(blocks) - 1):
        if not chosen[index] and chosen[index - 1] and chosen[index + 1]:
            chosen[index] = key_of(blocks[index].text) in everything
    for index in range(len(blocks) - 1):
        if blocks[index].is_heading and not blocks[index].link_characters and chosen[index + 1]:
            chosen[index] = chosen[index] or any(chosen[max(0, index - _WIDEST_GAP) : index])
    _add_siblings(blocks, chosen)
    return [block for block, keep in zip(blocks, chosen, strict=True) if keep]


def _add_siblings(blocks: list[Block], chosen: list[bool]) -> None:
    """Takes up paragraphs and headings that stand between two chosen blocks under one parent: "Yes." in an interview."""
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


def _is_in(block: Block, lines: set[str], everything: str) -> bool:
    key = key_of(block.text)
    if not key:
        return False
    if key in lines or (len(key) >= _SHORTEST_INNER and key[:_SURE_CHARACTERS] in everything):
        return True
    return bool(block.element.tag == "tr") and key_of(block.text.split(CELL_SEPARATOR)[0]) in everything


def by_trafilatura(tree: HtmlElement) -> list[str]:
    """Its lines. For recall, since `regions` and `leftovers` take away what is too much, and without its second algorithms."""
    return paragraphs_of(extract(tree, fast=True, favor_recall=True, include_comments=False) or "")
