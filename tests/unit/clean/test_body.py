"""Which blocks of a page are its article: those that trafilatura chose, or the densest region if it found little.

Tests of newsdesk.clean.blocks and newsdesk.clean.regions.
"""

import pytest
from lxml.html import document_fromstring

from newsdesk.clean.blocks import blocks_of
from newsdesk.clean.body import blocks_of_fragment, find_blocks

PARAGRAPHS = [f"On day {number} the council met and decided that the old bridge would be repaired before winter." for number in range(5)]
ASIDE = "The ferry will run every half hour until the work is done, as the harbour office said in March."
PAGE = f"<html><body><article>{''.join(f'<div><p>{text}</p></div>' for text in PARAGRAPHS)}<div>{ASIDE}</div></article></body></html>"


def found_in(page: str, *, extract: list[str]) -> list[str]:
    """Return the article of a page from which trafilatura extracts these lines."""
    tree = document_fromstring(page)
    return [block.text for block in find_blocks(tree, blocks_of(tree), extractor=lambda _: extract)]


def test_article_is_what_trafilatura_chose() -> None:
    assert found_in(PAGE, extract=PARAGRAPHS) == PARAGRAPHS


def test_densest_region_is_the_article_where_trafilatura_found_much_less() -> None:
    assert found_in(PAGE, extract=PARAGRAPHS[:1]) == [*PARAGRAPHS, ASIDE]
    assert found_in(PAGE, extract=[]) == [*PARAGRAPHS, ASIDE]


def test_what_is_kept_is_the_text_as_the_page_wrote_it() -> None:
    page = PAGE.replace("bridge would", "bridge , would")
    found = found_in(page, extract=[text.replace("bridge would", "bridge, would") for text in PARAGRAPHS])
    assert all("bridge , would" in text for text in found)
    assert len(found) == len(PARAGRAPHS)


def test_heading_above_a_chosen_paragraph_is_taken_up() -> None:
    entries = "".join(f"<section><header><h2>Entry {number}</h2></header><p>{text}</p></section>" for number, text in enumerate(PARAGRAPHS))
    found = found_in(f"<html><body><article>{entries}</article></body></html>", extract=PARAGRAPHS)
    assert found[found.index(PARAGRAPHS[1]) - 1] == "Entry 1"


def test_list_of_sentences_above_the_article_is_its_summary() -> None:
    points = [f"Point {number}: the council has met on the bridge." for number in range(4)]
    items = "".join(f"<li>{text}</li>" for text in [*points, "Town hall"])
    page = PAGE.replace("<article>", f"<div><p>The river rose again in the night to Monday.</p><ul>{items}</ul></div><article>")
    assert found_in(page, extract=[*points, *PARAGRAPHS, "Town hall"]) == [*points, *PARAGRAPHS]


@pytest.mark.parametrize(
    ("markup", "stays"),
    [
        ('<h2 id="related-work">Related work</h2>', True),
        ('<h2 class="related">Related work</h2>', False),
        ('<table><tr><td class="caption">The mayor at the bridge</td></tr></table>', False),
        ("<table><tr><td>Length</td><td>40 m</td></tr></table>", True),
    ],
)
def test_furniture_is_told_by_class_and_heading_s_id_by_its_words(markup: str, *, stays: bool) -> None:
    fragment = "".join(f"<p>{text}</p>" for text in PARAGRAPHS[:2]) + markup + f"<p>{PARAGRAPHS[2]}</p>"
    assert (len(blocks_of_fragment(fragment)) == 4) is stays


def test_markdown_in_structured_data_is_text() -> None:
    source = "See [the plan](https://courier.example/plan){: .small} of the council.\nIt has *two* parts (and [notes])."
    assert [block.text for block in blocks_of_fragment(source)] == ["See the plan of the council.", "It has *two* parts (and [notes])."]


def test_tree_is_left_as_it_was() -> None:
    tree = document_fromstring(PAGE)
    find_blocks(tree, blocks_of(tree))
    assert [block.text for block in blocks_of(tree)] == [*PARAGRAPHS, ASIDE]


@pytest.mark.parametrize(("address", "ends"), [("/next-article", True), ("#cost", False), ("https://courier.example/bridge#cost", False)])
def test_a_headline_that_links_to_another_page_ends_the_article_but_not_the_heading_of_a_section(address: str, *, ends: bool) -> None:
    paragraphs = [f"<p>{text}</p>" for text in PARAGRAPHS]
    heading = f"<h1><a href='{address}'>What the bridge costs</a></h1>"
    tree = document_fromstring(f"<html><body><main>{''.join(paragraphs[:3])}{heading}{''.join(paragraphs[3:])}</main></body></html>")
    assert (PARAGRAPHS[4] not in [block.text for block in find_blocks(tree, blocks_of(tree))]) is ends


