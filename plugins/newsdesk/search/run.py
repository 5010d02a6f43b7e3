"""Runs searches in Elasticsearch and reads the hits."""

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

from elasticsearch import BadRequestError, Elasticsearch, NotFoundError

from newsdesk.errors import BadRequest, SetupError
from newsdesk.fetch.source_names import NO_NAMES, SourceNames
from newsdesk.index.aliases import names
from newsdesk.index.bulk import NOTHING_STORED
from newsdesk.index.mapping import Json, language_field
from newsdesk.records import Basis, Verdict
from newsdesk.search.counts import Bucket, PlaceCount, Timeline, read_facets, read_places, read_timeline
from newsdesk.search.cursor import Page, read_cursor, write_cursor
from newsdesk.search.meaning import MOST_RANKED, Candidate, FoundBy, build_nearest, build_related, fuse, order, to_cosine
from newsdesk.search.periods import end_of_minute
from newsdesk.search.queries import (
    ENOUGH_BESIDE_MEANING,
    MARK_END,
    MARK_START,
    Question,
    SearchQuery,
    build_counts,
    build_highlight,
    build_query,
    build_sort,
    read_question,
    wording,
)
from newsdesk.search.suggestions import suggest
from newsdesk.settings import Settings

HIT_FIELDS = [
    "url",
    "title",
    "source",
    "site_name",
    "language",
    "published_at",
    "first_seen_at",
    "translation",
    "persons",
    "organizations",
    "places",
    "events",
    "image",
    "story_id",
    "duplicate_kind",
    "event_id",
    "event_languages",
]
"""The index fields that `to_hit` reads."""
MOST_COPIES = 20
"""Maximum number of copies that are listed for a story."""
MOST_OF_EVENT = 50
"""Maximum number of articles that are read to list the stories of an event."""
_MEMBERS = {
    "story_id": (MOST_COPIES + 1, ["title", "url", "source", "published_at", "duplicate_kind"]),
    "event_id": (MOST_OF_EVENT, ["title", "url", "source", "language", "published_at", "story_id"]),
}
"""The number of articles of a story or an event that are read, and their fields."""
PAGE_KEPT = "3m"
"""How long Elasticsearch keeps the state of a paged search after its last page."""
SORT_VALUES = 2
"""The number of sort values of `build_sort`: score or date, and id."""
LONGEST_SEARCH = "10s"
"""After this time the hits found so far are shown, and the results are marked as incomplete."""
MOST_SOURCES = 2_000


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a snippet; `marked` if it matched the query."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HitFinding:
    """A finding of the translation check with its text."""

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
class EventArticle:
    """The first article of another story of a hit's event, in any language."""

    id: str
    title: str
    url: str
    source: str
    language: str | None
    published_at: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An article that was found. `source` is the key of its source; `fetch.source_names` has the display name.

    `event_languages` are those of all articles of its event, empty if the event has no other story; `event` lists these stories,
    oldest first. `found_by` is None except in a search by meaning.
    """

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
    image: str = ""
    first_source: str = ""
    copies: tuple[Copy, ...] = ()
    event_id: str = ""
    event_languages: tuple[str, ...] = ()
    event: tuple[EventArticle, ...] = ()
    found_by: FoundBy | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResults:
    """The hits of one page, best first, and their total number.

    `notes` explain how a search was interpreted if that is not obvious; `next_cursor` is None on the last page.
    `incomplete` if a part of the index did not respond: its articles are neither shown nor counted.
    """

    total: int
    hits: tuple[Hit, ...]
    took_ms: int = field(default=0, compare=False)
    facets: dict[str, tuple[Bucket, ...]] = field(default_factory=dict)
    timeline: Timeline | None = None
    places: tuple[PlaceCount, ...] = ()
    notes: tuple[str, ...] = ()
    suggestion: str | None = None
    next_cursor: str | None = None
    incomplete: bool = False


def search(
    es: Elasticsearch, query: SearchQuery, settings: Settings, *, now: dt.datetime | None = None, source_names: SourceNames = NO_NAMES
) -> SearchResults:
    """Return the articles that match, one of each story with a list of its copies. `source_names` are accepted besides keys of sources.

    Raises BadRequest for an unknown field, an impossible value or a search that would cost too much, SetupError if there is
    no index yet or if the cursor is invalid.
    """
    page = read_cursor(query.cursor)
    now = dt.datetime.fromisoformat(page.now) if page else now or end_of_minute()
    alias = names(settings.index).articles
    size = max(0, min(query.size, settings.search.maximum_hits))
    question = read_question(query, now=now)
    try:
        if question.names_source:
            question = replace(question, sources=list_sources(es, alias), names=source_names)
        if page is None:
            page = Page(es.open_point_in_time(index=alias, keep_alive=PAGE_KEPT)["id"] if query.paged else "", now.isoformat())
        find = _find_with_meaning if query.meaning and wording(question) else _find
        found = find(es, alias, query, question, page, size=size)
        marked = _highlighted(es, alias, question, found.hits) if question.is_scored else found.hits
        hits = tuple(replace(to_hit(hit), found_by=found.reasons.get(hit["_id"])) for hit in marked)
        hits = with_related(es, alias, hits)
        suggestion = suggest(es, alias, query, question) if found.total == 0 else None
    except NotFoundError as error:
        if query.cursor and page and page.pit:
            # Its state has expired. The next page can still start after the last hit; the place in a shard, which
            # Elasticsearch adds to the sort values of a kept state, is not valid without it.
            kept = (page.after or [])[:SORT_VALUES] or None
            again = replace(query, cursor=write_cursor(replace(page, pit="", after=kept)))
            return search(es, again, settings, source_names=source_names)
        raise SetupError(f"there is no index {alias}", "Run `newsdesk index setup`, then index some articles") from error
    except BadRequestError as error:
        if query.cursor:
            raise SetupError("this is not a page of this search", "Search again from the first page") from error
        raise BadRequest(f"Elasticsearch refuses this search: {_reason(error)}. Ask for fewer words at once") from error
    return SearchResults(
        total=found.total,
        hits=hits,
        took_ms=found.took_ms,
        facets=read_facets(found.aggregations),
        timeline=read_timeline(found.aggregations["timeline"], query.timeline) if query.timeline else None,
        places=read_places(found.aggregations["places_on_map"]) if query.places else (),
        notes=question.notes,
        suggestion=suggestion,
        next_cursor=found.next_cursor,
        incomplete=found.is_incomplete,
    )


def list_sources(es: Elasticsearch, alias: str) -> tuple[str, ...]:
    """Return the keys of the sources in the index."""
    wanted = {name: {"terms": {"field": name, "size": MOST_SOURCES}} for name in ("source", "site_name")}
    answer = es.search(index=alias, size=0, track_total_hits=False, aggregations=wanted)
    return tuple(dict.fromkeys(bucket["key"] for facet in answer["aggregations"].values() for bucket in facet["buckets"]))


def _reason(error: BadRequestError) -> str:
    causes = error.body["error"].get("root_cause") or [error.body["error"]]
    return str(causes[0].get("reason", error))


@dataclass(frozen=True, slots=True)
class _Found:
    """The hits of one page in Elasticsearch."""

    hits: list[Json]
    total: int
    took_ms: int
    aggregations: Json
    is_incomplete: bool
    next_cursor: str | None
    reasons: dict[str, FoundBy] = field(default_factory=dict)


def _find(es: Elasticsearch, alias: str, query: SearchQuery, question: Question, page: Page, *, size: int) -> _Found:
    """Return the hits after `page.after`. Elasticsearch collapses only a first page, so later pages are grouped here."""
    group = _group(query)
    request = _request(query, question, size=size)
    if not page.pit:
        request["request_cache"] = True  # by default Elasticsearch only keeps results without hits
    if group and not page.after:
        request["collapse"] = {"field": group.field}
    hits: list[Json] = []
    while True:
        answer = es.search(**request, **_where(alias, page, query))
        found = answer["hits"]["hits"]
        page = replace(page, pit=answer.get("pit_id", page.pit), after=found[-1]["sort"] if found else page.after)
        is_last = len(found) < size or not found
        hits += _best_of_groups(es, alias, request, found, page, query, group) if group and "collapse" not in request else found
        if is_last or len(hits) >= size:
            break
    if len(hits) > size:
        page, is_last = replace(page, after=hits[size - 1]["sort"]), False
    return _Found(
        hits=hits[:size],
        total=answer["hits"]["total"]["value"],
        took_ms=answer["took"],
        aggregations=answer.get("aggregations", {}),
        is_incomplete=_is_incomplete(answer),
        next_cursor=None if is_last else write_cursor(page),
    )


@dataclass(frozen=True, slots=True)
class _Group:
    """Articles of which one is shown: `field` has the group's id, `marks` is a field that only members of larger groups have."""

    field: str
    marks: str


