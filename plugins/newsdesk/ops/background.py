"""Background tasks of the web application: work that takes longer than the request, as a row that every web server can show."""

import datetime as dt
import json
import uuid
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter

from newsdesk.database import METADATA, UtcDateTime

TABLE = sa.Table(
    "background_tasks",
    METADATA,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("who", sa.String(250), nullable=False),
    sa.Column("begun_at", UtcDateTime, nullable=False, index=True),
    sa.Column("seen_at", UtcDateTime, nullable=False),
    sa.Column("ended_at", UtcDateTime),
    sa.Column("progress", sa.Text, nullable=False),
    sa.Column("result", sa.Text, nullable=False),
    sa.Column("problem", sa.Text, nullable=False),
)

LOST_AFTER = dt.timedelta(minutes=5)
"""A task without an update for this long has lost its server."""
KEPT = dt.timedelta(days=30)
LONGEST = 1_000
_JSON: TypeAdapter[Any] = TypeAdapter(Any)


@dataclass(frozen=True, slots=True, kw_only=True)
class BackgroundTask:
    """A background task. `seen_at` is the time of its last update, `progress` the message of that update.

    `result` is JSON, empty until it has succeeded; `problem` is the reason of its failure.
    """

    id: str
    kind: str
    subject: str
    who: str
    begun_at: dt.datetime
    seen_at: dt.datetime
    ended_at: dt.datetime | None = None
    progress: str = ""
    result: str = ""
    problem: str = ""

    def state(self, now: dt.datetime) -> str:
        """Return `running`, `done`, `failed`, or `lost` if its server was stopped."""
        if self.ended_at is not None:
            return "failed" if self.problem else "done"
        return "lost" if now - self.seen_at > LOST_AFTER else "running"

    @property
    def found(self) -> Any:
        return json.loads(self.result) if self.result else None


def begin_task(engine: sa.Engine, *, kind: str, subject: str, who: str, now: dt.datetime) -> str:
    """Record the start of a task, and delete tasks that ended long ago; return its id."""
    id = uuid.uuid4().hex
    row = {"id": id, "kind": kind, "subject": subject[:LONGEST], "who": who[:250], "begun_at": now, "seen_at": now}
    with engine.begin() as connection:
        connection.execute(TABLE.delete().where(TABLE.c.seen_at < now - KEPT))
        connection.execute(TABLE.insert().values(**row, progress="", result="", problem=""))
    return id


def note_progress(engine: sa.Engine, id: str, progress: str, *, now: dt.datetime) -> None:
    _change(engine, id, seen_at=now, progress=progress[:LONGEST])


def end_task(engine: sa.Engine, id: str, *, result: object = None, problem: str = "", now: dt.datetime) -> None:
    """Record the end of a task; `result` is stored as JSON."""
    written = "" if result is None else _JSON.dump_json(result).decode()
    _change(engine, id, seen_at=now, ended_at=now, result=written, problem=problem[:LONGEST])


def find_task(engine: sa.Engine, id: str) -> BackgroundTask | None:
    with engine.connect() as connection:
        row = connection.execute(sa.select(TABLE).where(TABLE.c.id == id)).first()
    return BackgroundTask(**row._mapping) if row else None


def list_tasks(engine: sa.Engine, *, kind: str = "", most: int = 20) -> list[BackgroundTask]:
    """Return the latest tasks, of one kind if given, latest first."""
    query = sa.select(TABLE).order_by(TABLE.c.begun_at.desc()).limit(most)
    if kind:
        query = query.where(TABLE.c.kind == kind)
    with engine.connect() as connection:
        return [BackgroundTask(**row._mapping) for row in connection.execute(query)]


def _change(engine: sa.Engine, id: str, **values: object) -> None:
    with engine.begin() as connection:
        connection.execute(TABLE.update().where(TABLE.c.id == id).values(**values))
