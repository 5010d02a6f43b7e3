"""robots.txt according to RFC 9309."""

import datetime as dt

import pytest

from newsdesk.fetch.robots import MAXIMUM_BYTES, Robots, RobotsRules, decode_robots

NOON = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
AGENT = "newsdesk/0.1.0 (+https://paper.example/bot desk@newsdesk.example)"


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
    "name",
    ["newsdesk", "NewsDesk", "newsdesk/2.0", "newsdesk/0.1.0 (+https://paper.example)", "newsdesk*", "newsdesk bot", "ccbot, newsdesk", " newsdesk # us"],
)  # fmt: skip
def test_a_group_is_ours_by_the_name_alone(name: str) -> None:
    for line in (f"User-agent: {name}", f"user-agent:{name}", f"UserAgent : {name}"):
        assert not rules(f"{line}\nDisallow: /\n\nUser-agent: *\nAllow: /").allows("https://news.example/1"), line


@pytest.mark.parametrize(
    "name",
    ["news", "desk", "newsdesk-images", "mynewsdesk", "newsdesks", "bot", "paper", "example", "desk@newsdesk.example", "*bot", "*desk", "https", "0"],
)  # fmt: skip
def test_a_part_of_the_name_or_a_word_of_the_contact_is_another(name: str) -> None:
    assert rules(f"User-agent: {name}\nDisallow: /").allows("https://news.example/1")
    assert not rules(f"User-agent: {name}\nAllow: /\n\nUser-agent: *\nDisallow: /").allows("https://news.example/1")


def test_groups_of_one_name_are_one_group() -> None:
    found = rules(
        "User-agent: newsdesk\nDisallow: /a\n\nUser-agent: x\nDisallow: /\n\nUser-agent: newsdesk/3\nDisallow: /b\nCrawl-delay: 3"
    )
    assert [found.allows(f"https://news.example/{path}") for path in "abc"] == [False, False, True]
    assert found.delay_seconds() == 3


RULES = "User-agent: *\nDisallow: /ä\n"


@pytest.mark.parametrize(
    "body",
    [RULES.encode(), b"\xef\xbb\xbf\xef\xbb\xbf" + RULES.encode(), RULES.encode("utf-16"), b"\xfe\xff" + RULES.encode("utf-16-be"),
     RULES.encode("utf-16-le"), RULES.encode("utf-16-be"), RULES.replace("\n", "\r").encode(), RULES.encode().replace(b"Dis", b"\x00Dis")],
    ids=["UTF-8", "byte order mark twice", "UTF-16", "UTF-16 big", "UTF-16 without mark", "UTF-16 big without mark", "carriage returns", "NUL"],
)  # fmt: skip
def test_it_is_read_in_utf_8_and_utf_16(body: bytes) -> None:
    found = rules(decode_robots(body))
    assert not found.allows("https://news.example/%C3%A4")
    assert found.allows("https://news.example/b")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_the_last_line_of_one_that_was_cut_off_is_left_out(encoding: str) -> None:
    """`Disallow: /news-archive`, cut off after `/news`, would disallow too much."""
    rule = "User-agent: *\nDisallow: /private\nDisallow: /news"
    filled = ("#" * (MAXIMUM_BYTES // len("#".encode(encoding)) - len(rule) - 1) + "\n" + rule).encode(encoding)
    assert len(filled) == MAXIMUM_BYTES
    found = rules(decode_robots(filled))
    assert found.allows("https://news.example/news/1")
    assert not found.allows("https://news.example/private")
    assert not rules(decode_robots(filled[len("#".encode(encoding)) :])).allows("https://news.example/news/1")


@pytest.mark.parametrize(
    ("status", "unreachable"), [(0, True), (429, True), (500, True), (503, True), (404, False), (403, False), (200, False)]
)
def test_a_host_that_cannot_say_what_is_allowed(status: int, *, unreachable: bool) -> None:
    assert rules("User-agent: *\nDisallow: /x", status).is_unreachable is unreachable


def test_a_missing_robots_txt_allows_everything() -> None:
    assert rules("User-agent: *\nDisallow: /", 404).allows("https://news.example/")


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        ("User-agent: *\nCrawl-delay: 2.5", 2.5),
        ("User-agent: *\nCrawl-delay: 86400", 60),
        ("User-agent: *\nCrawl-delay: soon", 0),
        ("", 0),
        ("User-agent: *\nCrawl-delay: 1,5", 1.5),
        ("User-agent: *\ncrawl-delay:2s # please", 2),
        ("User-agent: *\nCrawl-delay: 0.25", 0.25),
    ],
    ids=["given", "a day", "a word", "absent", "comma", "unit", "fraction"],
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
