"""Backfills of captured partitions: facts from the archive for the plan, and the runs through Airflow's REST API.

A backfill is a set of runs of one DAG, one per partition, with ids that start with the name of the backfill. Starting it again with the
same name continues with the partitions that have not succeeded.
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
from newsdesk.store.outcomes import Effort, read_effort, read_outcomes, read_parts

DAG_OF_STAGE = {Stage.ENRICH: "newsdesk_enrich", Stage.INDEX: "newsdesk_index"}
FOLLOWERS = {Stage.ENRICH: ("newsdesk_index",), Stage.INDEX: ()}
PREFIX = "newsdesk_backfill__"
"""Prefix of run ids. Airflow reserves `backfill__`."""
_WAITING = {
    "up_for_retry": "to be tried again after a failure",
    "scheduled": "waiting for a free slot of their pool",
    "queued": "waiting for a free worker",
}
AHEAD = 8
"""Maximum number of active runs in Airflow. The others are started later, so that a backfill can be cancelled."""
MOST_UNANSWERED = 600
"""Consecutive polls without an answer of Airflow after which a backfill is given up: ten minutes."""
CALLED_OFF = "called off by newsdesk backfill cancel"
"""Note of a run that was cancelled, by which the command that runs the backfill detects the cancellation."""
RUN_AGAIN = "run again by newsdesk backfill start"
_NAME = re.compile(r"(?!.*__)[A-Za-z0-9]([A-Za-z0-9_.~:+-]{0,98}[A-Za-z0-9])?")
"""Names that Airflow accepts in run ids, without `__`, which separates the name from the partition key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartitionFacts:
    """The data of a partition: numbers of captures, of enriched captures by outcome, and of indexed articles."""

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
        """Number of enriched captures whose file of articles is missing, as after retention by size."""
        return self._count(lambda past: past.status is Status.ENRICHED and not past.has_article)

    @property
    def versions(self) -> dict[str, int]:
        """Numbers of articles by version of the pipeline."""
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
    """Return the keys of the captured partitions that start between these times (inclusive), oldest first."""
    moments = {key: partition_moment(key) for key in archive.list_folders("raw")}
    return sorted((key for key, moment in moments.items() if moment and since <= moment <= until), key=lambda key: (moments[key], key))


def read_partition_facts(archive: Archive, key: str, *, sources: Collection[str] = ()) -> PartitionFacts:
    """Return the facts of a partition, for these sources (keys) if any are given."""
    pasts: Counter[Past] = Counter()
    written = {file_stem(path) for path in list_article_files(archive, key)}
    for part, outcomes in read_parts(archive, key, Stage.ENRICH):
        for outcome in outcomes:
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
    """Return how many captures (stage enrich) or articles (stage index) of the partition a replay would process."""
    if stage is Stage.INDEX:
        return facts.enriched
    scope = Scope(only=only)
    never_enriched = facts.captures - sum(facts.pasts.values())
    return never_enriched + sum(count for past, count in facts.pasts.items() if scope.includes(past, version=version))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Measured rates: seconds of a stage's tasks per article, and bytes of files per article; None if they were not measured."""

    seconds_each: float | None = None
    bytes_each: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Estimated duration of a backfill in seconds, and growth of the articles' files in bytes; None if unknown."""

    seconds: float | None
    bytes: float | None


SECONDS_A_RUN = 7.0
"""Airflow's overhead per partition, from the first task to the index; measured with `bench/`."""


def read_rates(archive: Archive, keys: Sequence[str], *, stage: Stage, most: int = 20) -> Rates:
    """Return the rates of the latest measured partitions, at most `most` of them."""
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
    """Estimate a backfill of `todo` captures or articles (by partition), with `side_by_side` concurrent partitions.

    Articles that exist are replaced by files of the same size, so only new ones need space.
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
    """A backfill: its name, stage, partitions, and the conf of its runs, which contains the scope."""

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
    """Progress of a backfill. `waiting` is a text that says what it waits for, or empty."""

    total: int
    succeeded: int
    failed: int
    running: int
    waiting: str = ""

    @property
    def is_over(self) -> bool:
        return self.succeeded + self.failed == self.total


def is_name(name: str) -> bool:
    """Return whether this is a valid name of a backfill."""
    return bool(_NAME.fullmatch(name))


def start(backfill: Backfill, api: AirflowApi, *, wait: Callable[[float], object], pause_seconds: float = 1.0) -> Iterator[Progress]:
    """Run the backfill and yield its progress until it has ended. Waits if Airflow does not answer for some minutes.

    Raises SetupError if a DAG that is needed is paused, another backfill of this stage is active, one with this name has another scope,
    or this one is cancelled; Unavailable if Airflow does not answer for ten minutes.
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
    """Return the progress of a backfill in Airflow. Partitions whose runs have not been started are not included."""
    runs = api.runs_named(DAG_OF_STAGE[stage], _prefix(name))
    return _count(len(runs), runs, _waiting(DAG_OF_STAGE[stage], runs, api))


