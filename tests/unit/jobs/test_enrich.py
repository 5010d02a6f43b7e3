import contextlib

import pytest

from captures import page, write_captures
from newsdesk.database import open_database
from newsdesk.errors import NothingNew, Stage, Status, Unavailable
from newsdesk.jobs import enrich
from newsdesk.records import Outcome
from newsdesk.scope import Only, Scope
from newsdesk.settings import load
from newsdesk.store.articles import read_partition
from newsdesk.store.dead_letters import list_dead_letters
from newsdesk.store.outcomes import list_outcome_files, read_effort, read_outcomes, write_outcomes

PARTITION = "2026-11-24T1205"
FERRY = page("Ferry returns to the harbour", "The first passengers crossed the river by ferry on Saturday morning, eleven years on.")
POISON = b"%PDF-1.7 this is no page"


@contextlib.contextmanager
def no_elasticsearch():
    raise Unavailable("elasticsearch", "connection refused")
    yield


def test_enriching_a_chunk_stores_articles_outcomes_dead_letters_and_metrics(settings, archive, tools):
    write_captures(archive, PARTITION, [("https://example.org/poison", POISON), ("https://example.org/ferry", FERRY)])
    emitted = []
    (chunk,) = enrich.plan_chunks(PARTITION, settings)
    enrich.enrich_chunk(
        chunk, settings, tools=tools, emit=lambda stage, outcomes, seconds: emitted.append((stage, len(outcomes), seconds > 0))
    )
    assert [article.cleaned.title for article in read_partition(archive, PARTITION)] == ["Ferry returns to the harbour"]
    assert [outcome.status for outcome in read_outcomes(archive, PARTITION, Stage.ENRICH)] == [Status.DEAD, Status.ENRICHED]
    with open_database(settings.database_url) as engine:
        assert [letter.url for letter in list_dead_letters(engine)] == ["https://example.org/poison"]
    assert emitted == [(Stage.ENRICH, 2, True)]
    assert read_effort(archive, PARTITION, Stage.ENRICH).articles == 2
    enrich.hand_on_articles(PARTITION, settings, no_elasticsearch)


def test_handing_on_merges_the_outcomes_of_the_chunks(settings, archive, tools, monkeypatch):
    captures = [(f"https://example.org/{n}", FERRY) for n in range(3)]
    write_captures(archive, PARTITION, captures)
    monkeypatch.setenv("NEWSDESK_ENRICH_CHUNK_SIZE", "1")
    settings = load()
    for chunk in enrich.plan_chunks(PARTITION, settings):
        enrich.enrich_chunk(chunk, settings, tools=tools)
    before = list(read_outcomes(archive, PARTITION, Stage.ENRICH))
    enrich.hand_on_articles(PARTITION, settings, no_elasticsearch)
    assert len(list_outcome_files(archive, PARTITION, Stage.ENRICH)) == 1
    assert list(read_outcomes(archive, PARTITION, Stage.ENRICH)) == before


def test_a_partial_replay_stores_no_duration(settings, archive, tools):
    write_captures(archive, PARTITION, [("https://example.org/ferry", FERRY)])
    (chunk,) = enrich.plan_chunks(PARTITION, settings)
    enrich.enrich_chunk(chunk, settings, tools=tools, scope=Scope(only=Only.FAILED))
    assert read_effort(archive, PARTITION, Stage.ENRICH).seconds_each is None


def test_a_partition_without_articles_raises_nothing_new(settings, archive):
    write_captures(archive, PARTITION, [("https://example.org/poison", POISON)])
    write_outcomes(archive, PARTITION, Stage.ENRICH, "a", [Outcome(stage=Stage.ENRICH, id="a", status=Status.DEAD)])
    with pytest.raises(NothingNew, match="no article"):
        enrich.hand_on_articles(PARTITION, settings, no_elasticsearch)
