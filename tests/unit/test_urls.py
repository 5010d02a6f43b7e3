"""One article, one identity: however a feed, a network or a phone writes its address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsdesk.urls import article_id, canonical_url, host_key

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
        PAGE + "?xtor=RSS-3",
        PAGE + "#comments",
        PAGE + "?#",
        "HTTPS://News.Example.COM:443/2026/11/24/harbour-opens",
        "https://news.example.com.:443/2026/11/24/harbour-opens",
        "https://user:secret@news.example.com/2026/11/24/harbour-opens",
        PAGE + "/amp",
        PAGE + "/amp/",
        PAGE + ".amp",
        PAGE + "?outputType=amp",
        PAGE + "?amp=1",
        "https://news-example-com.cdn.ampproject.org/c/s/news.example.com/2026/11/24/harbour-opens",
        "https://www.google.com/amp/s/news.example.com/2026/11/24/harbour-opens",
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
        ("https://mobile.example.com/story", "https://example.com/story"),
        ("https://amp.example.com/story", "https://example.com/story"),
        ("https://example.com/story/", "https://example.com/story"),
        ("https://example.com/a?b=1&a=2", "https://example.com/a?a=2&b=1"),
        ("https://example.com", "https://example.com/"),
        ("https://example.com/café", "https://example.com/caf%C3%A9"),
    ],
    ids=["scheme", "www", "m", "mobile", "amp host", "slash", "order of parameters", "no path", "encoding"],
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
    ],
    ids=["path", "parameter", "domain", "language's host", "a host called m", "letter case of the path"],
)
def test_different_pages_have_different_ids(one: str, other: str) -> None:
    assert article_id(canonical_url(one)) != article_id(canonical_url(other))


@given(st.text() | st.text().map(lambda text: f"https://example.com/{text}") | st.text().map(lambda text: f"http://{text}/a?b#c"))
def test_identity_never_fails_and_is_stable(url: str) -> None:
    once = canonical_url(url)
    assert len(article_id(once)) == 32
    assert article_id(canonical_url(once)) == article_id(once) or "%" in once or not once.isascii()


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://Example.com/a", "example.com"),
        ("http://example.com:80/a", "example.com"),
        ("https://example.com.:443/", "example.com"),
        ("http://example.com:8080/", "example.com:8080"),
        ("http://[::1]:8080/", "[::1]:8080"),
        ("http://example.com:99999/", ""),
        ("mailto:desk@example.com", ""),
        ("", ""),
    ],
)
def test_the_host_that_politeness_counts(url: str, key: str) -> None:
    assert host_key(url) == key
