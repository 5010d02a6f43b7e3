"""The article's paragraphs."""

from lxml.html import HtmlElement

from newsdesk.clean.blocks import Block, blocks_of, key_of
from newsdesk.clean.structured import Structured
from newsdesk.clean.text import paragraphs_of, same_words

_SHORTEST_EXTRACT = 200
"""Characters below which the second extractor is asked too."""


def find_body(page: str, tree: HtmlElement, structured: Structured, *, url: str, title: str, section: str | None) -> list[str]:
    """The paragraphs and subheadings of the article in reading order, without the headline; none where the page has no text."""
    lines = _by_rs_trafilatura(page, url=url)
    if sum(map(len, lines)) < _SHORTEST_EXTRACT:
        lines = max(lines, _by_trafilatura(tree), key=lambda found: sum(map(len, found)))
    written = as_written(lines, blocks_of(tree))
    return [line for line in written if not same_words(line, title) and line != section]


def as_written(lines: list[str], blocks: list[Block]) -> list[str]:
    """The lines with the white space that the page gives them: extractors close up "word ," and lose evidence."""
    written: dict[str, str] = {}
    for block in blocks:
        written.setdefault(block.key, block.text)
    return [written.get(key_of(line), line) for line in lines]


def _by_rs_trafilatura(page: str, *, url: str) -> list[str]:
    import rs_trafilatura

    try:
        return paragraphs_of(rs_trafilatura.extract(page, url=url, page_type="article").main_content or "")
    except BaseException as panic:
        # A Rust panic arrives as a PanicException, which is no Exception and cannot be imported.
        if type(panic).__name__ == "PanicException":
            return []
        raise


def _by_trafilatura(tree: HtmlElement) -> list[str]:
    from trafilatura import extract

    return paragraphs_of(extract(tree, include_comments=False) or "")
