"""The page of an entry: the right one of several URLs, or none."""

import json

import pytest

from newsdesk.fetch.feeds import find_feeds, parse_feed

URL = "https://news.example/feeds/all.xml"
PAGE = "https://news.example/2026/ferry"


def rss(item: str, *, channel: str = "", url: str = URL) -> str:
    body = f'<rss version="2.0"><channel><title>x</title>{channel}<item><title>Ferry</title>{item}</item></channel></rss>'
    return parse_feed(body.encode(), content_type="", url=url).items[0].url


def atom(entry: str, *, feed: str = "", url: str = URL, attributes: str = "") -> str:
    body = f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}><title>x</title>{feed}<entry><title>Ferry</title><id>urn:x:1</id>{entry}</entry></feed>'
    return parse_feed(body.encode(), content_type="", url=url).items[0].url


def json_feed(*, home: str = "", **item: object) -> str:
    body = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "x", "home_page_url": home, "items": [item]})
    return parse_feed(body.encode(), content_type="", url="https://feeds.example/json").items[0].url


@pytest.mark.parametrize(
    "guid",
    [
        "<guid>4711</guid>", '<guid isPermaLink="true">a-slug</guid>', '<guid isPermaLink="false">abc/def</guid>', "<guid>urn:uuid:1</guid>",
        "<guid>tag:news.example,2026:1</guid>", "<guid>/2026/ferry</guid>", "<link>N/A</link>", "<link>none</link>", "<link>#</link>",
        "<link>#top</link>", "<link></link>", "<link>no link</link>", "<link>http://</link>", "<link>-</link><guid>7</guid>",
        '<enclosure url="https://news.example/1.mp3" type="audio/mpeg" length="1"/>',
    ],
)  # fmt: skip
def test_no_address_is_invented(guid: str) -> None:
    assert rss(guid) == ""


def test_a_json_id_is_no_page_unless_it_is_an_address() -> None:
    assert json_feed(id=4711, title="x") == json_feed(id="ferry") == ""
    assert json_feed(id=PAGE) == PAGE


@pytest.mark.parametrize(
    "item",
    [
        f"<link>{PAGE}</link><guid>4711</guid>", f"<guid>{PAGE}</guid>", f'<guid isPermaLink="false">{PAGE}</guid>', "<link>/2026/ferry</link>",
        "<link>../2026/ferry</link>", "<link>//news.example/2026/ferry</link>", "<link>\n  https://news.example/2026/ferry\n</link>",
        f"<link><![CDATA[{PAGE}]]></link>", "<link>https://news.example/\n   2026/ferry</link>", "<link>https:/news.example/2026/ferry</link>",
        "<link>https:\\\\news.example\\2026\\ferry</link>", "<link href='https://news.example/2026/ferry'/>",
        f'<enclosure url="https://news.example/1.mp3" type="audio/mpeg" length="1"/><link>{PAGE}</link>',
    ],
)  # fmt: skip
def test_the_page_of_an_rss_item(item: str) -> None:
    assert rss(item) == PAGE


@pytest.mark.parametrize(
    "entry",
    [
        f'<link href="{PAGE}"/>', f'<link rel="alternate" href="{PAGE}"/>', f'<link rel="" href="{PAGE}"/>',
        f'<link rel="http://www.iana.org/assignments/relation/alternate" href="{PAGE}"/>', f'<link rel="Alternate nofollow" href="{PAGE}"/>',
        f'<link rel="enclosure" type="image/jpeg" href="https://news.example/1.jpg"/><link href="{PAGE}"/>',
        f'<link href="{PAGE}"/><link rel="enclosure" href="https://news.example/1.mp3"/>',
        f'<link href="{PAGE}"/><link rel="enclosure" type="audio/mpeg">https://news.example/1.mp3</link>',
        f'<link rel="replies" href="https://news.example/2026/ferry/comments"/><link href="{PAGE}"/>',
        f'<link type="application/pdf" href="https://news.example/ferry.pdf"/><link type="text/html" href="{PAGE}"/>',
    ],
)  # fmt: skip
def test_the_page_of_an_atom_entry(entry: str) -> None:
    assert atom(entry) == PAGE


def test_an_ampersand_that_is_not_escaped_is_one() -> None:
    assert rss(f"<link>{PAGE}?a=1&b=2&copy=3</link>") == rss(f"<link>{PAGE}?a=1&amp;b=2&amp;copy=3</link>") == f"{PAGE}?a=1&b=2&copy=3"


LANGUAGES = '<link hreflang="fr" href="https://news.example/fr/1"/><link hreflang="pt-BR" href="https://news.example/pt/1"/>'


@pytest.mark.parametrize(
    ("attributes", "language"), [('xml:lang="fr"', "fr"), ('xml:lang="pt"', "pt"), ('xml:lang="de"', "fr"), ("", "fr")]
)
def test_the_entrys_own_language_goes_before_its_translations(attributes: str, language: str) -> None:
    assert atom(LANGUAGES, attributes=attributes) == f"https://news.example/{language}/1"


def test_a_link_without_a_language_goes_before_a_translation() -> None:
    assert atom(LANGUAGES + f'<link href="{PAGE}"/>', attributes='xml:lang="de"') == PAGE


def test_relative_links_of_a_feed_on_another_host_are_the_sites() -> None:
    elsewhere = "https://feeds.example/news"
    assert rss("<link>/2026/ferry</link>", channel="<link>https://news.example/</link>", url=elsewhere) == PAGE
    assert atom('<link href="2026/ferry"/>', feed='<link href="https://news.example/"/>', url=elsewhere) == PAGE
    assert json_feed(url="/2026/ferry", home="https://news.example/") == PAGE


def test_an_address_without_its_scheme_has_the_feeds() -> None:
    assert rss("<link>www.other.example/ferry</link>") == "https://www.other.example/ferry"


def test_relative_links_of_a_feed_on_its_own_host_are_the_feeds() -> None:
    assert rss("<link>ferry</link>", channel="<link>https://news.example/</link>") == "https://news.example/feeds/ferry"
    assert atom('<link href="ferry"/>', attributes='xml:base="https://news.example/2026/"') == PAGE


def test_a_redirectors_address_is_unwrapped() -> None:
    wrapped = "https://www.google.com/url?rct=j&url=https://news.example/2026/ferry&usg=x"
    assert rss(f"<link>{wrapped.replace('&', '&amp;')}</link>") == atom(f'<link href="{wrapped.replace("&", "&amp;")}"/>') == PAGE
    assert json_feed(id="1", url=wrapped) == json_feed(id=wrapped) == PAGE


def test_the_feeds_of_a_page_are_relative_to_its_base() -> None:
    page = b'<head><base href="https://static.example/x/"><link rel="alternate" type="application/atom+xml" href="atom"></head>'
    assert find_feeds(page, url=URL) == ["https://static.example/x/atom"]
