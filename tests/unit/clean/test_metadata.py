"""Titles, dates, URLs and kinds of pages, each with an example page.

Tests of newsdesk.clean.content_kind, newsdesk.clean.dates, newsdesk.clean.structured and newsdesk.clean.titles.
"""

import datetime as dt
import json
import re
from typing import Any

import pytest

from newsdesk.clean.stage import clean
from newsdesk.clean.titles import without_site_name
from newsdesk.errors import ArticleRejected
from newsdesk.records import Cleaned, FeedItem
from newsdesk.settings import CleanSettings
from samples import NOW, captured_page

BODY = (
    "<p>The council met on Tuesday evening and decided that the old bridge would be repaired before the winter comes.</p>"
    "<p>Nobody on the benches of the public voted, of course, but the applause was loud enough to be heard in the street.</p>"
    "<p>Work is to begin in March, the mayor said, and the ferry will run every half hour until it is done.</p>"
)


SENTENCE = "The council met on Tuesday evening and decided that the old bridge would be repaired."
MORE = (
    "<p>Three firms have offered to do the work; the cheapest of them built the weir above the mill ten years ago.</p>"
    "<p>Whoever cannot wait may walk over the railway bridge, which has stayed open since the flood, or wait until the river falls.</p>"
)


def feed_item(content: str) -> FeedItem:
    return FeedItem(id="1", url="https://courier.example/news/bridge", content_html=content, authors=("Ann Lee",))


def cleaned(head: str = "", body: str = BODY, *, url: str = "https://courier.example/news/bridge", item: FeedItem | None = None) -> Cleaned:
    page = f"<html><head>{head}</head><body><main>{body}</main></body></html>"
    return clean(captured_page(url=url, body=page.encode(), content_type="text/html; charset=utf-8", item=item), CleanSettings())


