"""Searches kept under a name, in the state database: they outlive every index."""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from pydantic import TypeAdapter

from newsdesk.database import METADATA
from newsdesk.errors import SetupError
from newsdesk.search.queries import SearchQuery

TABLE = sa.Table(
    "saved_searches",
    METADATA,
    sa.Column("name", sa.String(100), primary_key=True),
    sa.Column("query", sa.Text, nullable=False),
    sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
)
_QUERY = TypeAdapter(SearchQuery)


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSearch:
    name: str
    query: SearchQuery


def save_search(engine: sa.Engine, name: str, query: SearchQuery, *, now: dt.datetime) -> None:
    """Keeps a search; one of the same name is replaced."""
    with engine.begin() as connection:
        connection.execute(sa.delete(TABLE).where(TABLE.c.name == name))
        connection.execute(sa.insert(TABLE).values(name=name, query=_QUERY.dump_json(query).decode(), saved_at=now))


def read_saved_search(engine: sa.Engine, name: str) -> SavedSearch:
    """The search of this name. Raises SetupError where there is none."""
    with engine.connect() as connection:
        query = connection.scalar(sa.select(TABLE.c.query).where(TABLE.c.name == name))
    if query is None:
        raise SetupError(f"no search is saved as {name}", "`newsdesk search --list-saved` shows those that are")
    return SavedSearch(name=name, query=_QUERY.validate_json(query))


def list_saved_searches(engine: sa.Engine) -> list[SavedSearch]:
    with engine.connect() as connection:
        rows = connection.execute(sa.select(TABLE.c.name, TABLE.c.query).order_by(TABLE.c.name)).all()
    return [SavedSearch(name=name, query=_QUERY.validate_json(query)) for name, query in rows]


def remove_saved_search(engine: sa.Engine, name: str) -> None:
    with engine.begin() as connection:
        connection.execute(sa.delete(TABLE).where(TABLE.c.name == name))
