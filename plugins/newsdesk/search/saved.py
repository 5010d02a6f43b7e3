"""Searches kept under a name, in the state database: they outlive every index."""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from pydantic import TypeAdapter

from newsdesk.database import METADATA, insert_into
from newsdesk.errors import SetupError
from newsdesk.search.queries import SearchQuery

LONGEST_NAME = 100
TABLE = sa.Table(
    "saved_searches",
    METADATA,
    sa.Column("name", sa.String(LONGEST_NAME), primary_key=True),
    sa.Column("query", sa.Text, nullable=False),
    sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
)
_QUERY = TypeAdapter(SearchQuery)


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSearch:
    name: str
    query: SearchQuery


def save_search(engine: sa.Engine, name: str, query: SearchQuery, *, now: dt.datetime) -> None:
    """Keeps a search; one of the same name is replaced. Raises SetupError where the name cannot be shown on a line."""
    if not name.strip() or not name.isprintable() or len(name) > LONGEST_NAME:
        raise SetupError(f"{name!r} is no name for a search", f"Take up to {LONGEST_NAME} letters, on one line")
    row = {"query": _QUERY.dump_json(query).decode(), "saved_at": now}
    with engine.begin() as connection:
        # One statement: somebody else may save one of this name at the same moment.
        connection.execute(insert_into(connection, TABLE).values(name=name, **row).on_conflict_do_update(index_elements=["name"], set_=row))


def read_saved_search(engine: sa.Engine, name: str) -> SavedSearch:
    """The search of this name. Raises SetupError where there is none."""
    with engine.connect() as connection:
        query = connection.scalar(sa.select(TABLE.c.query).where(TABLE.c.name == name))
    if query is None:
        raise _unknown(name)
    return SavedSearch(name=name, query=_QUERY.validate_json(query))


def list_saved_searches(engine: sa.Engine) -> list[SavedSearch]:
    with engine.connect() as connection:
        rows = connection.execute(sa.select(TABLE.c.name, TABLE.c.query).order_by(TABLE.c.name)).all()
    return [SavedSearch(name=name, query=_QUERY.validate_json(query)) for name, query in rows]


def remove_saved_search(engine: sa.Engine, name: str) -> None:
    """Raises SetupError where there is none of this name."""
    with engine.begin() as connection:
        if not connection.execute(sa.delete(TABLE).where(TABLE.c.name == name)).rowcount:
            raise _unknown(name)


def _unknown(name: str) -> SetupError:
    return SetupError(f"no search is saved as {name}", "`newsdesk search --list-saved` shows those that are")
