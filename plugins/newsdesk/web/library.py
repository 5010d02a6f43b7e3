"""The search backend of the pages: Elasticsearch and the archive."""

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from elasticsearch import Elasticsearch

from newsdesk.fetch.source_names import NO_NAMES, SourceNames
from newsdesk.records import EntityType
from newsdesk.search.article import FoundArticle, find_article
from newsdesk.search.comparisons import ComparedArticles, find_comparison
from newsdesk.search.entity_profile import EntityProfile, NamedEntity, find_entity, list_named
from newsdesk.search.export import find_all
from newsdesk.search.queries import SearchQuery
from newsdesk.search.run import Hit, SearchResults, more_like, search
from newsdesk.search.versions import ArticleVersion, list_versions
from newsdesk.settings import Settings
from newsdesk.store.archive import Archive
from newsdesk.tag.alias_table import KnownEntity
from newsdesk.topics.finding import fill, preview
from newsdesk.topics.records import Item, Topic

MOST_RELATED = 5


class Library(Protocol):
    """The queries of the pages. Methods raise SetupError or Unavailable."""

    def search(self, query: SearchQuery) -> SearchResults: ...

    def find_all(self, query: SearchQuery, *, most: int) -> list[Hit]: ...

    def find_article(self, article_id: str) -> FoundArticle | None: ...

    def more_like(self, article_id: str) -> SearchResults: ...

    def list_versions(self, article_id: str) -> list[ArticleVersion]: ...

    def find_comparison(self, article_id: str) -> ComparedArticles | None: ...

    def find_entity(self, name: str, known: KnownEntity | None, type_: EntityType | None, *, zone: ZoneInfo) -> EntityProfile | None: ...

    def list_named(self, text: str) -> list[NamedEntity]: ...

    def preview_topic(self, query: SearchQuery) -> list[Item]: ...

    def fill_topic(self, state: sa.Engine, topic: Topic) -> None: ...


class IndexLibrary:
    """A `Library`. Each call opens a new Elasticsearch client. `read_names` returns the names of sources."""

    def __init__(
        self,
        settings: Settings,
        open_es: Callable[[], AbstractContextManager[Elasticsearch]],
        read_names: Callable[[], SourceNames] = lambda: NO_NAMES,
    ) -> None:
        self._settings = settings
        self._open_es = open_es
        self._read_names = read_names

    def search(self, query: SearchQuery) -> SearchResults:
        with self._open_es() as es:
            return search(es, query, self._settings, source_names=self._read_names())

    def find_all(self, query: SearchQuery, *, most: int) -> list[Hit]:
        with self._open_es() as es:
            return list(find_all(es, query, self._settings, most=most, source_names=self._read_names()))

    def find_article(self, article_id: str) -> FoundArticle | None:
        with self._open_es() as es:
            return find_article(es, article_id, self._settings)

    def more_like(self, article_id: str) -> SearchResults:
        with self._open_es() as es:
            return more_like(es, article_id, self._settings, size=MOST_RELATED)

    def list_versions(self, article_id: str) -> list[ArticleVersion]:
        with self._open_es() as es:
            return list_versions(es, Archive(self._settings.data_url), article_id, self._settings)

    def find_comparison(self, article_id: str) -> ComparedArticles | None:
        with self._open_es() as es:
            return find_comparison(es, article_id, self._settings)

    def find_entity(self, name: str, known: KnownEntity | None, type_: EntityType | None, *, zone: ZoneInfo) -> EntityProfile | None:
        with self._open_es() as es:
            return find_entity(es, name, self._settings, known=known, type_=type_, zone=zone, now=dt.datetime.now(dt.UTC))

    def list_named(self, text: str) -> list[NamedEntity]:
        with self._open_es() as es:
            return list_named(es, self._settings, text=text, now=dt.datetime.now(dt.UTC))

    def preview_topic(self, query: SearchQuery) -> list[Item]:
        with self._open_es() as es:
            return preview(es, query, self._settings, source_names=self._read_names(), now=dt.datetime.now(dt.UTC))

    def fill_topic(self, state: sa.Engine, topic: Topic) -> None:
        with self._open_es() as es:
            fill(state, es, [topic], self._settings, now=dt.datetime.now(dt.UTC))
