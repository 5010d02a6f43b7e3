"""Comparison of stages, and the facts behind alerts, with a real Elasticsearch.

Tests of newsdesk.jobs.maintenance and newsdesk.ops.reconciliation.
"""

import contextlib
import dataclasses
import datetime as dt

import pytest

from captures import write_captures
from newsdesk.database import open_database
from newsdesk.errors import SetupError, Stage, Status
from newsdesk.fetch.state import add_feed
from newsdesk.index.aliases import names, set_up
from newsdesk.index.client import open_client
from newsdesk.index.runs import write_runs
from newsdesk.index.sink import index_articles
from newsdesk.jobs import maintenance
from newsdesk.ops.alerts import list_alerts
from newsdesk.ops.channels import tell_log
from newsdesk.ops.freshness import AlertRule, find_problems
from newsdesk.ops.reconciliation import Missing, reconcile
from newsdesk.ops.source_facts import read_source_facts
from newsdesk.records import Outcome, RunCounters
from newsdesk.settings import AlertSettings, load
from newsdesk.store.archive import Archive
from newsdesk.store.articles import write_articles
from newsdesk.store.outcomes import write_outcomes
from newsdesk.urls import article_id
from samples import NOW, article

PARTITION = "2026-11-24T1205"
URLS = [f"https://example.org/{n}" for n in range(4)]


@pytest.fixture
def archive(tmp_path):
    """Four captures: three articles and a dead letter."""
    archive = Archive(str(tmp_path / "data"))
    write_captures(archive, PARTITION, [(url, b"x") for url in URLS])
    write_outcomes(archive, PARTITION, Stage.FETCH, "a", [outcome(Stage.FETCH, Status.FETCHED, url) for url in URLS])
    ends = [outcome(Stage.ENRICH, Status.ENRICHED, url) for url in URLS[:3]]
    write_outcomes(archive, PARTITION, Stage.ENRICH, "shard-0-000000", [*ends, outcome(Stage.ENRICH, Status.DEAD, URLS[3])])
    write_articles(archive, ARTICLES, [article(url) for url in URLS[:3]])
    return archive


ARTICLES = f"articles/{PARTITION}/shard-0-000000.jsonl.gz"


def outcome(stage, status, url):
    return Outcome(stage=stage, id=article_id(url), url=url, status=status, source="example")


@pytest.fixture
def missing(archive, es, index_settings):
    """A function that returns what is missing after indexing the given articles."""
    set_up(es, index_settings, now=NOW)

    def missing(indexed=URLS[:3]):
        list(index_articles(es, [article(url) for url in indexed], index_settings, now=NOW))
        return reconcile(archive, PARTITION, es=es, settings=index_settings).missing

    return missing


def test_nothing_is_missing_if_every_capture_has_an_outcome_and_every_article_a_document(missing, archive, es, index_settings):
    assert missing() == ()
    found = reconcile(archive, PARTITION, es=es, settings=index_settings)
    assert (found.fetched, found.captures, found.articles, found.set_aside, found.dead) == (4, 4, 3, 0, 1)


def test_an_article_that_is_not_indexed_is_missing(missing):
    assert missing(indexed=URLS[:2]) == (Missing(stage=Stage.INDEX, url=URLS[2], reason="not in the index"),)


def test_an_article_that_is_not_in_the_archive_is_missing(missing, archive):
    write_articles(archive, ARTICLES, [article(url) for url in URLS[1:3]])
    assert missing() == (Missing(stage=Stage.ENRICH, url=URLS[0], reason="counted as an article, no file holds it"),)


def test_a_capture_that_was_not_enriched_is_missing(missing, archive):
    write_captures(archive, PARTITION, [("https://example.org/late", b"x")], shard="shard-1")
    assert missing() == (Missing(stage=Stage.ENRICH, url="https://example.org/late", reason="captured, not enriched"),)


def test_a_page_that_was_counted_but_not_captured_is_missing(missing, archive):
    write_outcomes(archive, PARTITION, Stage.FETCH, "b", [outcome(Stage.FETCH, Status.FETCHED, "https://example.org/lost")])
    assert [(one.stage, one.url) for one in missing()] == [(Stage.FETCH, "https://example.org/lost")]


@contextlib.contextmanager
def no_airflow():
    raise SetupError("no Airflow is configured", "")
    yield


