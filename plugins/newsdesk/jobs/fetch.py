"""The jobs of newsdesk_fetch and newsdesk_sweep: capture the pages that feeds and sites list."""

import datetime as dt
import logging
import time

from newsdesk.database import open_database
from newsdesk.errors import NothingNew, Stage, Unavailable
from newsdesk.fetch import shard as shards
from newsdesk.fetch.imported import is_imported
from newsdesk.fetch.shard import Shard
from newsdesk.jobs.bookkeeping import Emit, OpenElasticsearch, emit_nothing, store_report, utc_now, write_counters
from newsdesk.partitions import day_of
from newsdesk.settings import Settings
from newsdesk.stage_report import report_fetch, report_recovered
from newsdesk.store.archive import Archive
from newsdesk.store.manifests import list_captures
from newsdesk.store.outcomes import merge_outcomes

log = logging.getLogger(__name__)


def plan_shards(settings: Settings) -> list[Shard]:
    """Divide the feeds that are due into shards. All feeds of a host are in one shard."""
    with open_database(settings.database_url) as engine:
        found = shards.plan_shards(engine, settings.fetch, utc_now())
    log.info("%d shards are due", len(found))
    return found


def plan_sweep(partition: str, settings: Settings) -> list[Shard]:
    """The shards to sweep for a day. There are none where the day was swept before; its captures are handed on again.

    Raises BadRequest where the partition is not a day.
    """
    day_of(partition)
    # Captures from other archives' WARC files do not count: they do not show that the sites were swept.
    if not all(is_imported(ref) for ref in list_captures(Archive(settings.data_url), partition)):
        log.info("%s is captured already: no requests are made", partition)
        return []
    with open_database(settings.database_url) as engine:
        return shards.plan_sweep(engine, settings.fetch)


def fetch_shard(shard: Shard, partition: str, settings: Settings, *, emit: Emit = emit_nothing) -> None:
    """Poll the shard's feeds and capture their new pages."""
    _fetch(shard, partition, settings, window=None, emit=emit)


def sweep_shard(shard: Shard, partition: str, settings: Settings, *, emit: Emit = emit_nothing) -> None:
    """Capture the pages that the shard's sites list for a day and that no feed contained.

    Raises BadRequest where the partition is not a day, and Unavailable where another task holds the lease of a host: the
    day is then incomplete, and the sweep has to run again.
    """
    day = day_of(partition)
    busy_hosts = _fetch(shard, partition, settings, window=(day, day + dt.timedelta(days=1)), emit=emit)
    if busy_hosts:
        raise Unavailable(", ".join(busy_hosts), "another task is fetching from this host; the sweep has to run again to be complete")


def _fetch(shard: Shard, partition: str, settings: Settings, *, window: shards.Window | None, emit: Emit) -> tuple[str, ...]:
    archive, begun = Archive(settings.data_url), time.monotonic()
    with open_database(settings.database_url) as engine:
        report = shards.fetch_shard(shard, partition, archive=archive, engine=engine, settings=settings.fetch, now=utc_now, window=window)
    ended = report_fetch(report.outcomes, partition=partition, now=utc_now())
    store_report(ended, partition, Stage.FETCH, _fetch_part(shard.name), settings, seconds=time.monotonic() - begun, emit=emit)
    return report.busy_hosts


def hand_on_captures(partition: str, settings: Settings, open_es: OpenElasticsearch, *, emit: Emit = emit_nothing) -> None:
    """Count captures that a killed task did not report, and merge the outcomes of the shards.

    Raises NothingNew where the partition has no capture.
    """
    archive = Archive(settings.data_url)
    recovered = report_recovered(archive, partition, now=utc_now())
    if recovered.outcomes:
        store_report(recovered, partition, Stage.FETCH, _fetch_part("recovered"), settings, seconds=0.0, emit=emit)
    merge_outcomes(archive, partition, Stage.FETCH)
    if not list_captures(archive, partition):
        write_counters(partition, [Stage.FETCH], settings, open_es)
        raise NothingNew("no capture in this partition")


def _fetch_part(name: str) -> str:
    """A unique name for the outcomes of one run, since a fetch that runs again adds to its earlier outcomes."""
    return f"{utc_now():%Y%m%dT%H%M%S%f}-{name}"
