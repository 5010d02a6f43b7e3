"""Articles in the JSON API: search, reading, comparison, counts."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from newsdesk.errors import BadRequest
from newsdesk.records import EntityType, Verdict
from newsdesk.search.article import FoundArticle
from newsdesk.search.comparisons import ComparedArticles
from newsdesk.search.counts import Bucket, Interval, PlaceCount, Series, Split
from newsdesk.search.entity_profile import EntityProfile, NamedEntity
from newsdesk.search.queries import SearchQuery
from newsdesk.search.run import Hit, SearchResults
from newsdesk.search.versions import ArticleVersion
from newsdesk.settings import Settings
from newsdesk.tag.known_names import LONGEST_NAME, find_known
from newsdesk.web.library import Library
from newsdesk.web.search_form import LONGEST_CURSOR, LONGEST_TEXT, PAGE_SIZE, read_form, to_query

UTC = ZoneInfo("UTC")
Name = Annotated[str, Query(max_length=LONGEST_NAME)]
Values = Annotated[list[str], Field(default_factory=list, max_length=20)]


class Filters(BaseModel):
    """The filters of a search. A field that is given several times matches articles with any of its values.

    A name matches by its words: York finds New York; =York does not.
    """

    model_config = ConfigDict(frozen=True)

    q: str = Field("", max_length=LONGEST_TEXT, description='Words, "a phrase", strike OR walkout, person:"Mark Rutte", -without')
    verdict: list[Verdict] = Field(default_factory=list)
    source: Values
    language: Values
    country: Values
    person: Values
    organization: Values
    place: Values
    credit: Values
    since: str = Field("", description="From this day or moment on: 2026-11-24, 2026-11-24T13:00+01:00. Days are UTC")
    until: str = Field("", description="Up to the end of this day, or before this moment")
    story: str = Field("", description="Articles of this story only")

    def read(self, *, maximum_hits: int, **more: str) -> SearchQuery:
        """Return the search query. Raises BadRequest for an invalid date."""
        given = {**self.model_dump(mode="json"), **more}
        pairs = [(name, str(value)) for name, values in given.items() for value in (values if isinstance(values, list) else [values])]
        form = read_form(pairs, maximum_hits=maximum_hits)
        for name in ("since", "until"):
            if given[name] and not getattr(form, name):
                raise BadRequest(f"{name}={given[name]} is not a day or moment such as 2026-11-24 or 2026-11-24T13:00+01:00")
        return to_query(form, zone=UTC)


class Search(Filters):
    """A search with paged hits."""

    order: Literal["", "newest", "oldest"] = Field("", description="Empty: most relevant first")
    size: int = Field(PAGE_SIZE, ge=1, description="Most articles of one answer")
    cursor: str = Field("", max_length=LONGEST_CURSOR, description="`next_cursor` of the answer before, with the same search")


class Counted(Filters):
    """A search whose articles are counted over time."""

    split: Split = Split.LANGUAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePage:
    """A page of the articles that were found, one of each story. `notes` explain how the search was interpreted."""

    total: int
    articles: tuple[Hit, ...]
    next_cursor: str | None
    notes: tuple[str, ...]
    suggestion: str | None
    incomplete: bool
    took_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CountsOverTime:
    """The number of articles in each interval that starts at `starts`; `series` split the totals."""

    interval: Interval
    starts: tuple[dt.datetime, ...]
    totals: tuple[int, ...]
    series: tuple[Series, ...]


def add_entity_routes(router: APIRouter, library: Library, settings: Settings) -> None:
    @router.get("/entities", tags=["entities"])
    def list_entities(q: Name = "") -> list[NamedEntity]:
        """The most frequent persons, organisations, places and events; with `q` those whose names have all its words."""
        return library.list_named(" ".join(q.split()))

    @router.get("/entities/profile", tags=["entities"])
    def show_entity(name: Name, type_: Annotated[EntityType | None, Query(alias="type")] = None) -> EntityProfile:
        """When, where and with whom an entity is named, and its newest articles."""
        profile = library.find_entity(name, find_known(settings.tag, name, type_), type_, zone=UTC)
        if profile is None:
            raise HTTPException(404, f"No article names {name}")
        return profile


def add_article_routes(router: APIRouter, library: Library, *, maximum_hits: int) -> None:
    @router.get("/articles", tags=["articles"])
    def search_articles(asked: Annotated[Search, Query()]) -> ArticlePage:
        query = asked.read(maximum_hits=maximum_hits, order=asked.order, size=str(asked.size), after=asked.cursor)
        found = library.search(replace(query, facets=False, timeline=None, places=False))
        return ArticlePage(
            total=found.total,
            articles=found.hits,
            next_cursor=found.next_cursor,
            notes=found.notes,
            suggestion=found.suggestion,
            incomplete=found.incomplete,
            took_ms=found.took_ms,
        )

    @router.get("/articles/{article_id}", tags=["articles"])
    def read_article(article_id: str) -> FoundArticle:
        return _existing(library, article_id)

    @router.get("/articles/{article_id}/versions", tags=["articles"])
    def list_article_versions(article_id: str) -> list[ArticleVersion]:
        _existing(library, article_id)
        return library.list_versions(article_id)

    @router.get("/articles/{article_id}/similar", tags=["articles"])
    def list_similar_articles(article_id: str) -> list[Hit]:
        _existing(library, article_id)
        return list(library.more_like(article_id).hits)

    @router.get("/articles/{article_id}/comparison", tags=["articles"])
    def compare_article(article_id: str) -> ComparedArticles:
        """The article compared with its original by sentence; 404 if its original is not known."""
        _existing(library, article_id)
        compared = library.find_comparison(article_id)
        if compared is None:
            raise HTTPException(404, "No original of this article is known")
        return compared

    def count(asked: Filters, **more: str) -> SearchResults:
        return library.search(replace(asked.read(maximum_hits=maximum_hits, **more), size=0))

    @router.get("/facets", tags=["counts"])
    def count_values(asked: Annotated[Filters, Query()]) -> dict[str, tuple[Bucket, ...]]:
        """The most frequent values of each field among the articles that are found."""
        return count(asked).facets

    @router.get("/timeline", tags=["counts"])
    def count_over_time(asked: Annotated[Counted, Query()]) -> CountsOverTime:
        """The articles of the search's time, or of the last 30 days."""
        timeline = count(asked, split=asked.split).timeline
        if timeline is None:
            raise BadRequest("the time that is searched is empty")
        return CountsOverTime(interval=timeline.query.interval, starts=timeline.starts, totals=timeline.totals, series=timeline.series)

    @router.get("/places", tags=["counts"])
    def count_places(asked: Annotated[Filters, Query()]) -> tuple[PlaceCount, ...]:
        """The places that the articles name most often, with their coordinates."""
        return count(asked).places


def _existing(library: Library, article_id: str) -> FoundArticle:
    found = library.find_article(article_id)
    if found is None:
        raise HTTPException(404, f"There is no article {article_id}")
    return found
