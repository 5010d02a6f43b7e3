"""Dead letters in the state database: pages and captures that failed at a stage, until they succeed or are dropped.

`locator` is the location of the capture, or for the fetch stage, where there is none, the id of the page.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from newsdesk.database import METADATA, UtcDateTime
from newsdesk.errors import Reason, Stage
from newsdesk.records import CaptureRef, DeadLetter

TABLE = sa.Table(
    "dead_letters",
    METADATA,
    sa.Column("stage", sa.String(16), primary_key=True),
    sa.Column("locator", sa.String(1000), primary_key=True),
    sa.Column("reason", sa.String(64), nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("partition", sa.String(250), nullable=False, index=True),
    sa.Column("source", sa.String(250), nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("first_failed_at", UtcDateTime, nullable=False),
    sa.Column("last_failed_at", UtcDateTime, nullable=False),
    sa.Column("pipeline_version", sa.String(64), nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDeadLetter:
    """A dead letter with its number of attempts and the times of its first and last failure."""

    stage: Stage
    locator: str
    reason: Reason
    detail: str
    partition: str
    source: str
    url: str
    attempts: int
    first_failed_at: dt.datetime
    last_failed_at: dt.datetime
    pipeline_version: str

    @property
    def capture(self) -> CaptureRef | None:
        path, mark, offset = self.locator.rpartition("#")
        return CaptureRef(path, int(offset)) if mark else None

    def as_record(self) -> DeadLetter:
        """Return the record that the stage wrote at the last failure."""
        return DeadLetter(
            stage=self.stage,
            reason=self.reason,
            detail=self.detail,
            partition=self.partition,
            source=self.source,
            url=self.url,
            capture=self.capture,
            failed_at=self.last_failed_at,
            pipeline_version=self.pipeline_version,
            page_id="" if self.capture else self.locator,
        )


def record_dead_letters(engine: sa.Engine, letters: Iterable[DeadLetter]) -> None:
    """Store dead letters. For one that exists, the number of attempts is increased and the time of the first failure kept."""
    with engine.begin() as connection:
        for letter in letters:
            _record(connection, letter)


def _record(connection: sa.Connection, letter: DeadLetter) -> None:
    locator = str(letter.capture or letter.page_id)
    same = sa.and_(TABLE.c.stage == letter.stage.value, TABLE.c.locator == locator)
    changes = {
        "reason": letter.reason.value,
        "detail": letter.detail,
        "partition": letter.partition,
        "source": letter.source,
        "url": letter.url,
        "last_failed_at": letter.failed_at,
        "pipeline_version": letter.pipeline_version,
    }
    updated = connection.execute(TABLE.update().where(same).values(attempts=TABLE.c.attempts + 1, **changes))
    if updated.rowcount == 0:
        connection.execute(
            TABLE.insert().values(stage=letter.stage.value, locator=locator, attempts=1, first_failed_at=letter.failed_at, **changes)
        )


def resolve_dead_letters(engine: sa.Engine, stage: Stage, locators: Iterable[CaptureRef | str]) -> int:
    """Delete the dead letters of captures or pages that have passed the stage; return the number of deleted ones."""
    resolved = 0
    with engine.begin() as connection:
        for locator in locators:
            deleted = connection.execute(TABLE.delete().where(TABLE.c.stage == stage.value, TABLE.c.locator == str(locator)))
            resolved += deleted.rowcount
    return resolved


def list_dead_letters(
    engine: sa.Engine,
    *,
    stage: Stage | None = None,
    reason: Reason | None = None,
    detail: str | None = None,
    partition: str = "",
    after: tuple[dt.datetime, str, str] | None = None,
    most: int | None = None,
) -> Iterator[StoredDeadLetter]:
    """Yield dead letters that match the given filters, latest failure first; at most `most` of them.

    `after` is the last one of the page before: its last failure, stage and locator.
    """
    query = sa.select(TABLE).order_by(TABLE.c.last_failed_at.desc(), TABLE.c.stage, TABLE.c.locator)
    if stage is not None:
        query = query.where(TABLE.c.stage == stage.value)
    if reason is not None:
        query = query.where(TABLE.c.reason == reason.value)
    if detail is not None:
        query = query.where(TABLE.c.detail == detail)
    if partition:
        query = query.where(TABLE.c.partition == partition)
    if after is not None:
        failed_at, last_stage, locator = after
        beside = sa.tuple_(TABLE.c.stage, TABLE.c.locator) > sa.tuple_(last_stage, locator)
        query = query.where(sa.or_(TABLE.c.last_failed_at < failed_at, sa.and_(TABLE.c.last_failed_at == failed_at, beside)))
    if most is not None:
        query = query.limit(most)
    with engine.connect() as connection:
        for row in connection.execute(query).mappings():
            yield _stored(row)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """The number of dead letters with the same stage, reason and detail, and the time of their latest failure."""

    stage: Stage
    reason: Reason
    detail: str
    count: int
    last_failed_at: dt.datetime


def list_causes(engine: sa.Engine, *, most: int) -> list[Cause]:
    """Return at most `most` causes, the most frequent ones first."""
    columns = (TABLE.c.stage, TABLE.c.reason, TABLE.c.detail)
    count, last = sa.func.count().label("count"), sa.func.max(TABLE.c.last_failed_at, type_=UtcDateTime).label("last_failed_at")
    query = sa.select(*columns, count, last).group_by(*columns).order_by(count.desc(), *columns).limit(most)
    with engine.connect() as connection:
        rows = connection.execute(query).mappings()
        return [Cause(**{**row, "stage": Stage(row["stage"]), "reason": Reason(row["reason"])}) for row in rows]


def count_dead_letters(engine: sa.Engine) -> int:
    with engine.connect() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(TABLE)) or 0


def drop_dead_letters(engine: sa.Engine, letters: Iterable[StoredDeadLetter]) -> int:
    """Delete dead letters; return the number of deleted ones. Their captures are kept, and a replay processes them again."""
    dropped = 0
    with engine.begin() as connection:
        for letter in letters:
            deleted = connection.execute(TABLE.delete().where(TABLE.c.stage == letter.stage.value, TABLE.c.locator == letter.locator))
            dropped += deleted.rowcount
    return dropped


def _stored(row: sa.RowMapping) -> StoredDeadLetter:
    return StoredDeadLetter(**{**row, "stage": Stage(row["stage"]), "reason": Reason(row["reason"])})