def _group(query: SearchQuery) -> _Group | None:
    if query.by_event and not query.event:
        return _Group("event_id", "event_languages")
    return _Group("story_id", "duplicate_kind") if query.collapse and not query.story else None


def _find_with_meaning(es: Elasticsearch, alias: str, query: SearchQuery, question: Question, page: Page, *, size: int) -> _Found:
    """Return the hits of the page from rank `page.after`, among those that have the words or the same meaning."""
    start = _place(page)
    request = _request(query, question, size=size)
    where = _where(alias, replace(page, after=None), query)
    group = _group(query)
    words = {"query": build_query(question, enough=ENOUGH_BESIDE_MEANING), "sort": build_sort(SearchQuery(), by_score=True)}
    with ThreadPoolExecutor(2) as pool:  # Elasticsearch answers both in the time of one
        lists = list(pool.map(lambda asked: _list_candidates(es, group, {**where, **asked}), (words, {"knn": build_nearest(question)})))
    ranked = order(fuse(*(one.candidates for one in lists)), newest_first=query.newest_first, oldest_first=query.oldest_first)
    scores = {one.candidate.id: one for one in ranked[start : start + size]}
    request["query"] = {"bool": {"filter": [_ids(one.candidate.id for one in ranked)]}}  # all of which the facets count
    answer = es.search(**{**request, "sort": ["_doc"], "size": len(scores)}, **where, post_filter=_ids(scores))
    hits = {hit["_id"]: {**hit, "_score": scores[hit["_id"]].score} for hit in answer["hits"]["hits"]}
    end = start + size
    return _Found(
        hits=[hits[key] for key in scores if key in hits],
        total=len(ranked),
        took_ms=answer["took"] + sum(one.took_ms for one in lists),
        aggregations=answer.get("aggregations", {}),
        is_incomplete=_is_incomplete(answer) or any(one.is_incomplete for one in lists),
        next_cursor=write_cursor(replace(page, pit=answer.get("pit_id", page.pit), after=[end])) if size and end < len(ranked) else None,
        reasons={key: one.found_by for key, one in scores.items()},
    )