def json_ld(**node: Any) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **node})}</script>'


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        pytest.param("<title>Bridge to be mended | Riverside</title>", "", "Bridge to be mended", id="a short tail after a bar"),
        pytest.param("<title>Mended - Riverside</title>", "", "Mended - Riverside", id="nothing says that this is the site"),
        pytest.param('<meta property="og:site_name" content="The Courier"><title>Bridge to be mended | The Courier</title>', "", "Bridge to be mended", id="site at the end"),
        pytest.param('<meta property="og:site_name" content="The Courier"><title>The Courier: Bridge to be mended</title>', "", "Bridge to be mended", id="site at the beginning"),
        pytest.param('<meta property="og:site_name" content="The Courier"><title>Bridge to be mended - The Courier - News</title>', "", "Bridge to be mended", id="site and section at the end"),
        pytest.param('<meta property="og:site_name" content="The Courier"><title>News - The Courier - Bridge to be mended</title>', "", "News - The Courier - Bridge to be mended", id="nothing tells which part is the headline"),
        pytest.param('<meta property="og:site_name" content="白浜日報"><title>古い橋を修理へ：白浜日報</title>', "", "古い橋を修理へ", id="a colon of full width"),
        pytest.param('<meta property="og:site_name" content="兰溪晚报"><title>旧桥将修缮-兰溪晚报</title>', "", "旧桥将修缮", id="a dash without spaces"),
        pytest.param("<title>Bridge to be mended - Courier</title>", "", "Bridge to be mended", id="site known by its host"),
        pytest.param("<title>Bridge to be mended | The Courier</title>", "<h1>Bridge to be mended</h1>", "Bridge to be mended", id="heading in the page"),
        pytest.param(json_ld(headline="Bridge to be mended by spring"), "<h1>The Courier</h1><h1>Bridge to be mended by spring</h1>", "Bridge to be mended by spring", id="the site's name in a first h1"),
        pytest.param('<meta property="og:title" content="Bridge to be mended">', "<h1>BRIDGE TO BE MENDED</h1>", "Bridge to be mended", id="a heading in capitals"),
        pytest.param("<title>Bridge to be mended</title>", "<h1>Bridge to be<br>mended</h1>", "Bridge to be mended", id="a heading in two lines"),
        pytest.param("<title>Bridge to be mended</title>", "<h1><span>Council</span><span>Bridge to be mended</span></h1>", "Bridge to be mended", id="a kicker in the heading"),
        pytest.param("<title>Bridge to be mended</title>", "<h1><span>Council</span> Bridge to be mended</h1>", "Bridge to be mended", id="a kicker in the heading, with a space"),
        pytest.param("<title>Bridge to be mended</title>", "<h1>Bridge to be mended <span>Subscribers</span></h1>", "Bridge to be mended", id="a label after the headline"),
        pytest.param("<title>Bridge to be mended</title>", "<h1><span>Bridge to</span><span>be mended</span></h1>", "Bridge to be mended", id="words glued by elements"),
        pytest.param('<meta property="og:site_name" content="하천일보"><title>낡은 다리 고친다ㅣ하천일보</title>', "", "낡은 다리 고친다", id="a Korean letter as a bar"),
        pytest.param("<title>Riverside Post - Bridge to be mended</title>", "<h2>Bridge to be mended</h2>", "Bridge to be mended", id="the part that the page shows"),
        pytest.param("<title>Bridge to be mended - Politics</title>", "<ul><li><a href='/p'>Politics</a></li></ul>", "Bridge to be mended", id="a section of the menu"),
        pytest.param("<title>Bridge - Politics</title>", "<ul><li><a href='/p'>Council</a></li></ul>", "Bridge - Politics", id="a part that is in no menu"),
        pytest.param('<meta name="headline" content="Bridge to be mended"><title>Bridge to be mended-Politics</title>', "", "Bridge to be mended", id="a tag for the headline"),
        pytest.param("<title>Bridge: mended at last</title>", "<h1>Bridge</h1><h2>mended at last</h2>", "Bridge", id="a heading above its subtitle"),
        pytest.param("<title>Bridge to be mended | Riverside Harbour Association</title>", "<h1>Bridge to be mended</h1><p>Riverside Harbour Association</p>", "Bridge to be mended", id="a heading before a longer name of the site"),
        pytest.param("<title>Bridge to be mended</title>", "<h1><em>Live</em> Bridge to be mended <small>2 May 2026</small></h1>", "Bridge to be mended", id="labels before and after the headline"),
        pytest.param("<title>Bridge to be mended | Harbour | Roads</title>", "<h1>Bridge to be mended<span>The work begins in March.</span></h1>", "Bridge to be mended", id="a lead in the heading, and keywords"),
        pytest.param("<title>Courier</title>", "<h1>Bridge to be mended at last</h1>", "Bridge to be mended at last", id="a page of scripts declares the site alone"),
        pytest.param("<title>Bridge mended</title>", "<h1>News from the river since 1890</h1><h2>Bridge mended</h2>", "Bridge mended", id="a heading about the site above the headline"),
        pytest.param("<title>Bridge to be mended</title>", "<h1>The Riverside Harbour Courier</h1>", "Bridge to be mended", id="a heading that is the site alone"),
        pytest.param("", "<h1><span class='post-kicker'>Council news</span> Bridge to be mended</h1>", "Bridge to be mended", id="a kicker that its class names"),
        pytest.param("", "<h1><span class='label'>Bridge to be mended</span> today</h1>", "Bridge to be mended today", id="a class for labels around most of the heading"),
        pytest.param("<title>Opinion | Bridge to be mended</title>", "<h1><span>Opinion</span> Bridge to be mended</h1>", "Bridge to be mended", id="a label that a bar separates in the title tag"),
        pytest.param("<title>The Riverside | Bridge to be mended by spring</title>", "", "Bridge to be mended by spring", id="a short part before a bar"),
        pytest.param("<title>Bridge to be mended - The Riverside Tribune</title>", "", "Bridge to be mended", id="a word of newspapers at the end"),
        pytest.param("<title>Bridge to be mended by spring - How the press saw it</title>", "", "Bridge to be mended by spring - How the press saw it", id="a word of newspapers in a clause"),
        pytest.param("<title>古い橋を修理へ - 川辺新聞</title>", "", "古い橋を修理へ", id="the sign for newspaper at the end"),
        pytest.param("<title>낡은 다리 고친다 &lt; 사회 &lt; 기사본문 - 하천</title>", "<h3>낡은 다리 고친다</h3>", "낡은 다리 고친다", id="a path after the headline"),
        pytest.param("", "<h2>Bridge to be mended</h2>", "Bridge to be mended", id="no title and no h1"),
        pytest.param("<title>Mended: bridge &amp;amp; weir</title>", "", "Mended: bridge & weir", id="entities written twice"),
    ],
)  # fmt: skip
def test_title_is_the_headline_without_the_site(head: str, body: str, title: str) -> None:
    assert cleaned(head, body + BODY).title == title


