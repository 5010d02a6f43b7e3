"""Partition keys: the names under which captures travel through the pipeline; folder names too, so without a colon."""

import datetime as dt

TICK_KEY = "%Y-%m-%dT%H%M"
"""Key of a fetch run: the minute of its tick, UTC."""


def tick_key(now: dt.datetime, *, minutes: int) -> str:
    """The key of the tick that `now` (UTC) lies in, where a tick comes every so many minutes."""
    return now.replace(minute=now.minute - now.minute % minutes).strftime(TICK_KEY)
