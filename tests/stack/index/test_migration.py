"""Migrations to a new mapping during searches and writes, and verification of the index.

Tests of newsdesk.index.bulk, newsdesk.index.mapping, newsdesk.index.migration and newsdesk.index.verify.
"""

import contextlib
import dataclasses
import datetime as dt
import threading
from collections.abc import Iterator
from itertools import count
from typing import Any, NoReturn

import pytest
from elasticsearch import Elasticsearch

from newsdesk.errors import SetupError, Unavailable
from newsdesk.index import mapping, migration
from newsdesk.index.aliases import Names, live_version, names, set_up
from newsdesk.index.bulk import index_action, send
from newsdesk.index.client import Retry, open_client
from newsdesk.index.mapping import article_template
from newsdesk.index.migration import migrate
from newsdesk.index.sink import index_articles
from newsdesk.index.verify import verify
from newsdesk.local import run
from newsdesk.records import Article
from newsdesk.settings import ElasticsearchSettings, IndexSettings, Settings
from samples import NOW, numbered, words

IMPATIENT = Retry(retries=0)
NEXT = mapping.VERSION + 1


def documents(es: Elasticsearch, settings: IndexSettings) -> list[dict[str, Any]]:
    es.indices.refresh(index=names(settings).articles)
    return list(es.search(index=names(settings).articles, size=1_000)["hits"]["hits"])


def write_again(es: Elasticsearch, article: Article, settings: IndexSettings) -> None:
    """Write as a task that is retried: a writer gets a retryable error while the alias moves."""
    while True:
        with contextlib.suppress(Unavailable):
            list(index_articles(es, [article], settings, now=NOW, retry=IMPATIENT))
            return


@pytest.fixture
def ready(es: Elasticsearch, index_settings: IndexSettings) -> IndexSettings:
    set_up(es, index_settings, now=NOW)
    return index_settings


def test_searches_and_writes_continue_during_a_migration(
    elasticsearch_settings: ElasticsearchSettings, es: Elasticsearch, ready: IndexSettings
) -> None:
    alias = names(ready).articles
    archived = [numbered(number) for number in range(300)]
    list(index_articles(es, [*archived, numbered(1000)], ready, now=NOW))
    counts: list[int] = []
    written: list[int] = []
    over = threading.Event()

    def look() -> None:
        with open_client(elasticsearch_settings) as own:
            while not over.is_set():
                counts.append(own.count(index=alias)["count"])

    def write() -> None:
        with open_client(elasticsearch_settings) as own:
            for number in count(2000):
                if over.is_set():
                    return
                write_again(own, numbered(number), ready)
                written.append(number)

    workers = [threading.Thread(target=look), threading.Thread(target=write)]
    for worker in workers:
        worker.start()
    try:
        done = migrate(es, archived, ready, now=NOW, report=lambda _line: None, to_version=NEXT)
    finally:
        over.set()
        for worker in workers:
            worker.join()
    es.indices.refresh(index=alias)
    assert min(counts) >= 301, "a search saw less than there is"
    assert len(counts) > 3
    assert live_version(es, names(ready)) == NEXT
    assert done.made == 300
    assert done.removed
    assert es.count(index=alias)["count"] == 301 + len(written)
    assert verify(es, "all", [*archived, numbered(1000), *map(numbered, written)], ready).is_sound


def test_copied_documents_keep_their_story(es: Elasticsearch, ready: IndexSettings) -> None:
    smaller, larger = sorted((numbered(number, text=words(77, 200)) for number in (1, 2)), key=lambda one: one.id)
    list(index_articles(es, [smaller, larger], ready, now=NOW))
    migrate(es, [larger], ready, now=NOW, report=lambda _line: None, to_version=NEXT)
    assert {hit["_source"]["story_id"] for hit in documents(es, ready)} == {smaller.id}


