"""robots.txt as RFC 9309 reads it."""

import datetime as dt

import pytest

from newsdesk.fetch.robots import Robots, RobotsRules

NOON = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
AGENT = "newsdesk/0.1.0 (+desk@newsdesk.example)"


def rules(body: str, status: int = 200) -> RobotsRules:
    return RobotsRules(Robots(status=status, body=body, fetched_at=NOON), agent=AGENT)


@pytest.mark.parametrize(
    ("body", "path", "allowed"),
    [
        ("User-agent: *\nDisallow: /news/", "/news/1", False),
        ("User-agent: *\nDisallow: /news/", "/other", True),
        ("User-agent: *\nDisallow:", "/news/1", True),
        ("User-agent: *\nDisallow: /\nAllow: /news/", "/news/1", True),
        ("User-agent: *\nDisallow: /*.pdf$", "/a.pdf", False),
        ("User-agent: NewsDesk\nDisallow: /\n\nUser-agent: *\nAllow: /", "/news/1", False),
        ("User-agent: otherbot\nDisallow: /", "/news/1", True),
        ("\ufeffUser-agent: *\r\nDisallow: /", "/news/1", False),
        ("<html>Not found</html>", "/news/1", True),
        ("", "/news/1", True),
    ],
    ids=[
        "a folder",
        "beside it",
        "nothing",
        "the longer rule wins",
        "a pattern",
        "our name",
        "another's name",
        "byte order mark",
        "a web page",
        "empty",
    ],
)
def test_what_is_allowed(body: str, path: str, *, allowed: bool) -> None:
    assert rules(body).allows(f"https://news.example{path}") is allowed


@pytest.mark.parametrize(
    ("status", "unreachable"), [(0, True), (429, True), (500, True), (503, True), (404, False), (403, False), (200, False)]
)
def test_a_host_that_cannot_say_what_is_allowed(status: int, *, unreachable: bool) -> None:
    assert rules("User-agent: *\nDisallow: /x", status).is_unreachable is unreachable


def test_a_missing_robots_txt_allows_everything() -> None:
    assert rules("User-agent: *\nDisallow: /", 404).allows("https://news.example/")


@pytest.mark.parametrize(
    ("body", "seconds"),
    [("User-agent: *\nCrawl-delay: 2.5", 2.5), ("User-agent: *\nCrawl-delay: 86400", 60), ("User-agent: *\nCrawl-delay: soon", 0), ("", 0)],
    ids=["given", "a day", "a word", "absent"],
)
def test_crawl_delay(body: str, seconds: float) -> None:
    assert rules(body).delay_seconds() == seconds


def test_sitemaps_are_named() -> None:
    assert rules("Sitemap: https://news.example/a.xml\nUser-agent: *\nDisallow: /\nSitemap: https://news.example/b.xml").sitemaps() == [
        "https://news.example/a.xml",
        "https://news.example/b.xml",
    ]


@pytest.mark.parametrize(
    ("status", "hours", "fresh"), [(200, 23, True), (200, 25, False), (404, 23, True), (503, 0.4, True), (503, 0.6, False)]
)
def test_how_long_an_answer_is_kept(status: int, hours: float, *, fresh: bool) -> None:
    robots = Robots(status=status, body="", fetched_at=NOON)
    assert robots.is_fresh(NOON + dt.timedelta(hours=hours)) is fresh
