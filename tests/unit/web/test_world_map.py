"""Places on the world map."""

import pytest

from newsdesk.search.counts import PlaceCount
from newsdesk.web.world_map import HEIGHT, LARGEST, SMALLEST, WIDTH, draw_places, project


def test_the_map_is_symmetrical_and_north_is_up():
    x, equator = project(0, 0)
    assert x == WIDTH / 2
    assert project(0, 180)[0] == pytest.approx(WIDTH)
    assert project(0, -180)[0] == pytest.approx(0)
    assert project(50, 0)[1] < equator < project(-50, 0)[1] < HEIGHT


def test_the_area_of_a_circle_grows_with_its_count_and_the_small_ones_lie_above():
    circles = draw_places([PlaceCount("Small", 1, 1, 1), PlaceCount("Large", 0, 0, 400), PlaceCount("Middle", 2, 2, 100)])
    assert [circle.name for circle in circles] == ["Large", "Middle", "Small"]
    assert [circle.radius for circle in circles] == [LARGEST, LARGEST / 2, SMALLEST]


def test_places_beyond_the_edge_of_the_map_are_not_drawn():
    assert draw_places([PlaceCount("South Pole", -90, 0, 5)]) == []
