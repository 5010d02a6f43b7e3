"""What each task of the DAGs does: opens what a step of the pipeline needs, runs it, and stores its outcomes.

Plain functions without Airflow, so that tests and commands call what production calls. References pass between jobs,
never articles: a shard of hosts, a chunk of a WARC file, or a partition's key.

Each task is a process that imports this module. What needs Elasticsearch's client, two seconds of a processor, is imported by
the jobs that ask Elasticsearch.
"""

import datetime as dt
import functools
import logging
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

import sqlalchemy as sa

from newsdesk import partition_steps
from newsdesk.clean.line_memory import learn_endings, recall_endings
from newsdesk.database import open_database
from newsdesk.enrichment import open_tools
from newsdesk.errors import NothingNew, SetupError, Stage, Status, Unavailable
from newsdesk.fetch import shard as shards
from newsdesk.fetch.pages import forget_pages
from newsdesk.fetch.shard import Shard
from newsdesk.fetch.warc_history import is_from_elsewhere
from newsdesk.ops.airflow_api import open_settings_airflow
from newsdesk.ops.alerts import Channel, list_alerts, record_problems, tell
from newsdesk.ops.backfill import list_partitions
from newsdesk.ops.freshness import AlertRule, Problem, find_problems, missing_articles, run_failed
from newsdesk.ops.run_counters import count_partition
from newsdesk.partition_steps import Chunk, StageReport
from newsdesk.partitions import day_of
from newsdesk.records import Outcome, RunCounters
from newsdesk.scope import EVERYTHING, Scope
from newsdesk.settings import Settings
from newsdesk.store.archive import Archive, file_stem
from newsdesk.store.articles import list_article_files, read_articles, read_partition
from newsdesk.store.dead_letters import list_dead_letters, record_dead_letters, resolve_dead_letters
from newsdesk.store.manifests import list_captures
from newsdesk.store.outcomes import read_outcomes, write_outcomes

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

log = logging.getLogger(__name__)

OpenElasticsearch = Callable[[], AbstractContextManager["Elasticsearch"]]

Emit = Callable[[Stage, Sequence[Outcome], float], None]
"""Receives the outcomes of each piece of work and the seconds it took, for metrics."""

Now = Callable[[], dt.datetime]

RECONCILED_AFTER = dt.timedelta(hours=1)
RECONCILED_FOR = dt.timedelta(days=2)
"""Partitions between these ages are compared stage by stage: old enough to be finished, new enough to be repaired."""


def utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def emit_nothing(_stage: Stage, _outcomes: Sequence[Outcome], _seconds: float) -> None:
    """For a caller without metrics."""


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
    if not all(is_from_elsewhere(ref) for ref in list_captures(_archive(settings), partition)):
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
    archive, begun = _archive(settings), time.monotonic()
    with open_database(settings.database_url) as engine:
        report = shards.fetch_shard(shard, partition, archive=archive, engine=engine, settings=settings.fetch, now=utc_now, window=window)
    ended = partition_steps.report_fetch(report.outcomes, partition=partition, now=utc_now())
    _store(ended, partition, Stage.FETCH, _fetch_part(shard.name), settings, seconds=time.monotonic() - begun, emit=emit)
    return report.busy_hosts


def hand_on_captures(partition: str, settings: Settings, open_es: OpenElasticsearch, *, emit: Emit = emit_nothing) -> None:
    """Counts what a killed task captured and could not report. Raises NothingNew where the partition has no capture."""
    archive = _archive(settings)
    recovered = partition_steps.report_recovered(archive, partition, now=utc_now())
    if recovered.outcomes:
        _store(recovered, partition, Stage.FETCH, _fetch_part("recovered"), settings, seconds=0.0, emit=emit)
    if not list_captures(archive, partition):
        write_counters(partition, [Stage.FETCH], settings, open_es)
        raise NothingNew("nothing new")