def _place(page: Page) -> int:
    match page.after:
        case None:
            return 0
        case [int(place)] if place >= 0:
            return place
    raise SetupError("this is not a page of this search", "Search again from the first page")


def _ids(ids: Iterable[str]) -> Json:
    return {"ids": {"values": list(ids)}}


@dataclass(frozen=True, slots=True)
class _List:
    """The articles of one kind of search, best first."""

    candidates: list[Candidate]
    took_ms: int
    is_incomplete: bool


def _list_candidates(es: Elasticsearch, group: _Group | None, asked: Json) -> _List:
    answer = es.search(
        **asked,
        collapse={"field": group.field} if group else None,
        size=MOST_RANKED,
        stored_fields=NOTHING_STORED,
        docvalue_fields=[*({"field": name} for name in ("id", "story_id", "event_id")), {"field": "dated_at", "format": "epoch_millis"}],
        track_total_hits=False,
        timeout=LONGEST_SEARCH,
    )
    read_score = to_cosine if "knn" in asked else float
    candidates = [
        Candidate(fields["id"][0], fields[group.field if group else "id"][0], int(fields["dated_at"][0]), read_score(hit["_score"]))
        for hit in answer["hits"]["hits"]
        if (fields := hit["fields"])
    ]
    return _List(candidates, answer["took"], _is_incomplete(answer))


