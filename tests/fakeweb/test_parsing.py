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
    return site(
        request, Response(body=b"<rss version='2.0'><channel><item>" + HANGS + b"</item></channel></rss>", headers={"Content-Type": RSS})
    )


@pytest.fixture
def newsroom(engine: sa.Engine, tmp_path: Path) -> Newsroom:
    with FakeWeb({"good": good, "hangs": hangs, "plain": no_304}) as web:
        yield Newsroom(web, engine, tmp_path / "data", parse_deadline_seconds=1.0)


def test_a_feed_that_the_parser_hangs_on_costs_its_own_poll_alone(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsdesk.child._START_SECONDS", 3.0)
    newsroom.subscribe("hangs", "good", "plain")
    newsroom.run()
    assert paths(newsroom.captures()).count("/news/1") == 2
    assert newsroom.feed("hangs").last_error == "parsing took longer than 1 seconds (NEWSDESK_FETCH_PARSE_DEADLINE_SECONDS)"
    assert newsroom.feed("hangs").failures == 1
    assert [newsroom.feed(name).last_error for name in ("good", "plain")] == [None, None]


def test_no_parser_is_left_behind(newsroom: Newsroom) -> None:
    before = living_children()
    newsroom.subscribe("good")
    newsroom.run()
    assert living_children() - before == set()
