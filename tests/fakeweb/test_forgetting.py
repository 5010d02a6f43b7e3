"""Old pages are deleted from the state database, but pages that a feed still lists are not captured again."""

import datetime as dt

import pytest
import sqlalchemy as sa

from fakeweb.newsroom import ON_BOTH_DATABASES, Newsroom, paths
from fakeweb.server import FakeWeb, Request, Response
from fakeweb.sites import rss, site
from newsdesk.fetch.hosts import claim_hosts, delete_idle_hosts
from newsdesk.fetch.pages import delete_old_pages
from newsdesk.fetch.tables import HOSTS, PAGES
from newsdesk.owners import new_owner

pytestmark = ON_BOTH_DATABASES


@pytest.fixture
def web():  # type: ignore[no-untyped-def]
    listed = [[1, 2]]

    def paper(request: Request) -> Response:
        return site(request, rss(request.origin, listed[0]))

    with FakeWeb({"paper": paper}) as web:
        web.listed = listed  # type: ignore[attr-defined]
        yield web


def known(newsroom: Newsroom) -> int:
    with newsroom.engine.connect() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(PAGES)) or 0


def test_what_a_feed_lists_no_more_is_forgotten_after_a_while(newsroom: Newsroom) -> None:
    newsroom.change(revisit_hours=())
    newsroom.subscribe("paper")
    newsroom.run()
    newsroom.web.listed[0] = [2, 3]  # type: ignore[attr-defined]
    newsroom.wait(days=60)
    newsroom.run()
    assert delete_old_pages(newsroom.engine, now=newsroom.time) == 0
    newsroom.wait(days=40)
    assert delete_old_pages(newsroom.engine, now=newsroom.time) == 1
    assert known(newsroom) == 2


def test_what_a_feed_still_lists_is_remembered_for_ever(newsroom: Newsroom) -> None:
    newsroom.change(revisit_hours=())
    newsroom.subscribe("paper")
    for _ in range(4):
        newsroom.run()
        newsroom.wait(days=100)
        assert delete_old_pages(newsroom.engine, now=newsroom.time) == 0
    newsroom.web.listed[0] = [1, 2, 3]  # type: ignore[attr-defined]
    newsroom.run()
    newsroom.wait(days=100)
    assert delete_old_pages(newsroom.engine, now=newsroom.time + dt.timedelta(days=1)) == 0
    newsroom.run()
    assert sorted(paths(newsroom.captures())) == ["/news/1", "/news/2", "/news/3"]


def test_a_host_that_nobody_asks_is_forgotten_with_its_robots_txt(newsroom: Newsroom) -> None:
    newsroom.subscribe("paper")
    newsroom.run()
    newsroom.wait(days=89)
    assert delete_idle_hosts(newsroom.engine, now=newsroom.time) == 0
    newsroom.wait(days=2)
    assert delete_idle_hosts(newsroom.engine, now=newsroom.time) == 1
    newsroom.run()
    assert newsroom.feed("paper").last_error is None


def test_a_host_that_a_task_holds_is_not_forgotten(newsroom: Newsroom) -> None:
    claim_hosts(newsroom.engine, ["paper.example"], new_owner(), newsroom.time)
    assert delete_idle_hosts(newsroom.engine, now=newsroom.time + dt.timedelta(days=365)) == 0
    with newsroom.engine.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(HOSTS)) == 1