def test_section_in_the_address_is_no_part_of_the_title() -> None:
    for section, title in (("politics", "Bridge to be mended"), ("town", "Bridge to be mended - Politics")):
        assert cleaned("<title>Bridge to be mended - Politics</title>", url=f"https://courier.example/{section}/bridge").title == title


def test_title_that_is_only_the_name_of_the_site_stays() -> None:
    assert without_site_name("The Courier", names=["thecourier"]) == "The Courier"


@pytest.mark.parametrize(
    "heading",
    [
        "Bridge to be mended",
        "<span>Bridge to</span><span>be mended</span>",
        "Bridge to be<br>mended",
        "<a href='/'>Bridge</a> to be <br/>mended",
    ],
)
def test_headline_is_not_repeated_in_the_text(heading: str) -> None:
    assert cleaned("<title>Bridge to be mended</title>", f"<h1>{heading}</h1>{BODY}").text.startswith("The council met")


def test_short_teaser_within_the_article_is_another_one() -> None:
    teaser = "<article><h3><a href='/weir'>Weir leaks again</a></h3><p>The miller is angry.</p></article>"
    assert "miller" not in cleaned(body=f"<article>{BODY}{teaser}{MORE}</article>").text
    entry = "<article><h3>Weir leaks again</h3><p>The miller is angry.</p></article>"
    assert "miller" in cleaned(body=f"<article>{BODY}{entry}{MORE}</article>").text


def test_article_within_the_article_is_another_one() -> None:
    teaser = "<article><h3><a href='/weir'>Weir leaks</a></h3><p>The weir above the mill is leaking again, the miller told us on Monday.</p></article>"
    assert "miller" not in cleaned(body=f"<article>{BODY}{teaser}{MORE}</article>").text


def test_articles_that_are_most_of_the_article_are_its_entries() -> None:
    entries = "".join(f"<article>{paragraph}</article>" for paragraph in re.findall("<p>.*?</p>", BODY + MORE))
    assert len(cleaned(body=f"<article><h1>Flood: live</h1>{entries}</article>").text.split("\n")) == 5


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
        pytest.param("", '<span itemprop="datePublished" content="2026-05-02T10:00Z">May</span>', "", "2026-05-02", "time", id="microdata"),
        pytest.param("", '<abbr class="published" title="2026-05-02T10:00Z">May</abbr>', "", "2026-05-02", "time", id="hAtom"),
        pytest.param("", "", "https://courier.example/n1/2026/0502/bridge.html", "2026-05-02", "url", id="address without dashes"),
        pytest.param(json_ld(datePublished="2 мая 2026, 10:15"), "", "", "2026-05-02", "json-ld", id="a claim in words"),
        pytest.param("", "<h1>สะพาน</h1><p>2 พฤษภาคม 2569</p>", "", "2026-05-02", "dateline", id="dateline of the Buddhist era"),
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


@pytest.mark.parametrize(
    ("key", "value", "published"),
    [
        pytest.param("publishedAt", "2026-05-02T14:30:00+02:00", "2026-05-02T14:30:00+02:00", id="an offset"),
        pytest.param("first_publish_date", "2026-05-02 14:30", "2026-05-02T14:30:00+00:00", id="no zone"),
        pytest.param("deployDt", "2026.05.02 14:30", "2026-05-02T14:30:00+00:00", id="dots"),
    ],
)
def test_data_of_scripts_tells_the_moment_if_the_page_does_not(key: str, value: str, published: str) -> None:
    data = json.dumps({"article": {key: value}})
    result = cleaned(body=f"{BODY}<script>window.state = {data};</script>")
    assert (result.published_at, result.published_source) == (dt.datetime.fromisoformat(published), "script")