def list_backfills(stage: Stage, api: AirflowApi, *, most_runs: int = 100) -> dict[str, Progress]:
    """Return the progress of the latest backfills by name, latest first, from the latest `most_runs` runs of their DAG."""
    by_name: dict[str, list[DagRun]] = {}
    for run in api.runs(DAG_OF_STAGE[stage], limit=most_runs):
        if run.run_id.startswith(PREFIX):
            by_name.setdefault(_name(run), []).append(run)
    return {name: _count(len(runs), runs) for name, runs in by_name.items()}


def cancel(name: str, stage: Stage, api: AirflowApi) -> int:
    """Stop the active runs of a backfill; return their number. Their results are kept."""
    active = api.runs_named(DAG_OF_STAGE[stage], _prefix(name), states=ACTIVE)
    for run in active:
        api.end(run, note=CALLED_OFF)
    return len(active)


def refuse_paused(api: AirflowApi, *dag_ids: str) -> None:
    """Raise SetupError if one of these DAGs is paused, since partitions that are handed to a paused DAG are lost."""
    paused = [dag_id for dag_id in dag_ids if api.is_paused(dag_id)]
    if paused:
        raise SetupError(
            f"{' and '.join(paused)} {'is' if len(paused) == 1 else 'are'} paused, and would not run for these partitions",
            f"Unpause {'it' if len(paused) == 1 else 'them'} in Airflow first",
        )


def _prefix(name: str) -> str:
    return f"{PREFIX}{name}__"


def _name(run: DagRun) -> str:
    return run.run_id.removeprefix(PREFIX).partition("__")[0]


def _may_pass(error: NewsdeskError) -> bool:
    return not isinstance(error, AirflowRefused) or error.status >= 500


def _advance(backfill: Backfill, runs: dict[str, DagRun], ahead: list[str], api: AirflowApi) -> Progress:
    """Read the states of the runs, and start further ones of `ahead` up to the limit; both are updated."""
    changed = _changed(backfill, runs, api)
    runs.update(changed)
    if any(run.state == "failed" and run.note == CALLED_OFF for key, run in changed.items() if key not in ahead):
        raise SetupError(f"the backfill {backfill.name} was cancelled", "Its results are kept; start it again to continue")
    active = sum(1 for run in runs.values() if run.state not in ENDED)
    for key in ahead[: max(0, AHEAD - active)]:
        runs[key] = _run_partition(backfill, key, api)
        ahead.remove(key)
    # A failed run that is about to be cleared does not count as ended.
    begun = [run for key, run in runs.items() if key not in ahead]
    return _count(len(backfill.keys), begun, _waiting(backfill.dag_id, begun, api))


def _changed(backfill: Backfill, runs: Mapping[str, DagRun], api: AirflowApi) -> dict[str, DagRun]:
    """Return the active runs and those that were active before; runs that had ended are not requested again."""
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
                f"Wait for it, or cancel it: newsdesk backfill cancel {name}{stage}",
            )


def _refuse_other_scope(backfill: Backfill, runs: Iterable[DagRun]) -> None:
    """Raise SetupError if existing runs have another scope, since a run keeps its scope when it is cleared."""
    for run in runs:
        if run.conf != backfill.conf:
            scope = ", ".join(f"{name} {value}" for name, value in run.conf.items())
            raise SetupError(
                f"there is already a backfill {backfill.name} {f'with the scope {scope}' if scope else 'without a scope'}",
                "Use the same scope to continue it, or another --name",
            )


def explain_waiting(dag_id: str, *, is_paused: bool, queued_runs: int, task_states: Iterable[str]) -> str:
    """Return a text that says what the active runs of a DAG wait for; empty if they are being processed."""
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
