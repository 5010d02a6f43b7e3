"""`newsdesk fetch now` and `newsdesk refetch`: the requests to Airflow, and the output.

Tests of newsdesk.cli.airflow_session and newsdesk.ops.fetch_now.
"""

import contextlib
import dataclasses
import datetime as dt

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from airflow_in_memory import Airflow
from newsdesk.cli.main import newsdesk
from newsdesk.fetch.pages import Page, add_pages, page_of, save_visits
from newsdesk.fetch.state import add_feed, list_feeds
from newsdesk.fetch.tables import FEEDS, PAGES
from newsdesk.records import FeedItem

URL = "https://example.org/ferry"


@pytest.fixture
def airflow():
    """An Airflow whose runs end at once."""
    return Airflow(is_prompt=True)


@pytest.fixture
def call(airflow):
    """call(*arguments): the result of a command."""
    return lambda *arguments: CliRunner().invoke(newsdesk, arguments, obj=lambda _settings: contextlib.nullcontext(airflow))


@pytest.fixture
def engine(engine):
    add_feed(engine, "https://example.org/feed.xml", source="example")
    return engine


def test_a_fetch_is_run_for_the_present_interval_and_its_counts_are_told(airflow, call, engine):
    before = dt.datetime.now(dt.UTC)
    airflow.work = lambda run: airflow.note(run.run_id, "fetch: 3 fetched")
    done = call("fetch", "now")
    assert done.exit_code == 0, done.output
    (run,) = airflow.made.values()
    assert run.dag_id == "newsdesk_fetch"
    begun = dt.datetime.strptime(run.partition_key, "%Y-%m-%dT%H%M").replace(tzinfo=dt.UTC)
    assert dt.timedelta(0) <= before - begun < dt.timedelta(minutes=5, seconds=1)
    assert f"newsdesk_fetch {run.partition_key}: success\nfetch: 3 fetched" in done.stdout


@pytest.mark.parametrize("paused", ["newsdesk_fetch", "newsdesk_enrich", "newsdesk_index"])
def test_a_dag_that_would_lose_what_is_fetched_is_refused(airflow, call, engine, paused):
    airflow.paused = {paused}
    assert f"{paused} is paused" in str(call("fetch", "now").exception)
    assert not airflow.made


def test_a_fetch_that_failed_is_told_with_its_tasks(airflow, call, engine):
    airflow.end_state = "failed"
    assert "the fetch failed in fetch_shard." in str(call("fetch", "now").exception)


def test_the_feeds_of_a_source_are_polled_although_they_are_not_due(call, engine):
    later = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
    with engine.begin() as connection:
        connection.execute(sa.update(FEEDS).values(next_poll_at=later))
    assert "there is no active feed of the source 'exampel'" in str(call("fetch", "now", "--source", "exampel").exception)
    assert "1 feed of example due now" in call("fetch", "now", "--source", "example").stdout
    with engine.connect() as connection:
        assert connection.scalar(sa.select(FEEDS.c.next_poll_at)) < later


@pytest.fixture
def page(engine) -> Page:
    """A page that was captured and is not due again."""
    (feed,) = list_feeds(engine, now=dt.datetime.now(dt.UTC))
    page = page_of(FeedItem(id=URL, url=URL), feed_id=1, feed_url=feed.url, source="example")
    captured = dataclasses.replace(page, visits=1, capture="raw/2026-11-24/a.warc.gz#0", etag="tag", digest="sha1:A", next_fetch_at=None)
    with engine.begin() as connection:
        add_pages(connection, [page], dt.datetime.now(dt.UTC))
        save_visits(connection, [captured])
    return captured


@pytest.mark.parametrize(
    ("ends", "told"),
    [
        ({"visits": 2, "capture": "raw/2026-11-25/b.warc.gz#9"}, "captured: raw/2026-11-25/b.warc.gz#9; the article follows"),
        ({"visits": 2}, "unchanged since its last capture"),
        ({"last_error": "HTTP status 410 Gone"}, "not captured: HTTP status 410 Gone"),
        ({}, "still queued"),
    ],
    ids=["captured", "unchanged", "gone", "not reached"],
)
@pytest.mark.parametrize("named", [URL, "http://www.example.org/ferry/", "id"])
def test_a_page_is_fetched_again_in_full_and_its_end_is_told(airflow, call, engine, page, ends, told, named):
    seen = []

    def work(_run):
        with engine.begin() as connection:
            seen.append(connection.execute(sa.select(PAGES.c.etag, PAGES.c.next_fetch_at)).one())
            save_visits(connection, [dataclasses.replace(page, **ends)])

    airflow.work = work
    done = call("refetch", page.id if named == "id" else named)
    assert done.exit_code == 0, done.output
    assert f"{URL}: {told}" in done.stdout
    # The page is due, and the request has no validators.
    assert seen[0].etag is None
    assert seen[0].next_fetch_at is not None


def test_a_page_that_no_feed_listed_is_refused(airflow, call, engine):
    assert "no feed has listed https://example.org/other" in str(call("refetch", "https://example.org/other").exception)
    assert not airflow.made
