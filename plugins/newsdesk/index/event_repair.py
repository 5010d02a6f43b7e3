"""Repairs of events after a write. As in `repair`, the last process to search sees everything and corrects it.

Elasticsearch finds the nearest articles that open an event; they determine the event of an article. If an article opens an
event, or no longer opens one, later articles that may be affected are examined next, until nothing changes.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from elasticsearch import ApiError, Elasticsearch

from newsdesk.index.bulk import NOTHING_STORED, in_parts
from newsdesk.index.client import Retry
from newsdesk.index.duplicates import DuplicateKind
from newsdesk.index.events import DAYS, LEAST_ALIKE, LEAST_COSINE, Neighbour, Report, choose_event, languages_of, likeness
from newsdesk.index.mapping import Json

NEAREST_OPENINGS = 10
MOST_LATER = 100
"""Maximum number of later articles that are examined after an article opens an event."""
MOST_MEMBERS = 10_000
GROUPS_AT_ONCE = 500
"""Number of stories or events whose articles are requested together; all of these must fit in one response."""
SEARCHES_AT_ONCE = 50
_VECTOR = {"field": "vector", "format": "binary"}
"""The vector as in `vectors.pack`: as a list of numbers it is three times as long and slow to parse."""
_FIELDS: list[dict[str, str]] = [
    *(
        {"field": name}
        for name in ("id", "story_id", "event_id", "opens_event", "event_languages", "language", "numbers", "duplicate_kind")
    ),
    {"field": "dated_at", "format": "epoch_millis"},
]


@dataclass(frozen=True, slots=True)
class EventChange:
    """The corrected values of wrong fields of a document."""

    index: str
    fields: Json


@dataclass(frozen=True, slots=True)
class _Stored:
    """An article in the index; `vector` if it was requested, `cosine` if the article was found as a neighbour."""

    index: str
    report: Report
    vector: str | None
    cosine: float


class EventRepair:
    """Corrects the events around written articles, step by step."""

    def __init__(self, es: Elasticsearch, alias: str, retry: Retry, examined: Iterable[str]) -> None:
        self._es, self._alias, self._retry = es, alias, retry
        self._pending = set(examined)
        self._settled: set[str] = set()
        self._touched: set[str] = set()

    def find_changes(self) -> dict[str, EventChange]:
        """Return the next changes by article, which must be written and searchable before the next call; none if all events are correct."""
        while self._pending:
            if changes := self._examine():
                return changes
        return self._find_language_changes()

    def _examine(self) -> dict[str, EventChange]:
        found = self._with_stories(self._pending)
        events = self._events_of(found)
        self._touched |= {one.report.event_id for one in found.values()} | set(events.values())
        changes = {
            key: EventChange(one.index, {"event_id": events[key], "opens_event": events[key] == key})
            for key, one in found.items()
            if (one.report.event_id, one.report.opens_event) != (events[key], events[key] == key)
        }
        self._settled = set() if changes else self._settled | found.keys()
        self._pending = ({*changes} | self._followers(found, events)) - self._settled
        return changes

    def _events_of(self, found: dict[str, _Stored]) -> dict[str, str]:
        """Return the correct event of each article. A copy is in that of its story's first article."""
        leaders = [one.report for one in found.values() if not one.report.is_copy]
        events = dict(self._choose_events([found[report.id] for report in leaders]))
        by_story = {report.story_id: events[report.id] for report in leaders}
        return {key: events.get(key) or by_story.get(one.report.story_id, key) for key, one in found.items()}

    def _followers(self, found: dict[str, _Stored], events: dict[str, str]) -> set[str]:
        """Return the articles to examine next: members of events whose opening changed or was edited, and neighbours of new openings."""
        opened = {key for key, event in events.items() if key == event}
        former = [key for key, one in found.items() if one.report.opens_event and (one.report.languages or key not in opened)]
        latest = self._latest_except(found)
        openings = [found[key] for key in sorted(opened) if found[key].vector and found[key].report.dated_at <= latest]
        return self._members(former) | self._concerned(openings)

    def _latest_except(self, found: Collection[str]) -> dt.datetime:
        """Return the date of the newest article that has not just been examined; later openings concern none of the others.

        Those that have been examined with them were compared with them. News is mostly written in the order of its dates.
        """
        others = {"bool": {"must_not": [{"ids": {"values": sorted(found)}}]}}
        newest = self._search(others, size=1, sort={"dated_at": "desc"})
        return newest[0].report.dated_at if newest else dt.datetime.min.replace(tzinfo=dt.UTC)

    def _with_stories(self, ids: Iterable[str]) -> dict[str, _Stored]:
        """Return these articles and all others of their stories, which are in the same event."""
        found: dict[str, _Stored] = {}
        for part in in_parts(sorted(ids), MOST_MEMBERS):
            found |= {one.report.id: one for one in self._search({"ids": {"values": part}}, with_vectors=True)}
        stories = sorted({one.report.story_id for one in found.values() if one.report.kind})
        for part in in_parts(stories, GROUPS_AT_ONCE):
            found |= {one.report.id: one for one in self._search({"terms": {"story_id": part}}, with_vectors=True)}
        return found

    def _choose_events(self, leaders: list[_Stored]) -> Iterator[tuple[str, str]]:
        """Yield each article's id with that of its event, in the order of publication, since earlier results affect later ones."""
        ordered = sorted(leaders, key=lambda one: (one.report.dated_at, one.report.id))
        with_vector = [one for one in ordered if one.vector]
        nearest = dict(zip((one.report.id for one in with_vector), self._near(map(_openings_before, with_vector)), strict=True))
        opens: dict[str, bool] = {}
        for one in ordered:
            neighbours = [Neighbour(near.report, near.cosine) for near in nearest.get(one.report.id, ()) if opens.get(near.report.id, True)]
            event = choose_event(one.report, neighbours)
            opens[one.report.id] = event == one.report.id
            yield one.report.id, event

    def _members(self, events: Iterable[str]) -> set[str]:
        return {one.report.id for part in in_parts(sorted(events), GROUPS_AT_ONCE) for one in self._search({"terms": {"event_id": part}})}

    def _concerned(self, opened: list[_Stored]) -> set[str]:
        """Return later articles of other events that are similar to one that opens an event."""
        return {
            one.report.id
            for opening, near in zip(opened, self._near(map(_later_ones, opened)), strict=True)
            for one in near
            if not one.report.is_copy and likeness(opening.report, one.report, one.cosine) >= LEAST_ALIKE
        }

    def _find_language_changes(self) -> dict[str, EventChange]:
        """Return the corrections of the lists of languages of the changed events."""
        members: dict[str, list[_Stored]] = defaultdict(list)
        for part in in_parts(sorted(self._touched), GROUPS_AT_ONCE):
            for one in self._search({"terms": {"event_id": part}}):
                members[one.report.event_id].append(one)
        changes: dict[str, EventChange] = {}
        for event in members.values():
            languages = languages_of(one.report for one in event)
            changes |= {
                one.report.id: EventChange(one.index, {"event_languages": list(languages)})
                for one in event
                if one.report.languages != languages
            }
        return changes

    def _search(
        self, query: Json, *, with_vectors: bool = False, size: int = MOST_MEMBERS, sort: str | dict[str, str] = "_doc"
    ) -> list[_Stored]:
        ask = partial(
            self._es.search,
            index=self._alias,
            query=query,
            size=size,
            stored_fields=NOTHING_STORED,
            docvalue_fields=[*_FIELDS, _VECTOR] if with_vectors else _FIELDS,
            sort=sort,
            track_total_hits=False,
            allow_partial_search_results=False,
        )
        return [_stored(hit) for hit in self._retry.call(ask)["hits"]["hits"]]

    def _near(self, wanted: Iterable[Json]) -> Iterator[list[_Stored]]:
        """Yield the articles that each of these `knn` searches finds, nearest first."""
        for part in in_parts(list(wanted), SEARCHES_AT_ONCE):
            searches: list[Json] = []
            for knn in part:
                searches += [
                    {},
                    {"knn": knn, "size": knn["k"], "stored_fields": NOTHING_STORED, "docvalue_fields": _FIELDS, "track_total_hits": False},
                ]
            for answer in self._retry.call(partial(self._ask_many, searches)):
                yield [_stored(hit) for hit in answer["hits"]["hits"]]

    def _ask_many(self, searches: list[Json]) -> list[Json]:
        answer = self._es.msearch(index=self._alias, searches=searches)
        responses: list[Json] = answer["responses"]
        for response in responses:
            if "error" in response:
                raise ApiError(str(response["error"]), meta=replace(answer.meta, status=response["status"]), body=response)
        return responses


