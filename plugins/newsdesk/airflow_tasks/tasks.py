"""Functions that the DAGs call as tasks. They run the jobs, and translate records to XComs and exceptions to those of Airflow.

Jobs are imported inside the functions, so that DAG files are parsed fast.
"""

import contextlib
import dataclasses
import datetime as dt
import functools
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from newsdesk.errors import BadRequest, DamagedFile, NothingNew, Stage
from newsdesk.partitions import previous_day_key, require_partition, tick_key
from newsdesk.scope import parse_scope
from newsdesk.settings import Settings, load
from newsdesk.visible import make_logs_visible, visible_line

if TYPE_CHECKING:
    from airflow.sdk.types import DagRunProtocol
    from elasticsearch import Elasticsearch

    from newsdesk.records import Outcome

Arguments = dict[str, Any]
"""The arguments of a mapped task, which Airflow stores as JSON."""

make_logs_visible()


@functools.cache
def settings() -> Settings:
    return load()


def partition_of(dag_run: "DagRunProtocol") -> str:
    """Return the partition of a run. Raises AirflowFailException if its key is missing or invalid."""
    with _translated():
        return require_partition(dag_run.partition_key)


def tick_of(dag_run: "DagRunProtocol") -> str:
    """Return the partition of a run of `newsdesk_fetch`: its key, or that of the time when it was triggered."""
    if dag_run.partition_key:
        return partition_of(dag_run)
    return tick_key(dag_run.run_after.astimezone(dt.UTC), minutes=settings().fetch.every_minutes)


def swept_day_of(dag_run: "DagRunProtocol") -> str:
    """Return the partition of a run of `newsdesk_sweep`: its key, or the day before it was triggered."""
    return partition_of(dag_run) if dag_run.partition_key else previous_day_key(dag_run.run_after)


def plan_shards() -> list[Arguments]:
    from newsdesk.jobs import fetch

    return [dataclasses.asdict(shard) for shard in fetch.plan_shards(settings())]


def plan_sweep(partition: str) -> list[Arguments]:
    from newsdesk.jobs import fetch

    with _translated():
        return [dataclasses.asdict(shard) for shard in fetch.plan_sweep(partition, settings())]


def fetch_shard(shard: Arguments, partition: str) -> None:
    from newsdesk.fetch.shard import Shard
    from newsdesk.jobs import fetch

    fetch.fetch_shard(Shard(**shard), partition, settings(), emit=emit)


def sweep_shard(shard: Arguments, partition: str) -> None:
    from newsdesk.fetch.shard import Shard
    from newsdesk.jobs import fetch

    with _translated():
        fetch.sweep_shard(Shard(**shard), partition, settings(), emit=emit)


def fail_the_run() -> None:
    """Fail the run because a shard failed, although the captures of the other shards were handed on (the task `watcher`)."""
    raise AirflowFailException("a shard failed: see the log of its task, and clear the task to run it again")


def hand_on_captures(partition: str) -> None:
    from newsdesk.jobs import fetch

    with _translated():
        fetch.hand_on_captures(partition, settings(), open_es(), emit=emit)


def plan_chunks(partition: str) -> list[Arguments]:
    from newsdesk.jobs import enrich

    return [dataclasses.asdict(chunk) for chunk in enrich.plan_chunks(partition, settings())]


def enrich_chunk(chunk: Arguments, conf: Mapping[str, object] | None = None) -> None:
    """Enrich a chunk. The conf of the run may contain the scope of a replay."""
    from newsdesk.chunks import Chunk
    from newsdesk.jobs import enrich

    with _translated():
        enrich.enrich_chunk(Chunk(**chunk), settings(), scope=parse_scope(conf or {}), emit=emit)


def hand_on_articles(partition: str) -> None:
    from newsdesk.jobs import enrich

    with _translated():
        enrich.hand_on_articles(partition, settings(), open_es())


def index_partition(partition: str) -> None:
    from newsdesk.jobs import index

    with _translated():
        index.index_partition(partition, settings(), open_es(), emit=emit)


def remove_old() -> None:
    from newsdesk.jobs import maintenance

    maintenance.remove_old(settings(), open_es())


def copy_dead_letters() -> None:
    from newsdesk.jobs import maintenance

    maintenance.copy_dead_letters(settings(), open_es())


def open_es() -> "Callable[[], AbstractContextManager[Elasticsearch]]":
    """Return a function that opens a client for the connection `elasticsearch_default`."""
    from newsdesk.airflow_tasks.hook import ElasticsearchHook

    return ElasticsearchHook(settings()).get_conn


def emit(stage: Stage, outcomes: "Sequence[Outcome]", seconds: float) -> None:
    """Add counts by status, and the time, to Airflow's metrics, which can be sent to StatsD or OpenTelemetry."""
    from airflow.sdk.observability import stats

    for status, count in Counter(str(outcome.status) for outcome in outcomes).items():
        stats.incr(f"newsdesk.{stage}.{status}", count)
    if seconds:
        stats.timing(f"newsdesk.{stage}.seconds", dt.timedelta(seconds=seconds))


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    """Translate exceptions of jobs: invalid requests and damaged files fail without retry, NothingNew skips the following tasks."""
    try:
        yield
    except (BadRequest, DamagedFile) as error:
        raise AirflowFailException(visible_line(str(error))) from error
    except NothingNew as error:
        raise AirflowSkipException(str(error)) from error
