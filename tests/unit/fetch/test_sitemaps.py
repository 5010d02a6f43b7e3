"""The entries of sitemaps, and the sitemaps that are needed for a window of time."""

import datetime as dt
import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsdesk.errors import ArticleRejected, Reason
from newsdesk.fetch.sitemaps import (
    MAXIMUM_BYTES,
    MAXIMUM_ENTRIES,
    SitemapRef,
    parse_sitemap,
    parse_w3c_time,
    plan_items,
    plan_sitemaps,
)
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


EXTENDED = b"""<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:i="http://www.google.com/schemas/sitemap-image/1.1"
xmlns:n="http://www.google.com/schemas/sitemap-news/0.9" xmlns:v="http://www.google.com/schemas/sitemap-video/1.1"><url>
<v:video><v:title>Film</v:title><v:publication_date>2019-01-01</v:publication_date><v:lastmod>2019-01-01</v:lastmod></v:video>
<i:image><i:loc>https://news.example/first.jpg</i:loc><i:title>Picture</i:title></i:image><loc>https://news.example/ferry</loc>
<n:news><n:publication><n:name>Harbour News</n:name><n:language>pl</n:language></n:publication>
<n:publication_date>2026-11-21</n:publication_date><n:title>Prom</n:title></n:news><lastmod>2026-11-22</lastmod>
<i:image><i:loc>https://news.example/last.jpg</i:loc></i:image><v:video><v:title>Film</v:title></v:video></url></urlset>"""
BARE = EXTENDED.replace(b' xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"', b"")
UNDECLARED = b"<urlset>" + EXTENDED[EXTENDED.index(b"<url>") :].replace(b"<n:", b"<news:").replace(b"</n:", b"</news:")
PREFIXED = BARE.replace(b"<urlset", b'<s:urlset xmlns:s="http://www.sitemaps.org/schemas/sitemap/0.9"').replace(b"</urlset", b"</s:urlset")
for _name in (b"url>", b"loc>", b"lastmod>"):
    PREFIXED = PREFIXED.replace(b"<" + _name, b"<s:" + _name).replace(b"</" + _name, b"</s:" + _name)


@pytest.mark.parametrize("body", [EXTENDED, BARE, UNDECLARED, PREFIXED], ids=["declared", "no namespace", "undeclared", "prefixed"])
def test_pictures_and_videos_of_an_entry_are_not_its_page(body: bytes) -> None:
    (item,) = parse_sitemap(body, url=URL).items
    assert (item.url, item.title, item.language) == ("https://news.example/ferry", "Prom", "pl")
    assert (item.published_at, item.updated_at) == (day(21), day(22))


def urlset(location: str, *, after: str = "") -> str:
    return f"<urlset><url><loc>{location}</loc></url>{after}</urlset>"


SOUND = urlset("https://news.example/ä")


