"""Indexing with a real Elasticsearch: repeated, shuffled, concurrent and interrupted runs.

Tests of newsdesk.index.sink.
"""

import datetime as dt
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from newsdesk.errors import Reason, SetupError, Status
from newsdesk.index.aliases import names, set_up
from newsdesk.index.client import Retry, open_client
from newsdesk.index.sink import index_articles
from newsdesk.records import Article
from newsdesk.settings import ElasticsearchSettings, IndexSettings
from samples import NOW, numbered, words


@pytest.fixture
def ready(es: Elasticsearch, index_settings: IndexSettings) -> IndexSettings:
    set_up(es, index_settings, now=NOW)
    return index_settings


def statuses(es: Elasticsearch, articles: list[Article], settings: IndexSettings) -> list[Status]:
    return [outcome.status for outcome in index_articles(es, articles, settings, now=NOW)]


def documents(es: Elasticsearch, settings: IndexSettings) -> dict[str, dict[str, Any]]:
    alias = names(settings).articles
    es.indices.refresh(index=alias)
    hits = es.search(index=alias, size=10_000, version=True, track_total_hits=True)["hits"]
    found = {hit["_id"]: hit for hit in hits["hits"]}
    assert len(found) == hits["total"]["value"], "an article lies in the index twice"
    return found


def test_indexing_the_same_articles_again_changes_nothing(es: Elasticsearch, ready: IndexSettings) -> None:
    articles = [numbered(number) for number in range(5)]
    assert statuses(es, articles, ready) == [Status.CREATED] * 5
    before = documents(es, ready)
    assert statuses(es, articles, ready) == [Status.UNCHANGED] * 5
    assert documents(es, ready) == before


def test_a_newer_capture_replaces_the_document_and_an_older_one_does_not(es: Elasticsearch, ready: IndexSettings) -> None:
    later = NOW + dt.timedelta(hours=2)
    earlier = NOW - dt.timedelta(days=45)
    assert statuses(es, [numbered(1, text="first text")], ready) == [Status.CREATED]
    assert statuses(es, [numbered(1, text="second text", fetched_at=later)], ready) == [Status.UPDATED]
    assert statuses(es, [numbered(1, text="an old text", fetched_at=earlier)], ready) == [Status.STALE]
    (document,) = documents(es, ready).values()
    assert document["_source"]["body"] == "second text"
    assert document["_version"] == int(later.timestamp() * 1000)
    assert document["_source"]["first_seen_at"] == "2026-10-10T12:05:00.000Z", "the older capture shows when it was first there"
    assert document["_index"].endswith("articles-v4-2026.11")


def test_a_capture_from_a_clock_that_was_ahead_does_not_win_forever(es: Elasticsearch, ready: IndexSettings) -> None:
    future, later = NOW + dt.timedelta(days=30), NOW + dt.timedelta(hours=2)
    assert statuses(es, [numbered(1, text="from the future", fetched_at=future)], ready) == [Status.CREATED]
    assert statuses(es, [numbered(1, text="right again")], ready) == [Status.UPDATED]
    assert statuses(es, [numbered(1, text="from the future", fetched_at=future)], ready) == [Status.STALE]
    assert statuses(es, [numbered(1, text="right again")], ready) == [Status.UNCHANGED]
    assert statuses(es, [numbered(1, text="older", fetched_at=NOW - dt.timedelta(hours=1))], ready) == [Status.STALE]
    assert statuses(es, [numbered(1, text="newer", fetched_at=later)], ready) == [Status.UPDATED]
    (document,) = documents(es, ready).values()
    assert (document["_source"]["body"], document["_source"]["fetched_at"]) == ("newer", later.strftime("%Y-%m-%dT%H:%M:%S.000Z"))


def test_captures_of_both_times_in_one_run_end_with_the_right_one(es: Elasticsearch, ready: IndexSettings) -> None:
    future = NOW + dt.timedelta(days=30)
    both = [numbered(1, text="from the future", fetched_at=future), numbered(1, text="right")]
    statuses(es, both, ready)
    (document,) = documents(es, ready).values()
    assert document["_source"]["body"] == "right"
    assert statuses(es, both, ready) == [Status.STALE, Status.UNCHANGED]


def test_the_same_capture_with_newer_rules_replaces_the_document(es: Elasticsearch, ready: IndexSettings) -> None:
    assert statuses(es, [numbered(1, pipeline_version="1")], ready) == [Status.CREATED]
    assert statuses(es, [numbered(1, pipeline_version="2")], ready) == [Status.UPDATED]


