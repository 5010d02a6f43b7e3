import datetime as dt

import pytest

from newsdesk.time_zones import zone_named, zone_names


@pytest.mark.parametrize(
    ("name", "hours"), [("GMT+7", 7), ("UTC−03:30", -3.5), ("+0545", 5.75), ("AEDT", 11), ("mesz", 2), ("+23:00", None), ("WORD", None)]
)
def test_zone_is_known_by_offset_and_abbreviation(name: str, hours: float | None) -> None:
    zone = zone_named(name)
    assert (zone.utcoffset(None) if zone else None) == (None if hours is None else dt.timedelta(hours=hours))


@pytest.mark.parametrize("name", sorted(zone_names()))
def test_every_listed_name_is_a_zone(name: str) -> None:
    assert zone_named(name) is not None


@pytest.mark.parametrize("name", ["Europe/Atlantis", "../etc/passwd", "/", "Europe/"])
def test_a_region_that_does_not_exist_is_no_zone(name: str) -> None:
    assert zone_named(name) is None
