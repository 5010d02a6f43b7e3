"""Stories that the feed no longer lists are found in sitemaps and on older pages of the feed.

Tests of newsdesk.fetch.discovery.
"""

import datetime as dt

import pytest
import sqlalchemy as sa

from fakeweb.newsroom import Newsroom, paths
from fakeweb.server import FakeWeb, Request, Response
from fakeweb.sites import NOON, rss, site
from newsdesk.errors import Status
from newsdesk.fetch.discovery import RESERVED
from newsdesk.fetch.hosts import claim_hosts, release_all
from newsdesk.owners import new_owner
from newsdesk.urls import host_key


def test_a_day_is_completed_from_the_sitemaps_that_robots_txt_names(newsroom: Newsroom, web: FakeWeb) -> None:
    newsroom.subscribe("archive")
    newsroom.sweep(dt.datetime(2026, 11, 21, tzinfo=dt.UTC), dt.datetime(2026, 11, 22, tzinfo=dt.UTC))
    assert paths(newsroom.captures()) == ["/news/2026-11-21"]
    assert not web.requests("archive", "/sitemap-2026-10.xml.gz"), "a sitemap of another month was read"


def test_a_day_is_completed_from_the_older_pages_of_the_feed(newsroom: Newsroom, web: FakeWeb) -> None:
    newsroom.subscribe("wordpress")
    newsroom.sweep(dt.datetime(2026, 11, 23, tzinfo=dt.UTC), dt.datetime(2026, 11, 24, tzinfo=dt.UTC))
    assert sorted(paths(newsroom.captures())) == [f"/news/{hours}" for hours in range(13, 37)]
    pages = [request.path for request in web.requests("wordpress", "/feed.xml")]
    assert pages == ["/feed.xml", "/feed.xml?paged=2", "/feed.xml?paged=3", "/feed.xml?paged=4", "/feed.xml?paged=5"]


def test_sweeping_twice_captures_nothing_twice(newsroom: Newsroom) -> None:
    newsroom.subscribe("archive", "wordpress", "good", "gone")
    window = (NOON - dt.timedelta(days=2), NOON)
    newsroom.sweep(*window)
    before = paths(newsroom.captures())
    newsroom.wait(minutes=5)
    newsroom.run()
    newsroom.sweep(*window)
    assert paths(newsroom.captures()) == before
    assert len(before) == len(set(before)) or before.count("/news/1") == 3


def test_a_feed_without_sitemaps_is_no_failure(newsroom: Newsroom) -> None:
    newsroom.subscribe("good")
    newsroom.sweep(NOON - dt.timedelta(days=1), NOON)
    assert len(newsroom.captures()) == 3
    assert newsroom.feed("good").failures == 0


def test_a_host_that_another_task_asks_is_named_and_swept_when_it_is_free(newsroom: Newsroom) -> None:
    newsroom.subscribe("archive")
    day = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)
    host = host_key(newsroom.web.url("archive"))
    other = new_owner()
    claim_hosts(newsroom.engine, [host], other, newsroom.time)
    (report,) = newsroom.sweep(day, day + dt.timedelta(days=1))
    assert report.busy_hosts == (host,)
    release_all(newsroom.engine, other)
    (report,) = newsroom.sweep(day, day + dt.timedelta(days=1))
    assert report.busy_hosts == ()
    assert paths(newsroom.captures()) == ["/news/2026-11-21"]


DAY = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)
NEXT_DAY = DAY + dt.timedelta(days=1)


def test_a_page_that_is_due_again_is_not_captured_into_another_day(newsroom: Newsroom) -> None:
    newsroom.subscribe("flaky", "archive")
    newsroom.run()
    newsroom.wait(minutes=10)
    newsroom.sweep(DAY, NEXT_DAY)
    assert paths(newsroom.captures()) == ["/news/1", "/news/2", "/news/2026-11-21"]
    newsroom.run()
    assert paths(newsroom.captures()).count("/news/1") == 2


