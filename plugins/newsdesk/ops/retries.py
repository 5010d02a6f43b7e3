"""Plans the retry of dead letters: pages to fetch again, and partitions to enrich and index again."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from newsdesk.errors import Stage
from newsdesk.ops.backfill import DAG_OF_STAGE, Backfill
from newsdesk.store.archive import Archive, folder_partition
from newsdesk.store.dead_letters import StoredDeadLetter, list_dead_letters


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPlan:
    """`pages` were not captured, `captured` failed later, the captures of `gone` no longer exist. `backfills` retry `captured`."""

    pages: tuple[StoredDeadLetter, ...]
    captured: tuple[StoredDeadLetter, ...]
    gone: tuple[StoredDeadLetter, ...]
    backfills: tuple[Backfill, ...]


def plan_retry(letters: Sequence[StoredDeadLetter], archive: Archive, *, now: dt.datetime) -> RetryPlan:
    """Plan the retry of these dead letters. For a capture, all failed captures of its partition are retried."""
    kept = set(archive.list_folders("raw"))
    later = [letter for letter in letters if letter.stage in DAG_OF_STAGE]
    gone = tuple(letter for letter in later if letter.stage is Stage.ENRICH and folder_partition(letter.locator) not in kept)
    captured = tuple(letter for letter in later if letter not in gone)
    return RetryPlan(
        pages=tuple(letter for letter in letters if letter.stage is Stage.FETCH),
        captured=captured,
        gone=gone,
        backfills=tuple(_backfill(stage, captured, now) for stage in sorted({letter.stage for letter in captured})),
    )


def count_failed_again(engine: sa.Engine, letters: Collection[StoredDeadLetter]) -> int:
    """Return how many of these dead letters still exist."""
    still = {(letter.stage, letter.locator) for letter in list_dead_letters(engine)}
    return sum(1 for letter in letters if (letter.stage, letter.locator) in still)


def _backfill(stage: Stage, letters: Collection[StoredDeadLetter], now: dt.datetime) -> Backfill:
    keys = tuple(sorted({letter.partition for letter in letters if letter.stage is stage}))
    return Backfill(name=f"retry-{now:%Y%m%dT%H%M%S}", stage=stage, keys=keys, conf={"only": "failed"} if stage is Stage.ENRICH else {})
