"""Feeds with a login: it is sent in requests and hidden in output."""

import base64
from pathlib import Path

import pytest
import sqlalchemy as sa

from fakeweb.newsroom import ON_BOTH_DATABASES, Newsroom
from fakeweb.server import FakeWeb, Request, Response
from fakeweb.sites import rss, site
from newsdesk.database import METADATA
from newsdesk.fetch.opml import write_opml
from newsdesk.fetch.state import add_feed, export_outlines, import_opml

HEADER = f"Basic {base64.b64encode(b'ana:s3cret').decode()}"


def members(request: Request) -> Response:
    """The feed requires a login, the pages do not."""
    if request.path == "/feed.xml" and request.headers.get("authorization") != HEADER:
        return Response(status=401, headers={"WWW-Authenticate": "Basic"})
    return site(request, rss(request.origin, [1, 2]))


def leads_away(request: Request) -> Response:
    return Response(status=301, headers={"Location": request.origin.replace("leads-away", "members") + "/feed.xml"})


@pytest.fixture
def newsroom(engine: sa.Engine, tmp_path: Path) -> Newsroom:
    with FakeWeb({"members": members, "leads-away": leads_away}) as web:
        yield Newsroom(web, engine, tmp_path / "data")


def with_login(newsroom: Newsroom, name: str) -> str:
    return newsroom.web.url(name).replace("://", "://ana:s3cret@")


def everything_kept(newsroom: Newsroom) -> str:
    with newsroom.engine.connect() as connection:
        rows = [row for table in METADATA.sorted_tables for row in connection.execute(sa.select(table))]
    captures = [str(page.capture) for page in newsroom.pages()]
    return " ".join([*map(str, rows), *captures, write_opml(export_outlines(newsroom.engine)).decode()])


@pytest.mark.parametrize("is_imported", [False, True], ids=["added", "imported"])
def test_the_login_of_an_address_becomes_a_header(newsroom: Newsroom, *, is_imported: bool) -> None:
    address = with_login(newsroom, "members")
    if is_imported:
        import_opml(newsroom.engine, f'<opml><body><outline text="members" xmlUrl="{address}"/></body></opml>'.encode(), now=newsroom.time)
    else:
        add_feed(newsroom.engine, address, source="members", now=newsroom.time)
    newsroom.run()
    assert newsroom.feed("members").url == newsroom.web.url("members")
    assert len(newsroom.captures()) == 2
    assert {request.path for request in newsroom.web.log if "authorization" in request.headers} == {"/feed.xml"}
    assert "s3cret" not in everything_kept(newsroom)


@ON_BOTH_DATABASES
def test_another_host_never_sees_the_login(newsroom: Newsroom) -> None:
    add_feed(newsroom.engine, with_login(newsroom, "leads-away"), source="away", now=newsroom.time)
    for _ in range(4):
        newsroom.run()
        newsroom.wait(hours=13)
    assert {request.site for request in newsroom.web.log if "authorization" in request.headers} == {"leads-away"}
    assert newsroom.feed("away").last_error == "HTTP status 401 Unauthorized"


def test_a_new_login_replaces_the_old_one(newsroom: Newsroom) -> None:
    add_feed(newsroom.engine, newsroom.web.url("members"), source="members", now=newsroom.time)
    newsroom.run()
    assert newsroom.feed("members").last_error == "HTTP status 401 Unauthorized"
    assert not add_feed(newsroom.engine, with_login(newsroom, "members"))
    newsroom.wait(hours=1)
    newsroom.run()
    assert newsroom.feed("members").last_error is None
