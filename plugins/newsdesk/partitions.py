"""Partition keys: the names under which captures travel through the pipeline; folder names too, so without a colon."""

import contextlib
import datetime as dt

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
