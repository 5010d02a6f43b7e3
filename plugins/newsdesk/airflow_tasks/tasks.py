"""What the tasks of the DAGs do: open what a step of the pipeline needs, run it, keep its outcomes.

Whatever passes between tasks is a reference: a shard, or a chunk of a file. The heavy imports wait until a task runs,
so that the DAG files parse fast.
"""

import dataclasses
import datetime as dt
import functools
import logging
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from newsdesk.errors import SetupError, Stage, Status, Unavailable
from newsdesk.partitions import DAY_KEY, partition_moment
from newsdesk.settings import Settings, load

if TYPE_CHECKING:
    from newsdesk.pipeline import Scope, StageReport
    from newsdesk.store.archive import Archive

log = logging.getLogger(__name__)


def partition_of(dag_run: Any) -> str:
    """The partition that a run is for. A run that was triggered without one, or with a misspelt one, is refused."""
    key = str(dag_run.partition_key or "")
    if partition_moment(key) is None:
        said = f"{key!r} is none" if key else "it has none"
        raise AirflowFailException(f"this DAG works on one partition: trigger it with a partition key, such as 2026-11-24T1205 ({said})")
    return key


@functools.cache
def settings() -> Settings:
    return load()


def plan_shards() -> list[dict[str, Any]]:
    """The feeds that are due, in shards; a host is never in two."""
    from newsdesk.database import open_database
    from newsdesk.fetch.shard import plan_shards as plan

    with open_database(settings().database_url) as engine:
        shards = plan(engine, settings().fetch, utc_now())
    log.info("%d shards are due", len(shards))
    return [dataclasses.asdict(shard) for shard in shards]


def plan_sweep(partition: str) -> list[dict[str, Any]]:
    """The shards to sweep for a day; none where the day is captured already: then its captures are handed on again."""
    from newsdesk.database import open_database
    from newsdesk.fetch.shard import plan_sweep as plan
    from newsdesk.ops.history import is_from_elsewhere
    from newsdesk.store.manifests import list_captures

    _day(partition)
    # Captures from somebody's WARC files say nothing of what the sources list of that day.
    if not all(is_from_elsewhere(ref) for ref in list_captures(open_archive(), partition)):
        log.info("%s is captured already: no publisher is asked", partition)
        return []
    with open_database(settings().database_url) as engine:
        return [dataclasses.asdict(shard) for shard in plan(engine, settings().fetch)]


def sweep_shard(shard: dict[str, Any], partition: str) -> None:
    """Captures what the shard's sites list for the day and no feed brought."""
    day = _day(partition)
    fetch_shard(shard, partition, window=(day, day + dt.timedelta(days=1)))


def _day(partition: str) -> dt.datetime:
    try:
        return dt.datetime.strptime(partition, DAY_KEY).replace(tzinfo=dt.UTC)
    except ValueError as error:
        raise AirflowFailException(f"a sweep is for a day: trigger it with a partition key such as 2026-11-24, not {partition}") from error


def fetch_shard(shard: dict[str, Any], partition: str, *, window: tuple[dt.datetime, dt.datetime] | None = None) -> None:
    """Polls the shard's feeds, or looks through a window of the past, and captures the new pages."""
    from newsdesk import pipeline
    from newsdesk.database import open_database
    from newsdesk.fetch.shard import Shard
    from newsdesk.fetch.shard import fetch_shard as fetch

    archive, begun = open_archive(), time.monotonic()
    with open_database(settings().database_url) as engine:
        report = fetch(Shard(**shard), partition, archive=archive, engine=engine, settings=settings().fetch, now=utc_now, window=window)
    part = f"{utc_now():%Y%m%dT%H%M%S%f}-{report.shard.name}"
    ended = pipeline.report_fetch(report.outcomes, partition=partition, now=utc_now())
    _keep(archive, partition, Stage.FETCH, part, ended, seconds=time.monotonic() - begun)
    if window and report.busy_hosts:
        # A tick's hosts are due again by themselves; a day would stay without them.
        raise Unavailable(", ".join(report.busy_hosts), "another task asks there; the day is not complete without it")


