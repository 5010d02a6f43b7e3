"""Facets, timelines and places: the requests to Elasticsearch, and its responses."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from newsdesk.index.document import place_point, read_place_point
from newsdesk.search.counts import (
    Bucket,
    Interval,
    PlaceCount,
    Series,
    TimelineQuery,
    build_facets,
    read_facets,
    read_places,
    read_timeline,
)

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
START = dt.datetime(2026, 10, 24, tzinfo=AMSTERDAM)


def _asked(**length):
    return TimelineQuery(START, START + dt.timedelta(**length), AMSTERDAM)


@pytest.mark.parametrize(
    ("days", "interval"),
    [(1, Interval.HOUR), (4, Interval.HOUR), (5, Interval.DAY), (100, Interval.DAY), (101, Interval.WEEK), (3_650, Interval.MONTH)],
)
def test_the_bars_of_a_timeline_are_as_long_as_its_time_allows(days, interval):
    assert _asked(days=days).interval is interval


def test_the_series_of_a_timeline_are_filled_up_and_the_rest_is_one_of_its_own():
    midnights = [START.replace(day=day) for day in (24, 25, 26)]
    keys = [round(midnight.timestamp() * 1000) for midnight in midnights]
    answer = {
        "totals": {"buckets": [{"key": key, "doc_count": count} for key, count in zip(keys, (5, 0, 2), strict=True)]},
        "series": {
            "buckets": [
                {"key": "en", "bars": {"buckets": [{"key": keys[0], "doc_count": 3}]}},
                {"key": "es", "bars": {"buckets": [{"key": keys[2], "doc_count": 2}]}},
            ]
        },
    }
    timeline = read_timeline(answer, _asked(days=5))
    assert timeline.totals == (5, 0, 2)
    assert timeline.series == (Series("en", (3, 0, 0)), Series("es", (0, 0, 2)), Series("", (2, 0, 0)))
    # The 25th has 25 hours: each bar still starts at midnight in the user's time zone.
    assert [f"{start:%d %H:%M %z}" for start in timeline.starts] == ["24 00:00 +0200", "25 00:00 +0200", "26 00:00 +0100"]


def test_a_facet_with_chosen_values_counts_what_would_be_found_without_them():
    built = build_facets(frozenset({"language"}), lambda name: {"match": {"without": name}})
    assert built["languages"]["aggregations"]["others"]["filter"] == {"match": {"without": "language"}}
    assert built["sources"] == {"terms": {"field": "source", "size": 10}}


def test_facets_are_read_wherever_they_are_counted():
    values = {"buckets": [{"key": "en", "doc_count": 2}]}
    answer = {"sources": values, "languages": {"others": {"values": values}}, "timeline": {}}
    assert read_facets(answer) == {"sources": (Bucket("en", 2),), "languages": (Bucket("en", 2),)}


def test_a_place_is_counted_with_its_name_and_coordinates():
    point = place_point("Washington, D.C.", 38.89511, -77.03637)
    assert read_place_point(point) == ("Washington, D.C.", 38.8951, -77.0364)
    assert read_places({"buckets": [{"key": point, "doc_count": 7}]}) == (PlaceCount("Washington, D.C.", 38.8951, -77.0364, 7),)
