"""A feed that hangs the parser fails without affecting other feeds.

Tests of newsdesk.fetch.parsing.
"""

from pathlib import Path

import pytest
import sqlalchemy as sa

from child_processes import living_children
from fakeweb.newsroom import Newsroom, paths
from fakeweb.server import FakeWeb, Request, Response
from fakeweb.sites import RSS, good, no_304, site

HANGS = b"<author>" + b"a." * 60_000 + b"</author>"
"""feedparser searches it for a mail address in quadratic time."""


def hangs(request: Request) -> Response:
    """Responds after the others: the first feed that is parsed has half a minute more, for the start of the parser."""
    feed = b"<rss version='2.0'><channel><item>" + HANGS + b"</item></channel></rss>"
    return site(request, Response(body=feed, headers={"Content-Type": RSS}, delay_seconds=1))


@pytest.fixture
def newsroom(engine: sa.Engine, tmp_path: Path) -> Newsroom:
    with FakeWeb({"good": good, "hangs": hangs, "plain": no_304}) as web:
        yield Newsroom(web, engine, tmp_path / "data", parse_deadline_seconds=2.0)


def test_a_feed_that_the_parser_hangs_on_costs_its_own_poll_alone(newsroom: Newsroom) -> None:
    newsroom.subscribe("hangs", "good", "plain")
    newsroom.run()
    assert paths(newsroom.captures()).count("/news/1") == 2
    assert newsroom.feed("hangs").last_error == "parsing took longer than 2 seconds (NEWSDESK_FETCH_PARSE_DEADLINE_SECONDS)"
    assert newsroom.feed("hangs").failures == 1
    assert [newsroom.feed(name).last_error for name in ("good", "plain")] == [None, None]


def test_no_parser_is_left_behind(newsroom: Newsroom) -> None:
    before = living_children()
    newsroom.subscribe("good")
    newsroom.run()
    assert living_children() - before == set()