def test_next_article_is_in_an_element_like_that_of_this_one_and_a_chapter_is_not() -> None:
    first, second = ("".join(f"<p>{text}</p>" for text in texts) for texts in (PARAGRAPHS[:3], PARAGRAPHS[3:]))
    for title, kept in (("Bridge to be repaired", 3), ("The long repair", 5)):
        articles = f"<div class=x><h1>Bridge to be repaired</h1>{first}</div><div class=x><h1>Ferry fares rise</h1>{second}</div>"
        tree = document_fromstring(f"<html><body><h1>The long repair</h1><main>{articles}</main></body></html>")
        found = find_blocks(tree, blocks_of(tree), title=title)
        assert len([block for block in found if block.text in PARAGRAPHS]) == kept


def test_replies_are_comments_unless_the_page_has_little_else() -> None:
    comments = "".join(f"<div><p>{text}</p><a href=#>Reply</a></div>" for text in PARAGRAPHS[:3])
    article = "".join(f"<p>{text} {ASIDE} {ASIDE}</p>" for text in PARAGRAPHS[3:])
    for before, stay in ((article, False), ("<p>A question to all.</p>", True)):
        tree = document_fromstring(f"<html><body><main><div>{before}</div><div>{comments}</div></main></body></html>")
        assert (PARAGRAPHS[0] in [block.text for block in find_blocks(tree, blocks_of(tree))]) is stay


@pytest.mark.parametrize(("box", "stays"), [(f"<div>{ASIDE}</div>", True), (f"<div>{ASIDE} <a href=/x>Read</a></div>", False)])
def test_sentences_in_a_box_between_paragraphs_are_taken_up_but_not_with_links(box: str, *, stays: bool) -> None:
    paragraphs = [f"<div><p>{text}</p></div>" for text in PARAGRAPHS]
    page = f"<html><body><article>{''.join(paragraphs[:3])}{box}{''.join(paragraphs[3:])}</article></body></html>"
    assert any(text.startswith(ASIDE) for text in found_in(page, extract=PARAGRAPHS)) is stays


def test_captions_are_the_text_of_a_gallery_and_of_no_other_page() -> None:
    captions = "".join(f"<figure><img><figcaption>{text}</figcaption></figure>" for text in PARAGRAPHS[:3])
    for prose, stay in (("<p>The bridge in pictures.</p>", True), ("".join(f"<p>{text} {ASIDE}</p>" for text in PARAGRAPHS[2:]), False)):
        tree = document_fromstring(f"<html><body><article>{prose}{captions}</article></body></html>")
        assert (PARAGRAPHS[0] in [block.text for block in find_blocks(tree, blocks_of(tree))]) is stay


def test_box_about_a_newsletter_ends_with_a_link_to_order_it() -> None:
    paragraphs = [f"<p>{text}</p>" for text in PARAGRAPHS]
    for ending, stays in (("<a href=/letter>Get it here</a>", False), ("<p>It had four thousand readers.</p>", True)):
        box = f"<div><h3>The Morning</h3><p>{ASIDE} It is our newsletter.</p>{ending}</div>"
        tree = document_fromstring(f"<html><body><main>{''.join(paragraphs[:3])}{box}{''.join(paragraphs[3:])}</main></body></html>")
        found = [block.text for block in find_blocks(tree, blocks_of(tree))]
        assert (f"{ASIDE} It is our newsletter." in found) is stays


def test_teasers_beside_a_short_article_are_no_text_and_products_in_an_article_are() -> None:
    card = f"<div class=card><a href=/x><h3>Ferry fares rise for the first time</h3></a><p>{ASIDE}</p></div>"
    brief = f"<article><h1>Man rescued</h1><p>{PARAGRAPHS[0]}</p></article>"
    tree = document_fromstring(f"<html><body><main>{brief}<section>{card * 4}</section></main></body></html>")
    assert [block.text for block in find_blocks(tree, blocks_of(tree))][-1] == PARAGRAPHS[0]
    pictured = card.replace("<p>", "<img src=a.jpg><p>")
    tree = document_fromstring(f"<html><body><article><h1>Ferries</h1><p>{PARAGRAPHS[0]}</p>{pictured * 4}</article></body></html>")
    assert ASIDE in [block.text for block in find_blocks(tree, blocks_of(tree))]
