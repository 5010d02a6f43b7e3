import datetime as dt

import pytest

from newsdesk.partitions import TICK_KEY, tick_key


@pytest.mark.parametrize(
    ("now", "minutes", "key"),
    [
        ("12:07:30", 5, "2026-11-24T1205"),
        ("12:05:00", 5, "2026-11-24T1205"),
        ("12:59:59", 60, "2026-11-24T1200"),
        ("12:07:30", 1, "2026-11-24T1207"),
    ],
    ids=["inside an interval", "first second of an interval", "hourly", "every minute"],
)
def test_the_key_of_a_time_is_the_start_of_its_interval(now, minutes, key):
    moment = dt.datetime.fromisoformat(f"2026-11-24T{now}+00:00")
    assert tick_key(moment, minutes=minutes) == key


def test_a_key_can_be_parsed_and_is_a_valid_folder_name():
    key = tick_key(dt.datetime(2026, 11, 24, 12, 7, tzinfo=dt.UTC), minutes=5)
    assert dt.datetime.strptime(key, TICK_KEY) == dt.datetime(2026, 11, 24, 12, 5)  # noqa: DTZ001, DTZ007 the key itself is in UTC
    assert not set(key) & set(':/\\?*"<>|')
