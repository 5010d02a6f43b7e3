"""The lead above the body: what is taken up, and what stands there and is none."""

from lxml.html import document_fromstring

from newsdesk.clean.blocks import blocks_of
from newsdesk.clean.edges import with_lead

TITLE = "Bridge to be repaired"
LEAD = "The council spends two million on the old bridge, and the ferry gets a new pier"
LONG_LEAD = f"{LEAD}, which the villages on both banks have asked for since the flood of 2019."
BODY = "The council met on Tuesday evening and decided that the old bridge would be repaired before winter."
BETWEEN = "<div>2 May 2026, 10:15</div><div>Ann Lee</div><div>3 comments</div><div>Listen</div>"


def lead_of(above: str, *, description: str = "", body: str = BODY) -> list[str]:
    """What is put before the body of a page in which this stands between headline and body."""
    page = blocks_of(document_fromstring(f"<html><body><h1>{TITLE}</h1>{above}<article><p>{body}</p></article></body></html>"))
    found = [block for block in page if block.text == body]
    return [block.text for block in with_lead(found, page, title=TITLE, description=description)][: -len(found)]


def test_description_is_the_lead_whatever_element_it_is_and_whatever_stands_between() -> None:
    assert lead_of(f"<h2>{LEAD}</h2>{BETWEEN}", description=LEAD) == [LEAD]


def test_description_that_is_cut_still_tells_the_lead() -> None:
    assert lead_of(f"<h2>{LEAD}</h2>{BETWEEN}", description=f"{LEAD[:60]}…") == [LEAD]


def test_description_that_opens_the_body_is_not_taken_twice() -> None:
    assert lead_of(f"<h2>{BODY}</h2>{BETWEEN}", description=BODY) == []


def test_heading_that_is_not_the_description_is_no_lead() -> None:
    assert lead_of(f"<h2>{LEAD}</h2>", description="The news of the day from the valley, every morning at six.") == []


def test_sentence_under_the_headline_is_the_lead() -> None:
    assert lead_of("<p>The ferry gets a new pier, and two million.</p>") == ["The ferry gets a new pier, and two million."]


def test_long_sentence_is_the_lead_also_above_date_and_byline() -> None:
    assert lead_of(f"<p>{LONG_LEAD}</p>{BETWEEN}") == [LONG_LEAD]


def test_short_sentence_far_above_the_body_is_no_lead() -> None:
    assert lead_of(f"<p>The ferry gets a new pier, and two million.</p>{BETWEEN}") == []


def test_words_on_a_picture_are_no_lead() -> None:
    assert lead_of(f"<figure><figcaption>{LONG_LEAD}</figcaption></figure>") == []
    assert lead_of(f'<div class="image-description"><div>{LONG_LEAD}</div></div>', description=LONG_LEAD) == []
