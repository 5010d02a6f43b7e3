"""The profile of an entity: when and where it is named, with whom, and in which articles. One request per profile."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from elasticsearch import Elasticsearch

from newsdesk.index.aliases import names as index_names
from newsdesk.index.mapping import Json
from newsdesk.records import EntityType
from newsdesk.search.counts import (
    Bucket,
    PlaceCount,
    Timeline,
    TimelineQuery,
    build_places,
    build_timeline,
    read_places,
    read_timeline,
)
from newsdesk.search.run import HIT_FIELDS, Hit, to_hit
from newsdesk.settings import Settings
from newsdesk.tag.alias_table import KnownEntity

FIELDS = {
    EntityType.PERSON: "persons",
    EntityType.ORGANIZATION: "organizations",
    EntityType.PLACE: "places",
    EntityType.EVENT: "events",
}
"""For each type of entities the field of the index that lists their names."""
SHOWN_TIME = dt.timedelta(days=90)
"""The time that a profile's timeline covers, and in which names are counted if no text is given."""
MOST_TOGETHER = 15
MOST_NEWEST = 10
MOST_NAMED = 20
MOST_ROLES = 5


@dataclass(frozen=True, slots=True)
class Point:
    """The coordinates of a place in degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityProfile:
    """An entity with all its names.

    `types` has the number of articles that name it as each type. `names` are its other names, those of the alias tables first; `roles` are
    titles before the name. `together` has the entities of the same articles by type. `newest` has one article of each story.
    """

    name: str
    types: dict[EntityType, int]
    names: tuple[str, ...]
    roles: tuple[str, ...]
    country: str | None
    point: Point | None
    total: int
    first_at: dt.datetime
    last_at: dt.datetime
    timeline: Timeline
    together: dict[EntityType, tuple[Bucket, ...]]
    places: tuple[PlaceCount, ...]
    sources: tuple[Bucket, ...]
    languages: tuple[Bucket, ...]
    newest: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class NamedEntity:
    """A name in the index, its type, and the number of articles that have it."""

    name: str
    type: EntityType
    count: int


def find_entity(
    es: Elasticsearch,
    name: str,
    settings: Settings,
    *,
    known: KnownEntity | None = None,
    type_: EntityType | None = None,
    zone: ZoneInfo,
    now: dt.datetime,
) -> EntityProfile | None:
    """Return the profile of a name; None if no article has it. `type_` excludes other types of this name.

    `known` is the entry of the alias tables for this name: articles with another of its names are also counted.
    """
    every = tuple(dict.fromkeys((known.name, *known.aliases, name))) if known else (name,)
    shown = TimelineQuery(now - SHOWN_TIME, now, zone)
    named = {each: {"terms": {field: every}} for each, field in FIELDS.items()}
    asked = [named[type_]] if type_ in named else list(named.values())
    answer = es.search(
        index=index_names(settings.index).articles,
        query={"bool": {"filter": [{"bool": {"should": asked}}]}},
        size=MOST_NEWEST,
        sort=[{"dated_at": "desc"}, {"id": "asc"}],
        collapse={"field": "story_id"},
        source_includes=[*HIT_FIELDS, "entities"],
        track_total_hits=True,
        ignore_unavailable=True,
        aggregations=_aggregations(named, every, shown),
    )
    if not answer["hits"]["total"]["value"]:
        return None
    return _profile(answer, known.name if known else name, known, frozenset(every), shown)


def list_named(es: Elasticsearch, settings: Settings, *, text: str = "", now: dt.datetime) -> list[NamedEntity]:
    """Return the most frequent names of the last three months; with a text, names of any time that contain all its words."""
    query: Json = {"range": {"dated_at": {"gte": (now - SHOWN_TIME).isoformat()}}}
    if text:
        matches = [{"match": {f"{field}.text": {"query": text, "operator": "and"}}} for field in FIELDS.values()]
        query = {"bool": {"should": matches}}
    answer = es.search(
        index=index_names(settings.index).articles,
        query={"bool": {"filter": [query]}},
        size=0,
        ignore_unavailable=True,
        aggregations={field: {"terms": {"field": field, "size": MOST_NAMED * (5 if text else 1)}} for field in FIELDS.values()},
    )
    found = [
        NamedEntity(bucket["key"], type_, bucket["doc_count"])
        for type_, field in FIELDS.items()
        for bucket in answer.get("aggregations", {}).get(field, {}).get("buckets", ())
        if _has_words(bucket["key"], text)
    ]
    return sorted(found, key=lambda one: -one.count) if text else found


def _has_words(name: str, text: str) -> bool:
    """Return whether one of the text's words is in the name: an article also has other names."""
    return not text or any(word in name.casefold() for word in text.casefold().split())


def _aggregations(named: dict[EntityType, Any], every: Iterable[str], shown: TimelineQuery) -> Json:
    together = {field: {"terms": {"field": field, "size": MOST_TOGETHER, "exclude": list(every)}} for field in FIELDS.values()}
    return {
        **together,
        "types": {"filters": {"filters": {str(type_): query for type_, query in named.items()}}},
        "timeline": build_timeline(shown),
        "map": build_places(),
        "sources": {"terms": {"field": "source", "size": MOST_TOGETHER}},
        "languages": {"terms": {"field": "language", "size": MOST_TOGETHER}},
        "first": {"min": {"field": "dated_at"}},
        "last": {"max": {"field": "dated_at"}},
    }


def _profile(answer: Any, name: str, known: KnownEntity | None, every: frozenset[str], shown: TimelineQuery) -> EntityProfile:
    counts = answer["aggregations"]
    hits = answer["hits"]["hits"]
    tagged = [entity for hit in hits for entity in hit["_source"].get("entities", ()) if entity["name"] in every]
    roles = Counter(role for entity in tagged for role in entity.get("roles", ()))
    place = next((entity for entity in tagged if entity["type"] == EntityType.PLACE and "lat" in entity), None)
    types = {type_: counts["types"]["buckets"][str(type_)]["doc_count"] for type_ in FIELDS}
    return EntityProfile(
        name=name,
        types={type_: count for type_, count in sorted(types.items(), key=lambda item: -item[1]) if count},
        names=_other_names(name, known, tagged),
        roles=tuple(role for role, _ in roles.most_common(MOST_ROLES)),
        country=next((entity["country"] for entity in tagged if "country" in entity), known.country if known else None),
        point=Point(place["lat"], place["lon"]) if place else None,
        total=answer["hits"]["total"]["value"],
        first_at=_moment(counts["first"]),
        last_at=_moment(counts["last"]),
        timeline=read_timeline(counts["timeline"], shown),
        together={type_: _buckets(counts[field]) for type_, field in FIELDS.items()},
        places=read_places(counts["map"]),
        sources=_buckets(counts["sources"]),
        languages=_buckets(counts["languages"]),
        newest=tuple(map(to_hit, hits)),
    )


def _other_names(name: str, known: KnownEntity | None, tagged: list[Json]) -> tuple[str, ...]:
    in_articles = (alias for entity in tagged for alias in (entity["name"], *entity.get("aliases", ())))
    return tuple(other for other in dict.fromkeys((*(known.aliases if known else ()), *in_articles)) if other != name)


def _buckets(facet: Json) -> tuple[Bucket, ...]:
    return tuple(Bucket(str(bucket["key"]), bucket["doc_count"]) for bucket in facet["buckets"])


def _moment(bound: Json) -> dt.datetime:
    return dt.datetime.fromtimestamp(bound["value"] / 1000, dt.UTC)
