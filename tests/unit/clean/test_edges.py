"""The lead above the body, and lines at its start and end that do not belong to it.

Tests of newsdesk.clean.furniture.
"""

import pytest
from lxml.html import document_fromstring

from newsdesk.clean.blocks import blocks_of
from newsdesk.clean.edges import trim, with_lead

TITLE = "Bridge to be repaired"
LEAD = "The council spends two million on the old bridge, and the ferry gets a new pier"
LONG_LEAD = f"{LEAD}, which the villages on both banks have asked for since the flood of 2019."
BODY = "The council met on Tuesday evening and decided that the old bridge would be repaired before winter."
BETWEEN = "<div>2 May 2026, 10:15</div><div>Ann Lee</div><div>3 comments</div><div>Listen</div>"


def lead_of(above: str, *, description: str = "", body: str = BODY) -> list[str]:
    """Return the lines added before the body of a page with this markup between headline and body."""
    page = blocks_of(document_fromstring(f"<html><body><h1>{TITLE}</h1>{above}<article><p>{body}</p></article></body></html>"))
    found = [block for block in page if block.text == body]
    return [block.text for block in with_lead(found, page, title=TITLE, description=description)][: -len(found)]


def test_description_is_the_lead_whatever_element_it_is_and_whatever_stands_between() -> None:
    assert lead_of(f"<h2>{LEAD}</h2>{BETWEEN}", description=LEAD) == [LEAD]


def test_description_that_is_cut_still_tells_the_lead() -> None:
    assert lead_of(f"<h2>{LEAD}</h2>{BETWEEN}", description=f"{LEAD[:60]}…") == [LEAD]


def test_description_that_opens_the_body_is_not_taken_twice() -> None:
    assert lead_of(f"<h2>{BODY}</h2>{BETWEEN}", description=BODY) == []


@pytest.mark.parametrize("tag", ["h2", "p"])
@pytest.mark.parametrize(
    "deck",
    [
        LEAD,
        "Las mujeres de Noia llevan tres años midiendo cada banco con sus propias manos y han logrado que acepten sus cifras",
        "71 passasjerer måtte tilbringe natten om bord da motoren stanset midt på fjorden",
        "Por trás da obra parada há um contrato que ninguém na cidade quis ler até ao fim",
        "전남 곡성의 작은 학교, 3년째 전국에서 지원자가 몰려 마을이 살아났다는 소식",
        "Мэрия два года искала подрядчика, а мост за одно лето починили сами жители",
    ],
)
def test_long_line_right_below_the_headline_is_the_lead_without_a_full_stop(deck: str, tag: str) -> None:
    assert lead_of(f"<{tag}>{deck}</{tag}>{BETWEEN}") == [deck]


@pytest.mark.parametrize(
    "line",
    [
        "Politics",
        "By Ann Lee, our correspondent on the river and in the villages of the upper valley",
        "Published on 2 May 2026 by the newsroom and changed once since then by the editors",
        f'<a href="/2">{LEAD}</a>',
        f"On the river after the flood of the winter and the long dry summer {TITLE}",
    ],
)
def test_section_byline_date_link_or_copy_right_below_the_headline_is_no_lead(line: str) -> None:
    assert lead_of(f"<h2>{line}</h2>{BETWEEN}") == []


def test_heading_further_below_that_is_not_the_description_is_no_lead() -> None:
    other = "The news of the day from the valley, every morning at six."
    assert lead_of(f"<div>Ann Lee</div><h2>{LEAD}</h2>", description=other) == []


def test_sentence_under_the_headline_is_the_lead() -> None:
    assert lead_of("<p>The ferry gets a new pier, and two million.</p>") == ["The ferry gets a new pier, and two million."]


def test_long_sentence_is_the_lead_also_above_date_and_byline() -> None:
    assert lead_of(f"<p>{LONG_LEAD}</p>{BETWEEN}") == [LONG_LEAD]


def test_short_sentence_far_above_the_body_is_no_lead() -> None:
    assert lead_of(f"<p>The ferry gets a new pier, and two million.</p>{BETWEEN}") == []


@pytest.mark.parametrize("name", ["standfirst", "article__sub-title", "field-name-subheadline", "c-chapo", "ingress", "teaser-text"])
def test_line_whose_class_names_a_lead_is_one_without_a_full_stop_and_above_other_lines(name: str) -> None:
    assert lead_of(f'<h2 class="{name}">{LEAD}</h2>{BETWEEN}') == [LEAD]
    assert lead_of(f'<div class="{name}"><p>{LEAD}</p></div>{BETWEEN}') == [LEAD]
    assert lead_of(f'<div>Ann Lee</div><h2 class="headline">{LEAD}</h2>{BETWEEN}') == []


def test_heading_right_below_the_headline_that_is_a_sentence_is_the_lead() -> None:
    sentence = "The council spends two million on the old bridge, and the ferry gets a new pier."
    assert lead_of(f"<h2>{sentence}</h2>{BETWEEN}") == [sentence]
    assert lead_of(f"<div>Ann Lee</div><h2>{sentence}</h2>{BETWEEN}") == []


def test_line_with_date_and_time_is_no_lead() -> None:
    assert lead_of("<div>Published on 2 May 2026 at 10:15, changed on 3 May 2026, read in 3 min.</div>") == []


