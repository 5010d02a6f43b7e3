"""Titles, dates, addresses and kinds, each by the page that shows it."""

import datetime as dt
import json
from typing import Any

import pytest

from newsdesk.clean.dates import parse_moment
from newsdesk.clean.stage import clean
from newsdesk.clean.titles import without_site_name
from newsdesk.errors import ArticleRejected
from newsdesk.records import Capture, Cleaned, FeedItem
from newsdesk.settings import CleanSettings
from samples import NOW

BODY = (
    "<p>The council met on Tuesday evening and decided that the old bridge would be repaired before the winter comes.</p>"
    "<p>Nobody on the benches of the public voted, of course, but the applause was loud enough to be heard in the street.</p>"
    "<p>Work is to begin in March, the mayor said, and the ferry will run every half hour until it is done.</p>"
)


def cleaned(head: str = "", body: str = BODY, *, url: str = "https://courier.example/news/bridge", item: FeedItem | None = None) -> Cleaned:
    page = f"<html><head>{head}</head><body><main>{body}</main></body></html>"
    return clean(Capture(url=url, fetched_at=NOW, body=page.encode(), content_type="text/html; charset=utf-8", item=item), CleanSettings())


def json_ld(**node: Any) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **node})}</script>'


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        pytest.param("<title>Bridge to be mended | Riverside</title>", "", "Bridge to be mended", id="a short tail after a bar"),
        pytest.param("<title>Mended - Riverside</title>", "", "Mended - Riverside", id="nothing says that this is the site"),
        pytest.param('<meta property="og:site_name" content="The Courier"><title>Bridge to be mended | The Courier</title>', "", "Bridge to be mended", id="site at the end"),
        pytest.param('<meta property="og:site_name" content="The Courier"><title>The Courier: Bridge to be mended</title>', "", "Bridge to be mended", id="site at the beginning"),
        pytest.param("<title>Bridge to be mended - Courier</title>", "", "Bridge to be mended", id="site known by its host"),
        pytest.param("<title>Bridge to be mended | The Courier</title>", "<h1>Bridge to be mended</h1>", "Bridge to be mended", id="heading in the page"),
        pytest.param(json_ld(headline="Bridge to be mended by spring"), "<h1>The Courier</h1><h1>Bridge to be mended by spring</h1>", "Bridge to be mended by spring", id="the site's name in a first h1"),
        pytest.param('<meta property="og:title" content="Bridge to be mended">', "<h1>BRIDGE TO BE MENDED</h1>", "Bridge to be mended", id="a heading in capitals"),
        pytest.param("<title>Mended: bridge &amp;amp; weir</title>", "", "Mended: bridge & weir", id="entities written twice"),
    ],
)  # fmt: skip
def test_title_is_the_headline_without_the_site(head: str, body: str, title: str) -> None:
    assert cleaned(head, body + BODY).title == title


def test_title_that_is_only_the_name_of_the_site_stays() -> None:
    assert without_site_name("The Courier", names=["thecourier"]) == "The Courier"


def test_headline_is_not_repeated_in_the_text() -> None:
    assert "mended" not in cleaned("<title>Bridge to be mended</title>", "<h1>Bridge to be mended</h1>" + BODY).text


def test_short_paragraphs_between_long_ones_are_kept() -> None:
    assert (
        "said no.\nWhy?\nBecause.\n"
        in cleaned(
            body=BODY.replace("applause", "noise")
            + "<p>The ferry company, which was asked first, said no.</p><h2>Why?</h2><p>Because.</p>"
            + BODY
        ).text
        + "\n"
    )


