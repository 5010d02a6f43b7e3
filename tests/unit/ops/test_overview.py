import contextlib
import dataclasses

import pytest

from captures import write_captures
from newsdesk.database import open_database
from newsdesk.errors import Stage, Status, Unavailable
from newsdesk.fetch.pages import add_pages, page_of, save_visits
from newsdesk.fetch.state import add_feed
from newsdesk.ops.airflow_api import DagRun
from newsdesk.ops.alerts import acknowledge, record_problems
from newsdesk.ops.freshness import AlertRule, Problem
from newsdesk.ops.overview import read_overview
from newsdesk.records import FeedItem, Outcome
from newsdesk.store.archive import Archive
from newsdesk.store.outcomes import write_outcomes
from samples import NOW

pytestmark = pytest.mark.usefixtures("home")


@contextlib.contextmanager
def away():
    raise Unavailable("127.0.0.1", "does not answer")
    yield


@pytest.fixture
def archive(tmp_path):
    return Archive(str(tmp_path / "data"))


def overview(archive, tmp_path, **parts):
    def state():
        return open_database(f"sqlite:///{tmp_path}/state.db")

    with state() as engine:
        add_feed(engine, "https://example.org/feed.xml", source="example", now=NOW)
    asked = {"open_engine": state, "open_es": away, "open_airflow": away, **parts}
    return read_overview(archive=archive, **asked, index="articles", now=NOW)


class Airflow:
    def runs(self, dag_id, *, limit):
        return [DagRun(dag_id, "manual__1", "success", "2026-11-24T1205")] if dag_id != "newsdesk_index" else []

    def is_paused(self, dag_id):
        return dag_id == "newsdesk_enrich"


def test_a_part_that_does_not_answer_is_named_and_hides_nothing_else(archive, tmp_path):
    seen = overview(archive, tmp_path)
    assert set(seen.errors) == {"Elasticsearch", "Airflow"}
    assert seen.feeds == {"active": 1}
    assert seen.articles is None


class ArchiveAway:
    def list_folders(self, _folder):
        raise ConnectionError("the bucket does not answer")


def test_a_database_and_an_archive_that_do_not_answer_are_named_too(tmp_path):
    seen = overview(ArchiveAway(), tmp_path, open_engine=away, open_airflow=lambda: contextlib.nullcontext(Airflow()))
    assert set(seen.errors) == {"database", "captures", "Elasticsearch"}
    assert seen.runs["newsdesk_fetch"] == "success (2026-11-24T1205)"


def test_a_dag_that_is_paused_is_seen(archive, tmp_path):
    seen = overview(archive, tmp_path, open_airflow=lambda: contextlib.nullcontext(Airflow()))
    assert seen.runs["newsdesk_enrich"] == "success (2026-11-24T1205), paused"
    assert seen.runs["newsdesk_index"] == "never ran"


def test_an_index_that_is_not_there_yet_is_one_without_articles(archive, tmp_path):
    class NoIndex:
        def search(self, *, ignore_unavailable, **_):
            return {"hits": {"total": {"value": 0}}} if ignore_unavailable else pytest.fail("index_not_found_exception")

    seen = overview(archive, tmp_path, open_es=lambda: contextlib.nullcontext(NoIndex()))
    assert (seen.articles, seen.newest_at) == (0, None)


def test_partitions_that_wait_for_a_stage_are_named(archive, tmp_path):
    for key in ("2026-11-24T1200", "2026-11-24T1155", "2026-11-24T1150"):
        write_captures(archive, key, [("https://example.org/a", b"x")])
    for key in ("2026-11-24T1155", "2026-11-24T1150"):
        write_outcomes(archive, key, Stage.ENRICH, "a", [Outcome(stage=Stage.ENRICH, id="a", status=Status.ENRICHED)])
    write_outcomes(archive, "2026-11-24T1150", Stage.INDEX, "a", [Outcome(stage=Stage.INDEX, id="a", status=Status.CREATED)])
    seen = overview(archive, tmp_path)
    assert seen.partitions == 3
    assert seen.not_enriched == ("2026-11-24T1200",)
    assert seen.not_indexed == ("2026-11-24T1155",)


def test_alerts_that_are_raised_are_on_the_screen(archive, tmp_path):
    with open_database(f"sqlite:///{tmp_path}/state.db") as engine:
        silent = Problem(rule=AlertRule.SILENCE, subject="marlow-post", message="nothing new for 9 h")
        record_problems(engine, [silent], rules=(), channels=[], now=NOW)
    assert overview(archive, tmp_path).alerts == ("marlow-post: silence: nothing new for 9 h (since 2026-11-24 12:05 UTC)",)


def test_a_run_without_a_partition_is_shown_without_one(archive, tmp_path):
    class Keyless(Airflow):
        def runs(self, dag_id, *, limit):
            return [DagRun(dag_id, "manual__1", "running", None)]

    seen = overview(archive, tmp_path, open_airflow=lambda: contextlib.nullcontext(Keyless()))
    assert seen.runs["newsdesk_fetch"] == "running"


def test_pages_that_fail_are_seen_before_they_are_given_up(archive, tmp_path):
    with open_database(f"sqlite:///{tmp_path}/state.db") as engine, engine.begin() as connection:
        pages = [page_of(FeedItem(id=url, url=url), feed_id=1, feed_url="f", source=source) for source, url in FAILING]
        add_pages(connection, pages, NOW)
        answers = ["HTTP status 403 Forbidden", "HTTP status 403 Forbidden", "HTTP status 500", "HTTP status 500"]
        failed = [
            dataclasses.replace(page, failures=1, last_error=error, next_fetch_at=NOW) for page, error in zip(pages, answers, strict=True)
        ]
        # The last one failed permanently: it is a dead letter.
        save_visits(connection, [*failed[:3], dataclasses.replace(failed[3], next_fetch_at=None)])
    assert overview(archive, tmp_path).failing_pages == {
        "marlow-post": "3 pages: HTTP status 403 Forbidden",
    }


def test_an_acknowledged_alert_is_not_among_those_that_need_attention(archive, tmp_path):
    with open_database(f"sqlite:///{tmp_path}/state.db") as engine:
        silent = Problem(rule=AlertRule.SILENCE, subject="marlow-post", message="nothing new for 9 h")
        record_problems(engine, [silent], rules=(), channels=[], now=NOW)
        acknowledge(engine, "marlow-post", now=NOW)
    seen = overview(archive, tmp_path)
    assert (seen.alerts, len(seen.calm_alerts)) == ((), 1)


FAILING = [("marlow-post", f"https://example.org/{n}") for n in range(3)] + [("other", "https://example.com/")]
