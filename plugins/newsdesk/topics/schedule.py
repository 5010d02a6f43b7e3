"""When a subscriber is told: at once or as a digest, outside of quiet hours, not too often. Pure."""

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from newsdesk.errors import BadRequest

FIRST_RETRY = dt.timedelta(minutes=1)
LONGEST_RETRY = dt.timedelta(hours=6)
LONGEST_GAP = dt.timedelta(days=1)
DEFAULT_GAP = dt.timedelta(minutes=5)
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


class Rhythm(StrEnum):
    INSTANT = "instant"
    HOURLY = "hourly"
    DAILY = "daily"


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """`daily_at` is when a daily digest is due. From `quiet_from` to `quiet_until`, which may be on the next day, nothing is sent.

    These are times of day in `time_zone`. `gap` is the shortest time between two messages.
    """

    rhythm: Rhythm = Rhythm.INSTANT
    daily_at: dt.time = dt.time(7)
    quiet_from: dt.time | None = None
    quiet_until: dt.time | None = None
    gap: dt.timedelta = DEFAULT_GAP
    time_zone: str = "UTC"


def due_at(schedule: Schedule, *, found_at: dt.datetime, sent_at: dt.datetime | None, retry_at: dt.datetime | None) -> dt.datetime:
    """When an article that was found at `found_at` is to be told, after a message at `sent_at`, and a failure until `retry_at`."""
    due = _by_rhythm(schedule, found_at)
    if sent_at:
        due = max(due, sent_at + schedule.gap)
    if retry_at:
        due = max(due, retry_at)
    return _after_quiet_hours(schedule, due)


def retry_at(failures: int, *, now: dt.datetime) -> dt.datetime:
    """When a message is tried again that failed so often: after 1, 2, 4, ... minutes, at last every six hours."""
    return now + min(FIRST_RETRY * (1 << min(failures - 1, 16)), LONGEST_RETRY)


def read_schedule(
    *, rhythm: str = "instant", daily_at: str = "07:00", quiet: str = "", gap_minutes: int = 5, time_zone: str = "UTC"
) -> Schedule:
    """A schedule as a form or a command line gives it; quiet hours are `22:00-06:00`. Raises BadRequest that names what cannot be."""
    if rhythm not in set(Rhythm):
        raise BadRequest(f"{rhythm} is no rhythm: there are {', '.join(Rhythm)}")
    gap = dt.timedelta(minutes=gap_minutes)
    if not dt.timedelta() <= gap <= LONGEST_GAP:
        raise BadRequest(f"{gap_minutes} minutes between messages: it can be 0 to {LONGEST_GAP // dt.timedelta(minutes=1)}")
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadRequest(f"{time_zone} is no time zone: it is written like Europe/Madrid") from error
    first, _, last = quiet.partition("-")
    return Schedule(
        rhythm=Rhythm(rhythm),
        daily_at=read_time(daily_at),
        quiet_from=read_time(first) if quiet.strip() else None,
        quiet_until=read_time(last) if quiet.strip() else None,
        gap=gap,
        time_zone=time_zone,
    )


def read_time(text: str) -> dt.time:
    """A time of day, `07:30`. Raises BadRequest."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise BadRequest(f"{text.strip() or 'nothing'} is no time of day: it is written like 07:30, quiet hours like 22:00-06:00")
    return dt.time(int(found[1]), int(found[2]))


def describe(schedule: Schedule) -> str:
    """The schedule in words.

    >>> describe(Schedule(rhythm=Rhythm.DAILY, quiet_from=dt.time(22), quiet_until=dt.time(6)))
    'daily at 07:00 (UTC), quiet from 22:00 to 06:00 (UTC)'
    """
    told = {
        Rhythm.INSTANT: f"at once, at most every {schedule.gap // dt.timedelta(minutes=1)} minutes" if schedule.gap else "at once",
        Rhythm.HOURLY: "hourly",
        Rhythm.DAILY: f"daily at {schedule.daily_at:%H:%M} ({schedule.time_zone})",
    }[schedule.rhythm]
    if schedule.quiet_from is None or schedule.quiet_until is None:
        return told
    return f"{told}, quiet from {schedule.quiet_from:%H:%M} to {schedule.quiet_until:%H:%M} ({schedule.time_zone})"


def _by_rhythm(schedule: Schedule, found_at: dt.datetime) -> dt.datetime:
    match schedule.rhythm:
        case Rhythm.INSTANT:
            return found_at
        case Rhythm.HOURLY:
            return found_at.replace(minute=0, second=0, microsecond=0) + dt.timedelta(hours=1)
        case Rhythm.DAILY:
            return _next_local(found_at, schedule.daily_at, schedule.time_zone)


def _after_quiet_hours(schedule: Schedule, moment: dt.datetime) -> dt.datetime:
    first, last = schedule.quiet_from, schedule.quiet_until
    if first is None or last is None or first == last:
        return moment
    local = moment.astimezone(ZoneInfo(schedule.time_zone)).time()
    is_quiet = first <= local < last if first < last else local >= first or local < last
    return _next_local(moment, last, schedule.time_zone) if is_quiet else moment


def _next_local(after: dt.datetime, time: dt.time, time_zone: str) -> dt.datetime:
    """The first moment after `after` at which it is `time` there, in UTC: two moments of one zone are compared by their clocks."""
    zone = ZoneInfo(time_zone)
    day = after.astimezone(zone).date()
    candidates = (dt.datetime.combine(day + dt.timedelta(days=days), time, tzinfo=zone).astimezone(dt.UTC) for days in range(3))
    return next(moment for moment in candidates if moment > after)
