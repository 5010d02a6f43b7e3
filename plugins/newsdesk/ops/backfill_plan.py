"""The plan of a backfill: the data in a range of partitions, what would be processed, and an estimate of time and space."""

import datetime as dt
from dataclasses import dataclass

from newsdesk.errors import BadRequest, SetupError, Stage
from newsdesk.ops.backfill import (
    Backfill,
    Estimate,
    PartitionFacts,
    count_todo,
    estimate,
    list_partitions,
    read_partition_facts,
    read_rates,
)
from newsdesk.scope import EVERYTHING, Scope
from newsdesk.store.archive import Archive


@dataclass(frozen=True, slots=True, kw_only=True)
class BackfillRange:
    """The partitions that start between two times (inclusive), the first stage, and the scope."""

    since: dt.datetime
    until: dt.datetime
    stage: Stage = Stage.ENRICH
    scope: Scope = EVERYTHING

    def check(self) -> None:
        """Raise BadRequest if the range is empty or the scope does not apply to the stage."""
        if self.since > self.until:
            raise BadRequest(f"{self.since:%Y-%m-%dT%H:%M} is after {self.until:%Y-%m-%dT%H:%M}")
        if self.stage is Stage.INDEX and self.scope != EVERYTHING:
            raise BadRequest("only, source and language apply to the stage enrich; the stage index does not write unchanged documents")


@dataclass(frozen=True, slots=True)
class PlannedPartition:
    """A partition, and how many captures (stage enrich) or articles (stage index) would be processed."""

    facts: PartitionFacts
    todo: int


@dataclass(frozen=True, slots=True)
class BackfillPlan:
    partitions: tuple[PlannedPartition, ...]
    estimate: Estimate

    @property
    def captures(self) -> int:
        return sum(planned.facts.captures for planned in self.partitions)

    @property
    def todo(self) -> int:
        return sum(planned.todo for planned in self.partitions)

    def keys(self, *, newest_first: bool = False) -> tuple[str, ...]:
        """Return the partitions with something to do, in the order of their runs."""
        keys = tuple(planned.facts.key for planned in self.partitions if planned.todo)
        return tuple(reversed(keys)) if newest_first else keys


def plan_backfill(archive: Archive, asked: BackfillRange, *, side_by_side: int) -> BackfillPlan:
    """Plan a backfill with `side_by_side` concurrent partitions. Raises SetupError if there are no captures of the source."""
    from newsdesk.enrichment import PIPELINE_VERSION  # all stages: two seconds that only a plan needs

    keys = list_partitions(archive, since=asked.since, until=asked.until)
    facts = {key: read_partition_facts(archive, key, sources=asked.scope.sources) for key in keys}
    if keys and asked.scope.source and not any(found.captures for found in facts.values()):
        raise SetupError(
            f"there are no captures of the source {asked.scope.source!r} in this range", "`newsdesk feeds list` shows the sources"
        )
    todo = {key: count_todo(facts[key], stage=asked.stage, only=asked.scope.only, version=PIPELINE_VERSION) for key in keys}
    rates = read_rates(archive, keys, stage=asked.stage)
    if rates.seconds_each is None:
        # Without measurements in the range, use those of other partitions.
        rates = read_rates(archive, archive.list_folders("outcomes"), stage=asked.stage)
    return BackfillPlan(
        tuple(PlannedPartition(facts[key], todo[key]) for key in keys),
        estimate(facts, todo, rates, stage=asked.stage, side_by_side=side_by_side),
    )


def make_backfill(plan: BackfillPlan, asked: BackfillRange, *, name: str, newest_first: bool = False) -> Backfill:
    return Backfill(name=name, stage=asked.stage, keys=plan.keys(newest_first=newest_first), conf=asked.scope.as_conf())


def describe_estimate(found: Estimate) -> str:
    """Return the estimate of a backfill as one line of text."""
    time = "unknown, nothing was measured yet" if found.seconds is None else f"about {_duration(found.seconds)}"
    room = "unknown" if found.bytes is None else f"about {found.bytes / 1e6:.1f} MB more"
    return f"time: {time}; files of articles: {room}"


def _duration(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    minutes = seconds / 60
    return f"{minutes:.0f} min" if minutes < 120 else f"{minutes / 60:.1f} h"
