"""An article has one id for all spellings of its URL."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsdesk.urls import article_id, canonical_url, host_key, is_same_site, join_uri, to_uri

PAGE = "https://news.example.com/2026/11/24/harbour-opens"


@pytest.mark.parametrize(
    "written",
    [
        PAGE + "?utm_source=rss&utm_medium=feed",
        PAGE + "?UTM_Campaign=x",
        PAGE + "?fbclid=abc&gclid=1&msclkid=2",
        PAGE + "?at_medium=RSS&at_campaign=KARANGA",
        PAGE + "?CMP=share_btn_url",
        PAGE + "?ocid=socialflow_twitter&ns_source=x",
        PAGE + "?mc_cid=1&mc_eid=2",
        PAGE + "?mtm_campaign=1&pk_campaign=2&piwik_kwd=3",
        PAGE + "?utm%5Fsource=rss",
        PAGE + "?utm_source",
        PAGE + "?from=morning-newsletter",
        PAGE + "?source=rss-world",
        PAGE + "?ref=twitter_share",
        PAGE + "?spm=5176.100239.blogcont.24",
        PAGE + "?PHPSESSID=0a1b2c&JSESSIONID=9",
        PAGE + "?ASPSESSIONIDQABRSTQC=LKJHG",
        PAGE + "?CFID=4711&CFTOKEN=8a1b",
        PAGE + ";jsessionid=0A1B2C.node7",
        PAGE.replace("/2026", "/(S(lit3py55t21z5v55vlm25s55))/2026"),
        PAGE + "?xtor=RSS-3",
        PAGE + "#comments",
        PAGE + "?#",
        "HTTPS://News.Example.COM:443/2026/11/24/harbour-opens",
        "https://news.example.com.:443/2026/11/24/harbour-opens",
        "https://user:secret@news.example.com/2026/11/24/harbour-opens",
        PAGE + "?outputType=amp",
        PAGE + "?amp=1",
        "https://news-example-com.cdn.ampproject.org/c/s/news.example.com/2026/11/24/harbour-opens",
        "https://www.google.com/amp/s/news.example.com/2026/11/24/harbour-opens",
        "https://www.bing.com/amp/s/news.example.com/2026/11/24/harbour-opens",
        "https://www.google.com/url?rct=j&sa=t&url=" + PAGE + "&ct=ga&cd=CAEY",
        "https://www.google.de/url?q=https%3A%2F%2Fnews.example.com%2F2026%2F11%2F24%2Fharbour-opens&usg=x",
        "http://www.bing.com/news/apiclick.aspx?ref=FexRss&aid=&tid=1&url=https%3a%2f%2fnews.example.com%2f2026%2f11%2f24%2fharbour-opens",
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fnews.example.com%2F2026%2F11%2F24%2Fharbour-opens%3Ffbclid%3D1&h=AT0",
        "https://www.google.com/url?url=https%3A%2F%2Fwww.google.com%2Famp%2Fs%2Fnews.example.com%2F2026%2F11%2F24%2Fharbour-opens",
        "  " + PAGE + "\n",
    ],
)
def test_an_address_loses_what_does_not_name_the_page(written: str) -> None:
    assert canonical_url(written) == PAGE


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/?p=123",
        "https://example.com/story?id=42&page=2",
        "https://example.com/article.php?article=7&lang=es",
        "https://example.com/?sid=99",
        "https://example.com/camp/amplifier",
        "https://example.com/news/ramp",
        "https://example.com:8443/story",
        "https://example.com/story/",
        "https://example.com/story?cat=news&q=rss",
        "https://example.com/caf%C3%A9",
        "https://www.google.com/search?q=x",
        "https://www.google.com/url?q=words",
        "https://example.com/url?url=https://other.example/",
        "https://example.com/sound/amp",
        "https://example.com/news.asp?12345",
        "https://example.com/index.php?/news/1",
        "https://example.com/?q=%CF%EE%F0%F2",
        "https://example.com/#!/story/1",
        "https://example.com/app#/story/1",
        "https://example.com/read?utmost=1&gallery=2&gamma=3",
        "https://example.com/read?source=1001&partner=7&from=2026-11-24&ref=12&share=3",
        "https://example.com/read?amp=12",
        "https://example.com/read?cfid=12",
        "https://example.com/read?sid=0a1b2c3d4e5f60718293a4b5c6d7e8f9",
    ],
)
def test_what_names_the_page_stays(url: str) -> None:
    assert canonical_url(url) == url


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://example.com/story", "https://example.com/story"),
        ("https://www.example.com/story", "https://example.com/story"),
        ("https://m.example.com/story", "https://www.example.com/story"),
        ("https://www.substack.com/story", "https://substack.com/story"),
        ("https://mobile.example.com/story", "https://example.com/story"),
        ("https://amp.example.com/story", "https://example.com/story"),
        ("https://example.com/story/", "https://example.com/story"),
        ("https://example.com/a?b=1&a=2", "https://example.com/a?a=2&b=1"),
        ("https://example.com", "https://example.com/"),
        ("https://example.com/café", "https://example.com/caf%C3%A9"),
        ("https://example.com/caf%c3%a9", "https://example.com/caf%C3%A9"),
        ("https://example.com/%7Eann/%41-b", "https://example.com/~ann/A-b"),
        ("https://example.com/?q=a%2Cb+c", "https://example.com/?q=a,b%20c"),
        ("https://zürich.example/a", "https://xn--zrich-kva.example/a"),
        ("https://ПОРТ.example/a", "https://xn--n1abei.example/a"),
        ("https://example.com//a", "https://example.com/a"),
        ("https://example.com/b/../a", "https://example.com/a"),
        ("https://example.com/?a=1&amp;b=2", "https://example.com/?a=1&b=2"),
        ("https://example.com/?a=1&#038;b=2", "https://example.com/?a=1&b=2"),
    ],
    ids=[
        "scheme",
        "www",
        "m",
        "www of a shared host",
        "mobile",
        "amp host",
        "slash",
        "order of parameters",
        "no path",
        "encoding",
        "small digits",
        "needless encoding",
        "encoding of a query",
        "punycode",
        "punycode of capitals",
        "two slashes",
        "dots",
        "escaped twice",
        "escaped twice as a number",
    ],
)
def test_twins_have_one_id(one: str, other: str) -> None:
    assert article_id(canonical_url(one)) == article_id(canonical_url(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.com/story-1", "https://example.com/story-2"),
        ("https://example.com/?p=1", "https://example.com/?p=2"),
        ("https://example.com/story", "https://example.org/story"),
        ("https://en.example.com/story", "https://es.example.com/story"),
        ("https://m.com/story", "https://com/story"),
        ("https://example.com/Story", "https://example.com/story"),
        ("https://example.com/sound/amp", "https://example.com/sound"),
        ("https://example.com/news.asp?12345", "https://example.com/news.asp?67890"),
        ("https://example.com/?/news/1", "https://example.com/?/news/2"),
        ("https://example.com/?title=%CF%EE%F0%F2", "https://example.com/?title=%C2%EE%F0%E0"),
        ("https://example.com/%CF%EE%F0%F2", "https://example.com/%C2%EE%F0%E0"),
        ("https://example.com/#!/story/1", "https://example.com/#!/story/2"),
        ("https://example.com/app#/story/1", "https://example.com/app#/story/2"),
        ("https://example.com/a%2Fb", "https://example.com/a/b"),
        ("https://example.com/?q=1%262", "https://example.com/?q=1&2"),
        ("https://m.blogspot.com/story", "https://blogspot.com/story"),
        ("https://www.com/story", "https://com/story"),
        ("https://example.com:8443/story", "https://example.com/story"),
    ],
    ids=[
        "path",
        "parameter",
        "domain",
        "language's host",
        "a host called m",
        "letter case of the path",
        "a slug that is amp",
        "a query without a name",
        "a path in the query",
        "an old encoding in the query",
        "an old encoding in the path",
        "a route behind #!",
        "a route behind #",
        "an encoded slash",
        "an encoded ampersand",
        "a tenant called m",
        "a host called www",
        "port",
    ],
)
def test_different_pages_have_different_ids(one: str, other: str) -> None:
    assert article_id(canonical_url(one)) != article_id(canonical_url(other))


@given(st.text() | st.text().map(lambda text: f"https://example.com/{text}") | st.text().map(lambda text: f"http://{text}/a?b#c"))
def test_identity_never_fails_and_is_stable(url: str) -> None:
    once = canonical_url(url)
    assert len(article_id(url)) == 32
    assert canonical_url(once) == once
    assert article_id(once) == article_id(url)


@pytest.mark.parametrize(
    "name", ["cid", "eid", "aff", "affair", "campaign", "clid", "gl", "id", "keyword", "kwd", "medium", "referer", "session", "uid", "ga_id", "xtor", "ref", "at_id", "pk_id"]
)  # fmt: skip
def test_a_parameter_that_names_pages_somewhere_stays(name: str) -> None:
    assert article_id(f"https://example.com/read.php?{name}=1001") != article_id(f"https://example.com/read.php?{name}=1002")


@pytest.mark.parametrize(
    ("address", "uri"),
    [
        ("https://example.com/café?q=größe#ä", "https://example.com/caf%C3%A9?q=gr%C3%B6%C3%9Fe#%C3%A4"),
        (" https://example.com/a b\n", "https://example.com/a%20b"),
        ("https://example.com/100%-sure/%zz/%41", "https://example.com/100%25-sure/%25zz/%41"),
        ("https://example.com/%EF%EE?x=%CF", "https://example.com/%EF%EE?x=%CF"),
        ("HTTP://Zürich.Example:80", "http://xn--zrich-kva.example/"),
        ("http://straße.example/", "http://xn--strae-oqa.example/"),
        ("http://１２７.0.0.1/", "http://127.0.0.1/"),
        ("http://[2001:DB8::1]:8080/", "http://[2001:db8::1]:8080/"),
        (r"http:\\example.com\a\b?c\d", "http://example.com/a/b?c%5Cd"),
        ("http://example.com./a", "http://example.com./a"),
        ("https://example.com/a;b=(c),d@e:f!$&'*+=?g/h?i", "https://example.com/a;b=(c),d@e:f!$&'*+=?g/h?i"),
        ('https://example.com/"<>|\\^`{}', "https://example.com/%22%3C%3E%7C/%5E%60%7B%7D"),
        ("https://example.com/\ud800", "https://example.com/%EF%BF%BD"),
    ],
)
def test_an_address_is_asked_for_in_ascii(address: str, uri: str) -> None:
    assert to_uri(address) == uri
    assert to_uri(uri) == uri


@pytest.mark.parametrize(
    "address",
    ["", "words", "/a", "ftp://example.com/", "javascript:x", "http://", "http://[x", "http://a b/", "http://example.com:0/",
     "http://example.com:99999/", "http://\u0301a.example/", "http://a%20b/", "http://..", "http://" + "a" * 300],
)  # fmt: skip
def test_what_is_no_address_is_not_asked_for(address: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        to_uri(address)


def test_a_reference_is_asked_for_from_where_it_stands() -> None:
    assert join_uri("https://example.com/a/b?c", "é?d") == "https://example.com/a/%C3%A9?d"
    with pytest.raises(ValueError, match="only http"):
        join_uri("https://example.com/", "file:///etc/passwd")


OWNERS = {
    "one host": ("https://example.com/a", "https://example.com/b", True),
    "www and mobile": ("https://www.example.com/a", "https://m.example.com/b", True),
    "schemes": ("http://example.com/a", "https://example.com/b", True),
    "desks of a paper": ("https://sport.example.co.uk/a", "https://www.example.co.uk/b", True),
    "two papers under co.uk": ("https://one.co.uk/a", "https://two.co.uk/b", False),
    "two cities of Japan": ("https://www.one.kawasaki.jp/a", "https://www.two.kawasaki.jp/b", False),
    "two blogs": ("https://ann.blogspot.com/a", "https://bob.blogspot.com/b", False),
    "one blog": ("https://ann.blogspot.com/a", "https://www.ann.blogspot.com/b", True),
    "two newsletters": ("https://ann.substack.com/a", "https://bob.substack.com/b", False),
    "a newsletter and its host": ("https://ann.substack.com/a", "https://substack.com/b", False),
    "two projects": ("https://ann.github.io/a", "https://bob.github.io/b", False),
    "two blogs of WordPress": ("https://ann.wordpress.com/a", "https://bob.wordpress.com/b", False),
    "two writers of one host": ("https://medium.com/@ann/a", "https://medium.com/@bob/b", False),
    "one writer": ("https://medium.com/@ann/a", "https://medium.com/@Ann/b", True),
    "two homes": ("https://example.edu/~ann/a", "https://example.edu/%7Ebob/b", False),
    "two ports": ("https://example.com/a", "https://example.com:8443/b", False),
    "punycode": ("https://zürich.example/a", "https://www.xn--zrich-kva.example/b", True),
    "a top level that nobody knows": ("https://www.paper.newsroom/a", "https://paper.newsroom/b", True),
    "two addresses": ("http://192.0.2.1/a", "http://198.51.2.1/b", False),
    "one address": ("http://192.0.2.1/a", "http://192.0.2.1/b", True),
    "no address": ("nothing", "nothing", False),
}


@pytest.mark.parametrize(("one", "other", "same"), OWNERS.values(), ids=OWNERS)
def test_whose_an_address_is(one: str, other: str, *, same: bool) -> None:
    assert is_same_site(one, other) is same
    assert is_same_site(other, one) is same


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://Example.com/a", "example.com"),
        ("http://example.com:80/a", "example.com"),
        ("https://example.com.:443/", "example.com"),
        ("http://example.com:8080/", "example.com:8080"),
        ("http://[::1]:8080/", "[::1]:8080"),
        ("http://example.com:99999/", ""),
        ("http://zürich.example:8080/", "xn--zrich-kva.example:8080"),
        ("http://XN--ZRICH-KVA.example/", "xn--zrich-kva.example"),
        ("http://[x/", ""),
        ("mailto:desk@example.com", ""),
        ("", ""),
    ],
)
def test_the_host_that_politeness_counts(url: str, key: str) -> None:
    assert host_key(url) == key
