"""A new mapping under a running search, the index compared with the archive."""

import datetime as dt
import threading
from itertools import count

import pytest
from elasticsearch import Elasticsearch

from newsdesk.errors import SetupError
from newsdesk.index.aliases import live_version, names, set_up
from newsdesk.index.client import open_client
from newsdesk.index.migration import migrate
from newsdesk.index.sink import index_articles
from newsdesk.index.verify import verify
from newsdesk.settings import ElasticsearchSettings, IndexSettings
from samples import NOW, numbered


@pytest.fixture
def ready(es: Elasticsearch, index_settings: IndexSettings) -> IndexSettings:
    set_up(es, index_settings, now=NOW)
    return index_settings


def test_searches_and_writes_go_on_while_the_mapping_changes(
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
                list(index_articles(own, [numbered(number)], ready, now=NOW))
                written.append(number)

    workers = [threading.Thread(target=look), threading.Thread(target=write)]
    for worker in workers:
        worker.start()
    try:
        done = migrate(es, archived, ready, now=NOW, report=lambda _line: None, to_version=2)
    finally:
        over.set()
        for worker in workers:
            worker.join()
    es.indices.refresh(index=alias)
    assert min(counts) >= 301, "a search saw less than there is"
    assert len(counts) > 3
    assert live_version(es, names(ready)) == 2
    assert done.made == 300
    assert done.removed
    assert es.count(index=alias)["count"] == 301 + len(written)
    assert verify(es, "all", [*archived, numbered(1000), *map(numbered, written)], ready).is_sound


def test_a_migration_that_is_there_already_says_so(es: Elasticsearch, ready: IndexSettings) -> None:
    with pytest.raises(SetupError, match="nothing to migrate"):
        migrate(es, [], ready, now=NOW, report=lambda _line: None)


def test_what_the_index_lacks_is_named(es: Elasticsearch, ready: IndexSettings) -> None:
    later = NOW + dt.timedelta(hours=1)
    list(index_articles(es, [numbered(1), numbered(2)], ready, now=NOW))
    found = verify(es, "p", [numbered(1), numbered(2, fetched_at=later), numbered(3)], ready)
    assert found.missing == ("https://news.example/3",)
    assert found.outdated == ("https://news.example/2",)
    assert not found.is_sound
