"""Splits a page into blocks of text (paragraphs, headings, table rows) in reading order."""

import re
from dataclasses import dataclass

from lxml import etree
from lxml.html import HtmlElement

from newsdesk.clean.text import paragraphs_of

_INLINE = frozenset({
    "a", "abbr", "acronym", "amp-img", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "img", "ins",
    "kbd", "label", "mark", "picture", "q", "ruby", "s", "samp", "small", "source", "span", "strike", "strong", "sub", "sup", "time", "tt",
    "u", "var", "wbr",
})  # fmt: skip
_SKIPPED = frozenset({
    "title", "script", "style", "noscript", "template", "svg", "math", "iframe", "object", "embed", "canvas", "select", "option",
    "textarea", "input", "audio", "video", "map", "datalist", "dialog", "rt", "rp",
})  # fmt: skip
"""Elements without article text. Not `head`: if a page omits tags, the parser puts `main` and `article` into it."""
_EAST_ASIAN = "[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]"
_WRAPPED = re.compile(rf"(?<={_EAST_ASIAN})[ \t\r]*\n\s*(?={_EAST_ASIAN})")
_ENDS_EAST_ASIAN = re.compile(rf"{_EAST_ASIAN}\s*$")
_CELLS = frozenset({"td", "th"})
_OF_LAYOUT = ("table", "div", "p", "ul", "ol", "article", "section", "h1", "h2", "h3", "h4")
_LONGEST_VALUE = 300
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
CELL_SEPARATOR = " | "
_FORMAT = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\u00ad]")
"""Invisible characters such as the non-joiner of Persian words, which trafilatura removes."""

ONLY_LINK = 0.95
"""Minimum share of links in the text of a block that is nothing but a link."""

MAXIMUM_BLOCKS = 50_000
"""Blocks after which the rest of a page is ignored: 40 times as many as in the longest of 250 pages."""


@dataclass(frozen=True, slots=True)
class Block:
    """A block of text. `element` is the innermost block element around it; `link_characters` is the number of characters in links."""

    text: str
    element: HtmlElement
    link_characters: int = 0

    @property
    def is_heading(self) -> bool:
        return self.element.tag in _HEADINGS

    @property
    def link_share(self) -> float:
        return self.link_characters / len(self.text)

    @property
    def is_only_link(self) -> bool:
        return self.link_share >= ONLY_LINK

    def is_inside(self, element: HtmlElement | None) -> bool:
        """Return whether this element is one around the block's own; False for None."""
        return element is not None and element in self.element.iterancestors()


def block_key(text: str) -> str:
    """Return the text without white space, invisible characters and cell separators, for comparing two renderings of a block."""
    return "".join((text if text.isascii() else _FORMAT.sub("", text)).replace("|", " ").split())


def blocks_of(tree: HtmlElement) -> list[Block]:
    """Return the blocks of a page in reading order, without scripts, form fields and similar elements."""
    return _Reader().read(tree)


class _Reader:
    """Collects text until a block ends. Lines within an element are broken only by `pre` and `br`; the cells of a row share a line."""

    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._pieces: list[str] = []
        self._owners: list[HtmlElement] = []
        self._open_links = 0
        self._link_characters = 0
        self._open_pre = 0

    def read(self, tree: HtmlElement) -> list[Block]:
        walk = etree.iterwalk(tree, events=("start", "end"))
        for event, element in walk:
            if len(self._blocks) >= MAXIMUM_BLOCKS:
                break
            if event == "end":
                self._end(element)
                if element is not tree:
                    self._take(element.tail)
            elif is_skipped(element):
                walk.skip_subtree()
            else:
                self._start(element)
                self._take(element.text)
        return self._blocks

    def _start(self, element: HtmlElement) -> None:
        tag = element.tag
        if tag in _INLINE:
            self._open_links += tag == "a"
            return
        if self._is_break_in_heading(tag):
            self._pieces.append("" if _ENDS_EAST_ASIAN.search(self._pieces[-1]) else " ")
            return
        if tag in _CELLS and self._pieces and self._owners[-1].tag == "tr" and not _is_layout(element):
            self._pieces.append(CELL_SEPARATOR)
            return
        if tag not in _CELLS or _is_layout(element):
            self._finish()
            self._owners.append(element)
            self._open_pre += tag == "pre"

    def _end(self, element: HtmlElement) -> None:
        tag = element.tag
        if tag in _INLINE:
            self._open_links -= tag == "a"
        elif (tag not in _CELLS or self._owns(element)) and not self._is_break_in_heading(tag):
            self._finish()
            if self._owns(element):
                self._owners.pop()
                self._open_pre -= tag == "pre"

    def _owns(self, element: HtmlElement) -> bool:
        return bool(self._owners) and self._owners[-1] is element

    def _is_break_in_heading(self, tag: str) -> bool:
        """Return whether a `br` breaks the lines of a heading, which does not end the block."""
        return tag == "br" and bool(self._pieces) and self._owners[-1].tag in _HEADINGS

    def _finish(self) -> None:
        if self._pieces:
            text = "".join(self._pieces)
            if not text.isspace():
                links = self._link_characters
                self._blocks.extend(Block(line, self._owners[-1], min(links, len(line))) for line in paragraphs_of(text))
            self._pieces.clear()
        self._link_characters = 0

    def _take(self, text: str | None) -> None:
        if text:
            self._pieces.append(text if self._open_pre else _unwrapped(text))
            if self._open_links:
                self._link_characters += len(text.strip())


def _is_layout(cell: HtmlElement) -> bool:
    """Return whether a cell of a table is a part of the page rather than a value in a row: it has blocks, or a long text in lines."""
    if next(cell.iter(*_OF_LAYOUT), None) is not None:
        return True
    return next(cell.iter("br"), None) is not None and len(cell.text_content()) > _LONGEST_VALUE


def _unwrapped(text: str) -> str:
    """Replace line breaks by spaces, or remove them between Chinese or Japanese characters, which are not separated by spaces."""
    if "\n" in text and not text.isascii():
        text = _WRAPPED.sub("", text)
    return text.replace("\n", " ").replace("\r", " ")


def is_skipped(element: HtmlElement) -> bool:
    """Return whether this element has no article text. A button with paragraphs is not skipped: its end tag is missing."""
    tag = element.tag
    return tag in _SKIPPED or not isinstance(tag, str) or (tag == "button" and element.find(".//p") is None)