def plan_chunks(partition: str, settings: Settings) -> list[Chunk]:
    """The partition's captures in chunks."""
    return partition_steps.plan_chunks(_archive(settings), partition, size=settings.enrich.chunk_size)


def enrich_chunk(chunk: Chunk, settings: Settings, *, scope: Scope = EVERYTHING, emit: Emit = emit_nothing) -> None:
    """Cleans, checks and tags the captures of a chunk that the scope includes, and writes the chunk's articles."""
    archive, begun = _archive(settings), time.monotonic()
    with open_tools(settings) as tools, open_database(settings.database_url) as engine:
        recall = functools.partial(recall_endings, engine, before=chunk.partition)
        report = partition_steps.enrich_chunk(
            chunk, archive=archive, tools=tools, settings=settings, now=utc_now(), scope=scope, recall=recall
        )
    # A replay of a few captures would make the whole chunk seem fast.
    seconds = time.monotonic() - begun if scope == EVERYTHING else 0.0
    _store(report, chunk.partition, Stage.ENRICH, chunk.name, settings, seconds=seconds, emit=emit)


def hand_on_articles(partition: str, settings: Settings, open_es: OpenElasticsearch) -> None:
    """Stores how the articles end, for those of later partitions. Raises NothingNew where the partition has no article."""
    archive = _archive(settings)
    partition_steps.remove_strays(archive, partition, plan_chunks(partition, settings))
    with open_database(settings.database_url) as engine:
        learn_endings(engine, partition, read_partition(archive, partition))
    if not any(outcome.status is Status.ENRICHED for outcome in read_outcomes(archive, partition, Stage.ENRICH)):
        write_counters(partition, [Stage.FETCH, Stage.ENRICH], settings, open_es)
        raise NothingNew("no article in this partition")


def index_partition(partition: str, settings: Settings, open_es: OpenElasticsearch, *, emit: Emit = emit_nothing) -> None:
    """Makes the partition's articles searchable, file by file, and writes its run counters."""
    from newsdesk.index.aliases import names

    archive = _archive(settings)
    with open_es() as es:
        for path in list_article_files(archive, partition):
            begun = time.monotonic()
            report = partition_steps.index_articles(list(read_articles(archive, path)), es=es, settings=settings, now=utc_now())
            _store(report, partition, Stage.INDEX, file_stem(path), settings, seconds=time.monotonic() - begun, emit=emit)
        es.indices.refresh(index=names(settings.index).articles, ignore_unavailable=True)
    write_counters(partition, Stage, settings, open_es)


def write_counters(partition: str, stages: Iterable[Stage], settings: Settings, open_es: OpenElasticsearch) -> None:
    """Adds up how the partition's articles ended and writes one document per stage and source.

    An Elasticsearch that does not answer is logged, not raised: the counters are made from files, and the partition's
    next stage writes them again.
    """
    counters = count_partition(_archive(settings), partition, stages, now=utc_now())
    if not counters:
        return
    from newsdesk.index.runs import write_runs

    try:
        with open_es() as es:
            write_runs(es, counters, settings.index)
    except (SetupError, Unavailable) as error:
        log.warning("the run counters of %s were not written: %s", partition, error)


def count_outcomes(partition: str, settings: Settings) -> list[RunCounters]:
    """What was counted of the partition so far, per stage and source."""
    return count_partition(_archive(settings), partition, Stage, now=utc_now())


def remove_old(settings: Settings, open_es: OpenElasticsearch) -> None:
    """Removes what the retention settings call old, and forgets pages that no feed lists any more."""
    from newsdesk.index.aliases import names
    from newsdesk.ops import retention

    with open_database(settings.database_url) as engine, open_es() as es:
        removals = retention.remove_old(
            archive=_archive(settings),
            engine=engine,
            es=es,
            own=names(settings.index),
            settings=settings.retention,
            now=utc_now(),
            dry_run=False,
        )
        forgotten = forget_pages(engine, now=utc_now())
    for removal in removals:
        log.info("removed %s %s", removal.kind, removal.name)
    log.info("%d removed, %d pages forgotten that no feed lists any more", len(removals), forgotten)