def test_a_page_of_the_day_that_failed_before_is_captured_by_its_sweep(newsroom: Newsroom) -> None:
    newsroom.subscribe("flaky")
    newsroom.run()
    newsroom.wait(minutes=10)
    (report,) = newsroom.sweep(NOON - dt.timedelta(hours=12), NOON + dt.timedelta(hours=12))
    assert [outcome.status for outcome in report.outcomes] == [Status.FETCHED]


def test_what_a_killed_sweep_found_is_left_to_its_next_attempt(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    newsroom.subscribe("archive")
    newsroom.run()
    newsroom.wait(minutes=5)
    _sweep_is_killed(newsroom, monkeypatch)
    assert newsroom.run() == []
    (report,) = newsroom.sweep(DAY, NEXT_DAY)
    assert len(report.outcomes) == 1


def test_what_a_sweep_left_for_good_is_fetched_in_the_end(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    newsroom.subscribe("archive")
    newsroom.run()
    _sweep_is_killed(newsroom, monkeypatch)
    newsroom.wait(minutes=RESERVED.total_seconds() / 60)
    newsroom.run()
    assert "/news/2026-11-21" in paths(newsroom.captures())


def _sweep_is_killed(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kill a sweep after it has read the sitemaps, before it fetches a page."""

    async def killed(*_: object, **__: object) -> None:
        raise OSError("killed")

    with monkeypatch.context() as broken:
        broken.setattr("newsdesk.fetch.shard.visit_page", killed)
        with pytest.raises(OSError, match="killed"):
            newsroom.sweep(DAY, NEXT_DAY)


ENTRY = "<url><loc>{origin}/news/{name}</loc><lastmod>2026-11-21T08:00:00Z</lastmod>{more}</url>"
BROKEN = {
    "undeclared": "<urlset>" + ENTRY.replace("{more}", "<xhtml:link rel='alternate' href='x'/>") + "</urlset>",
    "loop": "<sitemapindex><sitemap><loc>{origin}/loop</loc></sitemap></sitemapindex>",
    "no-sitemap": "<html><body>Not found</body></html>",
    "odd-links": "<urlset><url><loc>http://[x</loc><lastmod>2026-11-21</lastmod></url>"
    + ENTRY.replace("{name}", "caf\u00e9")
    + "</urlset>",
    "cut-off": "<urlset>" + ENTRY + "<url><loc>",
    "large": "<urlset><!--" + "x" * 2_000_000 + "-->" + ENTRY + "</urlset>",
}
"""Broken sitemaps by path; a valid one follows."""


def test_a_sitemap_that_is_broken_costs_no_other(engine: sa.Engine, newsroom: Newsroom) -> None:
    def answers(request: Request) -> Response:
        name = request.path[1:]
        if name == "robots.txt":
            lines = "".join(f"Sitemap: /{path}\n" for path in (*BROKEN, "sound"))
            return Response(body=f"{lines}Sitemap: http://[x\n".encode("utf-16"), headers={"Content-Type": "text/plain"})
        if name in BROKEN or name == "sound":
            body = BROKEN.get(name, f"<urlset>{ENTRY}</urlset>")
            for field, value in (("{origin}", request.origin), ("{name}", name), ("{more}", "")):
                body = body.replace(field, value)
            return Response(body=body.encode(), headers={"Content-Type": "application/xml"})
        return site(request, rss(request.origin, [1]))

    with FakeWeb({"paper": answers}) as web:
        newsroom.web, newsroom.resolve = web, web.resolve
        newsroom.change(allowed_hosts=web.allowed_hosts)
        newsroom.subscribe("paper")
        newsroom.sweep(dt.datetime(2026, 11, 21, tzinfo=dt.UTC), dt.datetime(2026, 11, 22, tzinfo=dt.UTC))
        assert sorted(paths(newsroom.captures())) == [
            "/news/caf%C3%A9", "/news/cut-off", "/news/large", "/news/sound", "/news/undeclared",
        ]  # fmt: skip
