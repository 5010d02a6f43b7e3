"""The output of `newsdesk feeds show` after some polls, and the data that remains of a removed or renamed feed.

Tests of newsdesk.fetch.allowed_hosts and newsdesk.fetch.feed_report.
"""

from pathlib import Path

import pytest
import sqlalchemy as sa

from fakeweb.newsroom import ON_BOTH_DATABASES, Newsroom, paths
from fakeweb.server import FakeWeb, Request, Response
from fakeweb.sites import RSS, good, rss, site
from newsdesk.fetch.allowed_hosts import allow_host, forbid_host
from newsdesk.fetch.feed_report import FeedReport, report_feeds
from newsdesk.fetch.plan import ANSWERS_KEPT, PollReason
from newsdesk.fetch.state import poll_now, remove_feeds, rename_feeds


def walled(request: Request) -> Response:
    """The feed is fine, the pages fail."""
    return Response(status=403 if request.path.endswith("1") else 500) if request.path.startswith("/news/") else good(request)


def moody(request: Request) -> Response:
    """Succeeds, then fails, then answers 503 with Retry-After."""
    if request.path != "/feed.xml":
        return site(request, b"")
    feed = Response(body=rss(request.origin, range(1, 2 + request.count)), headers={"Content-Type": RSS, "Cache-Control": "max-age=7200"})
    return [feed, Response(status=500), Response(status=503, headers={"Retry-After": "600"})][request.count % 3]


@pytest.fixture
def newsroom(engine: sa.Engine, tmp_path: Path) -> Newsroom:
    with FakeWeb({"walled": walled, "moody": moody, "good": good}) as web:
        yield Newsroom(web, engine, tmp_path / "data")


def report(newsroom: Newsroom, name: str) -> FeedReport:
    (found,) = report_feeds(newsroom.engine, name, now=newsroom.time)
    return found


@ON_BOTH_DATABASES
def test_the_last_answers_and_why_the_next_poll_is_when_it_is(newsroom: Newsroom) -> None:
    newsroom.subscribe("moody")
    reasons = []
    for _ in range(3):
        newsroom.run()
        reasons.append(report(newsroom, "moody").next_poll_reason)
        newsroom.wait(hours=3)
    assert reasons == [PollReason.FEED_ASKED, PollReason.BACK_OFF, PollReason.RETRY_AFTER]
    newest, second, first = report(newsroom, "moody").answers
    assert [(answer.status, answer.new, answer.error) for answer in (first, second, newest)] == [
        (200, 1, None),
        (500, 0, "HTTP status 500 Internal Server Error"),
        (503, 0, "HTTP status 503 Service Unavailable"),
    ]
    newsroom.wait(hours=-3)
    assert report(newsroom, "moody").host_paused_until is not None
    newsroom.wait(hours=3)
    for _ in range(ANSWERS_KEPT):
        newsroom.run()
        newsroom.wait(days=1)
    assert len(report(newsroom, "moody").answers) == ANSWERS_KEPT


def test_a_page_that_fails_is_seen_from_the_first_time(newsroom: Newsroom) -> None:
    newsroom.subscribe("walled")
    newsroom.run()
    found = report(newsroom, "walled")
    assert found.health.pages_failing == 3
    assert {page.error for page in found.failing_pages} == {"HTTP status 403 Forbidden", "HTTP status 500 Internal Server Error"}
    assert {page.failures for page in found.failing_pages} == {1}


def test_a_feed_is_polled_when_a_person_asks(newsroom: Newsroom) -> None:
    newsroom.subscribe("good")
    newsroom.run()
    newsroom.run()
    assert len(newsroom.web.requests("good", "/feed.xml")) == 1
    assert poll_now(newsroom.engine, "good", now=newsroom.time) == 1
    newsroom.run()
    assert len(newsroom.web.requests("good", "/feed.xml")) == 2


@ON_BOTH_DATABASES
def test_a_removed_feed_leaves_no_work_and_its_pages_stay_known(newsroom: Newsroom) -> None:
    newsroom.subscribe("good", "walled")
    newsroom.run()
    assert remove_feeds(newsroom.engine, "good") == remove_feeds(newsroom.engine, "walled") == 1
    asked = len(newsroom.web.log)
    newsroom.wait(hours=2)
    assert newsroom.run() == []
    assert len(newsroom.web.log) == asked
    newsroom.subscribe("good", "walled")
    newsroom.run()
    assert paths(newsroom.captures()).count("/news/1") == 1
    assert report(newsroom, "walled").health.pages_failing == 3


def test_what_is_captured_after_a_renaming_has_the_new_source(newsroom: Newsroom) -> None:
    newsroom.subscribe("walled")
    newsroom.run()
    assert rename_feeds(newsroom.engine, "walled", source="open") == 1
    newsroom.web.sites["walled"] = good
    newsroom.wait(hours=1)
    newsroom.run()
    assert {capture.source for capture in newsroom.captures()} == {"open"}


def test_an_allowed_host_counts_from_the_next_run(newsroom: Newsroom) -> None:
    newsroom.change(allowed_hosts=())
    newsroom.subscribe("good")
    newsroom.run()
    assert "not a public internet address" in (newsroom.feed("good").last_error or "")
    allow_host(newsroom.engine, "GOOD.example", now=newsroom.time)
    newsroom.wait(hours=1)
    newsroom.run()
    assert len(newsroom.captures()) == 3
    assert forbid_host(newsroom.engine, "good.example")
    newsroom.wait(hours=3)
    newsroom.run()
    assert "not a public internet address" in (newsroom.feed("good").last_error or "")