def _request(query: SearchQuery, question: Question, *, size: int) -> Json:
    request: Json = {
        "query": build_query(question),
        "size": size,
        "sort": build_sort(query, by_score=question.is_scored),
        "track_scores": question.is_scored,
        "source_includes": HIT_FIELDS,
        "track_total_hits": True,
        "timeout": LONGEST_SEARCH,
    }
    if not question.is_scored:
        request["highlight"] = build_highlight()  # the beginnings of the texts; words are marked by `_highlighted`
    if counts := build_counts(query, question):
        request["aggregations"] = counts
    return request


def _highlighted(es: Elasticsearch, alias: str, question: Question, hits: list[Json]) -> list[Json]:
    """Return the hits with their snippets, requested together, but for each language by itself."""
    by_language: dict[str | None, list[str]] = defaultdict(list)
    for hit in hits:
        by_language[language_field(hit["_source"].get("language"))].append(hit["_id"])
    if not by_language:
        return hits
    searches: list[Json] = []
    for language, ids in by_language.items():
        asked = {"query": _ids(ids), "size": len(ids), "sort": ["_doc"], "_source": False, "track_total_hits": False}
        searches += [{"request_cache": True}, {**asked, "highlight": build_highlight(question, language), "timeout": LONGEST_SEARCH}]
    answers = es.msearch(index=alias, searches=searches)["responses"]
    found = {hit["_id"]: hit.get("highlight", {}) for answer in answers if "hits" in answer for hit in answer["hits"]["hits"]}
    return [{**hit, "highlight": found.get(hit["_id"], {})} for hit in hits]


def _where(alias: str, page: Page, query: SearchQuery) -> Json:
    after = {"search_after": page.after} if page.after else {}
    if page.pit:
        return {**after, "pit": {"id": page.pit, "keep_alive": PAGE_KEPT}}
    # The same shard copies are used for every page, because two of them may score an article differently.
    return {**after, "index": alias, "preference": hashlib.sha256(query.text.encode()).hexdigest()[:16]}


def _best_of_groups(
    es: Elasticsearch, alias: str, request: Json, found: list[Json], page: Page, query: SearchQuery, group: _Group
) -> list[Json]:
    """Return the hits that are the first of their story or event on any page."""
    shared = sorted({hit["_source"][group.field] for hit in found if hit["_source"].get(group.marks)})
    if not shared:
        return found
    asked = {name: request[name] for name in ("query", "sort", "track_scores")}
    asked["query"] = {"bool": {"must": [request["query"]], "filter": [{"terms": {group.field: shared}}]}}
    where = _where(alias, replace(page, after=None), query)
    answer = es.search(**asked, **where, size=len(shared), source=False, collapse={"field": group.field})
    first = {hit["_id"] for hit in answer["hits"]["hits"]}
    return [hit for hit in found if hit["_id"] in first or hit["_source"][group.field] not in shared]


def more_like(es: Elasticsearch, article_id: str, settings: Settings, *, size: int = 10) -> SearchResults:
    """Return articles about other events on the same subject, one of each: by meaning, or by words if the article has no vector.

    The result is empty if the article does not exist, or if none is near enough.
    """
    alias = names(settings.index).articles
    found = es.search(index=alias, query=_ids([article_id]), size=1, source_includes=["event_id", "vector_model"])["hits"]["hits"]
    if not found:
        return SearchResults(total=0, hits=())
    source = found[0]["_source"]
    others = {"bool": {"must_not": [{"term": {"event_id": source.get("event_id", article_id)}}]}}
    most = max(0, min(size, settings.search.maximum_hits))
    build = build_related if "vector_model" in source else _build_more_like
    answer = es.search(
        index=alias,
        **build(found[0]["_index"], article_id, others),
        collapse={"field": "event_id"},
        size=most,
        source_includes=HIT_FIELDS,
        highlight=build_highlight(),
    )
    hits = tuple(map(to_hit, answer["hits"]["hits"]))
    return SearchResults(total=answer["hits"]["total"]["value"], hits=hits, took_ms=answer["took"], incomplete=_is_incomplete(answer))


