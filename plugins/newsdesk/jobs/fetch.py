"""The tasks of newsdesk_fetch and newsdesk_sweep: feeds become captures."""

import datetime as dt
import logging
import time

from newsdesk.database import open_database
from newsdesk.errors import NothingNew, Stage, Unavailable
from newsdesk.fetch import shard as shards
from newsdesk.fetch.shard import Shard
from newsdesk.fetch.warc_history import is_from_elsewhere
from newsdesk.jobs.bookkeeping import Emit, OpenElasticsearch, emit_nothing, store_report, utc_now, write_counters
from newsdesk.partitions import day_of
from newsdesk.settings import Settings
from newsdesk.stage_report import report_fetch, report_recovered
from newsdesk.store.archive import Archive
from newsdesk.store.manifests import list_captures

log = logging.getLogger(__name__)


def plan_shards(settings: Settings) -> list[Shard]:
    """The feeds that are due, in shards; a host is never in two."""
    with open_database(settings.database_url) as engine:
        found = shards.plan_shards(engine, settings.fetch, utc_now())
    log.info("%d shards are due", len(found))
    return found


def plan_sweep(partition: str, settings: Settings) -> list[Shard]:
    """The shards to sweep for a day; none where the day was captured before: its captures are handed on again.

    Raises BadRequest where the partition is not a day.
    """
    day_of(partition)
    # Captures from other archives' WARC files say nothing of what the sources list for that day.
    if not all(is_from_elsewhere(ref) for ref in list_captures(Archive(settings.data_url), partition)):
        log.info("%s is captured already: no publisher is asked", partition)
        return []
    with open_database(settings.database_url) as engine:
        return shards.plan_sweep(engine, settings.fetch)


def fetch_shard(shard: Shard, partition: str, settings: Settings, *, emit: Emit = emit_nothing) -> None:
    """Polls the shard's feeds and captures their new pages."""
    _fetch(shard, partition, settings, window=None, emit=emit)


def sweep_shard(shard: Shard, partition: str, settings: Settings, *, emit: Emit = emit_nothing) -> None:
    """Captures what the shard's sites list for a day and no feed brought.

    Raises BadRequest where the partition is not a day, and Unavailable where another task was at work with a host: the
    day is not complete without it, so the sweep has to run again.
    """
    day = day_of(partition)
    busy_hosts = _fetch(shard, partition, settings, window=(day, day + dt.timedelta(days=1)), emit=emit)
    if busy_hosts:
        raise Unavailable(", ".join(busy_hosts), "another task asks there; the day is not complete without it")


def _fetch(shard: Shard, partition: str, settings: Settings, *, window: shards.Window | None, emit: Emit) -> tuple[str, ...]:
    archive, begun = Archive(settings.data_url), time.monotonic()
    with open_database(settings.database_url) as engine:
        report = shards.fetch_shard(shard, partition, archive=archive, engine=engine, settings=settings.fetch, now=utc_now, window=window)
    ended = report_fetch(report.outcomes, partition=partition, now=utc_now())
    store_report(ended, partition, Stage.FETCH, _fetch_part(shard.name), settings, seconds=time.monotonic() - begun, emit=emit)
    return report.busy_hosts


def hand_on_captures(partition: str, settings: Settings, open_es: OpenElasticsearch, *, emit: Emit = emit_nothing) -> None:
    """Counts what a killed task captured and could not report. Raises NothingNew where the partition has no capture."""
    archive = Archive(settings.data_url)
    recovered = report_recovered(archive, partition, now=utc_now())
    if recovered.outcomes:
        store_report(recovered, partition, Stage.FETCH, _fetch_part("recovered"), settings, seconds=0.0, emit=emit)
    if not list_captures(archive, partition):
        write_counters(partition, [Stage.FETCH], settings, open_es)
        raise NothingNew("nothing new")


def _fetch_part(name: str) -> str:
    """A name for one run's outcomes: a fetch that runs again adds to what it did before."""
    return f"{utc_now():%Y%m%dT%H%M%S%f}-{name}"
