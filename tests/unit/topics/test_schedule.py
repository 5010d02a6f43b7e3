"""When a subscriber is notified."""

import datetime as dt

import pytest

from newsdesk.errors import BadRequest
from newsdesk.topics.schedule import Rhythm, Schedule, describe, due_at, read_schedule, retry_at

NO_GAP = dt.timedelta()


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def due(schedule: Schedule, found: str, *, sent: str | None = None, retry: str | None = None) -> dt.datetime:
    return due_at(schedule, found_at=utc(found), sent_at=utc(sent) if sent else None, retry_at=utc(retry) if retry else None)


def test_an_instant_message_is_due_when_its_article_is_found():
    assert due(Schedule(), "2026-11-24T12:05") == utc("2026-11-24T12:05")


def test_two_messages_are_a_gap_apart():
    schedule = Schedule(gap=dt.timedelta(minutes=30))
    assert due(schedule, "2026-11-24T12:05", sent="2026-11-24T12:00") == utc("2026-11-24T12:30")
    assert due(schedule, "2026-11-24T12:45", sent="2026-11-24T12:00") == utc("2026-11-24T12:45")


def test_an_hourly_digest_is_due_at_the_next_full_hour():
    assert due(Schedule(rhythm=Rhythm.HOURLY), "2026-11-24T12:05") == utc("2026-11-24T13:00")
    assert due(Schedule(rhythm=Rhythm.HOURLY), "2026-11-24T13:00") == utc("2026-11-24T14:00")


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ("2026-07-01T04:59", "2026-07-01T05:00"),
        ("2026-07-01T05:00", "2026-07-02T05:00"),
        ("2026-10-24T12:00", "2026-10-25T06:00"),  # the clocks were put back in the night
        ("2026-03-28T12:00", "2026-03-29T05:00"),  # and forward
        ("2026-12-31T23:30", "2027-01-01T06:00"),
    ],
)
def test_a_daily_digest_is_due_at_its_time_of_day_in_its_zone(found, expected):
    assert due(Schedule(rhythm=Rhythm.DAILY, daily_at=dt.time(7), time_zone="Europe/Madrid"), found) == utc(expected)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ("2026-11-24T20:59", "2026-11-24T20:59"),
        ("2026-11-24T21:00", "2026-11-25T05:00"),
        ("2026-11-25T00:30", "2026-11-25T05:00"),
        ("2026-11-25T04:59", "2026-11-25T05:00"),
        ("2026-11-25T05:00", "2026-11-25T05:00"),
    ],
)
def test_nothing_is_due_in_quiet_hours_across_midnight(found, expected):
    quiet = Schedule(quiet_from=dt.time(22), quiet_until=dt.time(6), time_zone="Europe/Madrid")
    assert due(quiet, found) == utc(expected)


def test_nothing_is_due_in_quiet_hours_of_a_day():
    quiet = Schedule(quiet_from=dt.time(12), quiet_until=dt.time(14))
    assert due(quiet, "2026-11-24T13:00") == utc("2026-11-24T14:00")
    assert due(quiet, "2026-11-24T14:00") == utc("2026-11-24T14:00")
    assert due(quiet, "2026-11-24T11:59") == utc("2026-11-24T11:59")


def test_gaps_and_retries_do_not_end_in_quiet_hours():
    quiet = Schedule(quiet_from=dt.time(22), quiet_until=dt.time(6), gap=dt.timedelta(hours=1))
    assert due(quiet, "2026-11-24T21:30", sent="2026-11-24T21:20") == utc("2026-11-25T06:00")
    assert due(quiet, "2026-11-24T21:30", retry="2026-11-24T23:00") == utc("2026-11-25T06:00")


def test_failures_are_tried_again_ever_more_rarely_up_to_six_hours():
    now = utc("2026-11-24T12:00")
    waits = [(retry_at(failures, now=now) - now) // dt.timedelta(minutes=1) for failures in (1, 2, 3, 9, 10, 10_000)]
    assert waits == [1, 2, 4, 256, 360, 360]


def test_a_schedule_is_read_from_a_form():
    read = read_schedule(rhythm="daily", daily_at="6:30", quiet="22:00-06:00", gap_minutes=0, time_zone="Europe/Madrid")
    assert read == Schedule(
        rhythm=Rhythm.DAILY,
        daily_at=dt.time(6, 30),
        quiet_from=dt.time(22),
        quiet_until=dt.time(6),
        gap=NO_GAP,
        time_zone="Europe/Madrid",
    )
    assert describe(read) == "daily at 06:30 (Europe/Madrid), quiet from 22:00 to 06:00 (Europe/Madrid)"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"rhythm": "weekly"}, "weekly is not a rhythm: use one of instant, hourly, daily"),
        ({"daily_at": "25:00"}, "25:00 is not a time of day"),
        ({"daily_at": "07:00\n"}, None),
        ({"quiet": "22:00"}, "an empty text is not a time of day"),
        ({"quiet": "night-day"}, "night is not a time of day"),
        ({"gap_minutes": -1}, "it can be 0 to 1440"),
        ({"gap_minutes": 1441}, "it can be 0 to 1440"),
        ({"time_zone": "Madrid"}, "Madrid is not a time zone"),
        ({"time_zone": "../../etc/passwd"}, "is not a time zone"),
        ({"time_zone": ""}, "is not a time zone"),
    ],
)
def test_what_cannot_be_a_schedule_is_refused_by_name(given, told):
    if told is None:
        assert read_schedule(**given).daily_at == dt.time(7)
        return
    with pytest.raises(BadRequest, match=told):
        read_schedule(**given)


def test_the_shortest_time_between_messages_is_told() -> None:
    assert describe(Schedule(gap=dt.timedelta(minutes=1))) == "at once, at least 1 minute apart"
    assert describe(Schedule(gap=dt.timedelta(hours=1))) == "at once, at least 60 minutes apart"
    assert describe(Schedule(gap=dt.timedelta())) == "at once"