def test_data_of_scripts_has_the_time_of_the_day_in_the_url() -> None:
    script = '<script>window.state = {"publishedAt": "2026-05-02T10:00:00Z"};</script>'
    result = cleaned(body=f"{BODY}{script}", url="https://courier.example/2026/05/02/bridge")
    assert result.published_at == dt.datetime(2026, 5, 2, 10, tzinfo=dt.UTC)


def test_data_of_scripts_about_another_day_is_not_believed() -> None:
    script = '<script>window.state = {"publishedAt": "2026-05-03T10:00:00Z"};</script>'
    result = cleaned(
        body=f'{BODY}<script>window.other = {{"updated": 1}};</script>{script}', url="https://courier.example/2026/05/02/bridge"
    )
    assert (result.published_at, result.published_source) == (dt.datetime(2026, 5, 2, tzinfo=dt.UTC), "url")


def test_page_without_any_date_has_none() -> None:
    assert cleaned(body=BODY + "<footer>© 2026 The Courier</footer>").published_at is None


def test_modified_before_published_is_not_believed() -> None:
    assert cleaned(json_ld(datePublished="2026-05-02T10:00:00Z", dateModified="2026-05-01T10:00:00Z")).modified_at is None


@pytest.mark.parametrize(
    ("shown", "published", "zone"),
    [
        pytest.param("20 November 2025, 14:30 GMT+7", "2025-11-20T14:30:00+07:00", "told", id="an offset"),
        pytest.param("20 novembre 2025 à 14h30", "2025-11-20T14:30:00+00:00", "assumed", id="no zone"),
        pytest.param("20 November 2025", "2025-11-20T00:00:00+00:00", "assumed", id="a day alone"),
        pytest.param("Updated: 25 November 2025 | Published: 20 November 2025", "2025-11-20T00:00:00+00:00", "assumed", id="the update first"),
        pytest.param("Aktualisiert am 25.11.2025 – erstellt am 20.11.2025", "2025-11-20T00:00:00+00:00", "assumed", id="the update first, in German"),
        pytest.param("更新：2025年11月25日 公開：2025年11月20日", "2025-11-20T00:00:00+00:00", "assumed", id="the update first, in Japanese"),
        pytest.param("Stand: 25.11.2025 | Veröffentlicht: 20.11.2025", "2025-11-20T00:00:00+00:00", "assumed", id="another date first"),
        pytest.param("20.11.2025 veröffentlicht", "2025-11-20T00:00:00+00:00", "assumed", id="the word after its date"),
        pytest.param("20/11/2025, 2:30 PM EST", "2025-11-20T14:30:00-05:00", "told", id="an afternoon"),
    ],
)  # fmt: skip
def test_line_at_the_headline_tells_the_moment(shown: str, published: str, zone: str) -> None:
    result = cleaned(body=f"<h1>Bridge</h1><p>{shown}</p>{BODY}")
    assert (result.published_at, result.published_zone) == (dt.datetime.fromisoformat(published), zone)


def test_label_and_date_in_a_box_below_the_article_is_the_last_resort() -> None:
    assert cleaned(body=f"{BODY}<ul><li><strong>Datum</strong> 20.11.2025</li></ul>").published_at == dt.datetime(
        2025, 11, 20, tzinfo=dt.UTC
    )