def test_a_rejected_article_does_not_affect_the_others(es: Elasticsearch, ready: IndexSettings) -> None:
    too_long = numbered(2, source="x" * 40_000)
    half = numbered(3, text="half a character \ud83d here")
    outcomes = list(index_articles(es, [numbered(1), too_long, half, numbered(4)], ready, now=NOW))
    assert [outcome.status for outcome in outcomes] == [Status.CREATED, Status.DEAD, Status.DEAD, Status.CREATED]
    assert {outcome.reason for outcome in outcomes[1:3]} == {Reason.REFUSED_BY_INDEX}
    assert "immense term" in outcomes[1].detail
    assert len(documents(es, ready)) == 2


def test_an_article_too_large_for_elasticsearch_does_not_affect_the_others(es: Elasticsearch, ready: IndexSettings) -> None:
    enormous = numbered(2, text="lorem ipsum " * 400_000)
    waits: list[float] = []
    written = index_articles(es, [numbered(1), enormous, numbered(3)], ready, now=NOW, retry=Retry(retries=1, sleep=waits.append))
    outcomes = list(written)
    assert [outcome.status for outcome in outcomes] == [Status.CREATED, Status.DEAD, Status.CREATED]
    assert "rejected execution" in outcomes[1].detail
    assert waits, "it was not tried again"


def test_an_article_of_an_earlier_month_is_updated_in_its_month(es: Elasticsearch, ready: IndexSettings) -> None:
    september = dt.datetime(2026, 9, 3, 8, tzinfo=dt.UTC)
    statuses(es, [numbered(1, fetched_at=september)], ready)
    statuses(es, [numbered(1, text="edited", fetched_at=NOW)], ready)
    (document,) = documents(es, ready).values()
    assert document["_index"].endswith("articles-v4-2026.09")
    assert document["_source"]["body"] == "edited"


def test_two_writers_leave_the_newest_capture_of_each_article(
    elasticsearch_settings: ElasticsearchSettings, es: Elasticsearch, ready: IndexSettings
) -> None:
    captures = [
        numbered(number, text=f"{words(number, 60)} state {age}", fetched_at=NOW - dt.timedelta(days=6 * age, seconds=number))
        for number in range(100)
        for age in range(10)
    ]
    random.Random(8).shuffle(captures)
    settings = ready.model_copy(update={"bulk_documents": 50})

    def write(part: list[Article]) -> list[Status]:
        with open_client(elasticsearch_settings) as own:
            return statuses(own, part, settings)

    with ThreadPoolExecutor(2) as pool:
        done = [status for part in pool.map(write, (captures[::2], captures[1::2])) for status in part]
    found = documents(es, ready)
    assert len(done) == 1000
    assert not set(done) - {Status.CREATED, Status.UPDATED, Status.STALE}
    assert len(found) == 100
    assert all(hit["_source"]["body"].endswith("state 0") for hit in found.values())
    oldest = {str(number): (NOW - dt.timedelta(days=54, seconds=number)).isoformat(timespec="milliseconds") for number in range(100)}
    seen = {hit["_source"]["url"].rsplit("/", 1)[1]: hit["_source"]["first_seen_at"].replace("Z", "+00:00") for hit in found.values()}
    assert seen == oldest
    assert set(statuses(es, captures, settings)) == {Status.UNCHANGED, Status.STALE}
    assert documents(es, ready) == found


def test_index_setup_is_idempotent(es: Elasticsearch, ready: IndexSettings) -> None:
    before = es.indices.get(index=f"{ready.prefix}*").body
    set_up(es, ready, now=NOW)
    assert es.indices.get(index=f"{ready.prefix}*").body == before


def test_a_missing_index_is_named(es: Elasticsearch, index_settings: IndexSettings) -> None:
    with pytest.raises(SetupError, match="newsdesk index setup"):
        statuses(es, [numbered(1)], index_settings)


def test_bulk_requests_are_limited_in_size_and_lose_nothing(es: Elasticsearch, ready: IndexSettings) -> None:
    settings = ready.model_copy(update={"bulk_bytes": 100_000})
    done = statuses(es, [numbered(number, text=words(number, 5_000)) for number in range(20)], settings)
    assert Counter(done) == {Status.CREATED: 20}
