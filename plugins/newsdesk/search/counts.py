"""Counts that are returned with the hits: facets, a timeline and places for a map. Requests and their responses. Pure."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from newsdesk.index.document import read_place_point
from newsdesk.index.mapping import Json

FACETS = {
    "sources": ("source", "source"),
    "languages": ("language", "language"),
    "countries": ("country", "countries"),
    "persons": ("person", "persons"),
    "organizations": ("organization", "organizations"),
    "places": ("place", "places"),
    "credits": ("credit", "credits"),
    "verdicts": ("verdict", "translation.verdict"),
}
"""For each facet the field of a search that filters by it, and the field of the index that it counts."""
FACET_SIZE = 10
MOST_SERIES = 5
"""Number of languages or sources with a series of their own in a timeline; the others are counted together."""
MOST_PLACES = 80


class Interval(StrEnum):
    """The time that one bar of a timeline covers, as a `calendar_interval` of Elasticsearch."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


LONGEST = {Interval.HOUR: dt.timedelta(days=4), Interval.DAY: dt.timedelta(days=100), Interval.WEEK: dt.timedelta(days=800)}
"""The maximum length of a timeline with a bar for each hour, day or week."""


class Split(StrEnum):
    """Field of the index by which a timeline is split."""

    LANGUAGE = "language"
    SOURCE = "source"


@dataclass(frozen=True, slots=True)
class TimelineQuery:
    """The time from `start` until before `end`, the time zone of its days, and the field by which the bars are split."""

    start: dt.datetime
    end: dt.datetime
    zone: ZoneInfo
    split: Split = Split.LANGUAGE

    @property
    def interval(self) -> Interval:
        length = self.end - self.start
        return next((interval for interval, longest in LONGEST.items() if length <= longest), Interval.MONTH)


@dataclass(frozen=True, slots=True)
class Bucket:
    """A value of a facet, and the number of matching articles that have it."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Series:
    """The number of articles of a language or source in each bar; `name` is empty for all others together."""

    name: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """The start of each bar in the time zone of the query, and its articles by series; the series with most articles is first."""

    query: TimelineQuery
    starts: tuple[dt.datetime, ...]
    totals: tuple[int, ...]
    series: tuple[Series, ...]


@dataclass(frozen=True, slots=True)
class PlaceCount:
    """A place with its coordinates in degrees, and the number of matching articles that name it."""

    name: str
    latitude: float
    longitude: float
    count: int


def build_facets(chosen: frozenset[str], query_without: Callable[[str], Json]) -> Json:
    """Return the aggregations of the facets.

    A facet with `chosen` values counts what would be found without them (`query_without` its field), because its other values
    could be chosen as well.
    """
    return {name: _facet(field, query_without(asked) if asked in chosen else None) for name, (asked, field) in FACETS.items()}


def _facet(field: str, other_query: Json | None) -> Json:
    terms = {"terms": {"field": field, "size": FACET_SIZE}}
    if other_query is None:
        return terms
    return {"global": {}, "aggregations": {"others": {"filter": other_query, "aggregations": {"values": terms}}}}


def build_dates(start: dt.datetime | None, end: dt.datetime) -> Json:
    """Return the aggregation of the facet `dates`: articles per day, or per month for long times."""
    is_short = start and end - start <= LONGEST[Interval.DAY]
    interval = Interval.DAY if is_short else Interval.MONTH
    return {"date_histogram": {"field": "dated_at", "calendar_interval": interval.value, "min_doc_count": 1}}


def read_facets(aggregations: Json) -> dict[str, tuple[Bucket, ...]]:
    found = {name: aggregations[name] for name in (*FACETS, "dates") if name in aggregations}
    terms = {name: facet["others"]["values"] if "others" in facet else facet for name, facet in found.items()}
    return {name: tuple(map(_bucket, each["buckets"])) for name, each in terms.items()}


def _bucket(bucket: Json) -> Bucket:
    return Bucket(str(bucket.get("key_as_string", bucket["key"])), bucket["doc_count"])


def build_timeline(query: TimelineQuery) -> Json:
    """Return the aggregation of a timeline, including empty bars."""
    bounds = {"min": _milliseconds(query.start), "max": _milliseconds(query.end) - 1}
    bars = {"field": "dated_at", "calendar_interval": query.interval.value, "time_zone": query.zone.key}
    totals = {"date_histogram": {**bars, "min_doc_count": 0, "extended_bounds": bounds}}
    series = {
        "terms": {"field": query.split.value, "size": MOST_SERIES},
        "aggregations": {"bars": {"date_histogram": {**bars, "min_doc_count": 1}}},
    }
    return {
        "filter": {"range": {"dated_at": {"gte": query.start.isoformat(), "lt": query.end.isoformat()}}},
        "aggregations": {"totals": totals, "series": series},
    }


def read_timeline(aggregation: Json, query: TimelineQuery) -> Timeline:
    totals = {bucket["key"]: bucket["doc_count"] for bucket in aggregation["totals"]["buckets"]}
    series = [_series(bucket, tuple(totals)) for bucket in aggregation["series"]["buckets"]]
    rest = tuple(total - sum(each.counts[at] for each in series) for at, total in enumerate(totals.values()))
    if any(rest):
        series.append(Series("", rest))
    starts = tuple(dt.datetime.fromtimestamp(key / 1000, query.zone) for key in totals)
    return Timeline(query, starts, tuple(totals.values()), tuple(series))


def _series(bucket: Json, keys: tuple[int, ...]) -> Series:
    counts = {bar["key"]: bar["doc_count"] for bar in bucket["bars"]["buckets"]}
    return Series(str(bucket["key"]), tuple(counts.get(key, 0) for key in keys))


def build_places() -> Json:
    """Return the aggregation of the places for a map."""
    return {"terms": {"field": "place_points", "size": MOST_PLACES}}


def read_places(aggregation: Json) -> tuple[PlaceCount, ...]:
    return tuple(PlaceCount(*read_place_point(bucket["key"]), bucket["doc_count"]) for bucket in aggregation["buckets"])


def _milliseconds(moment: dt.datetime) -> int:
    return round(moment.timestamp() * 1000)
