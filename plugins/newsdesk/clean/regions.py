"""Finds the region of a page with its prose: the smallest element that contains most of it, and furniture inside that element."""

import re
from collections import Counter
from collections.abc import Sequence

from lxml.html import HtmlElement

from newsdesk.clean.blocks import Block
from newsdesk.clean.furniture import furniture_classes, is_furniture

SHORTEST_PROSE = 60
_SHORTEST_PROSE_DENSE = 25
_DENSE = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff]")
"""Chinese, Japanese, Korean, Thai and similar scripts need about 25 characters for what takes 60 in alphabetic scripts."""

_DENSE_START = 50
_SHARE_OF_ROOT = 0.85
"""Minimum share of the prose in the article's element. From 0.80 to 0.95, the extraction score changes by less than 0.001."""

_PARAGRAPHS = frozenset({"p", "li", "h1", "h2", "h3", "h4", "blockquote", "pre"})
_WHOLE = frozenset({"article", "main"})
_FEW = 3
"""With fewer long paragraphs, no smaller element than `article` or `main` is chosen."""
_LEAD, _SUMMARY = 2, 6
"""Number of blocks before the article's element in which sentences are its lead, and in which items of a list are its summary."""
_SHORTEST_LEAD = 40
_ENDS = frozenset('.!?…。！？।»”"')
_MAXIMUM_FURNITURE = 0.4
"""An element with a larger share of the prose is not furniture, whatever its class name: `article-with-sidebar`."""


_FEWEST_CAPTIONS, _MOST_IN_CAPTIONS = 3, 0.5
"""With at least this many captions that have more than this share of the prose, a page is a gallery, whose text the captions are."""


class Region:
    """The number of prose characters in each element of a page, and the smallest element (`root`) with most of them."""

    def __init__(self, tree: HtmlElement, blocks: Sequence[Block]) -> None:
        self.prose: dict[HtmlElement, int] = {}
        for block in blocks:
            characters = prose_characters(block)
            if characters:
                for element in _with_ancestors(block.element):
                    self.prose[element] = self.prose.get(element, 0) + characters
        self.total = self.prose.get(tree, 0)
        self.count = sum(prose_characters(block) > 0 for block in blocks)
        self.root = self._deepest(tree)
        self._furniture: dict[HtmlElement, bool] = {}
        self._others = self._other_articles() | self._teasers(blocks)
        self._prose_by_class: Counter[tuple[str, str]] = Counter()
        for element, characters in self.prose.items():
            for name in furniture_classes(element):
                self._prose_by_class[element.tag, name] += characters
        captions = [characters for element, characters in self.prose.items() if element.tag == "figcaption"]
        self._is_gallery = len(captions) >= _FEWEST_CAPTIONS and sum(captions) > _MOST_IN_CAPTIONS * self.total

    def holds(self, block: Block) -> bool:
        return any(element is self.root for element in _with_ancestors(block.element))

    def is_furniture(self, block: Block) -> bool:
        """Return whether an element around the block, inside the root, is furniture."""
        unknown = []
        found = False
        for element in _with_ancestors(block.element):
            if element is self.root:
                break
            known = self._furniture.get(element)
            if known is not None:
                found = known
                break
            unknown.append(element)
        for element in reversed(unknown):
            found = found or self._is_aside(element)
            self._furniture[element] = found
        return found

    def _is_aside(self, element: HtmlElement) -> bool:
        if element in self._others:
            return True
        if element.tag == "figcaption" and self._is_gallery:
            return False
        return self.prose.get(element, 0) <= _MAXIMUM_FURNITURE * self.total and is_furniture(element) and not self._is_common(element)

    def _is_common(self, element: HtmlElement) -> bool:
        """Return whether the class names furniture, but elements with this class have much of the prose: `paywall` of each paragraph."""
        named = furniture_classes(element)
        return bool(named) and all(self._prose_by_class[element.tag, name] > _MAXIMUM_FURNITURE * self.total for name in named)

    def _other_articles(self) -> set[HtmlElement]:
        """Return the `article` elements inside or beside the one with the most prose, which are teasers or comments, unless they have
        much of the prose, as the entries of a live blog have.
        """
        articles = [element for element in self.prose if element.tag == "article"]
        outer = [element for element in articles if not _is_in_article(element)]
        main = max(outer, key=self.prose.__getitem__, default=None)
        others = {element for element in articles if element is not main}
        beside = sum(self.prose[element] for element in outer if element is not main)
        inside = sum(self.prose[element] for element in articles if _is_in_article(element))
        return others if beside + inside <= _MAXIMUM_FURNITURE * self.total else set()

    def _teasers(self, blocks: Sequence[Block]) -> set[HtmlElement]:
        """Return the `article` elements without prose, inside an `article` with prose, that have a line that is a link."""
        links = (block.element for block in blocks if block.is_only_link)
        inner = {article for element in links if (article := next(element.iterancestors("article"), None)) is not None}
        return {
            article for article in inner if not self.prose.get(article) and self.prose.get(next(article.iterancestors("article"), article))
        }

    def _deepest(self, tree: HtmlElement) -> HtmlElement:
        element = tree
        while True:
            inner = next((child for child in element if self.prose.get(child, 0) >= _SHARE_OF_ROOT * self.total > 0), None)
            if inner is None or inner.tag in _PARAGRAPHS or (element.tag in _WHOLE and self.count < _FEW):
                return element
            element = inner


def _is_in_article(element: HtmlElement) -> bool:
    """Return whether an element is inside an `article`."""
    return next(element.iterancestors("article"), None) is not None


def prose_characters(block: Block) -> int:
    """Return the number of characters of the block outside links, as `length_of` counts them, if it can be a sentence, else 0."""
    if block.link_share >= 0.5:
        return 0
    characters = length_of(block.text) - block.link_characters
    return characters if characters >= SHORTEST_PROSE else 0


def within(tree: HtmlElement, blocks: Sequence[Block], *, whole_page: bool = False) -> list[Block]:
    """Return the blocks that are in the region of their prose and are not furniture.

    With `whole_page`, furniture is removed before the region is computed, so that a long comment thread is not taken for the article.
    """
    if whole_page:
        everywhere = Region(tree, blocks)
        everywhere.root = tree
        blocks = [block for block in blocks if not everywhere.is_furniture(block)]
    region = Region(tree, blocks)
    held = [region.holds(block) for block in blocks]
    first = held.index(True) if True in held else 0
    for index in range(max(0, first - _SUMMARY), first):
        held[index] = is_lead(blocks[index]) and (index >= first - _LEAD or blocks[index].element.tag == "li")
    return [block for block, keep in zip(blocks, held, strict=True) if keep and not region.is_furniture(block)]


def is_lead(block: Block) -> bool:
    """Return whether a block before the article's element can be its lead: a sentence, not a heading or link."""
    return not block.is_heading and block.link_share < 0.3 and length_of(block.text) >= _SHORTEST_LEAD and block.text[-1] in _ENDS


def prose_of(blocks: Sequence[Block]) -> int:
    return sum(map(prose_characters, blocks))


def length_of(text: str) -> int:
    """Return the number of characters that a text would have in an alphabetic script."""
    is_dense = not text.isascii() and _DENSE.search(text[:_DENSE_START])
    return len(text) * SHORTEST_PROSE // _SHORTEST_PROSE_DENSE if is_dense else len(text)


def _with_ancestors(element: HtmlElement) -> list[HtmlElement]:
    return [element, *element.iterancestors()]
