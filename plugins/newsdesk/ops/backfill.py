"""Backfills of what was captured: the plan, from what lies in the archive, and its run, through Airflow's REST API.

A backfill is a set of runs of one DAG, a run for each partition, with ids that begin with the backfill's name. Starting
it again under the same name goes on with what is not done; a run that succeeded is not run again.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from newsdesk.archive import Archive
from newsdesk.errors import SetupError, Stage, Status
from newsdesk.fetch.warc import list_captures
from newsdesk.ops.airflow_api import ENDED, AirflowApi, AirflowRefused, DagRun
from newsdesk.ops.metrics import Effort, read_effort, read_outcomes
from newsdesk.partitions import partition_moment

DAG_OF_STAGE = {Stage.ENRICH: "newsdesk_enrich", Stage.INDEX: "newsdesk_index"}
FOLLOWERS = {Stage.ENRICH: ("newsdesk_index",), Stage.INDEX: ()}
PREFIX = "newsdesk_backfill__"
"""Airflow keeps `backfill__` to itself."""
_WAITING = {
    "up_for_retry": "failed and wait to be tried again",
    "scheduled": "wait for a free slot of their pool",
    "queued": "wait for a free worker",
}
AHEAD = 8
"""So many runs are in Airflow's hands at once; the rest waits here, where it can be called off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartitionFacts:
    """What exists of a partition."""

    key: str
    captures: int
    enriched: int
    dead: int
    set_aside: int
    indexed: int
    versions: Mapping[str, int] = field(default_factory=dict)


def list_partitions(archive: Archive, *, since: dt.datetime, until: dt.datetime) -> list[str]:
    """The keys of the captured partitions that begin between these moments (both included), oldest first."""
    moments = {key: partition_moment(key) for key in archive.list_folders("raw")}
    return sorted((key for key, moment in moments.items() if moment and since <= moment <= until), key=lambda key: (moments[key], key))


def read_facts(archive: Archive, key: str) -> PartitionFacts:
    enriched = list(read_outcomes(archive, key, Stage.ENRICH))
    ends = Counter(outcome.status for outcome in enriched)
    return PartitionFacts(
        key=key,
        captures=len(list_captures(archive, key)),
        enriched=ends[Status.ENRICHED],
        dead=ends[Status.DEAD],
        set_aside=ends[Status.SET_ASIDE],
        indexed=sum(1 for outcome in read_outcomes(archive, key, Stage.INDEX) if outcome.status is not Status.DEAD),
        versions=dict(Counter(outcome.pipeline_version for outcome in enriched if outcome.status is Status.ENRICHED)),
    )


def count_todo(facts: PartitionFacts, *, stage: Stage, only: str, version: str) -> int:
    """How many captures (stage enrich) or articles (stage index) of the partition a replay would take up."""
    if stage is Stage.INDEX:
        return facts.enriched
    missing = facts.captures - facts.enriched - facts.dead - facts.set_aside
    match only:
        case "failed":
            return facts.dead + missing
        case "missing":
            return missing
        case "older":
            return sum(count for made_by, count in facts.versions.items() if made_by != version) + missing
        case _:
            return facts.captures


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """What was measured when partitions were made: `seconds_each` of a stage's tasks, `bytes_each` of an article's file.

    None where nothing was measured.
    """

    seconds_each: float | None = None
    bytes_each: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """About what a backfill takes: `seconds` by the clock, `bytes` that files of articles grow by; None where unknown."""

    seconds: float | None
    bytes: float | None


SECONDS_A_RUN = 7.0
"""Airflow's own time for a partition, from the first task to the index (`bench/`)."""


def read_rates(archive: Archive, keys: Sequence[str], *, stage: Stage, most: int = 20) -> Rates:
    """The rates of the newest of these partitions that were measured, `most` of them at the most."""
    effort, articles, size = Effort(), 0, 0
    measured = 0
    for key in reversed(keys):
        found = read_effort(archive, key, stage)
        if not found.articles:
            continue
        effort += found
        articles += sum(1 for outcome in read_outcomes(archive, key, Stage.ENRICH) if outcome.status is Status.ENRICHED)
        size += archive.count_bytes(f"articles/{key}")
        measured += 1
        if measured == most:
            break
    return Rates(seconds_each=effort.seconds_each, bytes_each=size / articles if articles else None)


