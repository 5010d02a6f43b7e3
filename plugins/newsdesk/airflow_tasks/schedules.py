"""The assets that pass between the DAGs, the timetables that make partitions of them, and what all DAGs have in common."""

import datetime as dt
from typing import Any

from airflow.sdk import Asset, CronPartitionTimetable, PartitionedAssetTimetable

from newsdesk.partitions import DAY_KEY, TICK_KEY

CAPTURES = Asset(name="captures", uri="newsdesk://captures")
ARTICLES = Asset(name="articles", uri="newsdesk://articles")

DEFAULT_ARGS: dict[str, Any] = {"owner": "newsdesk", "retries": 2, "retry_delay": dt.timedelta(seconds=15)}
"""`default_args` of a DAG that has no reason for others."""


def every_minutes(minutes: int) -> CronPartitionTimetable:
    """A tick every so many minutes, each with a key of its own."""
    return CronPartitionTimetable(f"*/{minutes} * * * *" if minutes < 60 else "0 * * * *", timezone="UTC", key_format=TICK_KEY)


def every_night() -> CronPartitionTimetable:
    """A run each night at one, UTC, for the day that has ended; backfills walk the days."""
    return CronPartitionTimetable("0 1 * * *", timezone="UTC", key_format=DAY_KEY, run_offset=-1)


def follows(asset: Asset) -> PartitionedAssetTimetable:
    """A run for each partition that the asset's producer hands on."""
    return PartitionedAssetTimetable(assets=asset)
