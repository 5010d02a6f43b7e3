"""A page as a list of blocks: each stretch of text that a reader sees as one, in reading order, as it was written."""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml.html import HtmlElement

from newsdesk.clean.text import paragraphs_of

_INLINE = frozenset({
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins", "kbd", "label",
    "mark", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "amp-img",
    "img",
})  # fmt: skip
_SKIPPED = frozenset({
    "script", "style", "noscript", "template", "head", "svg", "math", "iframe", "object", "embed", "canvas", "select", "option", "textarea",
    "button", "input", "audio", "video", "map", "datalist", "dialog", "rt", "rp",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of text. `element` is the innermost block element around it; `link_characters` lie inside links."""

    text: str
    element: HtmlElement
    link_characters: int = 0

    @property
    def key(self) -> str:
        return key_of(self.text)


def key_of(text: str) -> str:
    """The text without any white space: what two renderings of one block have in common."""
    return "".join(text.split())


def blocks_of(tree: HtmlElement) -> list[Block]:
    """The blocks of a page in reading order; scripts, forms' fields and the like give none."""
    found: list[Block] = []
    pieces: list[str] = []
    links = [0, 0]  # how deep in links, and how many characters of them in this block
    owners: list[HtmlElement] = []

    def end_block() -> None:
        if pieces:
            found.extend(Block(line, owners[-1], min(links[1], len(line))) for line in paragraphs_of("".join(pieces)))
            pieces.clear()
        links[1] = 0

    for event, element in _events(tree):
        tag = element.tag
        if event == "start":
            if tag not in _INLINE:
                end_block()
                if tag != "br":
                    owners.append(element)
            elif tag == "a":
                links[0] += 1
            _take(element.text, pieces, links)
        else:
            if tag not in _INLINE:
                end_block()
                if tag != "br" and owners and owners[-1] is element:
                    owners.pop()
            elif tag == "a":
                links[0] -= 1
            if element is not tree:
                _take(element.tail, pieces, links)
    return found


def _take(text: str | None, pieces: list[str], links: list[int]) -> None:
    if text:
        pieces.append(text.replace("\n", " ").replace("\r", " "))
        if links[0]:
            links[1] += len(text.strip())


def _events(tree: HtmlElement) -> Iterator[tuple[str, HtmlElement]]:
    """Start and end of every element, without recursion; what is skipped has both, and nothing between."""
    stack: list[tuple[HtmlElement, Iterator[HtmlElement]]] = [(tree, iter(tree))]
    yield "start", tree
    while stack:
        element, children = stack[-1]
        child = next(children, None)
        if child is None:
            stack.pop()
            yield "end", element
        elif not isinstance(child.tag, str) or child.tag in _SKIPPED:
            yield "end", child
        else:
            yield "start", child
            stack.append((child, iter(child)))