def test_documents_that_the_new_mapping_rejects_are_named_and_kept(
    es: Elasticsearch, ready: IndexSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = numbered(1)
    list(index_articles(es, [kept, numbered(2)], ready, now=NOW))
    with monkeypatch.context() as changed:
        changed.setattr(mapping, "article_template", without_kind)
        done = migrate(es, [], ready, now=NOW, report=lambda _line: None, to_version=NEXT)
    assert done.copied == 0
    assert len(done.refused) == 2
    assert all("strict_dynamic_mapping_exception" in reason for reason in done.refused)
    assert done.removed == ()
    assert es.count(index=names(ready).version_pattern(mapping.VERSION))["count"] == 2


def without_kind(pattern: str, **more: Any) -> dict[str, Any]:
    """A template without a field that all old documents have."""
    template = article_template(pattern, **more)
    del template["template"]["mappings"]["properties"]["content_kind"]
    return template


def test_make_run_migrates_an_index_of_an_earlier_version(es: Elasticsearch, stack_settings: Settings, ready: IndexSettings) -> None:
    articles = [numbered(number) for number in range(5)]
    list(index_articles(es, articles, ready, now=NOW))
    migrate(es, articles, ready, now=NOW, report=lambda _line: None, to_version=mapping.VERSION - 1)
    lines: list[str] = []
    for _ in range(2):
        run.set_up_own_index(es, dataclasses.replace(stack_settings, index=ready), report=lines.append)
    assert live_version(es, names(ready)) == mapping.VERSION
    assert len(documents(es, ready)) == 5
    assert sum("moving the alias" in line for line in lines) == 1


def test_old_indices_are_read_only_after_the_swap(es: Elasticsearch, ready: IndexSettings) -> None:
    list(index_articles(es, [numbered(1)], ready, now=NOW))
    migrate(es, [numbered(1)], ready, now=NOW, report=lambda _line: None, to_version=NEXT, keep_old=True)
    late = index_action(names(ready).month(mapping.VERSION, NOW), "late", 1, {"id": "late"})
    with pytest.raises(Unavailable, match="cluster_block_exception"):
        send(es, [late], most_bytes=1_000_000, retry=IMPATIENT)
    migrate(es, [], ready, now=NOW, report=lambda _line: None, to_version=NEXT)
    # The default of a cluster; the embedded server does not create indices automatically.
    es.cluster.put_settings(persistent={"action.auto_create_index": "true"})
    try:
        with pytest.raises(Unavailable, match="index_not_found_exception"):
            send(es, [late], most_bytes=1_000_000, retry=IMPATIENT)
    finally:
        es.cluster.put_settings(persistent={"action.auto_create_index": None})


def test_the_second_of_two_concurrent_migrations_is_refused(es: Elasticsearch, ready: IndexSettings) -> None:
    archived = [numbered(number) for number in range(30)]
    list(index_articles(es, archived, ready, now=NOW))

    def overtaken() -> Iterator[Article]:
        yield from archived[:10]
        migrate(es, archived, ready, now=NOW, report=lambda _line: None, to_version=NEXT)
        yield from archived[10:]

    small = ready.model_copy(update={"bulk_documents": 5})
    with pytest.raises(SetupError, match="another migration of"):
        migrate(es, overtaken(), small, now=NOW, report=lambda _line: None, to_version=NEXT)
    assert verify(es, "all", archived, ready).is_sound
    assert len(documents(es, ready)) == 30


def test_a_migration_whose_old_indices_were_removed_is_refused(
    es: Elasticsearch, ready: IndexSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def removed_by_another(client: Elasticsearch, own: Names, *_rest: object, **_more: object) -> NoReturn:
        client.indices.delete(index=own.month(mapping.VERSION, NOW))
        client.indices.refresh(index=own.month(mapping.VERSION, NOW))
        raise AssertionError

    list(index_articles(es, [numbered(1)], ready, now=NOW))
    migrate(es, [numbered(1)], ready, now=NOW, report=lambda _line: None, to_version=NEXT, keep_old=True)
    monkeypatch.setattr(migration, "_close", removed_by_another)
    with pytest.raises(SetupError, match="another migration of"):
        migrate(es, [], ready, now=NOW, report=lambda _line: None, to_version=NEXT)


def test_an_interrupted_migration_is_completed_by_the_next(es: Elasticsearch, ready: IndexSettings) -> None:
    archived = [numbered(number) for number in range(30)]
    list(index_articles(es, [*archived, numbered(100)], ready, now=NOW))

    def killed() -> Iterator[Article]:
        yield from archived[:10]
        raise KeyboardInterrupt

    def killed_before_the_move(line: str) -> None:
        if "moving" in line:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        migrate(es, killed(), ready.model_copy(update={"bulk_documents": 5}), now=NOW, report=lambda _line: None, to_version=NEXT)
    with pytest.raises(KeyboardInterrupt):
        migrate(es, archived, ready, now=NOW, report=killed_before_the_move, to_version=NEXT)
    assert live_version(es, names(ready)) == mapping.VERSION
    migrate(es, archived, ready, now=NOW, report=lambda _line: None, to_version=NEXT)
    assert verify(es, "all", [*archived, numbered(100)], ready).is_sound
    assert len(documents(es, ready)) == 31


def test_a_migration_to_the_live_version_is_refused(es: Elasticsearch, ready: IndexSettings) -> None:
    with pytest.raises(SetupError, match="nothing to migrate"):
        migrate(es, [], ready, now=NOW, report=lambda _line: None)


def test_verify_names_missing_outdated_and_duplicate_articles(es: Elasticsearch, ready: IndexSettings) -> None:
    later = NOW + dt.timedelta(hours=1)
    list(index_articles(es, [numbered(1), numbered(2)], ready, now=NOW))
    found = verify(es, "p", [numbered(1), numbered(2, fetched_at=later), numbered(3)], ready)
    assert found.missing == ("https://news.example/3",)
    assert found.outdated == ("https://news.example/2",)
    assert not found.is_sound
