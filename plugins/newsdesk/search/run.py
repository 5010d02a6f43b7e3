"""Asks Elasticsearch and turns its answer into hits."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from elasticsearch import Elasticsearch, NotFoundError

from newsdesk.errors import SetupError
from newsdesk.index.aliases import names
from newsdesk.records import Verdict
from newsdesk.search.queries import MARK_END, MARK_START, SearchQuery, build_highlight, build_query, with_fields
from newsdesk.settings import Settings

_SOURCE = (
    "url title source site_name language published_at first_seen_at translation "
    "persons organizations places events image story_id duplicate_kind"
)


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a snippet; `marked` where it matched the query."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HitFinding:
    """A finding of the translation check with the text it is about."""

    rule: str
    severity: str
    message: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An article that was found."""

    id: str
    title: str
    url: str
    source: str
    language: str | None
    published_at: dt.datetime | None
    first_seen_at: dt.datetime | None
    score: float
    title_parts: tuple[Part, ...]
    snippet: tuple[Part, ...]
    verdict: Verdict | None
    findings: tuple[HitFinding, ...]
    is_translation: str
    source_language: str | None
    persons: tuple[str, ...]
    organizations: tuple[str, ...]
    places: tuple[str, ...]
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResults:
    """The hits of one page, best first, and how many there are altogether."""

    total: int
    hits: tuple[Hit, ...]
    took_ms: int = field(default=0, compare=False)


def search(es: Elasticsearch, query: SearchQuery, settings: Settings, *, now: dt.datetime | None = None) -> SearchResults:
    """The articles that match. Raises SetupError where there is no index yet."""
    now = now or dt.datetime.now(dt.UTC)
    query = with_fields(query)
    alias = names(settings.index).articles
    try:
        answer = es.search(
            index=alias,
            query=build_query(query, now=now),
            highlight=build_highlight(query),
            size=max(0, min(query.size, settings.search.maximum_hits)),
            sort=None if query.text else [{"dated_at": "desc"}, {"id": "asc"}],
            source_includes=_SOURCE.split(),
            track_total_hits=True,
        )
    except NotFoundError as error:
        raise SetupError(f"there is no index {alias}", "Run `newsdesk index setup`, then index some articles") from error
    return SearchResults(total=answer["hits"]["total"]["value"], hits=tuple(map(to_hit, answer["hits"]["hits"])), took_ms=answer["took"])


def to_hit(hit: dict[str, Any]) -> Hit:
    """A hit of Elasticsearch's answer as a record."""
    source, marked = hit["_source"], hit.get("highlight", {})
    translation = source.get("translation", {})
    verdict = translation.get("verdict")
    return Hit(
        id=hit["_id"],
        title=source.get("title", ""),
        url=source.get("url", ""),
        source=source.get("source", ""),
        language=source.get("language"),
        published_at=_moment(source.get("published_at")),
        first_seen_at=_moment(source.get("first_seen_at")),
        score=hit.get("_score") or 0.0,
        title_parts=parse_marked(marked.get("title", [source.get("title", "")])[0]),
        snippet=parse_marked(" … ".join(" ".join(part.split()) for part in marked.get("body", []))),
        verdict=Verdict(verdict) if verdict else None,
        findings=tuple(HitFinding(**finding) for finding in translation.get("findings", ())),
        is_translation=translation.get("is_translation", "unknown"),
        source_language=translation.get("source_language"),
        persons=tuple(source.get("persons", ())),
        organizations=tuple(source.get("organizations", ())),
        places=tuple(source.get("places", ())),
        events=tuple(source.get("events", ())),
    )


def parse_marked(text: str) -> tuple[Part, ...]:
    """A highlighted text in stretches, those between the marks marked."""
    parts = []
    for number, piece in enumerate(text.split(MARK_START)):
        inside, mark, outside = piece.partition(MARK_END) if number else ("", "", piece)
        if mark and inside:
            parts.append(Part(inside, marked=True))
        elif inside:
            parts.append(Part(inside))
        if outside:
            parts.append(Part(outside))
    return tuple(parts)


def _moment(value: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(value) if value else None
