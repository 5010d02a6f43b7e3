"""Text that browsers hide is removed, and visible text next to it is kept."""

import pytest
from lxml.html import document_fromstring

from newsdesk.clean.blocks import blocks_of
from newsdesk.clean.hidden_text import remove_hidden_text


def shown(markup: str) -> str:
    tree = document_fromstring(f"<html><body>{markup}</body></html>")
    remove_hidden_text(tree)
    return str(tree.text_content())


@pytest.mark.parametrize(
    "hidden",
    [
        '<span class="visually-hidden"> opens in a new tab</span>', '<span class="link sr-only"> (external)</span>', "<b hidden> code</b>",
        '<span style="display:none"> secret</span>', '<i style="visibility: hidden"> secret</i>', '<span style="font-size:0"> secret</span>',
        '<span style="position:absolute;left:-9999px"> secret</span>', '<a class="screen-reader-text" href="#c"> skip</a>',
        '<span class="is-hidden-visually"> secret</span>', '<span style="position:absolute;clip:rect(0,0,0,0)"> secret</span>',
    ],
)  # fmt: skip
def test_inline_words_that_nobody_sees_go(hidden: str) -> None:
    assert shown(f"<p>The ferry{hidden} sails at noon.</p>") == "The ferry sails at noon."


@pytest.mark.parametrize(
    "seen",
    [
        '<span class="not-sr-only">late</span>',
        '<span style="clip:rect(10px,20px,30px,0)">late</span>',
        '<span style="font-size:0.9em">late</span>',
        '<span class="hidden-gem">late</span>',
    ],
)
def test_inline_words_that_look_hidden_and_are_not_stay(seen: str) -> None:
    assert shown(f"<p>The ferry is {seen} again.</p>") == "The ferry is late again."


@pytest.mark.parametrize(
    "markup",
    [
        '<span aria-hidden="true">T</span><span class="sr-only">T</span>he ferry',
        '<span class="cap" aria-hidden="true">T</span>The ferry',
        '<span class="cap" aria-hidden="true">T</span><span>The</span> ferry',
        '<span class="cap"><span aria-hidden="true">T</span></span><span>The</span> ferry',
        '<span class="cap">T</span>he ferry',
        '<span aria-hidden="true">T</span>he ferry',
        '<span class="sr-only">The ferry</span><span aria-hidden="true"><span class="cap">T</span>he ferry</span>',
        '<i class="icon" aria-hidden="true">arrow_forward</i>The ferry',
    ],
)
def test_drop_cap_is_read_once(markup: str) -> None:
    assert shown(f"<p>{markup}</p>") == "The ferry"


@pytest.mark.parametrize(
    "markup",
    [
        'It sank.<sup>1</sup> Nobody', 'It sank<sup><a href="#n1">1</a></sup>. Nobody', 'It sank <a class="footnote" href="#n1">[1]</a>. Nobody',
        'It sank<sup>[12]</sup>. Nobody', 'It sank<sup>*</sup>. Nobody',
    ],
)  # fmt: skip
def test_signs_of_notes_go(markup: str) -> None:
    assert shown(f"<p>{markup}</p>") == "It sank. Nobody"


@pytest.mark.parametrize(
    "markup", ["40 m<sup>2</sup>", "the 12<sup>th</sup>", "10<sup>6</sup>", 'see <a href="#top">12</a>', 'room <a href="/rooms/12">12</a>']
)
def test_powers_ordinals_and_links_stay(markup: str) -> None:
    assert shown(f"<p>{markup}</p>") == document_fromstring(f"<p>{markup}</p>").text_content()


def test_quotation_elements_get_their_marks() -> None:
    assert shown("<p>He said <q>we sail <q>soon</q></q>.</p>") == "He said “we sail ‘soon’”."
    assert shown("<p>He said <q>“we sail”</q>.</p>") == "He said “we sail”."


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<span>Exclusive</span>Harbour prices", "Exclusive Harbour prices"),
        ("Harbour<br><span>prices:</span><em>Agreed</em>", "Harbourprices: Agreed"),
        ("<span>H</span>arbour prices", "Harbour prices"),
        ("<b>Mid</b>summer <i>night</i>", "Midsummer night"),
    ],
)
def test_words_of_a_headline_are_not_glued(markup: str, text: str) -> None:
    assert shown(f"<h1>{markup}</h1>") == text


@pytest.mark.parametrize(("markup", "text"), [
    ('The weir leaks. <a href="#note-1">↩</a>', "The weir leaks. "), ('The weir leaks. <a href="#r1">↩\ufe0e</a>', "The weir leaks. "),
    ('Turn left <a href="/turns">↩</a>', "Turn left ↩"), ("Press ^ twice", "Press ^ twice"),
])  # fmt: skip
def test_arrow_back_from_a_footnote_goes(markup: str, text: str) -> None:
    assert shown(f"<p>{markup}</p>") == text


@pytest.mark.parametrize("markup", ['<em class="img_desc">', '<span class="image-caption">', '<small class="photo_credit">'])
def test_inline_caption_becomes_a_block_of_its_own(markup: str) -> None:
    tree = document_fromstring(f"<div>{markup}The ferry in May</{markup[1:].split()[0]}>It sank.</div>")
    remove_hidden_text(tree)
    assert [(block.element.tag, block.text) for block in blocks_of(tree)] == [("figcaption", "The ferry in May"), ("div", "It sank.")]
