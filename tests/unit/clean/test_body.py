"""Which blocks of a page are its article: those that trafilatura chose, or the densest region where it found little."""

import pytest
from lxml.html import document_fromstring

from newsdesk.clean.blocks import blocks_of
from newsdesk.clean.body import find_blocks

PARAGRAPHS = [f"On day {number} the council met and decided that the old bridge would be repaired before winter." for number in range(5)]
ASIDE = "The ferry will run every half hour until the work is done, as the harbour office said in March."
PAGE = f"<html><body><article>{''.join(f'<div><p>{text}</p></div>' for text in PARAGRAPHS)}<div>{ASIDE}</div></article></body></html>"


def found_in(page: str, monkeypatch: pytest.MonkeyPatch, *, extract: list[str]) -> list[str]:
    """The article of a page of which trafilatura gives these lines."""
    monkeypatch.setattr("newsdesk.clean.body.by_trafilatura", lambda _: extract)
    tree = document_fromstring(page)
    return [block.text for block in find_blocks(tree, blocks_of(tree))]


def test_article_is_what_trafilatura_chose(monkeypatch: pytest.MonkeyPatch) -> None:
    assert found_in(PAGE, monkeypatch, extract=PARAGRAPHS) == PARAGRAPHS


def test_densest_region_is_the_article_where_trafilatura_found_much_less(monkeypatch: pytest.MonkeyPatch) -> None:
    assert found_in(PAGE, monkeypatch, extract=PARAGRAPHS[:1]) == [*PARAGRAPHS, ASIDE]
    assert found_in(PAGE, monkeypatch, extract=[]) == [*PARAGRAPHS, ASIDE]


def test_what_is_kept_is_the_text_as_the_page_wrote_it(monkeypatch: pytest.MonkeyPatch) -> None:
    page = PAGE.replace("bridge would", "bridge , would")
    found = found_in(page, monkeypatch, extract=[text.replace("bridge would", "bridge, would") for text in PARAGRAPHS])
    assert all("bridge , would" in text for text in found)
    assert len(found) == len(PARAGRAPHS)


def test_tree_is_left_as_it_was() -> None:
    tree = document_fromstring(PAGE)
    find_blocks(tree, blocks_of(tree))
    assert [block.text for block in blocks_of(tree)] == [*PARAGRAPHS, ASIDE]
