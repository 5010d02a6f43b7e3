"""The plan of a backfill: what lies in a range of partitions, what would be done, and what it takes."""

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
    """The partitions that begin between two moments (both included), the stage to begin with, and what of them is wanted."""

    since: dt.datetime
    until: dt.datetime
    stage: Stage = Stage.ENRICH
    scope: Scope = EVERYTHING

    def check(self) -> None:
        """Raises BadRequest where the range is empty or the scope does not fit the stage."""
        if self.since > self.until:
            raise BadRequest(f"{self.since:%Y-%m-%dT%H:%M} is after {self.until:%Y-%m-%dT%H:%M}")
        if self.stage is Stage.INDEX and self.scope != EVERYTHING:
            raise BadRequest("only, source and language narrow the stage enrich; the index leaves what is unchanged alone by itself")


@dataclass(frozen=True, slots=True)
class PlannedPartition:
    """A partition, and how many captures (stage enrich) or articles (stage index) would be taken up."""

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
        """The partitions with something to do, in the order in which they are run."""
        keys = tuple(planned.facts.key for planned in self.partitions if planned.todo)
        return tuple(reversed(keys)) if newest_first else keys


def plan_backfill(archive: Archive, asked: BackfillRange, *, side_by_side: int) -> BackfillPlan:
    """Read what is there. `side_by_side` partitions run at a time. Raises SetupError where nothing was captured of the source."""
    from newsdesk.enrichment import PIPELINE_VERSION  # all stages: two seconds that only a plan needs

    keys = list_partitions(archive, since=asked.since, until=asked.until)
    facts = {key: read_partition_facts(archive, key, sources=asked.scope.sources) for key in keys}
    if keys and asked.scope.source and not any(found.captures for found in facts.values()):
        raise SetupError(
            f"nothing was captured of a source {asked.scope.source!r} in this range", "`newsdesk feeds list` shows the sources"
        )
    todo = {key: count_todo(facts[key], stage=asked.stage, only=asked.scope.only, version=PIPELINE_VERSION) for key in keys}
    rates = read_rates(archive, keys, stage=asked.stage)
    if rates.seconds_each is None:
        # Nothing in the range was made yet: what was measured elsewhere has to do.
        rates = read_rates(archive, archive.list_folders("outcomes"), stage=asked.stage)
    return BackfillPlan(
        tuple(PlannedPartition(facts[key], todo[key]) for key in keys),
        estimate(facts, todo, rates, stage=asked.stage, side_by_side=side_by_side),
    )


def make_backfill(plan: BackfillPlan, asked: BackfillRange, *, name: str, newest_first: bool = False) -> Backfill:
    return Backfill(name=name, stage=asked.stage, keys=plan.keys(newest_first=newest_first), conf=asked.scope.as_conf())


def describe_estimate(found: Estimate) -> str:
    """What a backfill takes, in a line."""
    time = "unknown, nothing was measured yet" if found.seconds is None else f"about {_duration(found.seconds)}"
    room = "unknown" if found.bytes is None else f"about {found.bytes / 1e6:.1f} MB more"
    return f"time: {time}; files of articles: {room}"


def _duration(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    minutes = seconds / 60
    return f"{minutes:.0f} min" if minutes < 120 else f"{minutes / 60:.1f} h"