def _openings_before(one: _Stored) -> Json:
    around = {"gte": _moment(one, -DAYS), "lte": _moment(one)}
    return _nearest(one, NEAREST_OPENINGS, {"range": {"dated_at": around}}, {"term": {"opens_event": True}})


def _later_ones(one: _Stored) -> Json:
    around = {"gte": _moment(one), "lte": _moment(one, DAYS)}
    others = {"bool": {"must_not": [{"term": {"event_id": one.report.event_id}}]}}
    return _nearest(one, MOST_LATER, {"range": {"dated_at": around}}, others)


def _nearest(one: _Stored, most: int, *conditions: Json) -> Json:
    not_itself = {"bool": {"must_not": [{"term": {"story_id": one.report.story_id}}]}}
    return {
        "field": "vector",
        "query_vector": one.vector,
        "k": most,
        "num_candidates": 2 * most,
        "similarity": LEAST_COSINE,
        "filter": [*conditions, not_itself],
    }


def _moment(one: _Stored, days: float = 0.0) -> str:
    return (one.report.dated_at + dt.timedelta(days=days)).isoformat()


def _stored(hit: Json) -> _Stored:
    fields = hit["fields"]
    report = Report(
        id=fields["id"][0],
        story_id=fields["story_id"][0],
        event_id=fields["event_id"][0],
        opens_event=bool(fields.get("opens_event", [False])[0]),
        dated_at=dt.datetime.fromtimestamp(int(fields["dated_at"][0]) / 1000, dt.UTC),
        language=fields.get("language", [""])[0],
        numbers=frozenset(fields.get("numbers", ())),
        kind=DuplicateKind(fields["duplicate_kind"][0]) if "duplicate_kind" in fields else None,
        languages=tuple(fields.get("event_languages", ())),
    )
    # Elasticsearch scores bytes by (1 + cosine) / 2.
    return _Stored(hit["_index"], report, fields.get("vector", [None])[0], 2 * (hit["_score"] or 0.5) - 1)