@pytest.mark.parametrize(
    ("url", "head", "published", "zone"),
    [
        pytest.param("https://kurier.example.de/a", "", "2025-07-20T14:30:00+02:00", "derived", id="the country of the host"),
        pytest.param("https://courier.example/a", '<meta property="og:locale" content="ko_KR">', "2025-07-20T14:30:00+09:00", "derived", id="the country of the language"),
        pytest.param("https://courier.example/a", '<meta name="date" content="2025-07-20T14:30:00-03:00">', "2025-07-20T14:30:00-03:00", "derived", id="the same time elsewhere"),
        pytest.param("https://courier.example/a", '<meta property="article:modified_time" content="2025-07-21T10:00:00+05:30">', "2025-07-20T14:30:00+05:30", "derived", id="another time of the page"),
        pytest.param("https://courier.example.de/a", '<meta property="article:modified_time" content="2025-12-21T10:00:00+01:00">', "2025-07-20T14:30:00+02:00", "derived", id="summer and winter"),
        pytest.param("https://courier.example.us/a", "", "2025-07-20T14:30:00+00:00", "assumed", id="a country of many zones"),
        pytest.param("https://courier.example/a", "", "2025-07-20T14:30:00+00:00", "assumed", id="nothing tells"),
    ],
)  # fmt: skip
def test_time_without_zone_takes_the_page_s(url: str, head: str, published: str, zone: str) -> None:
    result = cleaned(json_ld(datePublished="2025-07-20 14:30") + head, url=url)
    assert (result.published_at, result.published_zone) == (dt.datetime.fromisoformat(published), zone)


def test_order_of_a_slashed_date_is_that_of_the_page_s_other_dates() -> None:
    head = '<meta name="date" content="05/02/2025"><meta name="revised" content="05/20/2025">'
    assert cleaned(head).published_at == dt.datetime(2025, 5, 2, tzinfo=dt.UTC)


@pytest.mark.parametrize(("url", "day"), [("https://courier.example.co.uk/a", 5), ("https://courier.example.com/a", None)])
def test_order_of_a_slashed_date_is_that_of_the_site_s_country(url: str, day: int | None) -> None:
    found = cleaned('<html lang="en">', f"<h1>Bridge</h1><p>05/02/2026</p>{BODY}", url=url).published_at
    assert (found.day if found else None) == day


@pytest.mark.parametrize(
    ("below", "published"),
    [
        pytest.param("24.10.26, 09:10", "2026-10-24T09:10:00+00:00", id="two digits for the year"),
        pytest.param("24.10.19, 09:10", None, id="two digits for a year long ago"),
        pytest.param("2 hours ago", NOW - dt.timedelta(hours=2), id="an age"),
        pytest.param("3 days ago", f"{NOW - dt.timedelta(days=3):%Y-%m-%d}T00:00:00+00:00", id="an age in days"),
        pytest.param("Updated 2 hours ago", None, id="the age of a change"),
        pytest.param("<span data-timestamp='1792833000'>a month ago</span>", "2026-10-24T09:10:00+00:00", id="an attribute for scripts"),
        pytest.param("Updated <span data-timestamp='1792833000'>a month ago</span>", None, id="an attribute of a change"),
    ],
)  # fmt: skip
def test_line_right_below_the_headline_tells_the_date_of_a_page_that_declares_none(below: str, published: str | dt.datetime | None) -> None:
    found = cleaned("<title>Bridge</title>", f"<h1>Bridge</h1><div>{below}</div>{BODY}<p>Weir: 2 hours ago</p>").published_at
    wanted = dt.datetime.fromisoformat(published) if isinstance(published, str) else published
    assert found == (wanted.replace(second=0, microsecond=0) if wanted else None)


def test_date_at_the_start_of_the_first_paragraph_is_told_by_its_class() -> None:
    for name, published in (("news-date-time", dt.datetime(2026, 10, 24, 10, 15, tzinfo=dt.UTC)), ("place", None)):
        text = f"<span class={name}>24.10.2026 10:15</span>{SENTENCE}<br><br>{SENTENCE} {SENTENCE}"
        assert cleaned("<title>Bridge</title>", f"<h3>Bridge</h3><div>{text}</div>").published_at == published


def test_earlier_dateline_of_a_system_that_knows_the_last_change_gives_the_day_alone() -> None:
    head = json_ld(datePublished="2025-11-25T10:40:00Z", dateModified="2025-11-25T10:40:00Z")
    result = cleaned(head, body=f"<h1>Bridge</h1><p>publié le 20 novembre 2025 à 20h18</p>{BODY}")
    assert (result.published_at, result.modified_at) == (
        dt.datetime(2025, 11, 20, tzinfo=dt.UTC),
        dt.datetime(2025, 11, 25, 10, 40, tzinfo=dt.UTC),
    )


