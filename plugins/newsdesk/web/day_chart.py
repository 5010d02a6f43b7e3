"""Bars of the last days, as numbers for an SVG picture. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from newsdesk.ops.daily_counts import DayCounts

WIDTH, HEIGHT = 560, 120
"""Size of the picture in its own units; the style sheet sets the displayed size."""
_GAP = 6


@dataclass(frozen=True, slots=True)
class Bar:
    """One day: articles at the bottom, failures above them."""

    counts: DayCounts
    x: float
    width: float
    articles_y: float
    articles_height: float
    failed_y: float
    failed_height: float


def draw_days(days: Sequence[DayCounts]) -> tuple[Bar, ...]:
    """Return a bar for each day; the highest one has the height of the picture."""
    most = max((day.articles + day.failed for day in days), default=0) or 1
    step = WIDTH / max(1, len(days))
    bars = []
    for number, day in enumerate(days):
        articles, failed = (round(HEIGHT * count / most, 1) for count in (day.articles, day.failed))
        x, width = round(number * step + _GAP / 2, 1), round(step - _GAP, 1)
        bars.append(Bar(day, x, width, round(HEIGHT - articles, 1), articles, round(HEIGHT - articles - failed, 1), failed))
    return tuple(bars)
