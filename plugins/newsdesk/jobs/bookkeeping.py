"""Stores and counts the outcomes and dead letters of jobs."""

import datetime as dt
import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from newsdesk.database import open_database
from newsdesk.errors import SetupError, Stage, Unavailable
from newsdesk.ops.run_counters import count_partition
from newsdesk.records import Outcome, RunCounters
from newsdesk.settings import Settings
from newsdesk.stage_report import StageReport, summarise
from newsdesk.store.archive import Archive
from newsdesk.store.dead_letters import list_dead_letters, record_dead_letters, resolve_dead_letters
from newsdesk.store.outcomes import write_outcomes

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

log = logging.getLogger(__name__)

OpenElasticsearch = Callable[[], AbstractContextManager["Elasticsearch"]]

Emit = Callable[[Stage, Sequence[Outcome], float], None]
"""Receives the outcomes of a shard, chunk or file and the seconds it took, for metrics."""

Now = Callable[[], dt.datetime]


def utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def emit_nothing(_stage: Stage, _outcomes: Sequence[Outcome], _seconds: float) -> None:
    """An `Emit` that does nothing."""


def store_report(
    report: StageReport,
    partition: str,
    stage: Stage,
    part: str,
    settings: Settings,
    *,
    seconds: float,
    emit: Emit,
    is_new: bool = False,
) -> None:
    """Store the outcomes of one part of a stage, and record or resolve its dead letters. `is_new`: the part has none yet."""
    write_outcomes(Archive(settings.data_url), partition, stage, part, report.outcomes, seconds=seconds, is_new=is_new)
    with open_database(settings.database_url) as engine:
        record_dead_letters(engine, report.dead_letters)
        resolve_dead_letters(engine, stage, report.passed)
    log.info("%s: %s", stage, summarise(report.outcomes))
    emit(stage, report.outcomes, seconds)


def write_counters(partition: str, stages: Iterable[Stage], settings: Settings, open_es: OpenElasticsearch) -> None:
    """Count the partition's outcomes and write one document of run counters per stage and source; show its dead letters in Kibana.

    If Elasticsearch is not available, this is logged and not raised: the counters are computed from files, and the partition's
    next stage writes them again.
    """
    counters = count_partition(Archive(settings.data_url), partition, stages, now=utc_now())
    if not counters:
        return
    from newsdesk.index.runs import replace_dead_letters, write_runs

    with open_database(settings.database_url) as engine:
        letters = [letter.as_record() for letter in list_dead_letters(engine, partition=partition)]
    try:
        with open_es() as es:
            write_runs(es, counters, settings.index)
            replace_dead_letters(es, letters, settings.index, partition=partition)
    except (SetupError, Unavailable) as error:
        log.warning("the run counters of %s were not written: %s", partition, error)


def count_outcomes(partition: str, settings: Settings) -> list[RunCounters]:
    """The partition's run counters so far, per stage and source."""
    return count_partition(Archive(settings.data_url), partition, Stage, now=utc_now())