def test_time_of_the_same_day_completes_a_day_alone() -> None:
    result = cleaned(json_ld(datePublished="2025-11-20") + '<meta property="article:published_time" content="2025-11-20T14:30:00Z">')
    assert result.published_at == dt.datetime(2025, 11, 20, 14, 30, tzinfo=dt.UTC)


def test_day_of_the_edition_gives_way_to_the_moment_of_the_evening_before() -> None:
    body = "<h1>Bridge</h1><p>21.11.2025</p>" + BODY
    result = cleaned(json_ld(datePublished="2025-11-20T19:30:00+01:00") + '<meta name="date" content="2025-11-21">', body=body)
    assert result.published_at == dt.datetime.fromisoformat("2025-11-20T19:30:00+01:00")


@pytest.mark.parametrize(
    ("told", "moment"),
    [
        pytest.param(dt.timedelta(hours=7, minutes=50), dt.timedelta(minutes=-10), id="eight hours east"),
        pytest.param(dt.timedelta(hours=5, minutes=20), dt.timedelta(minutes=-10), id="five hours and a half"),
        pytest.param(dt.timedelta(minutes=2), dt.timedelta(), id="a wrong clock"),
    ],
)
def test_time_without_zone_that_lies_ahead_is_in_the_nearest_zone_where_it_has_passed(told: dt.timedelta, moment: dt.timedelta) -> None:
    result = cleaned(json_ld(datePublished=f"{NOW + told:%Y-%m-%dT%H:%M:%S}"))
    assert result.published_at == NOW + moment
    assert result.published_at.date() == (NOW + told).date()


def test_time_further_ahead_than_any_zone_is_not_believed() -> None:
    assert cleaned(json_ld(datePublished=f"{NOW + dt.timedelta(hours=15):%Y-%m-%dT%H:%M:%S}")).published_at is None


@pytest.mark.parametrize(
    ("url", "claim", "canonical"),
    [
        pytest.param("/news/bridge", "/news/bridge-is-closed", "/news/bridge-is-closed", id="a page of the site"),
        pytest.param("/news/bridge/amp", "/news/bridge", "/news/bridge", id="the page itself"),
        pytest.param("/?p=123", "/news/bridge", "/news/bridge", id="the address in words of a numbered page"),
        pytest.param("/news/bridge", "https://other.example/x", "/news/bridge", id="another site"),
        pytest.param("/news/bridge", "/", "/news/bridge", id="the home page"),
        pytest.param("/news/bridge", "/index.html", "/news/bridge", id="the home page by name"),
        pytest.param("/news/bridge", "/news/", "/news/bridge", id="its section"),
        pytest.param("/?p=123", "/", "/?p=123", id="the home page of numbered pages"),
        pytest.param("/read.php?id=5120", "/read.php", "/read.php?id=5120", id="a script without the number"),
        pytest.param("/2026/bridge/3", "/2026/bridge-mended", "/2026/bridge-mended", id="another name"),
        pytest.param("/news/bridge?from=home", "/news/bridge", "/news/bridge", id="without a way to it"),
        pytest.param("/news/bridge-4.php?s=home", "/news/bridge-4.php", "/news/bridge-4.php", id="a script for each story"),
        pytest.param("/read.asp?5120", "/read.asp", "/read.asp?5120", id="a script without the number alone"),
        pytest.param("/read.php?title=%CF%EE", "/read.php", "/read.php?title=%CF%EE", id="a script without the title"),
        pytest.param("/app?/news/1", "/app", "/app?/news/1", id="a script without the path in its query"),
        pytest.param("/app#!/news/1", "/app", "/app#!/news/1", id="a script without the route"),
        pytest.param("/news/bridge", "https://courier.example:8443/news/bridge-2", "/news/bridge", id="another port"),
        pytest.param("/@ann/bridge", "/@bob/bridge-2", "/@ann/bridge", id="another writer's"),
        pytest.param("/news/bridge", "https://www.courier.example/news/bridge-2", None, id="another host of the site"),
    ],
)
def test_canonical_address_is_believed_where_it_names_the_page(url: str, claim: str, canonical: str) -> None:
    site = "https://courier.example"
    expected = claim if canonical is None else site + canonical
    assert cleaned(f'<link rel="canonical" href="{claim}">', url=site + url).canonical_url == expected


