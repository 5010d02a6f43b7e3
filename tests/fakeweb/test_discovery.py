"""What the feed has forgotten is found in sitemaps and on its older pages."""

import datetime as dt

from fakeweb.newsroom import Newsroom, paths
from fakeweb.server import FakeWeb
from fakeweb.sites import NOON
from newsdesk.fetch.hosts import claim_hosts, new_owner, release_all
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
