"""Backfills of what was captured: the plan, from what lies in the archive, and its run, through Airflow's REST API.

A backfill is a set of runs of one DAG, a run for each partition, with ids that begin with the backfill's name. Starting
it again under the same name goes on with what is not done; a run that succeeded is not run again.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from newsdesk.errors import NewsdeskError, SetupError, Stage, Status, Unavailable
from newsdesk.ops.airflow_api import ACTIVE, ENDED, AirflowApi, AirflowRefused, DagRun
from newsdesk.partitions import partition_moment
from newsdesk.plurals import plural
from newsdesk.scope import Only, Past, Scope
from newsdesk.store.archive import Archive, file_stem
from newsdesk.store.articles import list_article_files
from newsdesk.store.manifests import read_manifests
from newsdesk.store.outcomes import Effort, list_outcome_files, read_effort, read_outcomes

DAG_OF_STAGE = {Stage.ENRICH: "newsdesk_enrich", Stage.INDEX: "newsdesk_index"}
FOLLOWERS = {Stage.ENRICH: ("newsdesk_index",), Stage.INDEX: ()}
PREFIX = "newsdesk_backfill__"
"""Airflow keeps `backfill__` to itself."""
_WAITING = {
    "up_for_retry": "to be tried again after a failure",
    "scheduled": "waiting for a free slot of their pool",
    "queued": "waiting for a free worker",
}
AHEAD = 8
"""So many runs are in Airflow's hands at once; the rest waits here, where it can be called off."""
MOST_UNANSWERED = 600
"""Looks in a row at an Airflow that does not answer before a backfill is left: ten minutes of one that is down."""
CALLED_OFF = "called off by newsdesk backfill cancel"
"""The note of a run that was ended so: whoever follows the backfill starts no more of it."""
RUN_AGAIN = "run again by newsdesk backfill start"
_NAME = re.compile(r"(?!.*__)[A-Za-z0-9]([A-Za-z0-9_.~:+-]{0,98}[A-Za-z0-9])?")
"""What Airflow takes for a run's id, and no `__`, which parts the name from the partition's key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartitionFacts:
    """What exists of a partition: its captures, those that were enriched by how they ended, and its articles in the index."""

    key: str
    captures: int
    pasts: Mapping[Past, int]
    indexed: int

    @property
    def enriched(self) -> int:
        return self._count(lambda past: past.status is Status.ENRICHED)

    @property
    def dead(self) -> int:
        return self._count(lambda past: past.status is Status.DEAD)

    @property
    def set_aside(self) -> int:
        return self._count(lambda past: past.status is Status.SET_ASIDE)

    @property
    def lost(self) -> int:
        """The enriched whose file of articles is gone, as after retention by size."""
        return self._count(lambda past: past.status is Status.ENRICHED and not past.has_article)

    @property
    def versions(self) -> dict[str, int]:
        """How many articles each version of the pipeline made."""
        found: Counter[str] = Counter()
        for past, count in self.pasts.items():
            if past.status is Status.ENRICHED:
                found[past.version] += count
        return dict(found)

    @property
    def is_enriched(self) -> bool:
        return self.captures <= sum(self.pasts.values())

    @property
    def is_indexed(self) -> bool:
        return self.enriched <= self.indexed

    def _count(self, wanted: Callable[[Past], bool]) -> int:
        return sum(count for past, count in self.pasts.items() if wanted(past))


def list_partitions(archive: Archive, *, since: dt.datetime, until: dt.datetime) -> list[str]:
    """The keys of the captured partitions that begin between these moments (both included), oldest first."""
    moments = {key: partition_moment(key) for key in archive.list_folders("raw")}
    return sorted((key for key, moment in moments.items() if moment and since <= moment <= until), key=lambda key: (moments[key], key))


def read_partition_facts(archive: Archive, key: str, *, sources: Collection[str] = ()) -> PartitionFacts:
    """The facts of a partition; those of these sources (keys) where any are given."""
    pasts: Counter[Past] = Counter()
    written = {file_stem(path) for path in list_article_files(archive, key)}
    for part in map(file_stem, list_outcome_files(archive, key, Stage.ENRICH)):
        for outcome in read_outcomes(archive, key, Stage.ENRICH, part=part):
            if not sources or outcome.source in sources:
                has_article = outcome.status is Status.ENRICHED and part in written
                pasts[Past(status=outcome.status, has_article=has_article, version=outcome.pipeline_version)] += 1
    indexed = (
        outcome
        for outcome in read_outcomes(archive, key, Stage.INDEX)
        if (not sources or outcome.source in sources) and outcome.status is not Status.DEAD
    )
    return PartitionFacts(
        key=key,
        captures=sum(1 for entry in read_manifests(archive, key) if not sources or entry.source in sources),
        pasts=pasts,
        indexed=sum(1 for _ in indexed),
    )


def count_todo(facts: PartitionFacts, *, stage: Stage, only: Only, version: str) -> int:
    """How many captures (stage enrich) or articles (stage index) of the partition a replay would take up."""
    if stage is Stage.INDEX:
        return facts.enriched
    scope = Scope(only=only)
    never_enriched = facts.captures - sum(facts.pasts.values())
    return never_enriched + sum(count for past, count in facts.pasts.items() if scope.includes(past, version=version))


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
    without_file = {key: facts[key].captures - facts[key].enriched - facts[key].set_aside + facts[key].lost for key in runs}
    new = sum(max(0, min(todo[key], without_file[key])) for key in runs)
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
        return f"{_prefix(self.name)}{key}"


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


def is_name(name: str) -> bool:
    """Whether a backfill may be called so."""
    return bool(_NAME.fullmatch(name))


def start(backfill: Backfill, api: AirflowApi, *, wait: Callable[[float], object], pause_seconds: float = 1.0) -> Iterator[Progress]:
    """Runs the backfill and reports its progress until it is over; an Airflow that is away for some minutes is waited for.

    Raises SetupError where a DAG that is needed is paused (it would lose what is handed to it), where another backfill of
    this stage has runs that have not ended, where one of this name was narrowed otherwise, and when this one is called off.
    """
    refuse_paused(api, backfill.dag_id, *FOLLOWERS[backfill.stage])
    _refuse_beside_another(backfill, api)
    runs = {run.partition_key or "": run for run in api.runs_named(backfill.dag_id, _prefix(backfill.name))}
    _refuse_other_scope(backfill, runs.values())
    runs = {key: run for key, run in runs.items() if key in backfill.keys}
    ahead = [key for key in backfill.keys if key not in runs or runs[key].state == "failed"]
    progress, unanswered = _count(len(backfill.keys), ()), 0
    while True:
        try:
            progress, unanswered = _advance(backfill, runs, ahead, api), 0
        except (Unavailable, AirflowRefused) as error:
            unanswered += 1
            if unanswered > MOST_UNANSWERED or not _may_pass(error):
                raise
            progress = replace(progress, waiting=str(error))
        yield progress
        if progress.is_over:
            return
        wait(pause_seconds)


def status(name: str, stage: Stage, api: AirflowApi) -> Progress:
    """How far a backfill has come, as Airflow knows it: partitions that wait outside of Airflow do not count."""
    runs = api.runs_named(DAG_OF_STAGE[stage], _prefix(name))
    return _count(len(runs), runs, _waiting(DAG_OF_STAGE[stage], runs, api))


def list_backfills(stage: Stage, api: AirflowApi, *, most_runs: int = 100) -> dict[str, Progress]:
    """How far the latest backfills have come, by name, the newest first: those of the latest `most_runs` runs of their DAG."""
    by_name: dict[str, list[DagRun]] = {}
    for run in api.runs(DAG_OF_STAGE[stage], limit=most_runs):
        if run.run_id.startswith(PREFIX):
            by_name.setdefault(_name(run), []).append(run)
    return {name: _count(len(runs), runs) for name, runs in by_name.items()}


def cancel(name: str, stage: Stage, api: AirflowApi) -> int:
    """Ends the runs of a backfill that have not ended; gives how many. What they did stays, and harms nothing."""
    active = api.runs_named(DAG_OF_STAGE[stage], _prefix(name), states=ACTIVE)
    for run in active:
        api.end(run, note=CALLED_OFF)
    return len(active)


def refuse_paused(api: AirflowApi, *dag_ids: str) -> None:
    """Raises SetupError where one of these DAGs is paused: what is handed to it meanwhile is lost."""
    paused = [dag_id for dag_id in dag_ids if api.is_paused(dag_id)]
    if paused:
        raise SetupError(
            f"{' and '.join(paused)} {'is' if len(paused) == 1 else 'are'} paused, and would lose what is handed on",
            "Unpause in Airflow first",
        )


def _prefix(name: str) -> str:
    return f"{PREFIX}{name}__"


def _name(run: DagRun) -> str:
    return run.run_id.removeprefix(PREFIX).partition("__")[0]


def _may_pass(error: NewsdeskError) -> bool:
    return not isinstance(error, AirflowRefused) or error.status >= 500


def _advance(backfill: Backfill, runs: dict[str, DagRun], ahead: list[str], api: AirflowApi) -> Progress:
    """Looks how the runs do, and hands as many of those `ahead` to Airflow as it has room for; both are brought up to date."""
    changed = _changed(backfill, runs, api)
    runs.update(changed)
    if any(run.state == "failed" and run.note == CALLED_OFF for key, run in changed.items() if key not in ahead):
        raise SetupError(f"the backfill {backfill.name} was called off", "What it did stays")
    active = sum(1 for run in runs.values() if run.state not in ENDED)
    for key in ahead[: max(0, AHEAD - active)]:
        runs[key] = _run_partition(backfill, key, api)
        ahead.remove(key)
    # A run that failed before and is about to be cleared is not over yet.
    begun = [run for key, run in runs.items() if key not in ahead]
    return _count(len(backfill.keys), begun, _waiting(backfill.dag_id, begun, api))


def _changed(backfill: Backfill, runs: Mapping[str, DagRun], api: AirflowApi) -> dict[str, DagRun]:
    """The runs that are active, and those that were: what has ended long ago is not asked for again."""
    named = api.runs_named(backfill.dag_id, _prefix(backfill.name), states=ACTIVE)
    active = {run.partition_key or "": run for run in named if run.partition_key in runs}
    ended = [key for key, run in runs.items() if run.state not in ENDED and key not in active]
    return active | {key: api.run(backfill.dag_id, runs[key].run_id) for key in ended}


def _run_partition(backfill: Backfill, key: str, api: AirflowApi) -> DagRun:
    run_id = backfill.run_id(key)
    try:
        return api.trigger(backfill.dag_id, key, run_id=run_id, conf=dict(backfill.conf))
    except AirflowRefused as refusal:
        if refusal.status != 409:
            raise
    run = api.run(backfill.dag_id, run_id)
    if run.state == "failed":
        api.clear(run, note=RUN_AGAIN)
    return api.run(backfill.dag_id, run_id)


def _refuse_beside_another(backfill: Backfill, api: AirflowApi) -> None:
    for run in api.runs_named(backfill.dag_id, PREFIX, states=ACTIVE):
        name = _name(run)
        if name != backfill.name:
            stage = "" if backfill.stage is Stage.ENRICH else f" --stage {backfill.stage}"
            raise SetupError(
                f"the backfill {name} is still running (partition {run.partition_key or run.run_id})",
                f"Wait for it, or call it off: newsdesk backfill cancel {name}{stage}",
            )


def _refuse_other_scope(backfill: Backfill, runs: Iterable[DagRun]) -> None:
    """A run keeps the scope that it was made with, also when it is run again."""
    for run in runs:
        if run.conf != backfill.conf:
            scope = ", ".join(f"{name} {value}" for name, value in run.conf.items())
            raise SetupError(
                f"there is a backfill {backfill.name} already, {f'narrowed to {scope}' if scope else 'of everything'}",
                "Narrow this one likewise to go on with that one, or give it a --name of its own",
            )


def explain_waiting(dag_id: str, *, is_paused: bool, queued_runs: int, task_states: Iterable[str]) -> str:
    """What the active runs of a DAG wait for, in words; "" where they are at work."""
    if is_paused:
        return f"{dag_id} was paused: unpause it in Airflow"
    states = Counter(task_states)
    reasons = [f"{plural(states[state], 'task')} {reason}" for state, reason in _WAITING.items() if states[state]]
    if queued_runs:
        reasons.append(f"{plural(queued_runs, 'run')} of {dag_id} waiting for an earlier one (max_active_runs)")
    return "; ".join(reasons)


def _waiting(dag_id: str, runs: Iterable[DagRun], api: AirflowApi) -> str:
    active = [run for run in runs if run.state not in ENDED]
    running = [run for run in active if run.state == "running"]
    return explain_waiting(
        dag_id,
        is_paused=bool(active) and api.is_paused(dag_id),
        queued_runs=len(active) - len(running),
        task_states=[state for run in running for state in api.task_states(run.dag_id, run.run_id)],
    )


def _count(total: int, runs: Iterable[DagRun], waiting: str = "") -> Progress:
    states = Counter(run.state for run in runs)
    return Progress(total=total, succeeded=states["success"], failed=states["failed"], running=states["running"], waiting=waiting)
