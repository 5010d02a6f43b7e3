"""Poll intervals of feeds and runs of newsdesk_fetch, which start at the full minute.

Tests of newsdesk.fetch.host_scheduler.
"""

import datetime as dt
import email.utils
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from fakeweb.newsroom import Newsroom
from fakeweb.server import FakeWeb, Request, Response
from fakeweb.sites import NOON, RSS, site


def wire(request: Request) -> Response:
    """Publishes a story every minute: one more at each request."""
    items = "".join(
        f"<item><link>{request.origin}/news/{at}</link><pubDate>{email.utils.format_datetime(NOON + dt.timedelta(minutes=at))}</pubDate></item>"
        for at in range(request.count - 10, request.count + 1)
    )
    feed = f'<rss version="2.0"><channel><title>Wire</title>{items}</channel></rss>'.encode()
    return site(request, Response(body=feed, headers={"Content-Type": RSS}))


def asks_for_a_pause(request: Request) -> Response:
    return site(request, Response(status=503, headers={"Retry-After": "60"}))


@pytest.fixture
def newsroom(engine: sa.Engine, tmp_path: Path) -> Iterator[Newsroom]:
    with FakeWeb({"wire": wire, "pause": asks_for_a_pause}) as web:
        yield Newsroom(web, engine, tmp_path / "data", every_minutes=1)


def polls_in_runs_at_the_minute(newsroom: Newsroom, name: str, runs: int) -> int:
    """Return the number of polls; the first is four seconds after the start of its run, as with Airflow."""
    newsroom.subscribe(name)
    newsroom.wait(seconds=4)
    newsroom.run()
    newsroom.wait(seconds=-4)
    for _ in range(runs - 1):
        newsroom.wait(minutes=1)
        newsroom.run()
    return len(newsroom.web.requests(name, "/feed.xml"))


def test_a_busy_feed_is_polled_by_every_run_where_runs_are_a_minute_apart(newsroom: Newsroom) -> None:
    assert polls_in_runs_at_the_minute(newsroom, "wire", 4) == 4


def test_where_runs_are_rarer_it_is_polled_every_five_minutes(newsroom: Newsroom) -> None:
    newsroom.change(every_minutes=5)
    assert polls_in_runs_at_the_minute(newsroom, "wire", 5) == 1
    newsroom.wait(minutes=1)
    newsroom.run()
    assert len(newsroom.web.requests("wire", "/feed.xml")) == 2


def test_what_a_server_asked_for_is_not_cut_short(newsroom: Newsroom) -> None:
    assert polls_in_runs_at_the_minute(newsroom, "pause", 2) == 1
