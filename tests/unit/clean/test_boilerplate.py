"""Rules on lines: each fires on its examples, and not on similar sentences of articles.

Tests of newsdesk.clean.words.
"""

import pytest
from lxml.html import fragment_fromstring

from newsdesk.clean.blocks import blocks_of
from newsdesk.clean.boilerplate import drop_boilerplate
from newsdesk.clean.edges import trim

BEFORE = "<p>The council met on Tuesday evening and decided that the old bridge would be repaired before winter.</p>"
AFTER = "<p>Work is to begin in March, the mayor said, and the ferry will run every half hour until then.</p>"


PROSE = "The council met on Tuesday evening and decided that the old bridge would be repaired before the winter comes."
MORE = "Three firms have offered to do the work; the cheapest of them built the weir above the mill ten years ago."


def trimmed(markup: str) -> list[str]:
    blocks = blocks_of(fragment_fromstring(f"<div><article>{markup}</article></div>"))
    return [block.text for block in trim(blocks, page=blocks, title="Bridge", section=None, authors=("Ann Lee",))]


def is_dropped(line: str, *, before: str = BEFORE, after: str = AFTER) -> bool:
    blocks = blocks_of(fragment_fromstring(f"<div>{before}{line}{after}</div>"))
    kept = drop_boilerplate(blocks, title="Bridge to be repaired", authors=("Ann Lee",))
    return len(kept) < len(blocks)


@pytest.mark.parametrize(
    "line",
    [
        "<p>Facebook X WhatsApp Email</p>",
        "<p>Anzeige</p>",
        "<p>Photo: Ines Calder / CNA</p>",
        "<p>Foto: Archivo</p>",
        "<p>Listen to this article<span>5 min</span></p>",
        "<p>Artikel anhören 12:05</p>",
        "<p>写真：白浜日報</p>",
        "<p>The bridge seen from the north bank in May — Foto: Jonas Petrie/R1</p>",
        "<p>The bridge in May. (Photo: Jonas Petrie)</p>",
        "<p>下游村莊二月浸水九天。（資料照）</p>",
        '<p>Lea también: <a href="/x">El embalse baja otra vez en agosto</a></p>',
        '<p><a href="/x">Ferry fares rise for the first time in six years</a></p>',
        '<p>👉 <a href="/x">Ferry fares rise for the first time in six years</a> «</p>',
        '<p><a class="c-btn" href="/x">Book now</a></p>',
        "<div><h4>Is it right?</h4><input type=radio>Yes <input type=radio>No</div>",
    ],
)
def test_leftover_between_paragraphs_is_dropped(line: str) -> None:
    assert is_dropped(line)


@pytest.mark.parametrize(
    "line",
    [
        "<p>Sign up for our newsletter, every morning at six.</p>",
        "<p>Do you have a story for us? Write to news@courier.example</p>",
        "<p>ann.lee@courier.example</p>",
        "<p>Jetzt testen: der Kurier vier Wochen lang zum halben Preis.</p>",
        "<p>Suscríbete y recibe las noticias cada mañana.</p>",
        "<p>Подписывайтесь на нас в соцсетях.</p>",
        "<p>有料会員に登録すると続きをお読みいただけます。</p>",
        "<p>ⓒ 하천일보 무단전재 및 재배포 금지</p>",
        "<p>Alle Rechte vorbehalten.</p>",
        "<p>김민수 기자 kim@courier.example</p>",
    ],
)
def test_offer_at_the_end_is_no_part_of_the_article(line: str) -> None:
    assert trimmed(f"<p>{PROSE}</p>{line}<h3>More</h3>") == [PROSE]


def test_text_of_a_paywall_goes_with_its_lines_that_offer_nothing() -> None:
    wall = "<h3>Read on</h3><p>Subscribe now and read the Courier everywhere.</p><p>All articles</p><p>Cancel anytime.</p><p>Four weeks</p>"
    assert trimmed(f"<p>{PROSE}</p><p>{MORE}</p>{wall}") == [PROSE, MORE]


def test_paragraphs_around_one_offer_stay() -> None:
    assert trimmed(f"<p>{PROSE}</p><p>Subscribe now to our letter.</p><p>{MORE}</p><p>{MORE} Then.</p>")[-2:] == [MORE, f"{MORE} Then."]