@pytest.mark.parametrize(
    "body",
    [
        SOUND.encode(),
        b"\xef\xbb\xbf" + SOUND.encode(),
        SOUND.encode("utf-16"),
        SOUND.encode("utf-16-le"),
        SOUND.encode("utf-16-be"),
        b'<?xml version="1.0" encoding="UTF-16"?>' + SOUND.encode(),
        b'<?xml version="1.0" encoding="latin-1"?>' + SOUND.encode("latin-1"),
        b'<?xml version="1.0" encoding="no such"?>' + SOUND.encode(),
        b"<br />\n<b>Warning</b>: a &nbsp; <?xml version='1.0'?>\n<!-- x --><?xml-stylesheet href='x'?>" + SOUND.encode(),
        b"Notice: undefined index\n\n" + SOUND.encode(),
        gzip.compress(gzip.compress(SOUND.encode())),
        SOUND.replace("https://news.example/ä", "<![CDATA[https://news.example/ä]]>").encode(),
        SOUND.replace("https://news.example/ä", "<!-- page -->\n https://news.example/ä\n").encode(),
        SOUND.replace("ä", "&auml;").encode(),
        SOUND.replace("ä", "&#xe4;").encode(),
        SOUND.replace("<loc>", "").replace("</loc>", "").encode(),
        SOUND.replace("</urlset>", "<url><loc>https://").encode(),
        SOUND.replace("ä", "\x00ä\x0b").encode(),
        b"<?xml version='1.0' encoding='utf-7'?>" + SOUND.replace("ä", "+AOQ-").replace("</urlset>", "+2AA-</urlset>").encode(),
        SOUND.replace("<url>", '<url xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">').encode(),
        SOUND.replace("<loc>", '<loc xmlns="http://www.google.com/schemas/sitemap/0.84">').encode(),
        SOUND.upper().replace("HTTPS://NEWS.EXAMPLE/Ä", "https://news.example/ä").encode(),
    ],
    ids=[
        "UTF-8", "byte order mark", "UTF-16", "UTF-16 little", "UTF-16 big", "a wrong label", "Latin-1", "an unknown label",
        "a warning before it", "text before it", "gzip twice", "CDATA", "comment", "entity of HTML", "number", "no loc", "cut off",
        "control characters", "half a surrogate pair", "a namespace for each entry", "a namespace for each field", "capitals",
    ],
)  # fmt: skip
def test_a_sitemap_is_read_however_it_is_written(body: bytes) -> None:
    assert [item.url for item in parse_sitemap(body, url=URL).items] == ["https://news.example/ä"]


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("?a=1&b=2", "?a=1&b=2"),
        ("?a=1&amp;b=2", "?a=1&b=2"),
        ("?a=1&copy=2&lt=3", "?a=1&copy=2&lt=3"),
        ("salt-&-pepper?x=&y", "salt-&-pepper?x=&y"),
        ("<![CDATA[?a=1&b=2]]>", "?a=1&b=2"),
        ("?a=1&nosuch;2", "?a=1&nosuch;2"),
        ("?a=1&amp;amp;b=2", "?a=1&b=2"),
    ],
)
def test_an_ampersand_is_one_however_it_is_written(written: str, url: str) -> None:
    after = "<url><loc>https://news.example/next</loc></url>"
    items = parse_sitemap(
        urlset(f"https://news.example/{written}", after=after).replace("/<![CDATA[", "/<![CDATA[").encode(), url=URL
    ).items
    assert [item.url for item in items] == [f"https://news.example/{url}", "https://news.example/next"]


RSS = b"<rss version='2.0'><channel><title>N</title><item><title>T</title><link>https://news.example/ferry</link></item></channel></rss>"
ATOM = b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>T</title><link href='https://news.example/ferry'/></entry></feed>"


@pytest.mark.parametrize(
    "body", [RSS, b"<?xml version='1.0'?>\n" + RSS, ATOM, gzip.compress(ATOM)], ids=["RSS", "declared", "Atom", "gzip"]
)
def test_a_feed_is_a_sitemap(body: bytes) -> None:
    assert [(item.url, item.title) for item in parse_sitemap(body, url=URL).items] == [("https://news.example/ferry", "T")]


def test_an_index_is_read_without_loc_and_with_relative_addresses() -> None:
    body = b"<sitemapindex><sitemap>https://news.example/a.xml?x=1&y=2</sitemap><sitemap><loc>b.xml</loc><lastmod>2026-11</lastmod></sitemap></sitemapindex>"
    first, second = parse_sitemap(body, url="https://news.example/maps/index.xml").sitemaps
    assert first.url == "https://news.example/a.xml?x=1&y=2"
    assert (second.url, second.changed_at) == ("https://news.example/maps/b.xml", None)


