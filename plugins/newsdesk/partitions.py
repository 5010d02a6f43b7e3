"""Partition keys, which name the captures of one run throughout the pipeline. They are also folder names, so without a colon."""

import contextlib
import datetime as dt

from newsdesk.errors import BadRequest

TICK_KEY = "%Y-%m-%dT%H%M"
"""Format of the key of a fetch run: the scheduled minute, UTC."""

DAY_KEY = "%Y-%m-%d"
"""Format of the key of a whole day, used by sweeps and by history from WARC files."""


def tick_key(now: dt.datetime, *, minutes: int) -> str:
    """The key of the scheduled interval (of `minutes` minutes) that contains `now` (UTC)."""
    return now.replace(minute=now.minute - now.minute % minutes).strftime(TICK_KEY)


def previous_day_key(now: dt.datetime) -> str:
    """The key of the last day that has ended, UTC."""
    return (now.astimezone(dt.UTC) - dt.timedelta(days=1)).strftime(DAY_KEY)


def partition_moment(key: str) -> dt.datetime | None:
    """The time at which a partition begins, UTC; None for an invalid key."""
    for form in (TICK_KEY, DAY_KEY):
        with contextlib.suppress(ValueError):
            return dt.datetime.strptime(key, form).replace(tzinfo=dt.UTC)
    return None


def require_partition(key: object) -> str:
    """Validate the partition key of a run. Raises BadRequest where it is missing or invalid."""
    given = str(key or "")
    if partition_moment(given) is None:
        reason = f"{given!r} is not a partition key" if given else "the run has no partition key"
        raise BadRequest(f"{reason}: give one such as 2026-11-24T1205 or 2026-11-24")
    return given


def day_of(partition: str) -> dt.datetime:
    """The start of the day (UTC) of a partition. Raises BadRequest where the key is not that of a day."""
    try:
        return dt.datetime.strptime(partition, DAY_KEY).replace(tzinfo=dt.UTC)
    except ValueError as error:
        raise BadRequest(f"a sweep covers one day: give it a partition key such as 2026-11-24, not {partition}") from error
