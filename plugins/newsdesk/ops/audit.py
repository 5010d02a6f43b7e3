"""The audit log of changes that were made through the web application: user, action, time and result.

A change is recorded before it is made, so that none is missing; its outcome is recorded at its end.
"""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from newsdesk.database import METADATA, UtcDateTime

TABLE = sa.Table(
    "audit",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False, index=True),
    sa.Column("who", sa.String(250), nullable=False),
    sa.Column("action", sa.String(100), nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
)

LONGEST = 1_000
"""Maximum length of a stored subject or outcome."""
UNFINISHED = "unfinished"
"""The outcome of a change in progress, or whose server was killed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One change. `outcome` is `done`, UNFINISHED, or starts with `refused:` or `failed:`, followed by the reason."""

    id: int
    at: dt.datetime
    who: str
    action: str
    subject: str
    outcome: str


def begin_change(engine: sa.Engine, *, who: str, action: str, subject: str, now: dt.datetime) -> int:
    """Record a change that is about to be made; return its id."""
    row = {"at": now, "who": who[:250], "action": action[:100], "subject": subject[:LONGEST], "outcome": UNFINISHED}
    with engine.begin() as connection:
        return int(connection.execute(TABLE.insert().values(row)).inserted_primary_key[0])  # type: ignore[index]


def end_change(engine: sa.Engine, id: int, *, subject: str, outcome: str) -> None:
    """Record the outcome of a change."""
    with engine.begin() as connection:
        connection.execute(TABLE.update().where(TABLE.c.id == id).values(subject=subject[:LONGEST], outcome=outcome[:LONGEST]))


def list_changes(engine: sa.Engine, *, who: str = "", before: int | None = None, most: int = 100) -> list[AuditEntry]:
    """Return the latest changes, of one user if given, with ids below `before`, latest first."""
    query = sa.select(TABLE).order_by(TABLE.c.id.desc()).limit(most)
    if who:
        query = query.where(TABLE.c.who == who)
    if before is not None:
        query = query.where(TABLE.c.id < before)
    with engine.connect() as connection:
        return [AuditEntry(**row._mapping) for row in connection.execute(query)]


def forget_changes(engine: sa.Engine, *, now: dt.datetime, days: int, most: int, dry_run: bool = False) -> int:
    """Delete changes that are older than `days`, and the oldest in excess of `most`; 0 means no limit. Return their number."""
    old = [TABLE.c.at < now - dt.timedelta(days=days)] if days else []
    with engine.begin() as connection:
        if most:
            newest = sa.select(TABLE.c.id).order_by(TABLE.c.id.desc()).offset(most - 1).limit(1)
            last_kept = connection.scalar(newest)
            old += [TABLE.c.id < last_kept] if last_kept is not None else []
        chosen = sa.or_(sa.false(), *old)
        if dry_run:
            return connection.scalar(sa.select(sa.func.count()).where(chosen)) or 0
        return connection.execute(TABLE.delete().where(chosen)).rowcount