def test_lead_in_an_element_named_like_furniture_that_has_the_body_too() -> None:
    markup = f'<div class="sidebar-1"><h1>{TITLE}</h1><p>{LEAD}.</p><article><p>{BODY}</p></article></div>'
    page = blocks_of(document_fromstring(markup))
    assert [block.text for block in with_lead(page[2:], page, title=TITLE, description="")] == [f"{LEAD}.", BODY]


def test_words_on_a_picture_are_no_lead() -> None:
    assert lead_of(f"<figure><figcaption>{LONG_LEAD}</figcaption></figure>") == []
    assert lead_of(f'<div class="image-description"><div>{LONG_LEAD}</div></div>', description=LONG_LEAD) == []


def trimmed(markup: str, *, dropped: str = "") -> list[str]:
    """Return the kept blocks of an article if the one with these words was not extracted."""
    page = blocks_of(document_fromstring(f"<html><body><article>{markup}</article></body></html>"))
    found = [block for block in page if not dropped or dropped not in block.text]
    return [block.text for block in trim(found, page=page, title=TITLE, section=None, authors=())]


@pytest.mark.parametrize(
    "paragraph",
    [
        '<p><a href="/x">Both men, who live on the quay, denied the charge of fraud on Friday.</a></p>',
        '<p>The plan was first reported by <a href="/x">the Courier, a weekly newspaper that is printed in the town</a>.</p>',
        '<p><a href="/x">Werden die beiden Männer, die am Hafen wohnen, am Freitag verurteilt?</a></p>',
        '<p><a href="/x">二人の男性は金曜日に詐欺の罪を否認したと港の事務所は発表した。</a></p>',
    ],
)  # fmt: skip
def test_last_paragraph_that_is_a_link_stays_where_it_is_a_sentence(paragraph: str) -> None:
    assert len(trimmed(f"<p>{BODY}</p>{paragraph}")) == 2


@pytest.mark.parametrize(
    "line",
    [
        '<p><a href="/x">Ferry Fares Rise</a></p>',
        '<ul><li><a href="/x">The ferry company, which was asked first, said no.</a></li></ul>',
        f'<p>The post <a href="/x">{TITLE}</a> appeared first on <a href="/">The Courier</a>.</p>',
        "<h3>More from the valley</h3>",
        '<p>Topics: <a href="/x">mill</a></p>',
    ],
)
def test_links_and_headings_at_the_end_go(line: str) -> None:
    assert trimmed(f"<p>{BODY}</p>{line}") == [BODY]


def test_box_of_offers_goes_with_its_price_and_its_first_line() -> None:
    offer = "<div><ul><li>Access to all articles</li><li>£1 for a month, then £9.99 per month</li></ul><p>Cancel at any time</p></div>"
    assert trimmed(f"<p>{BODY}</p>{offer}") == [BODY]


def test_last_sentence_about_a_price_stays() -> None:
    price = "Commuters will have to pay 89 euros a month from April, twelve more than today."
    assert trimmed(f"<p>{BODY}</p><p>{price}</p>") == [BODY, price]


def test_label_above_dropped_links_in_a_box_goes_and_the_start_of_a_list_stays() -> None:
    links = '<ul><li><a href="/x">Ferry fares rise again</a></li><li><a href="/y">Ferry fares are too high</a></li></ul>'
    assert trimmed(f"<p>{BODY}</p><div><p>Background</p>{links}</div><p>{LONG_LEAD}</p>", dropped="fares") == [BODY, LONG_LEAD]
    assert trimmed(f"<p>{BODY}</p><p>Background</p>{links}<p>{LONG_LEAD}</p>", dropped="fares") == [BODY, "Background", LONG_LEAD]


def test_refrain_stays_and_a_second_rendering_goes() -> None:
    refrain = "And the river keeps no record of the rain, my love, nor of the boats upon the quay."
    verse = f"<blockquote><p>{refrain}</p></blockquote>"
    assert trimmed(f"{verse}<p>{BODY}</p>{verse}").count(refrain) == 2
    assert trimmed(f"<p>{refrain}</p><p>{BODY}</p><div><div><p>{refrain}</p></div></div>").count(refrain) == 1
    assert trimmed(f"<p>{BODY}</p><p>{refrain}</p><p>{refrain}</p>").count(refrain) == 1


def test_headline_goes_with_its_kicker() -> None:
    assert trimmed(f"<h1>Exclusive {TITLE}</h1><p>{BODY}</p>") == [BODY]
    assert trimmed(f"<p>Nobody knew that the {TITLE}</p><p>{BODY}</p>")[0].startswith("Nobody")


def test_heading_whose_list_was_dropped_goes() -> None:
    section = '<h2>More on this</h2><ul><li><a href="/x">Ferry fares rise again</a></li></ul>'
    assert trimmed(f"<p>{BODY}</p>{section}<h2>Costs</h2><p>{LONG_LEAD}</p>", dropped="fares") == [BODY, "Costs", LONG_LEAD]
    assert trimmed(f"<p>{BODY}</p><h2>Part one</h2><h3>Costs</h3><p>{LONG_LEAD}</p>")[1:3] == ["Part one", "Costs"]