def copy_dead_letters(settings: Settings, open_es: OpenElasticsearch) -> None:
    """Makes the index of dead letters, which Kibana shows, equal to the state database."""
    from newsdesk.index.runs import replace_dead_letters

    with open_database(settings.database_url) as engine, open_es() as es:
        letters = [letter.as_record() for letter in list_dead_letters(engine)]
        replace_dead_letters(es, letters, settings.index)
    log.info("%d dead letters", len(letters))


def raise_alerts(settings: Settings, open_es: OpenElasticsearch, channels: Mapping[str, Channel], *, now: Now = utc_now) -> None:
    """Examines every source and newsdesk itself, raises what is new, and tells what was raised or is over."""
    from newsdesk.index.aliases import names
    from newsdesk.ops.source_facts import read_source_facts, rules_asked

    with open_database(settings.database_url) as engine, open_es() as es:
        facts = read_source_facts(
            engine=engine,
            es=es,
            open_airflow=lambda: open_settings_airflow(settings),
            names=names(settings.index),
            settings=settings.alerts,
            now=now(),
        )
        _raise(engine, find_problems(facts, settings.alerts, now=now()), rules_asked(facts), channels, now=now)
        log.info("%d sources examined, %d alerts are raised", len(facts.sources), len(list_alerts(engine)))


def raise_failed_run(dag_id: str, partition: str | None, settings: Settings, channels: Mapping[str, Channel]) -> None:
    """Raises the alert of a failed run. It is over when a later run of the DAG succeeds."""
    with open_database(settings.database_url) as engine:
        _raise(engine, [run_failed(dag_id, partition)], (), channels, now=utc_now)


def report_missing_articles(settings: Settings, open_es: OpenElasticsearch, channels: Mapping[str, Channel], *, now: Now = utc_now) -> None:
    """Compares the stages of the partitions of the last two days; what is missing is logged and raised as one alert."""
    from newsdesk.ops.reconciliation import reconcile

    archive = _archive(settings)
    keys = list_partitions(archive, since=now() - RECONCILED_FOR, until=now() - RECONCILED_AFTER)
    with open_es() as es:
        found = {key: reconcile(archive, key, es=es, settings=settings.index).missing for key in keys}
    for key, missing in found.items():
        for article in missing:
            log.warning("%s: %s: %s: %s", key, article.stage, article.trouble, article.url)
    counts = {key: len(missing) for key, missing in found.items() if missing}
    log.info("%d partitions compared, %d articles missing", len(keys), sum(counts.values()))
    with open_database(settings.database_url) as engine:
        _raise(engine, missing_articles(counts), {AlertRule.MISSING_ARTICLES}, channels, now=now)


def _raise(engine: sa.Engine, found: Sequence[Problem], rules: Collection[AlertRule], channels: Mapping[str, Channel], *, now: Now) -> None:
    """Records what was found, ends the alerts of these rules that were not found again, and tells the channels."""
    record_problems(engine, found, rules=rules, channels=channels, now=now())
    tell(engine, channels)


def _store(report: StageReport, partition: str, stage: Stage, part: str, settings: Settings, *, seconds: float, emit: Emit) -> None:
    write_outcomes(_archive(settings), partition, stage, part, report.outcomes, seconds=seconds)
    with open_database(settings.database_url) as engine:
        record_dead_letters(engine, report.dead_letters)
        resolve_dead_letters(engine, stage, report.passed)
    log.info("%s: %s", stage, partition_steps.summarise(report.outcomes))
    emit(stage, report.outcomes, seconds)


def _fetch_part(name: str) -> str:
    """A name for one run's outcomes: a fetch that runs again adds to what it did before."""
    return f"{utc_now():%Y%m%dT%H%M%S%f}-{name}"


def _archive(settings: Settings) -> Archive:
    return Archive(settings.data_url)
