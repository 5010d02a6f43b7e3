"""The timeline of a search as bars: their positions in the picture and their times. Pure."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from newsdesk.search.counts import Interval, Timeline

WIDTH, HEIGHT = 960, 260
LEFT, BOTTOM, TOP = 56, 34, 12
"""Margins for the numbers at the left, the dates below, and half a line above."""
GAP = 0.15
"""Share of a bar's width that is empty."""
MOST_LABELS, LABEL_WIDTH = 6, 120
_LABELS = {Interval.HOUR: "%-d %b %H:%M", Interval.DAY: "%-d %b", Interval.WEEK: "%-d %b %Y", Interval.MONTH: "%b %Y"}
_TITLES = {Interval.HOUR: "%a %-d %b %Y, %H:%M", Interval.DAY: "%a %-d %b %Y", Interval.WEEK: "week of %-d %b %Y", Interval.MONTH: "%B %Y"}


@dataclass(frozen=True, slots=True)
class Piece:
    """The part of a bar for one series; `series` counts from 1."""

    series: int
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar with its label, and the values of `since` and `until` that restrict a search to its time."""

    title: str
    label: str
    since: str
    until: str
    total: int
    counts: tuple[int, ...]
    x: float
    width: float
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the scale: its count, and its distance from the top."""

    count: int
    y: float


@dataclass(frozen=True, slots=True)
class TimelineChart:
    interval: Interval
    series: tuple[str, ...]
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    floor: int = HEIGHT - BOTTOM


def draw_timeline(timeline: Timeline) -> TimelineChart:
    """Return the chart of a timeline, in a picture of WIDTH by HEIGHT."""
    top = _rounded_up(max(timeline.totals, default=0))
    interval = timeline.query.interval
    step = (WIDTH - LEFT) / max(1, len(timeline.starts))
    every = -(-len(timeline.starts) // MOST_LABELS)
    bars = []
    for at, (start, total) in enumerate(zip(timeline.starts, timeline.totals, strict=True)):
        counts = tuple(series.counts[at] for series in timeline.series)
        since, until = _bounds(start, interval)
        left = LEFT + step * (at + GAP / 2)
        bars.append(
            Bar(
                title=start.strftime(_TITLES[interval]),
                label=start.strftime(_LABELS[interval]) if at % every == 0 and left < WIDTH - LABEL_WIDTH else "",
                since=since,
                until=until,
                total=total,
                counts=counts,
                x=round(left, 2),
                width=round(step * (1 - GAP), 2),
                pieces=tuple(_stack(counts, top)),
            )
        )
    ticks = tuple(Tick(count, round(_height(count, top), 1)) for count in sorted({0, top // 2, top}))
    return TimelineChart(interval, tuple(series.name for series in timeline.series), tuple(bars), ticks)


def _stack(counts: tuple[int, ...], top: int) -> Iterator[Piece]:
    below = 0
    for number, count in enumerate(counts, 1):
        if count:
            y = _height(below + count, top)
            yield Piece(number, round(y, 2), round(_height(below, top) - y, 2))
            below += count


def _height(count: int, top: int) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * count / top


def _rounded_up(count: int) -> int:
    """Return the next even number of one digit and zeros, so that its half is an integer."""
    magnitude = int(10 ** (len(str(count)) - 1))
    return next(step * magnitude for step in (2, 4, 6, 8, 10) if step * magnitude >= count)


def _bounds(start: dt.datetime, interval: Interval) -> tuple[str, str]:
    """Return the bounds: dates for days, with the last one included; times for hours."""
    if interval is Interval.HOUR:
        end = (start.astimezone(dt.UTC) + dt.timedelta(hours=1)).astimezone(start.tzinfo)
        return start.isoformat(timespec="minutes"), end.isoformat(timespec="minutes")
    first = start.date()
    if interval is Interval.MONTH:
        last = (first.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)
    else:
        last = first + dt.timedelta(days=6 if interval is Interval.WEEK else 0)
    return first.isoformat(), last.isoformat()
