"""Sitemaps: what they list, and which of them a window needs."""

import datetime as dt
import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsdesk.errors import ArticleRejected, Reason
from newsdesk.fetch.sitemaps import SitemapRef, parse_sitemap, plan_items, plan_sitemaps
from newsdesk.records import FeedItem

URL = "https://news.example/sitemap.xml"
NEWS = b"""<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc> https://news.example/ferry </loc><news:news><news:publication><news:name>N</news:name><news:language>en</news:language></news:publication>
<news:publication_date>2026-11-21T10:00:00+01:00</news:publication_date><news:title>The ferry
 is back</news:title></news:news></url><url><loc>/relative</loc><lastmod>2026-11-20</lastmod></url><url><loc>javascript:x</loc></url></urlset>"""
INDEX = (
    b"<sitemapindex><sitemap><loc>https://news.example/2026-10.xml</loc><lastmod>2026-11-01T00:00:00Z</lastmod></sitemap></sitemapindex>"
)


def day(number: int, month: int = 11) -> dt.datetime:
    return dt.datetime(2026, month, number, tzinfo=dt.UTC)


def test_a_news_sitemap_names_title_time_and_language() -> None:
    first, second = parse_sitemap(NEWS, url=URL).items
    assert (first.url, first.title, first.language) == ("https://news.example/ferry", "The ferry is back", "en")
    assert first.published_at == dt.datetime(2026, 11, 21, 9, tzinfo=dt.UTC)
    assert (second.url, second.updated_at) == ("https://news.example/relative", day(20))


@pytest.mark.parametrize("body", [INDEX, gzip.compress(INDEX), b"\xef\xbb\xbf\n" + INDEX], ids=["plain", "gzip", "byte order mark"])
def test_an_index_names_sitemaps(body: bytes) -> None:
    assert parse_sitemap(body, url=URL).sitemaps == (SitemapRef(url="https://news.example/2026-10.xml", changed_at=day(1)),)


def test_a_list_of_addresses_is_a_sitemap() -> None:
    items = parse_sitemap(b"https://news.example/1\nnot this\nhttps://news.example/2\n", url=URL).items
    assert [item.url for item in items] == ["https://news.example/1", "https://news.example/2"]


@pytest.mark.parametrize("body", [b"", b"<html><body>404</body></html>", b"<rss/>", b"words", b"\x1f\x8bbroken"], ids=str)
def test_what_is_no_sitemap_is_named(body: bytes) -> None:
    with pytest.raises(ArticleRejected) as rejected:
        parse_sitemap(body, url=URL)
    assert rejected.value.reason is Reason.UNREADABLE


@pytest.mark.parametrize(
    ("url", "changed", "wanted"),
    [
        ("https://news.example/sitemap-2026-11.xml", None, True),
        ("https://news.example/sitemap-2026-10.xml", None, False),
        ("https://news.example/2026/11/21.xml", None, True),
        ("https://news.example/sitemap_20261119.xml", None, False),
        ("https://news.example/sitemap-2026-11-22.xml", None, True),
        ("https://news.example/news.xml", None, True),
        ("https://news.example/news.xml", day(20), False),
        ("https://news.example/news.xml", day(23), True),
        ("https://news.example/sitemap-12345678.xml", None, True),
    ],
    ids=[
        "its month",
        "another month",
        "its day",
        "another day",
        "the day after, elsewhere",
        "undated",
        "changed before",
        "changed since",
        "a number",
    ],
)
def test_which_sitemaps_a_window_needs(url: str, changed: dt.datetime | None, *, wanted: bool) -> None:
    found = plan_sitemaps([SitemapRef(url=url, changed_at=changed)], since=day(21), until=day(22))
    assert bool(found) is wanted


@pytest.mark.parametrize(
    ("item", "wanted"),
    [
        ({"published_at": dt.datetime(2026, 11, 21, 23, 59, tzinfo=dt.UTC)}, True),
        ({"published_at": dt.datetime(2026, 11, 22, 0, 1, tzinfo=dt.UTC)}, False),
        ({"published_at": day(21)}, True),
        ({"published_at": day(22)}, False),
        ({"updated_at": day(21)}, True),
        ({"published_at": day(3), "updated_at": day(21)}, False),
        ({"url": "https://news.example/2026/11/21/ferry"}, True),
        ({"url": "https://news.example/2026/11/20/ferry", "updated_at": day(21)}, False),
        ({}, False),
    ],
    ids=[
        "late",
        "the next day",
        "its date",
        "the next date",
        "changed then",
        "old, changed then",
        "dated address",
        "dated address, changed then",
        "no date",
    ],
)
def test_which_entries_lie_in_a_window(item: dict[str, object], *, wanted: bool) -> None:
    entry = FeedItem(**{"id": "1", "url": "https://news.example/ferry", **item})
    assert bool(plan_items([entry], since=day(21), until=day(22))) is wanted


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: f"<urlset><url><loc>{text}</loc></url></urlset>".encode()))
def test_any_bytes_are_a_sitemap_or_are_rejected(body: bytes) -> None:
    try:
        assert isinstance(parse_sitemap(body, url=URL).items, tuple)
    except ArticleRejected:
        return
