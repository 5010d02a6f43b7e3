"""Keys for canonicaliser 3: a page's id of that version becomes a key, so that it is recognised. Host names become punycode.

Ids do not change, so manifests, dead letters and articles remain valid.
"""

import zlib
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from newsdesk.database import insert_into
from newsdesk.urls import article_id, host_key

revision = "0009"
down_revision = "0008"

_AT_ONCE = 1000


def upgrade() -> None:
    connection = op.get_bind()
    tables = sa.MetaData()
    pages, keys, feeds = (sa.Table(name, tables, autoload_with=connection) for name in ("pages", "page_keys", "feeds"))
    for rows in _batches(connection, pages):
        addresses = [(address, row.id) for row in rows for address in (row.url, row.first_url) if address]
        owners = {key: id for address, id in addresses if (key := article_id(address)) != id}
        if owners:
            found = [{"key": key, "page_id": owners[key]} for key in sorted(owners)]
            connection.execute(insert_into(connection, keys).on_conflict_do_nothing(), found)
        _rename_hosts(connection, pages, rows)
    for rows in _batches(connection, feeds):
        _rename_hosts(connection, feeds, rows)


def downgrade() -> None:
    """Keys of another version match nothing."""


def _batches(connection: sa.Connection, table: sa.Table) -> Iterator[list[sa.Row[Any]]]:
    query = sa.select(table).order_by(table.c.id).limit(_AT_ONCE)
    rows = list(connection.execute(query))
    while rows:
        yield rows
        rows = list(connection.execute(query.where(table.c.id > rows[-1].id)))


def _rename_hosts(connection: sa.Connection, table: sa.Table, rows: list[sa.Row[Any]]) -> None:
    for row in rows:
        host = row.host if row.host.isascii() else host_key(row.url)
        if host and host != row.host:
            connection.execute(
                sa.update(table).where(table.c.id == row.id).values(host=host, host_hash=zlib.crc32(host.encode()) & 0x7FFFFFFF)
            )
