"""Real feeds: all formats, wrong media types, broken bytes."""

import contextlib
import datetime as dt
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsdesk.errors import ArticleRejected, Reason
from newsdesk.fetch.feeds import ParsedFeed, find_feeds, parse_feed

URL = "https://news.example/feed"
NINE = dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC)

RSS_2 = """<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>Harbour &amp; Sea</title>
<language>en-gb</language><ttl>45</ttl><item><title>The &lt;b&gt;ferry&lt;/b&gt; is back</title><link>/2026/ferry</link>
<guid isPermaLink="false">tag:1</guid><pubDate>Tue, 24 Nov 2026 10:00:00 +0100</pubDate><dc:creator>Ana Ruiz</dc:creator>
<category>Transport</category><category>Sea</category><description>After &lt;i&gt;eleven&lt;/i&gt; years.</description>
<content:encoded><![CDATA[<p>The whole story.</p>]]></content:encoded><media:content url="https://news.example/ferry.jpg" medium="image"/>
</item></channel></rss>"""
RSS_091 = """<?xml version="1.0"?><rss version="0.91"><channel><title>Harbour &amp; Sea</title><link>https://news.example/</link>
<item><title>The ferry is back</title><link>https://news.example/2026/ferry</link><description>After eleven years.</description></item></channel></rss>"""
RDF = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">
<channel rdf:about="https://news.example/"><title>Harbour &amp; Sea</title><sy:updatePeriod>hourly</sy:updatePeriod>
<sy:updateFrequency>2</sy:updateFrequency></channel><item rdf:about="https://news.example/2026/ferry"><title>The ferry is back</title>
<link>https://news.example/2026/ferry</link><dc:date>2026-11-24T10:00:00+01:00</dc:date><description>After eleven years.</description></item></rdf:RDF>"""
ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Harbour &amp; Sea</title>
<link rel="next" href="?page=2"/><entry><id>urn:uuid:1</id><title>The ferry is back</title><link href="https://news.example/2026/ferry"/>
<published>2026-11-24T09:00:00Z</published><updated>2026-11-24T11:30:00Z</updated><author><name>Ana Ruiz</name></author>
<summary>After eleven years.</summary><content type="html">&lt;p&gt;The whole story.&lt;/p&gt;</content></entry></feed>"""
JSON_1 = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Harbour & Sea",
        "next_url": "https://news.example/feed?page=2",
        "items": [
            {
                "id": 7,
                "url": "https://news.example/2026/ferry",
                "title": "The ferry is back",
                "date_published": "2026-11-24T10:00:00+01:00",
                "summary": "After eleven years.",
                "content_text": "The whole story.\n1 < 2",
                "authors": [{"name": "Ana Ruiz"}],
                "tags": ["Transport"],
                "image": "/ferry.jpg",
            }
        ],
    }
)
FORMATS = {"RSS 2.0": RSS_2, "RSS 0.91": RSS_091, "RDF (RSS 1.0)": RDF, "Atom": ATOM, "JSON Feed": JSON_1}


def parse(body: str | bytes, content_type: str = "application/xml") -> ParsedFeed:
    return parse_feed(body.encode() if isinstance(body, str) else body, content_type=content_type, url=URL)


@pytest.mark.parametrize("body", FORMATS.values(), ids=FORMATS)
def test_every_format_says_the_same(body: str) -> None:
    feed = parse(body)
    (item,) = feed.items
    assert feed.title == "Harbour & Sea"
    assert (item.title, item.url, item.summary) == ("The ferry is back", "https://news.example/2026/ferry", "After eleven years.")
    assert item.published_at in (NINE, None)
    assert item.id


@pytest.mark.parametrize("body", [RSS_2, ATOM, JSON_1], ids=["RSS", "Atom", "JSON Feed"])
def test_full_text_authors_and_time_are_kept(body: str) -> None:
    (item,) = parse(body).items
    assert "The whole story." in item.content_html
    assert item.authors == ("Ana Ruiz",)
    assert item.published_at == NINE


def test_categories_media_and_language_are_kept() -> None:
    (item,) = parse(RSS_2).items
    assert item.categories == ("Transport", "Sea")
    assert item.image == "https://news.example/ferry.jpg"
    assert item.language == "en-gb"


def test_an_update_is_told_from_the_publication() -> None:
    (item,) = parse(ATOM).items
    assert item.updated_at == dt.datetime(2026, 11, 24, 11, 30, tzinfo=dt.UTC)
    assert parse(RSS_2).items[0].updated_at is None


def test_plain_text_in_a_json_feed_is_escaped() -> None:
    (item,) = parse(JSON_1).items
    assert item.content_html == "<p>The whole story.</p><p>1 &lt; 2</p>"


@pytest.mark.parametrize(("body", "seconds"), [(RSS_2, 2700), (RDF, 1800), (ATOM, None)], ids=["ttl", "sy:update", "nothing"])
def test_the_feeds_own_hint_of_its_rhythm(body: str, seconds: float | None) -> None:
    assert parse(body).hints.wait_seconds == seconds


@pytest.mark.parametrize("body", [ATOM, JSON_1], ids=["RFC 5005", "JSON Feed"])
def test_where_older_entries_are(body: str) -> None:
    assert parse(body).hints.older_url == "https://news.example/feed?page=2"


WRONG = {
    "no encoding named, cp1252": ('<rss version="2.0"><channel><title>Café déjà vu</title></channel></rss>'.encode("cp1252"), "text/xml"),
    "utf-8 named, latin-1 sent": ('<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Café déjà vu</title></channel></rss>'.encode("latin-1"), ""),
    "latin-1 in the header, utf-8 sent": ('<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Café déjà vu</title></channel></rss>'.encode(), "application/xml"),
    "utf-16 with mark": ('<?xml version="1.0" encoding="utf-16"?><rss version="2.0"><channel><title>Café déjà vu</title></channel></rss>'.encode("utf-16"), "application/xml"),
    "byte order mark and blank lines": (b"\xef\xbb\xbf\r\n\r\n" + '<?xml version="1.0"?><rss version="2.0"><channel><title>Café déjà vu</title></channel></rss>'.encode(), "text/html"),
    "called a web page": ('<rss version="2.0"><channel><title>Café déjà vu</title></channel></rss>'.encode(), "text/html; charset=utf-8"),
    "called nothing": ('<rss version="2.0"><channel><title>Café déjà vu</title></channel></rss>'.encode(), ""),
    "control characters": ('<rss version="2.0"><channel><title>Caf\x08é déjà vu</title></channel></rss>'.encode(), "text/xml"),
    "an entity of HTML": (b'<rss version="2.0"><channel><title>Caf&eacute; d&eacute;j&agrave; vu</title></channel></rss>', "text/xml"),
    "a bare ampersand and no end": ('<rss version="2.0"><channel><title>Café déjà vu</title><item><title>A & B</title><link>https://news.example/1</link>'.encode(), "text/xml"),
    "one bad byte in utf-8": ('<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Café déjà vu</title><description>cut \u0113'.encode()[:-1], "text/xml"),
    "utf-16 named, utf-8 sent": ('<?xml version="1.0" encoding="utf-16"?><rss version="2.0"><channel><title>Café déjà vu</title></channel></rss>'.encode(), "text/xml; charset=utf-16"),
    "utf-16 without mark": ('<?xml version="1.0" encoding="utf-16"?><rss version="2.0"><channel><title>Café déjà vu</title></channel></rss>'.encode("utf-16-be"), "text/xml"),
    "a warning before it": ('<br />\n<b>Warning</b>: x in y.php\n<?xml version="1.0"?><rss version="2.0"><channel><title>Café déjà vu</title></channel></rss>'.encode(), "text/xml"),
}  # fmt: skip


@pytest.mark.parametrize(("body", "content_type"), WRONG.values(), ids=WRONG)
def test_a_feed_with_a_wrong_label_is_read(body: bytes, content_type: str) -> None:
    assert parse(body, content_type).title == "Café déjà vu"


@pytest.mark.parametrize("encoding", ["iso-2022-jp", "euc-jp", "shift_jis", "utf-16"])
def test_a_japanese_feed_is_read_in_every_encoding(encoding: str) -> None:
    body = f'<?xml version="1.0" encoding="{encoding}"?><rss version="2.0"><channel><title>橋を直す</title></channel></rss>'
    assert parse(body.encode(encoding), "text/xml").title == "橋を直す"


def test_bytes_that_belong_to_no_character_are_marked() -> None:
    body = '<rss version="2.0"><channel><title>Мост ?закроют</title></channel></rss>'.encode().replace(b"?", b"\xff")
    assert parse(body, "text/xml; charset=utf-8").title == "Мост \ufffdзакроют"


def test_atom_says_what_is_markup() -> None:
    body = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title type="text">Of &lt;b&gt; &amp;amp; &lt;i&gt;</title>'
        '<entry><title type="html">Of &lt;b&gt;bold&lt;/b&gt; &amp;lt;b&gt;</title><link href="https://news.example/1"/></entry>'
        '<entry><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Of <b>bold</b></div></title>'
        '<content type="text">1 &lt; 2</content><link href="https://news.example/2"/></entry></feed>'
    )
    feed = parse(body)
    assert feed.title == "Of <b> &amp; <i>"
    assert [item.title for item in feed.items] == ["Of bold <b>", "Of bold"]
    assert feed.items[1].content_html == "<p>1 &lt; 2</p>"


def test_entries_without_authors_have_the_feeds() -> None:
    atom = '<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title><author><name>Ana Ruiz</name></author><entry><title>A</title></entry></feed>'
    assert parse(atom).items[0].authors == ("Ana Ruiz",)
    items = [{"id": "1"}, {"id": "2", "authors": [{"name": "Li Wei"}]}]
    feed = parse(json.dumps({"title": "x", "authors": [{"name": "Ana Ruiz"}], "items": items}))
    assert [item.authors for item in feed.items] == [("Ana Ruiz",), ("Li Wei",)]


@pytest.mark.parametrize(
    "body",
    ['{"title": "x", "items": null}', '{"title": "x", "items": []}', '\ufeff{"title": "x", "items": []}'],
    ids=["null", "none", "mark"],
)
def test_a_json_feed_may_be_empty(body: str) -> None:
    assert parse(body).items == ()


def test_a_line_break_inside_a_json_string_is_read() -> None:
    assert parse('{"items": [{"id": "1", "title": "one\ntwo"}]}').items[0].title == "one two"


def test_commas_after_the_last_entry_of_a_json_feed_are_ignored() -> None:
    (item,) = parse('{"items": [{"id": "1", "title": "one,] two,}", "tags": ["a",\n],},]}').items
    assert (item.title, item.categories) == ("one,] two,}", ("a",))


def test_authors_of_a_json_feed_may_be_bare_names() -> None:
    assert parse('{"items": [{"id": "1", "authors": ["Ana Ruiz", {"name": "Li Wei"}, null]}]}').items[0].authors == ("Ana Ruiz", "Li Wei")


def test_texts_of_a_json_feed_are_no_markup_but_may_be_escaped() -> None:
    assert parse('{"items": [{"id": "1", "title": "Marks &amp; Spencer&#39;s"}]}').items[0].title == "Marks & Spencer's"
    assert parse('{"title": "<b> &amp; <i>", "items": [{"id": "1", "title": "the <b>b</b> tag"}]}').items[0].title == "the <b>b</b> tag"


HOME = b'<!doctype html><html><head><link rel="alternate" type="application/rss+xml" href="/rss"><link rel="alternate stylesheet" type="text/css" href="x"><link type="application/atom+xml" rel="Alternate" href="https://news.example/atom"></head><body>Hi</body></html>'


def test_a_web_page_offers_its_feeds() -> None:
    assert find_feeds(HOME, url=URL) == ["https://news.example/rss", "https://news.example/atom"]
    with pytest.raises(ArticleRejected, match=r"https://news\.example/rss, https://news\.example/atom") as rejected:
        parse(HOME, "text/html")
    assert rejected.value.reason is Reason.UNREADABLE


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "the feed is empty"),
        (b"   \n", "the feed is empty"),
        (b"<html><body>Not found</body></html>", "links to no feed"),
        (b"{}", "no list `items`"),
        (b'{"items": [', "JSON Feed cannot be parsed"),
        (b'{"items": "many"}', "no list `items`"),
        (b"[" * 100_000, "this is not a feed"),
        (b"{" * 100_000, "JSON Feed cannot be parsed"),
        (b"\x89PNG\r\n\x1a\n", "this is not a feed"),
        (b"plain words", "this is not a feed"),
    ],
    ids=["nothing", "blank", "a web page", "an object", "cut off", "a word for a list", "deep list", "deep object", "a picture", "words"],
)
def test_what_is_no_feed_is_named(body: bytes, sentence: str) -> None:
    with pytest.raises(ArticleRejected, match=sentence) as rejected:
        parse(body)
    assert rejected.value.reason is Reason.UNREADABLE


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "mailto:a@b.example", "http://[::1", ""], ids=str
)
def test_only_web_addresses_become_links(link: str) -> None:
    (item,) = parse(f"<rss version='2.0'><channel><title>x</title><item><title>A</title><link>{link}</link></item></channel></rss>").items
    assert not item.url or item.url.startswith("https://news.example/")


@pytest.mark.parametrize("bad", ["\\ud800", "\\u0000"], ids=["half a surrogate pair", "NUL"])
def test_every_text_of_an_entry_can_be_written_down(bad: str) -> None:
    body = f'{{"title":"a{bad}b","items":[{{"id":"{bad}1","url":"https://news.example/{bad}","title":"a{bad}b","content_html":"{bad}","tags":["{bad}x"]}}]}}'
    feed = parse(body, "application/json")
    (item,) = feed.items
    for text in (feed.title, item.id, item.url, item.title, item.content_html, *item.categories):
        assert "\x00" not in text
        assert text.encode().decode() == text


def test_entities_are_not_expanded_without_end() -> None:
    lol = (
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
        + "".join(f'<!ENTITY a{n} "{f"&a{n - 1 if n > 1 else str()};" * 10}">' for n in range(1, 9))
        + "]>"
    )
    body = f'<?xml version="1.0"?>{lol}<rss version="2.0"><channel><title>&a8;</title></channel></rss>'
    with contextlib.suppress(ArticleRejected):
        assert len(parse(body).title) < 10_000


@settings(max_examples=150)
@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: f"<rss version='2.0'><channel>{text}</channel></rss>".encode()))
def test_any_bytes_are_a_feed_or_are_rejected(body: bytes) -> None:
    with contextlib.suppress(ArticleRejected):
        assert isinstance(parse(body).items, tuple)


json_values = st.recursive(st.none() | st.booleans() | st.floats() | st.text(max_size=20), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
    st.sampled_from(["id", "url", "title", "authors", "author", "name", "tags", "date_published", "content_html", "content_text", "image"]), inner, max_size=4), max_leaves=20)  # fmt: skip


@settings(max_examples=150)
@given(st.lists(json_values, max_size=3))
def test_any_json_feed_is_read(items: list[object]) -> None:
    for item in parse(json.dumps({"title": "x", "items": items}), "application/json").items:
        assert repr(item).encode()
