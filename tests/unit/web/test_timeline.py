"""The timeline of a search as bars."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from newsdesk.search.counts import Series, Timeline, TimelineQuery
from newsdesk.web.search_form import read_form, to_query
from newsdesk.web.timeline import BOTTOM, HEIGHT, draw_timeline

MADRID = ZoneInfo("Europe/Madrid")


def _chart(*starts, series=(), days=30):
    query = TimelineQuery(starts[0], starts[0] + dt.timedelta(days=days), MADRID)
    totals = tuple(sum(counts) for counts in zip(*(each.counts for each in series), strict=True)) or (0,) * len(starts)
    return draw_timeline(Timeline(query, starts, totals, series))


def _start(*when):
    return dt.datetime(*when, tzinfo=MADRID)


def test_the_pieces_of_a_bar_stand_on_each_other():
    chart = _chart(_start(2026, 11, 1), _start(2026, 11, 2), series=(Series("en", (3, 0)), Series("es", (1, 8))))
    first, second = chart.bars
    assert [piece.series for piece in first.pieces] == [1, 2]
    assert first.pieces[0].y + first.pieces[0].height == HEIGHT - BOTTOM
    assert first.pieces[1].y + first.pieces[1].height == pytest.approx(first.pieces[0].y)
    assert [piece.series for piece in second.pieces] == [2]
    assert second.pieces[0].height == pytest.approx(8 * first.pieces[1].height, abs=0.1)
    assert [tick.count for tick in chart.ticks] == [0, 4, 8]
    assert first.x + first.width < second.x


@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 99, 101, 123_456])
def test_the_scale_ends_above_the_highest_bar_in_halves_that_are_whole(count):
    chart = _chart(_start(2026, 11, 1), series=(Series("en", (count,)),))
    bottom, middle, top = chart.ticks
    assert count <= top.count == 2 * middle.count
    assert bottom.count == 0


@pytest.mark.parametrize(
    ("start", "days", "bounds"),
    [
        pytest.param((2026, 11, 3, 14), 1, ("2026-11-03T14:00+01:00", "2026-11-03T15:00+01:00"), id="hour"),
        pytest.param((2026, 10, 25, 1), 1, ("2026-10-25T01:00+02:00", "2026-10-25T02:00+02:00"), id="hour before the clock goes back"),
        pytest.param((2026, 11, 3), 30, ("2026-11-03", "2026-11-03"), id="day"),
        pytest.param((2026, 11, 2), 200, ("2026-11-02", "2026-11-08"), id="week"),
        pytest.param((2026, 2, 1), 3_000, ("2026-02-01", "2026-02-28"), id="month"),
        pytest.param((2026, 12, 1), 3_000, ("2026-12-01", "2026-12-31"), id="december"),
    ],
)
def test_a_bar_narrows_a_search_to_its_own_time(start, days, bounds):
    (bar,) = _chart(_start(*start), days=days).bars
    assert (bar.since, bar.until) == bounds
    query = to_query(read_form([("since", bar.since), ("until", bar.until)], maximum_hits=1), zone=MADRID)
    assert query.since == _start(*start)


def test_few_bars_of_many_have_a_label():
    chart = _chart(*(_start(2026, 11, day) for day in range(1, 31)))
    assert [bar.label for bar in chart.bars if bar.label] == ["1 Nov", "6 Nov", "11 Nov", "16 Nov", "21 Nov", "26 Nov"]
    assert chart.bars[1].title == "Mon 2 Nov 2026"