def _build_more_like(index: str, article_id: str, others: Json) -> Json:
    like = {
        "fields": ["title", "body", "persons.text", "organizations.text", "places.text"],
        "like": [{"_index": index, "_id": article_id}],
        "min_term_freq": 1,
        "min_doc_freq": 2,
        "max_query_terms": 25,
        "minimum_should_match": "30%",
    }
    return {"query": {"bool": {"must": [{"more_like_this": like}], "filter": [others]}}}


def _is_incomplete(answer: Any) -> bool:
    return bool(answer["timed_out"] or answer["_shards"]["failed"])


def with_related(es: Elasticsearch, alias: str, hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
    """Return the hits with the copies of their stories and the other stories of their events: one request, none if no hit has any."""
    wanted = {
        "story_id": sorted({hit.story_id for hit in hits if hit.duplicate_kind}),
        "event_id": sorted({hit.event_id for hit in hits if hit.event_languages}),
    }
    if not any(wanted.values()):
        return hits
    # Limited per group, so that one with hundreds of articles does not use up the limit.
    groups = {name: _members(name, ids) for name, ids in wanted.items() if ids}
    either = [{"terms": {name: ids}} for name, ids in wanted.items() if ids]
    answer = es.search(index=alias, query={"bool": {"should": either}}, size=0, track_total_hits=False, aggregations=groups)
    found = {
        name: {bucket["key"]: bucket["members"]["hits"]["hits"] for bucket in each["buckets"]}
        for name, each in answer["aggregations"].items()
    }
    copies, events = found.get("story_id", {}), found.get("event_id", {})
    with_copies = (
        _with_story(hit, [_copy(member) for member in copies.get(hit.story_id, ())]) if hit.duplicate_kind else hit for hit in hits
    )
    return tuple(
        replace(hit, event=_other_stories(hit, events.get(hit.event_id, ()))) if hit.event_languages else hit for hit in with_copies
    )


def _members(name: str, ids: list[str]) -> Json:
    """Return the aggregation with the oldest articles of each of these stories or events."""
    size, fields = _MEMBERS[name]
    first = {"size": size, "sort": [{"dated_at": "asc"}, {"id": "asc"}], "_source": fields}
    return {"terms": {"field": name, "size": len(ids), "include": ids}, "aggregations": {"members": {"top_hits": first}}}


def _other_stories(hit: Hit, members: Iterable[Json]) -> tuple[EventArticle, ...]:
    """Return the first article of each other story of the hit's event."""
    stories: dict[str, EventArticle] = {}
    for member in members:
        source = member["_source"]
        if source["story_id"] != hit.story_id:
            article = EventArticle(
                id=member["_id"],
                title=source.get("title", ""),
                url=source.get("url", ""),
                source=source.get("source", ""),
                language=source.get("language"),
                published_at=_moment(source.get("published_at")),
            )
            stories.setdefault(source["story_id"], article)
    return tuple(stories.values())


def _copy(member: Json) -> Copy:
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


def to_hit(hit: Json) -> Hit:
    """Return a hit of Elasticsearch's response as a record."""
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
        snippet=parse_marked(_join_fragments(marked.get("body", []))),
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
        image=source.get("image", ""),
        event_id=source.get("event_id", hit["_id"]),
        event_languages=tuple(source.get("event_languages", ())),
    )


def _join_fragments(fragments: Sequence[str]) -> str:
    """Return the snippet with an ellipsis between fragments, and at its end if that is within a sentence."""
    text = " … ".join(" ".join(fragment.split()) for fragment in fragments)
    last = text.rstrip(MARK_END)[-1:]
    return f"{text} …" if last.isalnum() or last in tuple(",;:") else text


def parse_marked(text: str) -> tuple[Part, ...]:
    """Split a highlighted text at the marks."""
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
