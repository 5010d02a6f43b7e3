"""Sums outcomes into counters per stage, partition and source, and describes them as text."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence

from newsdesk.errors import Stage, Status
from newsdesk.fetch.source_names import NO_NAMES, SourceNames
from newsdesk.records import Outcome, RunCounters
from newsdesk.store.archive import Archive
from newsdesk.store.outcomes import read_effort, read_outcomes

_ENDS = ("fetched", "not_modified", "failed", "new", "updated", "unchanged", "stale", "set_aside", "dead")


def count_outcomes(
    outcomes: Iterable[Outcome], *, stage: Stage, partition: str, now: dt.datetime, seconds: float = 0.0
) -> list[RunCounters]:
    """Return one record of counters per source, sorted by source; `found` is the sum of the others.

    The `seconds` of the stage are divided among the sources by their numbers of articles. A page with several outcomes, as after a
    retry of a fetch task, is counted once, with its last outcome.
    """
    if stage is Stage.FETCH:
        outcomes = {outcome.id: outcome for outcome in outcomes}.values()
    by_source: dict[str, Counter[Status]] = {}
    for outcome in outcomes:
        by_source.setdefault(outcome.source, Counter())[outcome.status] += 1
    total = sum(counts.total() for counts in by_source.values())
    return [
        RunCounters(
            stage=stage,
            partition=partition,
            source=source,
            run_at=now,
            found=counts.total(),
            fetched=counts[Status.FETCHED],
            not_modified=counts[Status.NOT_MODIFIED],
            failed=counts[Status.FAILED],
            dead=counts[Status.DEAD],
            set_aside=counts[Status.SET_ASIDE],
            new=counts[Status.CREATED] + counts[Status.ENRICHED],
            updated=counts[Status.UPDATED],
            unchanged=counts[Status.UNCHANGED],
            stale=counts[Status.STALE],
            seconds=round(seconds * counts.total() / total, 3),
        )
        for source, counts in sorted(by_source.items())
    ]


def count_partition(archive: Archive, partition: str, stages: Iterable[Stage], *, now: dt.datetime) -> list[RunCounters]:
    """Return the counters of these stages of a partition from the archive."""
    return [
        row
        for stage in stages
        for row in count_outcomes(
            read_outcomes(archive, partition, stage),
            stage=stage,
            partition=partition,
            now=now,
            seconds=read_effort(archive, partition, stage).seconds,
        )
    ]


def describe(counters: Sequence[RunCounters], names: SourceNames = NO_NAMES) -> str:
    """Return a text with a line per stage, and then a line per source with its name; empty if nothing was counted."""
    lines = [line for stage in Stage if (line := _describe_stage([row for row in counters if row.stage is stage], stage))]
    sources = sorted({row.source for row in counters})
    if len(sources) < 2:
        return "\n".join(lines)
    by_source = []
    for source in sources:
        stages = [_describe_stage([row for row in counters if row.source == source and row.stage is stage], stage) for stage in Stage]
        by_source.append(f"{names.name(source) or 'unknown source'}: {'; '.join(filter(None, stages))}")
    return "\n".join([*lines, "", *by_source])


def sum_stages(counters: Sequence[RunCounters]) -> dict[str, dict[str, int]]:
    """Return the numbers of articles by stage and status, over all sources, without zeros."""
    by_stage = {str(stage): _sum([row for row in counters if row.stage is stage]) for stage in Stage}
    return {stage: sums for stage, sums in by_stage.items() if sums}


def _sum(counters: Sequence[RunCounters]) -> dict[str, int]:
    sums = {end: sum(getattr(row, end) for row in counters) for end in _ENDS}
    return {end: count for end, count in sums.items() if count}


def _describe_stage(counters: Sequence[RunCounters], stage: Stage) -> str:
    told = ", ".join(f"{count} {end.replace('_', ' ')}" for end, count in _sum(counters).items())
    seconds = sum(row.seconds for row in counters)
    return f"{stage}: {told}{f' in {seconds:.1f} s' if seconds else ''}" if told else ""
