"""Articles that a user has read, starred or annotated. Marks belong to the article, and apply in all topics."""

import datetime as dt

import sqlalchemy as sa

from newsdesk.database import UtcDateTime, insert_into
from newsdesk.errors import BadRequest
from newsdesk.topics.tables import MARKS, MATCHES

LONGEST_NOTE = 5_000


def mark_article(
    engine: sa.Engine,
    user: str,
    article_id: str,
    *,
    is_read: bool | None = None,
    is_starred: bool | None = None,
    note: str | None = None,
    now: dt.datetime,
) -> None:
    """Change the given marks. Raises BadRequest if a note is too long."""
    if note is not None and len(note) > LONGEST_NOTE:
        raise BadRequest(f"A note has at most {LONGEST_NOTE} characters, this one has {len(note)}")
    changes: dict[str, object] = {"changed_at": now}
    if is_read is not None:
        changes["read_at"] = now if is_read else None
    if is_starred is not None:
        changes["starred_at"] = now if is_starred else None
    if note is not None:
        changes["note"] = note.strip()
    with engine.begin() as connection:
        insert = insert_into(connection, MARKS).values({"note": "", **changes, "user": user, "article_id": article_id})
        connection.execute(insert.on_conflict_do_update(index_elements=["user", "article_id"], set_=changes))


def mark_all_read(engine: sa.Engine, user: str, topic_id: int, *, until: int, now: dt.datetime) -> None:
    """Mark the topic's articles up to the match with this number as read, so that those found after the page was made remain unread."""
    moment = sa.literal(now, UtcDateTime)
    shown = sa.select(sa.literal(user), MATCHES.c.article_id, moment, sa.literal(""), moment)
    shown = shown.where(MATCHES.c.topic_id == topic_id, MATCHES.c.number <= until)
    columns = ["user", "article_id", "read_at", "note", "changed_at"]
    with engine.begin() as connection:
        insert = insert_into(connection, MARKS).from_select(columns, shown)
        read = {"read_at": sa.func.coalesce(MARKS.c.read_at, moment), "changed_at": now}
        connection.execute(insert.on_conflict_do_update(index_elements=["user", "article_id"], set_=read))


def remove_old_marks(engine: sa.Engine, *, before: dt.datetime) -> int:
    """Remove marks of articles that were read earlier, except those with a star or note. Returns their number."""
    bare = sa.and_(MARKS.c.changed_at < before, MARKS.c.starred_at.is_(None), MARKS.c.note == "")
    with engine.begin() as connection:
        return connection.execute(sa.delete(MARKS).where(bare)).rowcount
