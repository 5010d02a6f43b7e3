"""What the jobs store and hand on. The DAGs' tasks around them: tests/unit/airflow_tasks, tests/stack."""

import contextlib

import pytest

from captures import page, write_captures
from newsdesk import jobs
from newsdesk.database import open_database
from newsdesk.errors import BadRequest, NothingNew, Stage, Status, Unavailable
from newsdesk.records import Outcome
from newsdesk.scope import Only, Scope
from newsdesk.settings import load
from newsdesk.store.archive import Archive
from newsdesk.store.articles import read_partition
from newsdesk.store.dead_letters import list_dead_letters
from newsdesk.store.outcomes import read_effort, read_outcomes, write_outcomes

PARTITION = "2026-11-24T1205"
FERRY = page("Ferry returns to the harbour", "The first passengers crossed the river by ferry on Saturday morning, eleven years on.")
POISON = b"%PDF-1.7 this is no page"


@pytest.fixture
def settings(monkeypatch, tmp_path):
    monkeypatch.setenv("NEWSDESK_HOME", str(tmp_path))
    return load()


@pytest.fixture
def archive(settings):
    return Archive(settings.data_url)


@contextlib.contextmanager
def no_elasticsearch():
    raise Unavailable("elasticsearch", "connection refused")
    yield


def test_a_partition_without_captures_hands_nothing_on(settings):
    with pytest.raises(NothingNew, match="nothing new"):
        jobs.hand_on_captures(PARTITION, settings, no_elasticsearch)


def test_captures_that_no_task_reported_are_counted_when_the_partition_is_handed_on(settings, archive):
    write_captures(archive, PARTITION, [("https://example.org/ferry", FERRY)])
    jobs.hand_on_captures(PARTITION, settings, no_elasticsearch)
    jobs.hand_on_captures(PARTITION, settings, no_elasticsearch)
    assert [outcome.status for outcome in read_outcomes(archive, PARTITION, Stage.FETCH)] == [Status.FETCHED]


def test_a_chunk_is_enriched_stored_and_measured(settings, archive):
    write_captures(archive, PARTITION, [("https://example.org/poison", POISON), ("https://example.org/ferry", FERRY)])
    emitted = []
    (chunk,) = jobs.plan_chunks(PARTITION, settings)
    jobs.enrich_chunk(chunk, settings, emit=lambda stage, outcomes, seconds: emitted.append((stage, len(outcomes), seconds > 0)))
    assert [article.cleaned.title for article in read_partition(archive, PARTITION)] == ["Ferry returns to the harbour"]
    assert [outcome.status for outcome in read_outcomes(archive, PARTITION, Stage.ENRICH)] == [Status.DEAD, Status.ENRICHED]
    with open_database(settings.database_url) as engine:
        assert [letter.url for letter in list_dead_letters(engine)] == ["https://example.org/poison"]
    assert emitted == [(Stage.ENRICH, 2, True)]
    assert read_effort(archive, PARTITION, Stage.ENRICH).articles == 2
    jobs.hand_on_articles(PARTITION, settings, no_elasticsearch)


def test_a_narrowed_replay_does_not_count_as_a_measurement(settings, archive):
    write_captures(archive, PARTITION, [("https://example.org/ferry", FERRY)])
    (chunk,) = jobs.plan_chunks(PARTITION, settings)
    jobs.enrich_chunk(chunk, settings, scope=Scope(only=Only.FAILED))
    assert read_effort(archive, PARTITION, Stage.ENRICH).seconds_each is None


def test_a_partition_whose_captures_are_all_dead_hands_no_article_on(settings, archive):
    write_captures(archive, PARTITION, [("https://example.org/poison", POISON)])
    write_outcomes(archive, PARTITION, Stage.ENRICH, "a", [Outcome(stage=Stage.ENRICH, id="a", status=Status.DEAD)])
    with pytest.raises(NothingNew, match="no article"):
        jobs.hand_on_articles(PARTITION, settings, no_elasticsearch)


def test_counters_that_elasticsearch_cannot_take_stop_nothing(settings, archive, caplog):
    write_outcomes(archive, PARTITION, Stage.FETCH, "a", [Outcome(stage=Stage.FETCH, id="a", status=Status.FETCHED)])
    jobs.write_counters(PARTITION, [Stage.FETCH], settings, no_elasticsearch)
    assert "run counters of 2026-11-24T1205 were not written" in caplog.text


def test_a_sweep_is_for_a_day(settings):
    with pytest.raises(BadRequest, match="a sweep is for a day"):
        jobs.plan_sweep(PARTITION, settings)


def test_a_day_that_was_captured_is_not_swept_again(settings, archive):
    write_captures(archive, "2026-11-24", [("https://example.org/ferry", FERRY)])
    assert jobs.plan_sweep("2026-11-24", settings) == []