def test_a_sitemap_of_full_size_is_read_and_a_larger_one_refused() -> None:
    entry = "<url><loc>https://news.example/{}</loc><lastmod>2026-11-20</lastmod></url>"
    full = urlset("https://news.example/", after="".join(map(entry.format, range(MAXIMUM_ENTRIES + 10)))).encode()
    assert len(parse_sitemap(gzip.compress(full, 1), url=URL).items) == MAXIMUM_ENTRIES
    with pytest.raises(ArticleRejected) as rejected:
        parse_sitemap(gzip.compress(b"<urlset>" + b" " * MAXIMUM_BYTES, 1), url=URL)
    assert rejected.value.reason is Reason.TOO_LARGE


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026", "2026-01-01T00:00+00:00"),
        ("2026-11", "2026-11-01T00:00+00:00"),
        ("2026-11-20", "2026-11-20T00:00+00:00"),
        ("2026-11-20T10:00Z", "2026-11-20T10:00+00:00"),
        ("2026-11-20t10:00:00z", "2026-11-20T10:00+00:00"),
        ("2026-11-20T10:00:00.123456789+05:30", "2026-11-20T04:30:00.123456+00:00"),
        ("2026-11-20T10:00:00-0300", "2026-11-20T13:00+00:00"),
        ("2026-11-20 10:00:00 +01:00", "2026-11-20T09:00+00:00"),
        (" 2026-11-20\n10:00 GMT ", "2026-11-20T10:00+00:00"),
        ("20261120T100000Z", "2026-11-20T10:00+00:00"),
        ("Fri, 20 Nov 2026 10:00:00 +0100", "2026-11-20T09:00+00:00"),
        ("20 Nov 2026 10:00 EST", "2026-11-20T15:00+00:00"),
        ("Fri, 20 Nov 2026 10:00:00 XYZ", None),
        ("2026-13", None),
        ("2026-11-31", None),
        ("11/20/2026", "2026-11-20T00:00+00:00"),
        ("10/11/2026", None),
        ("20 November 2026", "2026-11-20T00:00+00:00"),
        ("0001-01-01T00:00:00", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_date_is_read_or_is_none(written: str, moment: str | None) -> None:
    assert parse_w3c_time(written) == (dt.datetime.fromisoformat(moment) if moment else None)


@pytest.mark.parametrize("body", [b"", b"<html><body>404</body></html>", b"<opml/>", b"<br/>words", b"words", b"\x1f\x8bbroken"], ids=str)
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
        ("https://news.example/posts-201203.xml", dt.datetime(2026, 11, 21, 9, tzinfo=dt.UTC), True),
        ("https://news.example/posts-201203.xml", day(20), False),
        ("https://news.example/posts-201203.xml", None, False),
        ("https://news.example/2012/03.xml", day(23), False),
        ("https://news.example/posts-201213.xml", None, True),
        ("https://news.example/posts-20261.xml", None, True),
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
        "a number that looks like a month, changed since",
        "a number that looks like a month, changed before",
        "a number that looks like a month",
        "another month, changed since",
        "a number that is no month",
        "a year and a number",
    ],
)
def test_which_sitemaps_a_window_needs(url: str, changed: dt.datetime | None, *, wanted: bool) -> None:
    found = plan_sitemaps([SitemapRef(url=url, changed_at=changed)], since=day(21), until=day(22))
    assert bool(found) is wanted


def test_what_is_named_after_the_window_is_looked_at_first() -> None:
    refs = [SitemapRef(url=f"https://news.example/{name}.xml", changed_at=day(23)) for name in ("posts-201203", "news", "sitemap-2026-11")]
    found = plan_sitemaps(refs, since=day(21), until=day(22))
    assert [ref.url.rsplit("/", 1)[1] for ref in found] == ["sitemap-2026-11.xml", "posts-201203.xml", "news.xml"]


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


@settings(max_examples=150)
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: f"<urlset><url><loc>{text}</loc></url></urlset>".encode()))
def test_any_bytes_are_a_sitemap_or_are_rejected(body: bytes) -> None:
    try:
        assert isinstance(parse_sitemap(body, url=URL).items, tuple)
    except ArticleRejected:
        return
