"""The search backend of the pages: Elasticsearch and the archive."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

from elasticsearch import Elasticsearch

from newsdesk.fetch.source_names import NO_NAMES, SourceNames
from newsdesk.search.article import FoundArticle, find_article
from newsdesk.search.comparisons import ComparedArticles, find_comparison
from newsdesk.search.export import find_all
from newsdesk.search.queries import SearchQuery
from newsdesk.search.run import Hit, SearchResults, more_like, search
from newsdesk.search.versions import ArticleVersion, list_versions
from newsdesk.settings import Settings
from newsdesk.store.archive import Archive

MOST_RELATED = 5


class Library(Protocol):
    """What the pages ask. Methods raise SetupError or Unavailable."""

    def search(self, query: SearchQuery) -> SearchResults: ...

    def find_all(self, query: SearchQuery, *, most: int) -> list[Hit]: ...

    def find_article(self, article_id: str) -> FoundArticle | None: ...

    def more_like(self, article_id: str) -> SearchResults: ...

    def list_versions(self, article_id: str) -> list[ArticleVersion]: ...

    def find_comparison(self, article_id: str) -> ComparedArticles | None: ...


class IndexLibrary:
    """A `Library`. Each call opens a new Elasticsearch client. `read_names` gives what sources are called."""

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
