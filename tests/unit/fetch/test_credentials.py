"""A login is sent only to its own host, and cookies only to the site that set them."""

import datetime as dt

import pytest

from newsdesk.fetch.client import Response
from newsdesk.fetch.credentials import Credentials
from newsdesk.urls import split_login

LOGIN = "Basic YW5hOnMzY3JldA=="


@pytest.mark.parametrize(
    ("given", "url", "authorization"),
    [
        ("https://ana:s3cret@news.example/feed?x=1", "https://news.example/feed?x=1", LOGIN),
        ("https://ana:s3cret@news.example:8443/", "https://news.example:8443/", LOGIN),
        ("https://ana:s%33cret@[2001:db8::1]/", "https://[2001:db8::1]/", LOGIN),
        ("https://ana@news.example/", "https://news.example/", "Basic YW5hOg=="),
        ("https://a%40b:p%3Aq@news.example/", "https://news.example/", "Basic YUBiOnA6cQ=="),
        ("https://@news.example/", "https://news.example/", None),
        ("https://news.example/@ana:x", "https://news.example/@ana:x", None),
        ("http://[x", "http://[x", None),
    ],
)
def test_a_login_is_taken_out_of_an_address(given: str, url: str, authorization: str | None) -> None:
    assert split_login(given) == (url, authorization)


@pytest.mark.parametrize(
    ("url", "is_sent"),
    [
        ("https://news.example/feed", True),
        ("https://NEWS.example/elsewhere", True),
        ("http://news.example/feed", False),
        ("https://www.news.example/feed", False),
        ("https://news.example:8443/feed", False),
        ("https://other.example/feed", False),
    ],
)
def test_a_login_goes_to_its_own_host_alone(url: str, *, is_sent: bool) -> None:
    credentials = Credentials("https://news.example/feed", authorization=LOGIN, return_cookies=True)
    assert credentials.fields(url) == ({"Authorization": LOGIN} if is_sent else {})


def test_a_login_may_go_from_http_to_https() -> None:
    credentials = Credentials("http://news.example/feed", authorization=LOGIN, return_cookies=False)
    assert credentials.fields("https://news.example/feed") == {"Authorization": LOGIN}


def answer(*cookies: str) -> Response:
    return Response(
        url="https://news.example/feed",
        status=302,
        headers={},
        body=b"",
        requested_at=dt.datetime(2026, 11, 24, tzinfo=dt.UTC),
        headers_list=[("Set-Cookie", cookie) for cookie in cookies],
    )


def test_cookies_go_back_to_the_site_that_set_them() -> None:
    credentials = Credentials("https://news.example/feed", authorization=None, return_cookies=True)
    credentials.store_cookies(answer("consent=1; Path=/", "part=2; Path=/other", "wide=3; Domain=.news.example; Path=/"))
    assert credentials.fields("https://news.example/feed") == {"Cookie": "consent=1; wide=3"}
    assert credentials.fields("https://www.news.example/") == {"Cookie": "wide=3"}
    assert credentials.fields("https://other.example/") == {}


def test_a_cookie_that_is_not_ascii_is_none() -> None:
    credentials = Credentials("https://news.example/feed", authorization=None, return_cookies=True)
    credentials.store_cookies(answer("caf\xe9=1; Path=/", "consent=1; Path=/"))
    assert credentials.fields("https://news.example/feed") == {"Cookie": "consent=1"}


def test_no_cookie_is_sent_back_where_the_setting_says_so() -> None:
    credentials = Credentials("https://news.example/feed", authorization=None, return_cookies=False)
    credentials.store_cookies(answer("consent=1; Path=/"))
    assert credentials.fields("https://news.example/feed") == {}
