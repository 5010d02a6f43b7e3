"""Keys that newsdesk signs with, made at their first use and kept in the state database, which all web servers share."""

import secrets

import sqlalchemy as sa

from newsdesk.database import METADATA, insert_into

TABLE = sa.Table(
    "signing_keys",
    METADATA,
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("value", sa.String(64), nullable=False),
)


def read_key(engine: sa.Engine, name: str) -> str:
    """Return the key with this name, which is created if it is missing. Concurrent callers get the same key."""
    query = sa.select(TABLE.c.value).where(TABLE.c.name == name)
    with engine.begin() as connection:
        known: str | None = connection.scalar(query)
        if known is not None:
            return known
        connection.execute(insert_into(connection, TABLE).on_conflict_do_nothing().values(name=name, value=secrets.token_urlsafe(32)))
        return str(connection.execute(query).scalar_one())
