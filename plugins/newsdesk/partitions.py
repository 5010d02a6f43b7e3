"""Partition keys: the names under which captures travel through the pipeline; folder names too, so without a colon."""

import contextlib
import datetime as dt

from newsdesk.errors import BadRequest

TICK_KEY = "%Y-%m-%dT%H%M"
"""Key of a fetch run: the minute of its tick, UTC."""

DAY_KEY = "%Y-%m-%d"
"""Key of what is gathered for a whole day."""


def tick_key(now: dt.datetime, *, minutes: int) -> str:
    """The key of the tick that `now` (UTC) lies in, where a tick comes every so many minutes."""
    return now.replace(minute=now.minute - now.minute % minutes).strftime(TICK_KEY)


def partition_moment(key: str) -> dt.datetime | None:
    """When a partition begins, UTC: a tick's minute or a day; None for a key of another form."""
    for form in (TICK_KEY, DAY_KEY):
        with contextlib.suppress(ValueError):
            return dt.datetime.strptime(key, form).replace(tzinfo=dt.UTC)
    return None


def require_partition(key: object) -> str:
    """The key of a run's partition. Raises BadRequest where there is none, or where it has another form."""
    found = str(key or "")
    if partition_moment(found) is None:
        said = f"{found!r} has another form" if found else "the run has none"
        raise BadRequest(f"a run works on one partition: give it a partition key such as 2026-11-24T1205 or 2026-11-24 ({said})")
    return found


def day_of(partition: str) -> dt.datetime:
    """The day, UTC, that a partition is for. Raises BadRequest where it is not a whole day."""
    try:
        return dt.datetime.strptime(partition, DAY_KEY).replace(tzinfo=dt.UTC)
    except ValueError as error:
        raise BadRequest(f"a sweep is for a day: give it a partition key such as 2026-11-24, not {partition}") from error
