"""Asks Elasticsearch and turns its answer into hits."""

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Any

from elasticsearch import BadRequestError, Elasticsearch, NotFoundError

from newsdesk.errors import SetupError
from newsdesk.index.aliases import names
from newsdesk.records import Basis, Verdict
from newsdesk.search.cursor import Page, read_cursor, write_cursor
from newsdesk.search.queries import (
    MARK_END,
    MARK_START,
    SearchQuery,
    build_facets,
    build_highlight,
    build_query,
    build_sort,
    build_suggest,
    corrected,
    is_scored,
    with_fields,
)
from newsdesk.settings import Settings

_SOURCE = (
    "url title source site_name language published_at first_seen_at translation "
    "persons organizations places events image story_id duplicate_kind"
)
MOST_COPIES = 20
"""Copies that are listed of each story."""
PAGE_KEPT = "3m"
"""How long the state of a paged search is kept by Elasticsearch after its last page."""
LAST_HIT = 10_000
"""Elasticsearch pages no further than this through stories (`index.max_result_window`)."""


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
    source_start: int | None = None
    source_end: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """Another article of a hit's story."""

    id: str
    title: str
    url: str
    source: str
    published_at: dt.datetime | None
    kind: str


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
    basis: Basis | None = None
    story_id: str = ""
    duplicate_kind: str = ""
    first_source: str = ""
    copies: tuple[Copy, ...] = ()


@dataclass(frozen=True, slots=True)
class Bucket:
    """A value of a facet, and how many of the matching articles have it."""

    value: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResults:
    """The hits of one page, best first, and how many there are altogether.

    `incomplete` where a part of the index did not answer: what lies there is neither shown nor counted.
    """

    total: int
    hits: tuple[Hit, ...]
    took_ms: int = field(default=0, compare=False)
    facets: dict[str, tuple[Bucket, ...]] = field(default_factory=dict)
    suggestion: str | None = None
    next_cursor: str | None = None
    incomplete: bool = False


def search(es: Elasticsearch, query: SearchQuery, settings: Settings, *, now: dt.datetime | None = None) -> SearchResults:
    """The articles that match, one of each story with its copies listed.

    Raises SetupError where there is no index yet, where a cursor is not, or no longer, one, and where the words are more
    than Elasticsearch takes.
    """
    now = now or dt.datetime.now(dt.UTC)
    typed, query = query.text, with_fields(query)
    alias = names(settings.index).articles
    size = max(0, min(query.size, settings.search.maximum_hits))
    page = read_cursor(query.cursor)
    try:
        if query.paged and page is None:
            page = Page(es.open_point_in_time(index=alias, keep_alive=PAGE_KEPT)["id"], now.isoformat())
        answer = es.search(**_request(query, alias, page, size=size, now=now))
        hits = _with_copies(es, alias, tuple(map(to_hit, answer["hits"]["hits"])))
        total = answer["hits"]["total"]["value"]
        suggestion = _suggestion(es, alias, query.text, typed) if total == 0 and query.text else None
    except (NotFoundError, BadRequestError) as error:
        if query.cursor:
            raise SetupError("this page of results has expired, or never was one", "Search again from the first page") from error
        if isinstance(error, NotFoundError):
            raise SetupError(f"there is no index {alias}", "Run `newsdesk index setup`, then index some articles") from error
        raise SetupError(f"Elasticsearch refuses this search: {_reason(error)}", "Ask for fewer words at once") from error
    return SearchResults(
        total=total,
        hits=hits,
        took_ms=answer["took"],
        facets=_facets(answer.get("aggregations", {})),
        suggestion=suggestion,
        next_cursor=_next_cursor(answer, page, query, size) if page else None,
        incomplete=_is_incomplete(answer),
    )


def _reason(error: BadRequestError) -> str:
    causes = error.body["error"].get("root_cause") or [error.body["error"]]
    return str(causes[0].get("reason", error))


def _request(query: SearchQuery, alias: str, page: Page | None, *, size: int, now: dt.datetime) -> dict[str, Any]:
    request: dict[str, Any] = {
        "query": build_query(query, now=dt.datetime.fromisoformat(page.now) if page else now),
        "highlight": build_highlight(query),
        "size": size,
        "sort": build_sort(query, by_score=is_scored(query)),
        "track_scores": is_scored(query),
        "source_includes": _SOURCE.split(),
        "track_total_hits": True,
    }
    if query.collapse and not query.story:
        request["collapse"] = {"field": "story_id"}
    if query.facets:
        request["aggregations"] = build_facets(query, now=now)
    if page is None:
        return {**request, "index": alias}
    request["pit"] = {"id": page.pit, "keep_alive": PAGE_KEPT}
    if page.after:
        request["search_after"] = page.after
    elif page.start:
        request["from_"] = page.start
    return request


