"""The output of `newsdesk feeds list` for each site, and the captures.

Tests of newsdesk.fetch.pages, newsdesk.fetch.polling, newsdesk.fetch.shard, newsdesk.fetch.state, newsdesk.fetch.tables and
newsdesk.fetch.visiting.
"""

import datetime as dt
import re

import pytest
from click.testing import CliRunner

from fakeweb.newsroom import Newsroom, paths
from fakeweb.server import FakeWeb
from fakeweb.sites import NOON, SITES
from newsdesk.cli.feeds import feeds
from newsdesk.errors import Reason, Status

SHOWN = re.compile(
    r"^ {0,4}\d+  (?P<source>\S+)  (?P<status>\w+)  (?P<articles>\d+) articles in 24 h, last success .+, next poll .+, every .+\n"
    r" {7}http\S+\n"
    r"(?: {7}(?:(?P<failures>\d+) failures? in a row: )?(?P<error>\S.*)\n)?",
    re.MULTILINE,
)
WELL = "active, {} articles, 0 failures: none"
FAILS = "active, 0 articles, 1 failures: {}"
SEEN = {
    "good": WELL.format(3),
    "no-304": WELL.format(2),
    "wrong-304": WELL.format(1),
    "unasked-304": FAILS.format("HTTP status 304 Not Modified"),
    "slow": FAILS.format("slow.example: no data for 1 s"),
    "drip": FAILS.format("drip.example: no complete response within 2 s"),
    "endless": FAILS.format("more than 1000000 bytes"),
    "announced-huge": FAILS.format("Content-Length is 99000000000 bytes, the limit is 1000000"),
    "gzip-bomb": FAILS.format("more than 1000000 bytes after decompression"),
    "brotli-bomb": FAILS.format("more than 1000000 bytes after decompression"),
    "zstd-bomb": FAILS.format("more than 1000000 bytes after decompression"),
    "cut-off": FAILS.format("cut-off.example: peer closed connection without sending complete message body"),
    "gzipped": WELL.format(1),
    "deflated": WELL.format(1),
    "brotlied": WELL.format(1),
    "zstandarded": WELL.format(1),
    "claims-gzip": WELL.format(1),
    "too-many-seconds": FAILS.format("HTTP status 429 Too Many Requests"),
    "too-many-until": FAILS.format("HTTP status 429 Too Many Requests"),
    "unavailable": FAILS.format("HTTP status 503 Service Unavailable"),
    "broken": FAILS.format("HTTP status 500 Internal Server Error"),
    "pages-429": WELL.format(1),
    "redirect-loop": FAILS.format("more than 5 redirects"),
    "redirect-to-itself": FAILS.format("more than 5 redirects"),
    "moved": WELL.format(2),
    "lent": WELL.format(2),
    "gone": "gone, 0 articles, 0 failures: HTTP status 410: removed by its publisher",
    "missing": FAILS.format("HTTP status 404 Not Found"),
    "to-private": FAILS.format("10.0.0.1 is not a public internet address"),
    "to-metadata": FAILS.format("169.254.169.254 is not a public internet address"),
    "to-decimal": FAILS.format("2130706433: the name 2130706433 cannot be resolved"),
    "to-file": FAILS.format("redirects to file:///etc/passwd: only http and https are supported"),
    "page-to-private": WELL.format(1),
    "wrong-charset": WELL.format(1),
    "wrong-type": WELL.format(1),
    "html-for-feed": FAILS.format("this is a web page, not a feed; it links to the feeds http://html-for-feed.example/real.xml"),
    "cookie-wall": WELL.format(1),
    "json-feed": WELL.format(2),
    "not-xml": FAILS.format("this is not a feed"),
    "empty": FAILS.format("the feed is empty"),
    "reorders": WELL.format(3),
    "rewrites-guids": WELL.format(2),
    "one-guid-for-all": WELL.format(3),
    "slug-and-guid": WELL.format(2),
    "slug-and-wordpress": WELL.format(2),
    "slug-and-number": WELL.format(2),
    "slug-behind-post": WELL.format(1),
    "slug-listed-twice": WELL.format(1),
    "guid-is-the-place": WELL.format(2),
    "guid-is-the-feed": WELL.format(1),
    "guid-is-empty": WELL.format(1),
    "guid-of-a-series": WELL.format(1),
    "no-robots": WELL.format(0),
    "robots-names-us": WELL.format(0),
    "robots-5xx": WELL.format(0),
    "robots-huge": WELL.format(0),
    "robots-delay": WELL.format(2),
    "detours": WELL.format(3),
    "archive": WELL.format(2),
    "wordpress": WELL.format(10),
    "pdf-story": WELL.format(0),
    "edited": WELL.format(1),
    "flaky": WELL.format(0),
    "many": WELL.format(50),
    "slow-hints": WELL.format(1),
}