@pytest.fixture
def facts(tmp_path, es, index_settings):
    def facts():
        with open_database(f"sqlite:///{tmp_path}/state.db") as engine:
            add_feed(engine, "https://example.org/feed.xml", source="example", now=NOW)
            return read_source_facts(
                engine=engine, es=es, open_airflow=no_airflow, names=names(index_settings), settings=AlertSettings(), now=NOW
            )

    return facts


def test_an_empty_index_raises_no_alert(facts):
    assert find_problems(facts(), AlertSettings(), now=NOW) == []


def test_shorter_texts_and_failed_pages_are_found_in_the_indices(facts, es, index_settings):
    set_up(es, index_settings, now=NOW)
    before = [story(f"https://example.org/old/{n}", words=400, fetched_at=NOW - dt.timedelta(days=3)) for n in range(6)]
    now = [story(f"https://example.org/new/{n}", words=150, fetched_at=NOW - dt.timedelta(hours=3)) for n in range(6)]
    list(index_articles(es, [*before, *now], index_settings, now=NOW))
    run = {"partition": PARTITION, "source": "example", "run_at": NOW}
    old = dataclasses.replace(RunCounters(stage=Stage.FETCH, found=90, fetched=90, **run), partition="2026-11-20T0000")
    write_runs(es, [RunCounters(stage=Stage.FETCH, found=10, fetched=2, failed=8, **run), old], index_settings)
    es.indices.refresh(index=f"{index_settings.prefix}*")
    (source,) = facts().sources
    assert (source.asked, source.failed, source.articles_before) == (10, 8, 6)
    assert (source.words, source.words_before) == (150, 400)
    found = find_problems(facts(), AlertSettings(), now=NOW)
    assert [finding.rule for finding in found] == [AlertRule.ERROR_RATE, AlertRule.SHORT_TEXTS]


def story(url, *, words, fetched_at):
    return article(url, fetched_at=fetched_at, text=" ".join(f"word{n}" for n in range(words)))


@pytest.fixture
def settings(monkeypatch, tmp_path, elasticsearch_settings, index_settings):
    monkeypatch.setenv("NEWSDESK_HOME", str(tmp_path))
    return dataclasses.replace(load(), elasticsearch=elasticsearch_settings, index=index_settings)


@pytest.fixture
def open_es(elasticsearch_settings):
    return lambda: open_client(elasticsearch_settings)


@pytest.fixture
def raised(settings, open_es):
    """A function that returns the alerts after a comparison at this time."""

    def raised(at=NOW + dt.timedelta(hours=2)):
        maintenance.report_missing_articles(settings, open_es, {"log": tell_log}, now=lambda: at)
        with open_database(settings.database_url) as engine:
            return [(alert.rule, alert.message) for alert in list_alerts(engine)]

    return raised


def test_missing_articles_are_one_alert_until_they_are_found(archive, es, index_settings, raised):
    set_up(es, index_settings, now=NOW)
    message = (
        f"3 articles of 1 partition lost between stages, {PARTITION} to {PARTITION}; "
        "see newsdesk backfill verify --from 2026-11-24 --to 2026-11-24"
    )
    assert raised() == [(AlertRule.MISSING_ARTICLES, message)]
    list(index_articles(es, [article(url) for url in URLS[:3]], index_settings, now=NOW))
    assert raised() == []


def test_articles_that_are_still_in_progress_are_not_missing(archive, es, index_settings, raised, tmp_path):
    set_up(es, index_settings, now=NOW)
    # A sweep of a past day, a few minutes ago.
    (tmp_path / f"data/raw/{PARTITION}").rename(tmp_path / "data/raw/2026-11-24")
    assert raised(NOW + dt.timedelta(minutes=10)) == []
    ((rule, _),) = raised(NOW + dt.timedelta(hours=2))
    assert rule is AlertRule.MISSING_ARTICLES


def test_overdue_feeds_are_an_alert_until_they_are_polled(es, index_settings, settings, open_es):
    set_up(es, index_settings, now=NOW)
    with open_database(settings.database_url) as engine:
        add_feed(engine, "https://example.org/feed.xml", source="example", now=NOW - dt.timedelta(hours=3))
        maintenance.raise_alerts(settings, open_es, {"log": tell_log}, now=lambda: NOW)
        assert [alert.rule for alert in list_alerts(engine)] == [AlertRule.POLLING_STOPPED]
        maintenance.raise_alerts(settings, open_es, {"log": tell_log}, now=lambda: NOW - dt.timedelta(hours=3))
        assert list_alerts(engine) == []
