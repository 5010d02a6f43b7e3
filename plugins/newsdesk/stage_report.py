"""The result of a stage for a set of pages, captures or articles: outcomes and dead letters."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from newsdesk.errors import Reason, Stage, Status
from newsdesk.records import CaptureRef, DeadLetter, Outcome
from newsdesk.store.archive import Archive
from newsdesk.store.manifests import read_manifests, recovered_outcome
from newsdesk.store.outcomes import read_outcomes


@dataclass(frozen=True, slots=True)
class StageReport:
    """The result of a stage: one outcome for each page, capture or article, and a dead letter for each that failed for good.

    `passed` lists the captures (for the fetch stage, page ids) that succeeded; their older dead letters are resolved.
    """

    outcomes: tuple[Outcome, ...]
    dead_letters: tuple[DeadLetter, ...]
    passed: tuple[CaptureRef | str, ...]


def summarise(outcomes: Sequence[Outcome]) -> str:
    """The number of outcomes with each status, as one line for a log."""
    counts = Counter(str(outcome.status) for outcome in outcomes)
    return ", ".join(f"{count} {status}" for status, count in sorted(counts.items())) or "nothing"


def report_captures(outcomes: Sequence[Outcome], dead: Sequence[DeadLetter], refs: Sequence[CaptureRef]) -> StageReport:
    passed = (ref for ref, outcome in zip(refs, outcomes, strict=True) if outcome.status is not Status.DEAD)
    return StageReport(tuple(outcomes), tuple(dead), tuple(passed))


def report_fetch(outcomes: Sequence[Outcome], *, partition: str, now: dt.datetime) -> StageReport:
    """The report of a fetch run. A page that will be tried again has neither passed nor become a dead letter."""
    dead = [
        dead_letter_of(outcome, capture=None, partition=partition, version="", now=now)
        for outcome in outcomes
        if outcome.status is Status.DEAD
    ]
    passed = (outcome.id for outcome in outcomes if outcome.status not in {Status.DEAD, Status.FAILED})
    return StageReport(tuple(outcomes), tuple(dead), tuple(passed))


def report_recovered(archive: Archive, partition: str, *, now: dt.datetime) -> StageReport:
    """Report captures that no task has counted: their task was killed after it committed them and before it reported them."""
    counted = {outcome.id for outcome in read_outcomes(archive, partition, Stage.FETCH)}
    uncounted = {entry.id: recovered_outcome(entry) for entry in read_manifests(archive, partition) if entry.id not in counted}
    return report_fetch(list(uncounted.values()), partition=partition, now=now)


def dead_letter_of(outcome: Outcome, *, capture: CaptureRef | None, partition: str, version: str, now: dt.datetime) -> DeadLetter:
    """The dead letter of an article that ended at a stage. Without a capture it is the page's: its id names it."""
    return DeadLetter(
        stage=outcome.stage,
        reason=outcome.reason or Reason.BUG,
        detail=outcome.detail,
        partition=partition,
        source=outcome.source,
        url=outcome.url,
        capture=capture,
        failed_at=now,
        pipeline_version=version,
        page_id="" if capture else outcome.id,
    )