def report_failed_shards() -> None:
    """Makes the run fail where a shard did, although what the other shards captured was handed on."""
    raise AirflowFailException("a shard failed: its log says why; clear it to run it again")


def hand_on_captures(partition: str) -> None:
    """Counts what a killed task captured and could not report. Ends in a skip, so that nothing follows, where there is no capture."""
    from newsdesk import pipeline
    from newsdesk.store.manifests import list_captures

    archive = open_archive()
    recovered = pipeline.report_recovered(archive, partition, now=utc_now())
    if recovered.outcomes:
        _keep(archive, partition, Stage.FETCH, f"{utc_now():%Y%m%dT%H%M%S%f}-recovered", recovered, seconds=0.0)
    if not list_captures(archive, partition):
        write_counters(partition, [Stage.FETCH])
        raise AirflowSkipException("nothing new")


def plan_chunks(partition: str) -> list[dict[str, Any]]:
    from newsdesk import pipeline

    chunks = pipeline.plan_chunks(open_archive(), partition, size=settings().enrich.chunk_size)
    return [dataclasses.asdict(chunk) for chunk in chunks]


def enrich_chunk(chunk: dict[str, Any], conf: dict[str, Any] | None = None) -> None:
    """Cleans, checks and tags the captures of a chunk and writes its articles; `conf` may narrow a replay to a scope."""
    from newsdesk import pipeline
    from newsdesk.clean.line_memory import recall_endings
    from newsdesk.database import open_database

    archive, begun = open_archive(), time.monotonic()
    todo = pipeline.Chunk(**chunk)
    scope = _scope(conf or {})
    with pipeline.open_tools(settings()) as tools, open_database(settings().database_url) as engine:
        recall = functools.partial(recall_endings, engine, before=todo.partition)
        report = pipeline.enrich_chunk(todo, archive=archive, tools=tools, settings=settings(), now=utc_now(), scope=scope, recall=recall)
    # A replay of a few captures would make all of the chunk seem quick.
    seconds = time.monotonic() - begun if scope == pipeline.EVERYTHING else 0.0
    _keep(archive, todo.partition, Stage.ENRICH, todo.name, report, seconds=seconds)


def hand_on_articles(partition: str) -> None:
    """Keeps how the articles end, for those of later partitions. Ends in a skip, so that nothing follows, where there is none."""
    from newsdesk import pipeline
    from newsdesk.clean.line_memory import learn_endings
    from newsdesk.database import open_database
    from newsdesk.store.articles import read_partition
    from newsdesk.store.outcomes import read_outcomes

    archive = open_archive()
    pipeline.remove_strays(archive, partition, pipeline.plan_chunks(archive, partition, size=settings().enrich.chunk_size))
    with open_database(settings().database_url) as engine:
        learn_endings(engine, partition, read_partition(archive, partition))
    if not any(outcome.status is Status.ENRICHED for outcome in read_outcomes(archive, partition, Stage.ENRICH)):
        write_counters(partition, [Stage.FETCH, Stage.ENRICH])
        raise AirflowSkipException("no article in this partition")


def index_partition(partition: str) -> None:
    """Makes the partition's articles searchable, file by file, and writes its run counters."""
    from newsdesk import pipeline
    from newsdesk.airflow_tasks.hook import ElasticsearchHook
    from newsdesk.index.aliases import names
    from newsdesk.store.archive import file_stem
    from newsdesk.store.articles import list_article_files, read_articles

    archive = open_archive()
    with ElasticsearchHook(settings()).get_conn() as es:
        for path in list_article_files(archive, partition):
            begun = time.monotonic()
            report = pipeline.index_articles(list(read_articles(archive, path)), es=es, settings=settings(), now=utc_now())
            _keep(archive, partition, Stage.INDEX, file_stem(path), report, seconds=time.monotonic() - begun)
        es.indices.refresh(index=names(settings().index).articles, ignore_unavailable=True)
    write_counters(partition, list(Stage))