def test_every_site_has_an_expectation() -> None:
    assert set(SEEN) == set(SITES)


def feed_list(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Return the line of `newsdesk feeds list` for each feed by source: status, articles, failures and error."""
    monkeypatch.setenv("NEWSDESK_DATABASE_URL", newsroom.engine.url.render_as_string(hide_password=False))
    printed = CliRunner().invoke(feeds, ["list"], catch_exceptions=False).output
    return {found["source"]: _in_a_line(found) for found in SHOWN.finditer(printed)}


def _in_a_line(found: "re.Match[str]") -> str:
    return f"{found['status']}, {found['articles']} articles, {found['failures'] or 0} failures: {found['error'] or 'none'}"


def test_what_the_feed_list_shows_of_each_site(newsroom: Newsroom, web: FakeWeb, monkeypatch: pytest.MonkeyPatch) -> None:
    newsroom.time = dt.datetime.now(dt.UTC)
    impatient = ("slow", "drip")
    newsroom.change(read_timeout_seconds=1, total_timeout_seconds=2)
    newsroom.subscribe(*impatient)
    newsroom.run()
    newsroom.change(read_timeout_seconds=20, total_timeout_seconds=60)
    newsroom.subscribe(*(site for site in SITES if site not in impatient))
    newsroom.run()
    shown = {site: line.replace(f":{web.port}", "") for site, line in feed_list(newsroom, monkeypatch).items()}
    assert set(shown) == set(SITES)
    assert {site: line for site, line in shown.items() if not line.startswith(SEEN[site])} == {}


def test_a_second_run_with_nothing_new_captures_nothing(newsroom: Newsroom) -> None:
    newsroom.subscribe("good", "no-304", "reorders", "rewrites-guids", "one-guid-for-all", "json-feed")
    newsroom.run()
    before = paths(newsroom.captures())
    newsroom.wait(minutes=50)
    assert newsroom.outcomes() == []
    assert paths(newsroom.captures()) == before


def test_an_unchanged_feed_costs_a_304(newsroom: Newsroom, web: FakeWeb) -> None:
    newsroom.subscribe("good")
    newsroom.run()
    newsroom.wait(minutes=50)
    newsroom.run()
    assert [request.status for request in web.requests("good", "/feed.xml")] == [200, 304]


def test_a_feed_that_answers_304_for_ever_is_read_in_full_once_a_day(newsroom: Newsroom, web: FakeWeb) -> None:
    newsroom.subscribe("wrong-304")
    newsroom.run()
    newsroom.wait(hours=3)
    newsroom.run()
    newsroom.wait(hours=22)
    newsroom.run()
    assert [request.status for request in web.requests("wrong-304", "/feed.xml")] == [200, 304, 200]
    assert len({capture.url for capture in newsroom.captures()}) == 3


def test_a_permanent_move_is_believed_the_third_time(newsroom: Newsroom, web: FakeWeb) -> None:
    newsroom.subscribe("moved", "lent")
    addresses = []
    for _ in range(4):
        newsroom.run()
        addresses.append((newsroom.feed("moved").url, newsroom.feed("lent").url))
        newsroom.wait(hours=4)
    old, new = web.url("moved"), web.url("moved", "/new.xml")
    assert [moved for moved, _ in addresses] == [old, old, new, new]
    assert {lent for _, lent in addresses} == {web.url("lent")}
    assert [request.path for request in web.requests("moved") if "xml" in request.path][-1] == "/new.xml"


def test_a_feed_that_moves_to_a_known_one_is_retired(newsroom: Newsroom, web: FakeWeb) -> None:
    from newsdesk.fetch.state import add_feed

    newsroom.subscribe("moved")
    add_feed(newsroom.engine, web.url("moved", "/new.xml"), source="the-new-one", now=newsroom.time)
    for _ in range(3):
        newsroom.run()
        newsroom.wait(hours=4)
    assert newsroom.feed("moved").status == "gone"
    assert "which is the URL of another feed" in (newsroom.feed("moved").last_error or "")
    assert newsroom.feed("the-new-one").status == "active"


def test_a_clock_that_was_ahead_silences_no_feed(newsroom: Newsroom, web: FakeWeb) -> None:
    newsroom.wait(days=400)
    newsroom.subscribe("good", "too-many-seconds")
    newsroom.run()
    newsroom.wait(days=-400)
    newsroom.run()
    assert [len(web.requests(name, "/feed.xml")) for name in ("good", "too-many-seconds")] == [2, 2]


def test_a_gone_feed_is_not_asked_again(newsroom: Newsroom, web: FakeWeb) -> None:
    newsroom.subscribe("gone")
    newsroom.run()
    newsroom.wait(days=30)
    newsroom.run()
    assert len(web.requests("gone")) == 1


@pytest.mark.parametrize(
    ("site", "expected"),
    [("too-many-seconds", NOON + dt.timedelta(minutes=30)), ("too-many-until", NOON + dt.timedelta(hours=2))],
    ids=["seconds", "date"],
)
def test_retry_after_is_kept_for_the_whole_host(newsroom: Newsroom, web: FakeWeb, site: str, expected: dt.datetime) -> None:
    from newsdesk.fetch.state import add_feed

    newsroom.subscribe(site)
    add_feed(newsroom.engine, web.url(site, "/other.xml"), source="other", now=newsroom.time)
    newsroom.run()
    assert newsroom.feed(site).next_poll_at == expected or newsroom.feed("other").next_poll_at == expected
    assert len(web.requests(site)) == 1, "the host's other feed was asked although the host had asked for peace"
    newsroom.time = expected - dt.timedelta(minutes=1)
    newsroom.run()
    assert len(web.requests(site)) == 1


def test_a_page_that_asks_for_peace_holds_back_the_pages_behind_it(newsroom: Newsroom, web: FakeWeb) -> None:
    newsroom.subscribe("pages-429")
    newsroom.run()
    asked = [request.path for request in web.requests("pages-429") if request.path.startswith("/news/")]
    assert asked == ["/news/1", "/news/2"]
    newsroom.wait(minutes=11)
    newsroom.run()
    assert paths(newsroom.captures()) == ["/news/1", "/news/3", "/news/4"]


def test_robots_txt_is_obeyed_and_asked_once_a_day(newsroom: Newsroom, web: FakeWeb) -> None:
    newsroom.subscribe("no-robots")
    outcomes = newsroom.outcomes()
    assert {(outcome.status, outcome.reason) for outcome in outcomes} == {(Status.SET_ASIDE, Reason.REFUSED_BY_ROBOTS)}
    assert len(web.requests("no-robots", "/robots.txt")) == 1
    assert not [request for request in web.requests("no-robots") if request.path.startswith("/news/")]


def test_a_host_whose_robots_txt_fails_is_left_alone_for_now(newsroom: Newsroom, web: FakeWeb) -> None:
    newsroom.subscribe("robots-5xx")
    (outcome,) = newsroom.outcomes()
    assert (outcome.status, outcome.reason) == (Status.FAILED, Reason.NO_ANSWER)
    assert not web.requests("robots-5xx", "/news/1")


def test_crawl_delay_is_honoured(newsroom: Newsroom, web: FakeWeb) -> None:
    newsroom.subscribe("robots-delay")
    newsroom.run()
    first, second = (request.started_at for request in web.requests("robots-delay") if request.path.startswith("/news/"))
    assert second - first >= 0.5


def test_a_host_gives_so_many_pages_a_run_and_the_rest_later(newsroom: Newsroom) -> None:
    newsroom.subscribe("many")
    counts = []
    for _ in range(5):
        counts.append(len(newsroom.outcomes()))
        newsroom.wait(minutes=5)
    assert counts == [50, 50, 50, 50, 0]
    assert len(set(paths(newsroom.captures()))) == 200


def test_a_run_has_an_end_and_the_rest_waits(newsroom: Newsroom) -> None:
    newsroom.change(run_seconds=0.001, minimum_gap_seconds=0.1)
    newsroom.subscribe("many")
    assert newsroom.outcomes() == []
    newsroom.change(run_seconds=60, pages_per_host=1)
    assert len(newsroom.outcomes()) == 1
    # The feed is not due again, so that the two seconds do not include the start of a parser.
    newsroom.change(run_seconds=2, pages_per_host=50)
    assert 0 < len(newsroom.outcomes()) < 50
    newsroom.wait(minutes=5)
    assert newsroom.outcomes()


def test_a_story_behind_a_redirect_is_captured_once(newsroom: Newsroom) -> None:
    newsroom.subscribe("detours")
    newsroom.run()
    newsroom.wait(minutes=61)
    newsroom.run()
    assert sorted(paths(newsroom.captures())) == ["/news/1", "/news/2", "/news/3"]


def test_a_page_that_fails_is_tried_again(newsroom: Newsroom) -> None:
    newsroom.subscribe("flaky")
    assert [outcome.status for outcome in newsroom.outcomes()] == [Status.FAILED]
    newsroom.wait(minutes=10)
    assert [outcome.status for outcome in newsroom.outcomes()] == [Status.FETCHED]


def test_a_page_is_looked_at_again_and_an_edit_is_captured(newsroom: Newsroom, web: FakeWeb) -> None:
    newsroom.subscribe("edited", "good")
    newsroom.run()
    statuses = []
    for hours in (1.1, 6.1, 24.1, 72.1, 200):
        newsroom.wait(hours=hours)
        statuses.append({outcome.source: outcome.status for outcome in newsroom.outcomes() if outcome.status is not Status.FAILED})
    assert statuses == [{"edited": Status.FETCHED, "good": Status.NOT_MODIFIED}] * 4 + [{}]
    assert [request.status for request in web.requests("good", "/news/1")] == [200, 304, 304, 304, 304]
    assert len([capture for capture in newsroom.captures() if capture.source == "edited"]) == 5


def test_a_cookie_is_sent_back_during_a_visit_and_then_forgotten(newsroom: Newsroom, web: FakeWeb) -> None:
    newsroom.subscribe("cookie-wall")
    newsroom.run()
    newsroom.wait(minutes=50)
    newsroom.run()
    assert ["cookie" in request.headers for request in web.requests("cookie-wall", "/feed.xml")] == [False, True] * 2


def test_no_cookie_is_sent_where_the_setting_says_so(newsroom: Newsroom, web: FakeWeb) -> None:
    newsroom.change(return_cookies=False)
    newsroom.subscribe("cookie-wall")
    newsroom.run()
    assert newsroom.feed("cookie-wall").last_error == "more than 5 redirects"
    assert not [request for request in web.log if "cookie" in request.headers]


def test_the_user_agent_names_the_project_and_a_contact(newsroom: Newsroom, web: FakeWeb) -> None:
    newsroom.change(contact="desk@newsdesk.example")
    newsroom.subscribe("good")
    newsroom.run()
    agents = {request.headers["user-agent"] for request in web.log}
    assert len(agents) == 1
    assert agents.pop().startswith("newsdesk/")
    assert "(+desk@newsdesk.example)" in web.log[0].headers["user-agent"]


def test_the_entry_of_the_feed_comes_back_with_the_capture(newsroom: Newsroom, web: FakeWeb) -> None:
    newsroom.subscribe("json-feed")
    newsroom.run()
    page = next(page for page in newsroom.pages() if page.capture.url.endswith("/news/1"))
    capture = page.capture
    assert capture.item is not None
    assert (capture.item.id, capture.item.title, capture.source) == ("1", "Harbour 1", "json-feed")
    assert capture.feed_url == web.url("json-feed")
    assert capture.fetched_at == NOON
    assert b"<h1>Harbour 1</h1>" in page.body
    assert capture.content_type == "text/html; charset=utf-8"


def test_accents_survive_a_wrong_charset(newsroom: Newsroom) -> None:
    newsroom.subscribe("wrong-charset")
    newsroom.run()
    assert newsroom.feed("wrong-charset").title == "Café déjà vu"


def test_a_feed_that_asks_for_six_hours_gets_them(newsroom: Newsroom) -> None:
    newsroom.subscribe("slow-hints")
    newsroom.run()
    assert newsroom.feed("slow-hints").next_poll_at == NOON + dt.timedelta(hours=6)
