"""The times of messages: at once or as a digest, outside of quiet hours, with a minimum gap. Pure."""

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from newsdesk.errors import BadRequest
from newsdesk.plurals import plural
from newsdesk.time_zones import region_named

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
    """A schedule. Daily digests are due at `daily_at`. Nothing is sent from `quiet_from` to `quiet_until`, which can be on the next day.

    These are times of day in `time_zone`. `gap` is the minimum time between two messages.
    """

    rhythm: Rhythm = Rhythm.INSTANT
    daily_at: dt.time = dt.time(7)
    quiet_from: dt.time | None = None
    quiet_until: dt.time | None = None
    gap: dt.timedelta = DEFAULT_GAP
    time_zone: str = "UTC"


def due_at(schedule: Schedule, *, found_at: dt.datetime, sent_at: dt.datetime | None, retry_at: dt.datetime | None) -> dt.datetime:
    """Return when an article found at `found_at` is due, after a message at `sent_at`, and not before `retry_at` after a failure."""
    due = _by_rhythm(schedule, found_at)
    if sent_at:
        due = max(due, sent_at + schedule.gap)
    if retry_at:
        due = max(due, retry_at)
    return _after_quiet_hours(schedule, due)


def retry_at(failures: int, *, now: dt.datetime) -> dt.datetime:
    """Return when a message is retried after this many failures: after 1, 2, 4, ... minutes, at most six hours."""
    return now + min(FIRST_RETRY * (1 << min(failures - 1, 16)), LONGEST_RETRY)


def read_schedule(
    *, rhythm: str = "instant", daily_at: str = "07:00", quiet: str = "", gap_minutes: int = 5, time_zone: str = "UTC"
) -> Schedule:
    """Return the schedule of a form or command line; quiet hours are `22:00-06:00`. Raises BadRequest, which names the invalid value."""
    if rhythm not in set(Rhythm):
        raise BadRequest(f"{rhythm} is not a rhythm: use one of {', '.join(Rhythm)}")
    gap = dt.timedelta(minutes=gap_minutes)
    if not dt.timedelta() <= gap <= LONGEST_GAP:
        raise BadRequest(f"{gap_minutes} minutes between messages: it can be 0 to {LONGEST_GAP // dt.timedelta(minutes=1)}")
    if region_named(time_zone) is None:
        raise BadRequest(f"{time_zone} is not a time zone: use a name such as Europe/Madrid")
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
    """Return a time of day from a text such as `07:30`. Raises BadRequest if it is invalid."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise BadRequest(f"{text.strip() or 'an empty text'} is not a time of day: use a time such as 07:30, for quiet hours 22:00-06:00")
    return dt.time(int(found[1]), int(found[2]))


def describe(schedule: Schedule) -> str:
    """Return the schedule in words.

    >>> describe(Schedule(rhythm=Rhythm.DAILY, quiet_from=dt.time(22), quiet_until=dt.time(6)))
    'daily at 07:00 (UTC), quiet from 22:00 to 06:00 (UTC)'
    """
    told = {
        Rhythm.INSTANT: f"at once, at least {plural(schedule.gap // dt.timedelta(minutes=1), 'minute')} apart"
        if schedule.gap
        else "at once",
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
    """Return the first time after `after` at which it is `time` in the zone, in UTC, since times in one zone are compared by local time."""
    zone = ZoneInfo(time_zone)
    day = after.astimezone(zone).date()
    candidates = (dt.datetime.combine(day + dt.timedelta(days=days), time, tzinfo=zone).astimezone(dt.UTC) for days in range(3))
    return next(moment for moment in candidates if moment > after)
