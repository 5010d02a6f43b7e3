"""The world map: places as circles by count, on the land of Natural Earth (`static/land.svg`, made by `make vendor`). Pure.

Equal Earth projection: B. Šavrič, T. Patterson, B. Jenny, "The Equal Earth map projection", International Journal of Geographical
Information Science 33 (2019).
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from newsdesk.search.counts import PlaceCount

_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796
_ROOT = math.sqrt(3) / 2
WIDTH = 960.0
MOST_NORTHERN, MOST_SOUTHERN = 84.0, -58.0
"""Degrees of latitude at the edges of the map, which does not include Antarctica."""


def _equal_earth(latitude: float, longitude: float) -> tuple[float, float]:
    """Convert degrees to coordinates (east, north) on a sphere of radius 1."""
    theta = math.asin(_ROOT * math.sin(math.radians(latitude)))
    squared = theta * theta
    spread = _A1 + 3 * _A2 * squared + squared**3 * (7 * _A3 + 9 * _A4 * squared)
    east = math.radians(longitude) * math.cos(theta) / (_ROOT * spread)
    return east, theta * (_A1 + _A2 * squared + squared**3 * (_A3 + _A4 * squared))


_SCALE = WIDTH / (2 * _equal_earth(0, 180)[0])
_TOP = _equal_earth(MOST_NORTHERN, 0)[1]
HEIGHT = math.ceil((_TOP - _equal_earth(MOST_SOUTHERN, 0)[1]) * _SCALE)
VIEW_BOX = f"0 0 {WIDTH:.0f} {HEIGHT}"


def project(latitude: float, longitude: float) -> tuple[float, float]:
    """Return the point of a place on the map, from its upper left corner."""
    east, north = _equal_earth(latitude, longitude)
    return WIDTH / 2 + east * _SCALE, (_TOP - north) * _SCALE


@dataclass(frozen=True, slots=True)
class Circle:
    """A place on the map; the area of its circle is proportional to its count."""

    name: str
    count: int
    x: float
    y: float
    radius: float


LARGEST, SMALLEST = 22.0, 3.5


def draw_places(places: Iterable[PlaceCount]) -> list[Circle]:
    """Return the circles of these places, the largest first, so that small ones are on top."""
    ordered = sorted(places, key=lambda place: -place.count)
    most = max((place.count for place in ordered), default=1)
    return [_circle(place, most) for place in ordered if MOST_SOUTHERN <= place.latitude <= MOST_NORTHERN]


def _circle(place: PlaceCount, most: int) -> Circle:
    x, y = project(place.latitude, place.longitude)
    return Circle(place.name, place.count, round(x, 1), round(y, 1), round(max(SMALLEST, LARGEST * math.sqrt(place.count / most)), 1))
