"""Rules on lines: each fires on what it is for, and is silent on sentences that only look like it."""

import pytest
from lxml.html import fragment_fromstring

from newsdesk.clean.blocks import blocks_of
from newsdesk.clean.boilerplate import without_leftovers

BEFORE = "<p>The council met on Tuesday evening and decided that the old bridge would be repaired before winter.</p>"
AFTER = "<p>Work is to begin in March, the mayor said, and the ferry will run every half hour until then.</p>"


def is_dropped(line: str, *, before: str = BEFORE, after: str = AFTER) -> bool:
    blocks = blocks_of(fragment_fromstring(f"<div>{before}{line}{after}</div>"))
    kept = without_leftovers(blocks, title="Bridge to be repaired", authors=("Ann Lee",))
    return len(kept) < len(blocks)


@pytest.mark.parametrize(
    "line",
    [
        "<p>Facebook X WhatsApp Email</p>",
        "<p>Anzeige</p>",
        "<p>Photo: Ines Calder / CNA</p>",
        "<p>Foto: Archivo</p>",
        "<p>写真：白浜日報</p>",
        '<p>Lea también: <a href="/x">El embalse baja otra vez en agosto</a></p>',
        '<p><a href="/x">Ferry fares rise for the first time in six years</a></p>',
    ],
)
def test_leftover_between_paragraphs_is_dropped(line: str) -> None:
    assert is_dropped(line)


def test_last_sentence_about_copyright_stays() -> None:
    assert not is_dropped("<p>Copyright law was changed by the council of ministers on the same day.</p>", after="")


@pytest.mark.parametrize("line", ["<p>© 2026 The Courier</p>", "<p>By Ann Lee</p>", "<p>We use cookies to make your visit better.</p>"])
def test_leftover_at_the_end_is_dropped(line: str) -> None:
    assert is_dropped(line, after="")


@pytest.mark.parametrize(
    "line",
    [
        "<p>By Ann Lee</p>",
        "<p>By Ann Lee, our woman on the river</p>",
        "<p>2 May 2026, 10:15</p>",
        "<p>2 мая 2026, 10:15</p>",
        "<p>2026年5月2日</p>",
        "<p>4 min read</p>",
    ],
)
def test_leftover_above_the_first_paragraph_is_dropped(line: str) -> None:
    assert is_dropped(line, before="")


def test_short_sentence_with_a_day_above_the_first_paragraph_stays() -> None:
    assert not is_dropped("<p>On 2 May 2026 the mill burned.</p>", before="")


def test_sentence_that_begins_like_a_byline_stays() -> None:
    assert not is_dropped("<p>By Ann Lee’s count sixty people came.</p>", before="")


@pytest.mark.parametrize(
    "line",
    [
        "<p>Photo editors disagreed.</p>",
        "<p>She posted it on Facebook.</p>",
        "<p>An advertisement in the Courier had promised as much.</p>",
        "<p>“I said no: never again,” he told reporters.</p>",
        '<p>The report is <a href="/x">on the council’s pages</a> since Monday.</p>',
        '<ul><li><a href="/x">The first list entry that is a link of its own</a></li></ul>',
        "<h2>2 May 2026</h2>",
        "<p>The baker gave cookies to everybody who had waited.</p>",
        "<p>Ann Lee, who saw it from the quay, was not surprised at all by what happened next.</p>",
        "<p>Can stop it.”</p>",
        "<p>Photos by the hundred were found in the attic of the old mill.</p>",
        "<p>Images: that is all he had left of the years on the river.</p>",
        "<p>Foto: so heißt das kleine Café am Hafen seit vielen Jahren.</p>",
    ],
)
def test_sentence_that_only_looks_like_a_leftover_stays(line: str) -> None:
    assert not is_dropped(line)