def estimate(facts: Mapping[str, PartitionFacts], todo: Mapping[str, int], rates: Rates, *, stage: Stage, side_by_side: int) -> Estimate:
    """What it takes to take up so many captures or articles (`todo`, by partition), `side_by_side` partitions at a time.

    Articles that are made again replace files of the same size: only those that are not there yet need room.
    """
    runs = [key for key, count in todo.items() if count]
    seconds = None
    if rates.seconds_each is not None:
        work = sum(todo[key] for key in runs) * rates.seconds_each
        seconds = (work + len(runs) * SECONDS_A_RUN) / max(1, min(side_by_side, len(runs)))
    if stage is Stage.INDEX:
        return Estimate(seconds=seconds, bytes=0.0)
    new = sum(max(0, min(todo[key], facts[key].captures - facts[key].enriched - facts[key].set_aside)) for key in runs)
    return Estimate(seconds=seconds, bytes=new * rates.bytes_each if rates.bytes_each is not None else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backfill:
    """What is to be run: `conf` goes with each run and narrows it."""

    name: str
    stage: Stage
    keys: tuple[str, ...]
    conf: Mapping[str, str] = field(default_factory=dict)

    @property
    def dag_id(self) -> str:
        return DAG_OF_STAGE[self.stage]

    def run_id(self, key: str) -> str:
        return f"{PREFIX}{self.name}__{key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a backfill has come; `waiting` says what for, in words."""

    total: int
    succeeded: int
    failed: int
    running: int
    waiting: str = ""

    @property
    def is_over(self) -> bool:
        return self.succeeded + self.failed == self.total


def start(backfill: Backfill, api: AirflowApi, *, wait: Callable[[float], object], pause_seconds: float = 1.0) -> Iterator[Progress]:
    """Runs the backfill and reports its progress until it is over.

    Raises SetupError where a DAG that is needed is paused (it would lose what is handed to it), or where another
    backfill of this stage has runs that have not ended.
    """
    _refuse_paused(backfill, api)
    _refuse_beside_another(backfill, api)
    runs = {run.partition_key: run for run in api.runs_named(backfill.dag_id, backfill.run_id(""))}
    ahead = [key for key in backfill.keys if key not in runs or runs[key].state == "failed"]
    while True:
        active = sum(1 for run in runs.values() if run.state not in ENDED)
        for key in ahead[: max(0, AHEAD - active)]:
            runs[key] = _run_partition(backfill, key, api)
            ahead.remove(key)
        yield (progress := _progress(backfill, runs, ahead, api))
        if progress.is_over and not ahead:
            return
        wait(pause_seconds)
        runs = {run.partition_key: run for run in api.runs_named(backfill.dag_id, backfill.run_id(""))}


def status(name: str, stage: Stage, api: AirflowApi) -> Progress:
    """How far a backfill has come, as Airflow knows it: partitions that wait outside of Airflow do not count."""
    runs = {run.partition_key or "": run for run in api.runs_named(DAG_OF_STAGE[stage], f"{PREFIX}{name}__")}
    return _count(len(runs), runs.values(), "")


def cancel(name: str, stage: Stage, api: AirflowApi) -> int:
    """Ends the runs of a backfill that have not ended; gives how many. What they did stays, and harms nothing."""
    active = [run for run in api.runs_named(DAG_OF_STAGE[stage], f"{PREFIX}{name}__") if run.state not in ENDED]
    for run in active:
        api.end(run)
    return len(active)


def _run_partition(backfill: Backfill, key: str, api: AirflowApi) -> DagRun:
    run_id = backfill.run_id(key)
    try:
        return api.trigger(backfill.dag_id, key, run_id=run_id, conf=dict(backfill.conf))
    except AirflowRefused as refusal:
        if refusal.status != 409:
            raise
    run = api.run(backfill.dag_id, run_id)
    if run.state == "failed":
        api.clear(run)
    return api.run(backfill.dag_id, run_id)


def _refuse_paused(backfill: Backfill, api: AirflowApi) -> None:
    paused = [dag_id for dag_id in (backfill.dag_id, *FOLLOWERS[backfill.stage]) if api.is_paused(dag_id)]
    if paused:
        raise SetupError(
            f"{' and '.join(paused)} {'is' if len(paused) == 1 else 'are'} paused, and would lose what is handed on",
            "Unpause in Airflow first",
        )


def _refuse_beside_another(backfill: Backfill, api: AirflowApi) -> None:
    for run in api.runs_named(backfill.dag_id, PREFIX):
        name = run.run_id.removeprefix(PREFIX).partition("__")[0]
        if run.state not in ENDED and name != backfill.name:
            raise SetupError(
                f"the backfill {name} is still running (partition {run.partition_key})",
                f"Wait for it, or call it off: newsdesk backfill cancel {name}",
            )


def _progress(backfill: Backfill, runs: Mapping[str | None, DagRun], ahead: list[str], api: AirflowApi) -> Progress:
    waiting = _waiting(backfill, runs.values(), api)
    # A run that failed before and is about to be cleared is not over yet.
    ended = [run for key, run in runs.items() if key not in ahead]
    return _count(len(backfill.keys), ended, waiting)


def explain_waiting(dag_id: str, *, is_paused: bool, queued_runs: int, task_states: Iterable[str]) -> str:
    """What the active runs of a DAG wait for, in words; "" where they are at work."""
    if is_paused:
        return f"{dag_id} was paused: unpause it in Airflow"
    states = Counter(task_states)
    reasons = [f"{states[state]} tasks {reason}" for state, reason in _WAITING.items() if states[state]]
    if queued_runs:
        reasons.append(f"{queued_runs} wait for a free run of {dag_id} (max_active_runs)")
    return "; ".join(reasons)


def _waiting(backfill: Backfill, runs: Iterable[DagRun], api: AirflowApi) -> str:
    active = [run for run in runs if run.state not in ENDED]
    running = [run for run in active if run.state == "running"]
    return explain_waiting(
        backfill.dag_id,
        is_paused=bool(active) and api.is_paused(backfill.dag_id),
        queued_runs=len(active) - len(running),
        task_states=[state for run in running for state in api.task_states(run.dag_id, run.run_id)],
    )


def _count(total: int, runs: Iterable[DagRun], waiting: str) -> Progress:
    states = Counter(run.state for run in runs)
    return Progress(total=total, succeeded=states["success"], failed=states["failed"], running=states["running"], waiting=waiting)
