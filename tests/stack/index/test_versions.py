"""Older versions of an article: recorded in the index, read from the archive, and listed with their changes.

Tests of newsdesk.index.version_records and newsdesk.search.versions.
"""

import dataclasses
import datetime as dt
import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from newsdesk.errors import Status
from newsdesk.index.aliases import names, set_up
from newsdesk.index.bulk import send
from newsdesk.index.client import Retry, open_client
from newsdesk.index.sink import index_articles
from newsdesk.index.version_records import version_action, version_key
from newsdesk.records import Article, CaptureRef
from newsdesk.search.versions import NOT_KEPT, ArticleVersion, list_versions
from newsdesk.settings import ElasticsearchSettings, IndexSettings, Settings
from newsdesk.store.archive import Archive
from newsdesk.store.articles import write_articles
from samples import NOW, numbered
from stack.desk import everything_in

FIRST = "The council met at noon.\nIt will vote on Friday about the bridge."
SECOND = "The council met at noon.\nIt will vote on Monday about the bridge.\nThe mayor was not there."


@pytest.fixture
def ready(es: Elasticsearch, index_settings: IndexSettings) -> IndexSettings:
    set_up(es, index_settings, now=NOW)
    return index_settings


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path.as_uri())


def capture(hours: int, text: str, *, number: int = 1, title: str = "Bridge") -> Article:
    """A capture of the article in the partition of its hour."""
    made = numbered(number, text=text, title=title, fetched_at=NOW + dt.timedelta(hours=hours), partition=f"p{hours}")
    return dataclasses.replace(made, capture=CaptureRef(f"raw/p{hours}/shard-0.warc.gz", number))


def keep(archive: Archive, *articles: Article) -> None:
    for one in articles:
        write_articles(archive, f"articles/{one.partition}/shard-0-000000.jsonl.gz", [numbered(99), one])


def versions(es: Elasticsearch, archive: Archive, index: IndexSettings, settings: Settings) -> list[ArticleVersion]:
    es.indices.refresh(index=f"{index.prefix}*")
    return list_versions(es, archive, numbered(1).id, dataclasses.replace(settings, index=index))


def hours(listed: list[ArticleVersion]) -> list[float]:
    return [(version.fetched_at - NOW).total_seconds() / 3600 for version in listed]


def test_two_contents_are_two_versions_with_their_changes(
    es: Elasticsearch, ready: IndexSettings, stack_settings: Settings, archive: Archive
) -> None:
    captures = [capture(0, FIRST), capture(1, FIRST), capture(2, SECOND, title="Vote on bridge")]
    keep(archive, *captures)
    list(index_articles(es, captures, ready, now=NOW))
    older, newer = versions(es, archive, ready, stack_settings)
    assert (older.text, newer.text) == (FIRST, SECOND)
    assert (older.is_searched, newer.is_searched) == (False, True)
    assert newer.summary == "headline changed from “Bridge” to “Vote on bridge”; 2 paragraphs: 1 added, 1 changed"
    assert [change.after for change in newer.changes] == SECOND.split("\n")[1:]
    assert hours([older, newer]) == [0, 2]
    assert len(everything_in(es, names(ready).articles)) == 1


def test_each_content_is_recorded_with_its_first_capture_in_any_order(
    elasticsearch_settings: ElasticsearchSettings, es: Elasticsearch, ready: IndexSettings, stack_settings: Settings, archive: Archive
) -> None:
    captures = [capture(hour, f"{FIRST}\nUpdate {hour // 3}.") for hour in range(30)]
    keep(archive, *captures)
    random.Random(5).shuffle(captures)

    def write(part: list[Article]) -> None:
        with open_client(elasticsearch_settings) as own:
            list(index_articles(own, part, ready.model_copy(update={"bulk_documents": 4}), now=NOW))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(write, (captures[::2], captures[1::2])))
    assert hours(versions(es, archive, ready, stack_settings)) == list(range(0, 30, 3))
    before = everything_in(es, names(ready).articles)
    write(captures)
    assert hours(versions(es, archive, ready, stack_settings)) == list(range(0, 30, 3))
    assert everything_in(es, names(ready).articles) == before


def test_a_replay_writes_version_records_that_an_interrupted_run_did_not(
    es: Elasticsearch, ready: IndexSettings, stack_settings: Settings, archive: Archive
) -> None:
    first, again = capture(0, FIRST), capture(1, FIRST)
    keep(archive, first, again)
    list(index_articles(es, [first], ready, now=NOW))
    noted, key = names(ready).versions, version_key(first)
    month = names(ready).versions_month(first.fetched_at)
    es.delete(index=month, id=key, refresh=True)
    assert [outcome.status for outcome in index_articles(es, [first], ready, now=NOW)] == [Status.UNCHANGED]
    assert hours(versions(es, archive, ready, stack_settings)) == [0]
    es.indices.delete(index=month)
    # The same content, recorded only for a later capture whose article was not written.
    es.indices.create(index=month)
    send(es, [version_action(again, names(ready))], most_bytes=ready.bulk_bytes, retry=Retry())
    list(index_articles(es, [first], ready, now=NOW))
    es.indices.refresh(index=noted)
    (hit,) = es.search(index=noted)["hits"]["hits"]
    assert hit["_source"]["capture"] == str(first.capture)


def test_a_reverted_article_has_the_same_content_as_two_versions(
    es: Elasticsearch, ready: IndexSettings, stack_settings: Settings, archive: Archive
) -> None:
    captures = [capture(0, FIRST), capture(1, SECOND), capture(2, FIRST)]
    keep(archive, *captures)
    list(index_articles(es, captures, ready, now=NOW))
    assert [version.text for version in versions(es, archive, ready, stack_settings)] == [FIRST, SECOND, FIRST]


def test_a_text_that_retention_removed_is_reported_as_removed(
    es: Elasticsearch, ready: IndexSettings, stack_settings: Settings, archive: Archive
) -> None:
    captures = [capture(0, FIRST), capture(1, SECOND), capture(2, f"{SECOND}\nMore.")]
    keep(archive, *captures[1:])
    list(index_articles(es, captures, ready, now=NOW))
    first, second, third = versions(es, archive, ready, stack_settings)
    assert (first.text, first.title) == (None, "Bridge")
    assert second.summary == NOT_KEPT
    assert third.summary == "1 paragraph added"


def test_an_unknown_article_has_no_versions(es: Elasticsearch, ready: IndexSettings, stack_settings: Settings, archive: Archive) -> None:
    assert versions(es, archive, ready, stack_settings) == []