@pytest.mark.parametrize(
    ("head", "body", "url", "day", "source"),
    [
        pytest.param(json_ld(datePublished="2026-05-02T23:30:00-07:00"), "", "", "2026-05-02", "json-ld", id="the day where it was written"),
        pytest.param('<meta name="date" content="2026-05-02">', "", "", "2026-05-02", "meta", id="meta"),
        pytest.param("", "", "https://courier.example/2026/05/02/bridge", "2026-05-02", "url", id="address"),
        pytest.param("", '<time datetime="2026-05-02T10:00Z">May</time>', "", "2026-05-02", "time", id="time element"),
        pytest.param("", "<h1>Bridge</h1><p>May 2, 2026</p>", "", "2026-05-02", "dateline", id="dateline"),
        pytest.param('<html lang="fr">', "<h1>Bridge</h1><p>Publié le 2 mai 2026</p>", "", "2026-05-02", "dateline", id="dateline in French"),
        pytest.param('<meta property="og:locale" content="hr_HR">', "<h1>Bridge</h1><p>2. listopada 2025.</p>", "", "2025-10-02", "dateline", id="a month of two languages"),
        pytest.param(json_ld(datePublished="2031-01-01"), "", "https://courier.example/2026/05/02/bridge", "2026-05-02", "url", id="never in the future"),
        pytest.param(json_ld(datePublished="1970-01-01"), "", "https://courier.example/2026/05/02/bridge", "2026-05-02", "url", id="never the beginning of all clocks"),
        pytest.param(json_ld(datePublished="2020-01-03", dateModified="2026-05-02"), "<h1>Guide</h1><p>May 2, 2026</p>", "", "2026-05-02", "json-ld", id="a new edition shows its own date"),
        pytest.param(json_ld(datePublished="2020-01-03", dateModified="2026-05-02"), "<h1>Guide</h1><p>Updated May 2, 2026</p>", "", "2020-01-03", "json-ld", id="an update is no publication"),
        pytest.param(json_ld(datePublished="2026-05-02", dateModified="2026-05-02"), "<h1>Guide</h1><p>January 3, 2020</p>", "", "2020-01-03", "dateline", id="a system that knows only the last change"),
    ],
)  # fmt: skip
def test_publication_date_is_the_one_that_can_be_believed(head: str, body: str, url: str, day: str, source: str) -> None:
    result = cleaned(head, body + BODY, url=url or "https://courier.example/news/bridge")
    assert result.published_at is not None
    assert (result.published_at.date().isoformat(), result.published_source) == (day, source)


def test_page_without_any_date_has_none() -> None:
    assert cleaned(body=BODY + "<footer>© 2026 The Courier</footer>").published_at is None


def test_modified_before_published_is_not_believed() -> None:
    assert cleaned(json_ld(datePublished="2026-05-02T10:00:00Z", dateModified="2026-05-01T10:00:00Z")).modified_at is None


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2026-05-02T10:00:00+02:00", "2026-05-02T10:00:00+02:00"),
        ("2026-05-02T10:00:00.123Z", "2026-05-02T10:00:00+00:00"),
        ("2026-05-02 10:00", "2026-05-02T10:00:00+00:00"),
        ("20260502T100000Z", "2026-05-02T10:00:00+00:00"),
        ("Sat, 02 May 2026 10:00:00 GMT", "2026-05-02T10:00:00+00:00"),
        ("May 2nd, 2026", "2026-05-02T00:00:00+00:00"),
        ("2 May 2026", "2026-05-02T00:00:00+00:00"),
        ("2026-02-30", None),
        ("soon", None),
        ("", None),
    ],
)
def test_date_is_read_as_it_is_written(value: str, moment: str | None) -> None:
    parsed = parse_moment(value)
    assert parsed == (dt.datetime.fromisoformat(moment) if moment else None)


def test_canonical_address_of_another_site_is_not_believed() -> None:
    assert cleaned('<link rel="canonical" href="https://other.example/x">').canonical_url == "https://courier.example/news/bridge"


def test_canonical_address_that_is_the_home_page_is_not_believed() -> None:
    assert cleaned('<link rel="canonical" href="https://courier.example/">').canonical_url == "https://courier.example/news/bridge"


def test_image_that_is_no_web_address_is_left_out() -> None:
    assert cleaned('<meta property="og:image" content="javascript:alert(1)">').image is None


def test_languages_that_the_page_is_offered_in_are_kept() -> None:
    head = '<link rel="alternate" hreflang="es" href="/es/puente"><link rel="alternate" hreflang="en" href="/news/bridge">'
    assert cleaned(head).hreflang == {"es": "https://courier.example/es/puente", "en": "https://courier.example/news/bridge"}


def test_feed_with_the_full_text_beats_a_page_that_gives_a_sentence() -> None:
    item = FeedItem(id="1", url="https://courier.example/news/bridge", content_html=BODY * 2 + "<p>© all</p>", authors=("Ann Lee",))
    result = cleaned(body="<p>The council met on Tuesday evening and decided that the old bridge would be repaired.</p>", item=item)
    assert "Work is to begin in March" in result.text
    assert result.authors == ("Ann Lee",)


def test_space_before_a_comma_is_kept_as_evidence() -> None:
    text = "The council met on Tuesday evening , and decided that the old bridge would be repaired before the winter comes."
    assert text in cleaned(body=f"<p>{text}</p>{BODY}").text


def test_page_that_is_refused_says_why() -> None:
    with pytest.raises(ArticleRejected, match="no text"):
        cleaned(body="<img src='x.png'>")