@pytest.mark.parametrize(
    "line",
    [
        "<p>The council asked all who live on the quay to sign the list in the town hall by Friday.</p>",
        "<p>“Sign up for our choir,” said the baker, and the whole street laughed at him.</p>",
        "<p>Der Kurier wird seit 1890 in der Stadt gedruckt und jeden Morgen mit der Fähre gebracht.</p>",
    ],
)
def test_last_paragraph_that_asks_for_nothing_stays(line: str) -> None:
    assert len(trimmed(f"<p>{PROSE}</p>{line}")) == 2


@pytest.mark.parametrize("label", ["Read also", "Mehr zum Thema:", "Czytaj więcej", "関連記事", "اقرأ أيضاً"])
def test_box_with_a_pointer_to_another_article_goes_as_a_whole(label: str) -> None:
    teaser = f"<div><p>{label}</p><div><p>The weir above the mill is leaking again, the miller told us on Monday.</p></div></div>"
    assert trimmed(f"<p>{PROSE}</p><p>{MORE}</p>{teaser}<p>{MORE} Then.</p>") == [PROSE, MORE, f"{MORE} Then."]


def test_label_between_the_article_s_own_paragraphs_goes_alone() -> None:
    assert trimmed(f"<p>{PROSE}</p><p>Read also</p><p>{MORE}</p>") == [PROSE, MORE]


@pytest.mark.parametrize(
    "line",
    [
        "10:15",
        "10.15 Uhr",
        "2.30pm BST",
        "14h30",
        "2 hours ago",
        "vor 3 Stunden",
        "hace 5 minutos",
        "3時間前",
        "2 May 2026, 10:15",
        "Yesterday at 18:20",
        "вчера в 18:20",
        "昨日 18:20",
    ],
)
def test_time_above_an_entry_of_a_live_blog_goes(line: str) -> None:
    assert trimmed(f"<p>{PROSE}</p><p>{MORE}</p><p>{MORE} Now.</p><p>{line}</p><p>{MORE} Then.</p>")[3] == f"{MORE} Then."


@pytest.mark.parametrize("line", ["2 May 2026", "3-2", "At 10:15 the mill burned.", "10.15", "Platz 3"])
def test_line_that_is_more_or_less_than_a_time_stays(line: str) -> None:
    assert trimmed(f"<p>{PROSE}</p><p>{MORE}</p><p>{MORE} Now.</p><p>{line}</p><p>{MORE} Then.</p>")[3] == line


@pytest.mark.parametrize("line", ["$$ADVERT$$", "{{banner-1}}", "+++dropcap", "[#image: /photos/1]"])
def test_mark_that_the_system_should_have_replaced_goes(line: str) -> None:
    assert trimmed(f"<p>{PROSE}</p><p>{line}</p><p>{MORE}</p>") == [PROSE, MORE]


@pytest.mark.parametrize("line", ["입력 2026.05.02 14:30 수정 2026.05.02 15:00", "Publikacja: 02.05.2026 21:52", "김민수 기자", "Ann Lee"])
def test_line_of_date_or_author_below_the_lead_goes(line: str) -> None:
    assert trimmed(f"<p>{PROSE}</p><p>{line}</p><p>{MORE}</p>") == [PROSE, MORE]


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
        "<p>Listen to this 12:05</p>",
        "<p>She posted it on Facebook.</p>",
        "<p>An advertisement in the Courier had promised as much.</p>",
        "<p>“I said no: never again,” he told reporters.</p>",
        '<p>The report is <a href="/x">on the council’s pages</a> since Monday.</p>',
        '<ul><li><a href="/x">The first list entry that is a link of its own</a></li></ul>',
        "<h2>2 May 2026</h2>",
        "<p>The baker gave cookies to everybody who had waited.</p>",
        "<p>Ann Lee, who saw it from the quay, was not surprised at all by what happened next.</p>",
        "<p>Can stop it.”</p>",
        '<p><a href="/x">“We will not pay twice for the same berth”</a></p>',
        '<p><a href="/x">Will the council of the town pay twice for the same berth?</a></p>',
        "<p>Photos by the hundred were found in the attic of the old mill.</p>",
        "<p>Images: that is all he had left of the years on the river.</p>",
        "<p>She sent him a photo: it showed the old mill before the flood.</p>",
        "<p>Foto: so heißt das kleine Café am Hafen seit vielen Jahren.</p>",
        '<p><a class="person" href="/x">Book now</a></p>',
        "<p>Yesterday the mill burned.</p>",
    ],
)
def test_sentence_that_only_looks_like_a_leftover_stays(line: str) -> None:
    assert not is_dropped(line)
