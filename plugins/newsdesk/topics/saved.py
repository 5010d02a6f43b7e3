"""Topics in the state database, independent of any index."""

import datetime as dt

import sqlalchemy as sa
from pydantic import TypeAdapter

from newsdesk.database import insert_into
from newsdesk.errors import BadRequest, SetupError
from newsdesk.search.queries import SearchQuery, build_query, read_question
from newsdesk.topics.records import Topic
from newsdesk.topics.tables import LONGEST_NAME, TOPICS

COMMANDS = ""
"""The owner of topics that were made by a command."""

_QUERY = TypeAdapter(SearchQuery)


def save_topic(
    engine: sa.Engine, name: str, query: SearchQuery, *, owner: str = COMMANDS, is_shared: bool = True, now: dt.datetime
) -> Topic:
    """Save a topic; a topic of the owner with the same name is replaced, and keeps its subscriptions and feeds.

    Raises BadRequest if the name cannot be shown in one line, or if the query is invalid.
    """
    _check_name(name)
    check_query(query, now=now)
    row = {"query": _QUERY.dump_json(query).decode(), "is_shared": is_shared, "changed_at": now, "filled_at": None, "error": None}
    with engine.begin() as connection:
        # One statement, because another user may save a topic with this name at the same time.
        insert = insert_into(connection, TOPICS).values(owner=owner, name=name, **row)
        connection.execute(insert.on_conflict_do_update(index_elements=["owner", "name"], set_=row))
    return read_topic(engine, name, owner=owner)


def make_topic(engine: sa.Engine, name: str, query: SearchQuery, *, owner: str, is_shared: bool, now: dt.datetime) -> Topic:
    """Save a new topic. Raises BadRequest if the owner has a topic with this name, and like `save_topic`."""
    with engine.connect() as connection:
        if connection.scalar(sa.select(TOPICS.c.id).where(TOPICS.c.owner == owner, TOPICS.c.name == name)):
            raise _taken(name)
    return save_topic(engine, name, query, owner=owner, is_shared=is_shared, now=now)


def change_topic(engine: sa.Engine, topic: Topic, *, name: str, query: SearchQuery, is_shared: bool, now: dt.datetime) -> Topic:
    """Change a topic. With another query its articles are listed anew: see `finding.fill`.

    Raises BadRequest if the name is invalid or used by another topic of the owner, or if the query is invalid.
    """
    _check_name(name)
    check_query(query, now=now)
    row: dict[str, object] = {"name": name, "is_shared": is_shared}
    if query != topic.query:
        row |= {"query": _QUERY.dump_json(query).decode(), "changed_at": now, "filled_at": None, "error": None}
    try:
        with engine.begin() as connection:
            connection.execute(sa.update(TOPICS).where(TOPICS.c.id == topic.id).values(row))
    except sa.exc.IntegrityError as error:
        raise _taken(name) from error
    changed = find_topic(engine, topic.id)
    if changed is None:
        raise _unknown(topic.name)
    return changed


def remove_topic(engine: sa.Engine, topic: Topic) -> None:
    """Remove a topic with its matches, subscriptions and feeds. Marks of articles are kept."""
    with engine.begin() as connection:
        connection.execute(sa.delete(TOPICS).where(TOPICS.c.id == topic.id))


def find_topic(engine: sa.Engine, topic_id: int) -> Topic | None:
    with engine.connect() as connection:
        row = connection.execute(sa.select(TOPICS).where(TOPICS.c.id == topic_id)).mappings().first()
    return _topic(row) if row else None


def read_topic(engine: sa.Engine, name: str, *, owner: str | None = None) -> Topic:
    """Return the topic with this name: of this owner, or else the one made by a command, or else that of the only user who has one.

    Raises SetupError if there is none, or if several users have one.
    """
    chosen = [TOPICS.c.name == name, *([TOPICS.c.owner == owner] if owner is not None else [])]
    with engine.connect() as connection:
        rows = connection.execute(sa.select(TOPICS).where(*chosen).order_by(TOPICS.c.owner)).mappings().all()
    if not rows:
        raise _unknown(name)
    if len(rows) > 1 and rows[0]["owner"] != COMMANDS:
        owners = ", ".join(row["owner"] for row in rows)
        raise SetupError(f"several users have a topic {name}", f"Name one with --owner: {owners}")
    return _topic(rows[0])


def list_topics(engine: sa.Engine, *, user: str | None = None) -> list[Topic]:
    """Return all topics, or those that are visible to this user, by name."""
    query = sa.select(TOPICS).order_by(TOPICS.c.name, TOPICS.c.owner)
    if user is not None:
        query = query.where(sa.or_(TOPICS.c.owner == user, TOPICS.c.is_shared))
    with engine.connect() as connection:
        return [_topic(row) for row in connection.execute(query).mappings()]


def check_query(query: SearchQuery, *, now: dt.datetime) -> None:
    """Raise BadRequest if the query is invalid."""
    build_query(read_question(query, now=now))


def _check_name(name: str) -> None:
    if not name.strip() or not name.isprintable() or len(name) > LONGEST_NAME:
        raise BadRequest(f"{name!r} is not a name for a topic: use at most {LONGEST_NAME} characters, in one line")


def _taken(name: str) -> BadRequest:
    return BadRequest(f"There is already a topic {name}: choose another name")


def _unknown(name: str) -> SetupError:
    return SetupError(f"there is no topic {name}", "`newsdesk topics list` shows those that are")


def _topic(row: sa.RowMapping) -> Topic:
    return Topic(**{**row, "query": _QUERY.validate_json(row["query"])})
