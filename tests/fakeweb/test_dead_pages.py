"""A page that fails permanently is a dead letter until a retry captures it."""

import dataclasses
import datetime as dt
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from fakeweb.server import FakeWeb, Request, Response
from fakeweb.sites import rss, site
from newsdesk.cli.dead import dead
from newsdesk.database import open_database
from newsdesk.errors import Reason, Stage, Status
from newsdesk.fetch.state import add_feed
from newsdesk.fetch.tables import PAGES
from newsdesk.fetch.warc import read_captures
from newsdesk.jobs.fetch import fetch_shard, plan_shards
from newsdesk.records import Capture, Outcome
from newsdesk.settings import load
from newsdesk.stage_report import report_fetch
from newsdesk.store.archive import Archive
from newsdesk.store.manifests import list_captures


@pytest.fixture
def repaired() -> list[bool]:
    return [False]


@pytest.fixture
def web(repaired: list[bool], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeWeb]:
    def paper(request: Request) -> Response:
        if request.path == "/news/2" and not repaired[0]:
            return Response(status=404)
        return site(request, rss(f"http://127.0.0.1:{web.port}", [1, 2]))

    with FakeWeb({"127.0.0.1": paper}) as web:
        monkeypatch.setenv("NEWSDESK_HOME", str(tmp_path))
        monkeypatch.delenv("NEWSDESK_DATABASE_URL", raising=False)
        monkeypatch.setenv("NEWSDESK_FETCH_ALLOWED_HOSTS", json.dumps([f"127.0.0.1:{web.port}"]))
        monkeypatch.setenv("NEWSDESK_FETCH_MINIMUM_GAP_SECONDS", "0")
        yield web


@pytest.fixture
def fetch(web: FakeWeb) -> Callable[[str], None]:
    """Run newsdesk_fetch for a partition."""
    with open_database(load().database_url) as engine:
        add_feed(engine, f"http://127.0.0.1:{web.port}/feed.xml", source="paper")

    def run(partition: str) -> None:
        for shard in plan_shards(load()):
            fetch_shard(shard, partition, load())

    return run


def call(*arguments: str) -> str:
    result = CliRunner().invoke(dead, arguments, catch_exceptions=False)
    return result.output


def captures_of(partition: str) -> list[Capture]:
    archive = Archive(load().data_url)
    return [page.capture for page in read_captures(archive, list_captures(archive, partition))]


def test_a_missing_page_is_listed_retried_and_settled(fetch: Callable[[str], None], web: FakeWeb, repaired: list[bool]) -> None:
    page = f"http://127.0.0.1:{web.port}/news/2"
    fetch("2026-11-24T1205")
    assert call("list").splitlines() == ["fetch: gone: HTTP status 404 Not Found  (1)", f"    for example {page}"]
    shown = call("show", "--stage", "fetch")
    assert "no capture, partition 2026-11-24T1205, source paper" in shown
    assert "1 attempts" in shown

    assert call("retry", "--stage", "fetch") == "1 page queued for the next run of newsdesk_fetch\n"
    fetch("2026-11-24T1210")
    (letter,) = [json.loads(line) for line in call("list", "--json").splitlines()]
    assert (letter["attempts"], letter["url"], letter["partition"]) == (2, page, "2026-11-24T1210")

    repaired[0] = True
    call("retry")
    fetch("2026-11-24T1215")
    assert call("list") == "no dead letters\n"
    (capture,) = captures_of("2026-11-24T1215")
    assert (capture.url, capture.item.title) == (page, "Harbour 2"), "the feed's entry is kept for a page that may still be captured"


def test_a_page_that_was_forgotten_cannot_be_asked_again(fetch: Callable[[str], None]) -> None:
    fetch("2026-11-24T1205")
    with open_database(load().database_url) as engine, engine.begin() as connection:
        connection.execute(sa.delete(PAGES))
    assert call("retry").splitlines() == [
        "0 pages queued for the next run of newsdesk_fetch",
        "1 page not queued: no feed lists them any more.",
        "Drop their dead letters with: newsdesk dead drop --stage fetch",
    ]


def test_a_page_that_is_tried_again_is_no_dead_letter_and_settles_none() -> None:
    fetched = Outcome(stage=Stage.FETCH, id="a", status=Status.FETCHED)
    outcomes = [
        fetched,
        dataclasses.replace(fetched, id="b", status=Status.FAILED, reason=Reason.NO_ANSWER),
        dataclasses.replace(fetched, id="c", status=Status.DEAD, reason=Reason.GONE, url="https://news.example/c"),
        dataclasses.replace(fetched, id="d", status=Status.NOT_MODIFIED),
    ]
    report = report_fetch(outcomes, partition="2026-11-24T1205", now=dt.datetime.now(dt.UTC))
    assert [(letter.page_id, letter.url, letter.reason) for letter in report.dead_letters] == [("c", "https://news.example/c", Reason.GONE)]
    assert report.passed == ("a", "d")