def write_counters(partition: str, stages: Iterable[Stage]) -> None:
    """Adds up how the partition's articles ended and writes one document per stage and source.

    Elasticsearch not answering costs the counters' freshness only: they are made from files and are written again by
    the partition's next stage.
    """
    from newsdesk.airflow_tasks.hook import ElasticsearchHook
    from newsdesk.index.runs import write_runs
    from newsdesk.ops.run_counters import count_partition

    counters = count_partition(open_archive(), partition, stages, now=utc_now())
    if not counters:
        return
    try:
        with ElasticsearchHook(settings()).get_conn() as es:
            write_runs(es, counters, settings().index)
    except (SetupError, Unavailable) as error:
        log.warning("the run counters of %s were not written: %s", partition, error)


def remove_old() -> None:
    """Removes what the retention settings call old, and forgets pages that no feed lists any more."""
    from newsdesk.airflow_tasks.hook import ElasticsearchHook
    from newsdesk.database import open_database
    from newsdesk.fetch.pages import forget_pages
    from newsdesk.index.aliases import names
    from newsdesk.ops.retention import remove_old as remove

    with open_database(settings().database_url) as engine, ElasticsearchHook(settings()).get_conn() as es:
        removals = remove(
            archive=open_archive(),
            engine=engine,
            es=es,
            own=names(settings().index),
            settings=settings().retention,
            now=utc_now(),
            dry_run=False,
        )
        forgotten = forget_pages(engine, now=utc_now())
    for removal in removals:
        log.info("removed %s %s", removal.kind, removal.name)
    log.info("%d removed, %d pages forgotten that no feed lists any more", len(removals), forgotten)


def show_dead_letters() -> None:
    """Makes the index of dead letters equal to the state database, for Kibana."""
    from newsdesk.airflow_tasks.hook import ElasticsearchHook
    from newsdesk.database import open_database
    from newsdesk.index.runs import replace_dead_letters
    from newsdesk.store.dead_letters import list_dead_letters

    with open_database(settings().database_url) as engine, ElasticsearchHook(settings()).get_conn() as es:
        letters = [letter.as_record() for letter in list_dead_letters(engine)]
        replace_dead_letters(es, letters, settings().index)
    log.info("%d dead letters", len(letters))


def _scope(conf: dict[str, Any]) -> "Scope":
    from newsdesk import pipeline

    try:
        scope = pipeline.Scope(**{**conf, "only": pipeline.Only(conf.get("only", pipeline.Only.ALL))})
    except (TypeError, ValueError) as error:
        choices = ", ".join(pipeline.Only)
        raise AirflowFailException(f"this conf is no scope ({error}): it may hold only ({choices}), source and language") from error
    if scope.language and scope.only in {pipeline.Only.FAILED, pipeline.Only.MISSING}:
        raise AirflowFailException(f"this conf leaves nothing: what is {scope.only} has no article and so no language")
    return scope


def _keep(archive: "Archive", partition: str, stage: Stage, part: str, report: "StageReport", *, seconds: float) -> None:
    from newsdesk.database import open_database
    from newsdesk.store.dead_letters import record_dead_letters, settle_dead_letters
    from newsdesk.store.outcomes import write_outcomes

    write_outcomes(archive, partition, stage, part, report.outcomes, seconds=seconds)
    with open_database(settings().database_url) as engine:
        record_dead_letters(engine, report.dead_letters)
        settle_dead_letters(engine, stage, report.passed)
    log.info("%s: %s", stage, _summary(report.outcomes))
    _emit(stage, report.outcomes, seconds)


def _emit(stage: Stage, outcomes: Sequence[Any], seconds: float) -> None:
    """Adds to Airflow's own metrics, which go by StatsD or OpenTelemetry where Airflow is told so, else nowhere."""
    from airflow.sdk.observability import stats

    for status, count in Counter(str(outcome.status) for outcome in outcomes).items():
        stats.incr(f"newsdesk.{stage}.{status}", count)
    if seconds:
        stats.timing(f"newsdesk.{stage}.seconds", dt.timedelta(seconds=seconds))


def _summary(outcomes: Sequence[Any]) -> str:
    counts = Counter(str(outcome.status) for outcome in outcomes)
    return ", ".join(f"{count} {status}" for status, count in sorted(counts.items())) or "nothing"


def open_archive() -> "Archive":
    from newsdesk.store.archive import Archive

    return Archive(settings().data_url)


def utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