def more_like(es: Elasticsearch, article_id: str, settings: Settings, *, size: int = 10) -> SearchResults:
    """Articles about the same, other stories only; nothing where the article is not there."""
    alias = names(settings.index).articles
    found = es.search(index=alias, query={"ids": {"values": [article_id]}}, size=1, source_includes=["story_id"])["hits"]["hits"]
    if not found:
        return SearchResults(total=0, hits=())
    like = {
        "more_like_this": {
            "fields": ["title", "body", "persons.text", "organizations.text", "places.text"],
            "like": [{"_index": found[0]["_index"], "_id": article_id}],
            "min_term_freq": 1,
            "min_doc_freq": 2,
            "max_query_terms": 25,
            "minimum_should_match": "30%",
        }
    }
    answer = es.search(
        index=alias,
        query={"bool": {"must": [like], "must_not": [{"term": {"story_id": found[0]["_source"].get("story_id", article_id)}}]}},
        collapse={"field": "story_id"},
        size=max(0, min(size, settings.search.maximum_hits)),
        source_includes=_SOURCE.split(),
        highlight=build_highlight(SearchQuery()),
    )
    return SearchResults(
        total=answer["hits"]["total"]["value"],
        hits=tuple(map(to_hit, answer["hits"]["hits"])),
        took_ms=answer["took"],
        incomplete=_is_incomplete(answer),
    )


def _is_incomplete(answer: Any) -> bool:
    return bool(answer["timed_out"] or answer["_shards"]["failed"])


def _with_copies(es: Elasticsearch, alias: str, hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
    """The hits with the other articles of their stories: one query for all hits, none where no hit has a copy."""
    stories = sorted({hit.story_id for hit in hits if hit.duplicate_kind})
    if not stories:
        return hits
    # Counted for each story, so that one with hundreds of copies leaves none to the others.
    members = {
        "size": MOST_COPIES + 1,
        "sort": [{"dated_at": "asc"}, {"id": "asc"}],
        "_source": ["title", "url", "source", "published_at", "duplicate_kind"],
    }
    answer = es.search(
        index=alias,
        query={"terms": {"story_id": stories}},
        size=0,
        track_total_hits=False,
        aggregations={
            "stories": {"terms": {"field": "story_id", "size": len(stories)}, "aggregations": {"members": {"top_hits": members}}}
        },
    )
    found = {bucket["key"]: bucket["members"]["hits"]["hits"] for bucket in answer["aggregations"]["stories"]["buckets"]}
    return tuple(_with_story(hit, [_copy(member) for member in found.get(hit.story_id, ())]) for hit in hits)


def _copy(member: dict[str, Any]) -> Copy:
    source = member["_source"]
    return Copy(
        id=member["_id"],
        title=source.get("title", ""),
        url=source.get("url", ""),
        source=source.get("source", ""),
        published_at=_moment(source.get("published_at")),
        kind=source.get("duplicate_kind", ""),
    )


def _with_story(hit: Hit, members: list[Copy]) -> Hit:
    if not members:
        return hit
    copies = tuple(copy for copy in members if copy.id != hit.id)[:MOST_COPIES]
    return replace(hit, copies=copies, first_source=members[0].source)


def _suggestion(es: Elasticsearch, alias: str, text: str, typed: str) -> str | None:
    """What was typed with better words for those of its text that no article has; its conditions stay."""
    answer = es.search(index=alias, suggest=build_suggest(text), size=0)
    return corrected(typed, answer.get("suggest", {}).get("words", []))


def _facets(aggregations: dict[str, Any]) -> dict[str, tuple[Bucket, ...]]:
    return {
        name: tuple(Bucket(str(bucket.get("key_as_string", bucket["key"])), bucket["doc_count"]) for bucket in facet["buckets"])
        for name, facet in aggregations.items()
    }


def _next_cursor(answer: Any, page: Page, query: SearchQuery, size: int) -> str | None:
    hits = answer["hits"]["hits"]
    pit = answer.get("pit_id", page.pit)
    if len(hits) < size or not hits:
        return None
    if query.collapse and not query.story:
        start = page.start + size
        return write_cursor(replace(page, pit=pit, start=start)) if start + size <= LAST_HIT else None
    return write_cursor(replace(page, pit=pit, after=hits[-1]["sort"]))


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
        basis=Basis(translation["basis"]) if "basis" in translation else None,
        persons=tuple(source.get("persons", ())),
        organizations=tuple(source.get("organizations", ())),
        places=tuple(source.get("places", ())),
        events=tuple(source.get("events", ())),
        story_id=source.get("story_id", hit["_id"]),
        duplicate_kind=source.get("duplicate_kind", ""),
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