@pytest.mark.parametrize("host", ["substack.com", "blogspot.com", "github.io", "wordpress.com", "tumblr.com", "co.uk"])
@pytest.mark.parametrize("claim", ['<link rel="canonical" href="{}">', '<meta property="og:url" content="{}">'])
def test_neighbour_on_a_shared_host_takes_no_article_over(host: str, claim: str) -> None:
    own, other = f"https://mallory.{host}/p/bridge", f"https://courier.{host}/p/bridge"
    assert cleaned(claim.format(other), url=own).canonical_url == own


def test_wrapper_of_another_site_on_the_same_host_takes_no_article_over() -> None:
    head = '<link rel="canonical" href="https://vk.com/away.php?to=https%3A%2F%2Fcourier.example%2Fbridge">'
    assert cleaned(head, url="https://vk.com/wall-4711_12").canonical_url == "https://vk.com/wall-4711_12"


def test_links_are_relative_to_the_base_that_the_page_names() -> None:
    head = (
        '<base href="/en/"><link rel="canonical" href="bridge"><meta property="og:image" content="bridge.jpg">'
        '<link rel="alternate" hreflang="es" href="puente">'
    )
    result = cleaned(head, url="https://courier.example/read?story=4711")
    assert result.canonical_url == "https://courier.example/en/bridge"
    assert result.image == "https://courier.example/en/bridge.jpg"
    assert result.hreflang == {"es": "https://courier.example/en/puente"}


def test_a_base_elsewhere_leads_no_canonical_address_there() -> None:
    head = '<base href="https://mallory.example/"><link rel="canonical" href="/bridge">'
    assert cleaned(head, url="https://courier.example/bridge-3").canonical_url == "https://courier.example/bridge-3"


ALTERNATES = "".join(
    f'<link rel="alternate" hreflang="{language}" href="https://courier.example/{path}">'
    for language, path in (("en", "en/bridge"), ("en-GB", "uk/bridge"), ("es", "es/puente"), ("x-default", "en/bridge"))
)


@pytest.mark.parametrize(
    ("path", "claim", "canonical"),
    [
        pytest.param("es/puente", "en/bridge", "es/puente", id="the original of a translation"),
        pytest.param("uk/bridge", "en/bridge", "en/bridge", id="the same language elsewhere"),
        pytest.param("es/puente?s=home", "es/puente", "es/puente", id="itself"),
        pytest.param("es/puente-2", "en/bridge", "en/bridge", id="a page that is in no language"),
    ],
)
def test_a_translation_is_no_copy_of_its_original(path: str, claim: str, canonical: str) -> None:
    head = f'{ALTERNATES}<link rel="canonical" href="https://courier.example/{claim}">'
    assert cleaned(head, url=f"https://courier.example/{path}").canonical_url == f"https://courier.example/{canonical}"


@pytest.mark.parametrize(
    ("head", "body", "paywalled"),
    [
        pytest.param(json_ld(isAccessibleForFree=False), "", True, id="a truth value"),
        pytest.param(json_ld(isAccessibleForFree="False"), "", True, id="a word"),
        pytest.param(json_ld(isAccessibleForFree="http://schema.org/False"), "", True, id="an address"),
        pytest.param("", '<div class="paywall">Subscribe</div>', True, id="an element that says so"),
        pytest.param("", '<div class="paywall" hidden>Subscribe</div>', False, id="an element that nobody sees"),
        pytest.param(json_ld(isAccessibleForFree=True), '<div class="paywall">Subscribe</div>', False, id="declared free"),
    ],
)
def test_page_is_paywalled_where_it_says_so(head: str, body: str, paywalled: bool) -> None:
    assert cleaned(head, BODY + body).is_paywalled is paywalled


def test_short_article_with_a_video_is_an_article() -> None:
    video = '<script type="application/ld+json">{"@type": "VideoObject", "name": "The bridge"}</script>'
    assert cleaned(json_ld(headline="Bridge") + video).content_kind == "article"
    assert cleaned(json_ld(headline="Bridge") + video, body=f"<p>{SENTENCE}</p>").content_kind == "video"
    assert cleaned(video).content_kind == "video"


