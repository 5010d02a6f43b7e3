"""The assets that connect the DAGs, their timetables, and default arguments."""

import datetime as dt
from typing import Any

from airflow.sdk import Asset, CronPartitionTimetable, PartitionedAssetTimetable

from newsdesk.partitions import DAY_KEY, TICK_KEY

CAPTURES = Asset(name="captures", uri="newsdesk://captures")
ARTICLES = Asset(name="articles", uri="newsdesk://articles")

DEFAULT_ARGS: dict[str, Any] = {"owner": "newsdesk", "retries": 2, "retry_delay": dt.timedelta(seconds=15)}
"""`default_args` of the DAGs."""


def every_minutes(minutes: int) -> CronPartitionTimetable:
    """Return a timetable with a run every so many minutes, each for its own partition."""
    return CronPartitionTimetable(f"*/{minutes} * * * *" if minutes < 60 else "0 * * * *", timezone="UTC", key_format=TICK_KEY)


def every_night() -> CronPartitionTimetable:
    """Return a timetable with a run at 01:00 UTC for the partition of the previous day."""
    return CronPartitionTimetable("0 1 * * *", timezone="UTC", key_format=DAY_KEY, run_offset=-1)


def follows(asset: Asset) -> PartitionedAssetTimetable:
    """Return a timetable with a run for each partition for which an event of the asset is emitted."""
    return PartitionedAssetTimetable(assets=asset)