def test_numbered_page_is_no_home_page() -> None:
    assert cleaned(url="https://courier.example/?p=123").content_kind == "article"


@pytest.mark.parametrize(
    "script",
    [
        pytest.param('{"@type": "schema:NewsArticle", "headline": "Bridge"}', id="a type with its vocabulary"),
        pytest.param('{"@type": "NewsArticle", "headline": "Bridge"} {"@type": "WebSite"}', id="two documents in one"),
        pytest.param("{&quot;@type&quot;: &quot;NewsArticle&quot;, &quot;headline&quot;: &quot;Bridge&quot;}", id="escaped as HTML"),
        pytest.param('{"@type": "NewsArticle", "headline": "Bridge",}', id="a comma too many"),
    ],
)
def test_json_ld_is_read_however_it_is_written(script: str) -> None:
    assert cleaned(f'<script type="application/ld+json">{script}</script>').title == "Bridge"


def test_node_about_this_page_goes_before_those_of_others() -> None:
    other = {"url": "https://courier.example/news/weir", "headline": "Weir to be built", "author": "Bob Ray"}
    own = {"url": "https://courier.example/news/bridge", "headline": "Bridge to be mended"}
    assert cleaned(json_ld(**other) + json_ld(**own)).title == "Bridge to be mended"


def test_site_and_picture_are_found_in_nodes_of_their_own() -> None:
    site = {"@type": ["WebSite"], "name": "The Courier"}
    picture = {"@type": "ImageObject", "@id": "#picture", "url": "https://courier.example/bridge.jpg"}
    head = json_ld(image={"@id": "#picture"}) + json_ld(**site) + json_ld(**picture)
    assert (cleaned(head).site_name, cleaned(head).image) == ("The Courier", "https://courier.example/bridge.jpg")


def test_image_that_is_no_web_address_is_left_out() -> None:
    assert cleaned('<meta property="og:image" content="javascript:alert(1)">').image is None


def test_languages_that_the_page_is_offered_in_are_kept() -> None:
    head = '<link rel="alternate" hreflang="es" href="/es/puente"><link rel="alternate" hreflang="en" href="/news/bridge">'
    assert cleaned(head).hreflang == {"es": "https://courier.example/es/puente", "en": "https://courier.example/news/bridge"}


def test_feed_with_the_full_text_beats_a_page_that_gives_a_sentence() -> None:
    result = cleaned(json_ld(isAccessibleForFree=False), body=f"<p>{SENTENCE}</p>", item=feed_item(BODY + MORE + "<p>© all</p>"))
    assert result.text.endswith("the river falls.")
    assert result.authors == ("Ann Lee",)
    assert (result.is_paywalled, result.content_kind) == (True, "article")


def test_line_that_a_blog_s_feed_adds_is_not_the_article_s() -> None:
    added = '<p>The post <a href="/bridge">Bridge to be mended</a> appeared first on <a href="/">The Courier</a>.</p>'
    assert "appeared" not in cleaned(body=f"<p>{SENTENCE}</p>", item=feed_item(BODY + MORE + added)).text


@pytest.mark.parametrize("markup", [BODY + MORE, (BODY + MORE).replace("<p>", "").replace("</p>", "\n")], ids=["HTML", "lines"])
def test_full_text_in_json_ld_beats_a_page_that_gives_a_sentence(markup: str) -> None:
    text = cleaned(json_ld(articleBody=markup), body=f"<p>{SENTENCE}</p>").text
    assert text.split("\n") == re.findall("<p>(.*?)</p>", BODY + MORE)


def test_space_before_a_comma_is_kept_as_evidence() -> None:
    text = "The council met on Tuesday evening , and decided that the old bridge would be repaired before the winter comes."
    assert text in cleaned(body=f"<p>{text}</p>{BODY}").text


def test_page_that_is_refused_says_why() -> None:
    with pytest.raises(ArticleRejected, match="no text"):
        cleaned(body="<img src='x.png'>")
