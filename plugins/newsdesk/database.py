"""The state database: feeds and what is known of them, dead letters. SQLite on one machine, Postgres in compose.

Each table is declared where it is used, on the one `METADATA`; `open_database` brings the schema up to date.
"""

import contextlib
import datetime as dt
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from newsdesk.errors import SetupError

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

METADATA = sa.MetaData()
MIGRATIONS = Path(__file__).parent / "migrations"


class UtcDateTime(sa.TypeDecorator[dt.datetime]):
    """An aware moment in UTC; SQLite forgets the zone, so it is given back here."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, _dialect: Any) -> dt.datetime | None:
        return None if value is None else value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, _dialect: Any) -> dt.datetime | None:
        if value is None:
            return None
        return value.astimezone(dt.UTC) if value.tzinfo else value.replace(tzinfo=dt.UTC)


def insert_into(connection: sa.Connection, table: sa.Table) -> "sqlite.Insert | postgresql.Insert":
    """An insert that can say what is to be done where a row of its key is there already."""
    from sqlalchemy.dialects import postgresql, sqlite

    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


@contextlib.contextmanager
def open_database(url: str) -> Iterator[sa.Engine]:
    """The engine of the state database, its schema brought up to date, closed at the end.

    Raises SetupError where the database cannot be opened.
    """
    target = make_url(url)
    if target.get_backend_name() == "sqlite" and target.database:
        Path(target.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(target)
    if target.get_backend_name() == "sqlite":
        sa.event.listen(engine, "connect", _share_sqlite)
    try:
        _migrate(engine)
        yield engine
    except sa.exc.OperationalError as error:
        raise SetupError(
            f"the state database {target.render_as_string(hide_password=True)} does not work: {error.orig}",
            "Check NEWSDESK_DATABASE_URL, and that the disk is neither full nor read-only",
        ) from error
    finally:
        engine.dispose()


def copy_sqlite(url: str, file: Path) -> None:
    """Writes a whole and consistent copy of an SQLite database to a new file, mode 0600, while others read and write it.

    Raises SetupError where the database is none of SQLite's or not there, or where the file exists.
    """
    target = make_url(url)
    if target.get_backend_name() != "sqlite" or not target.database:
        raise SetupError("the state database is not SQLite", "Use the tools of that database: pg_dump (docs/backup.md)")
    if not Path(target.database).is_file():
        raise SetupError(f"there is no state database {target.database}", "Check NEWSDESK_HOME and NEWSDESK_DATABASE_URL")
    try:
        file.touch(mode=0o600, exist_ok=False)
    except OSError as error:
        raise SetupError(f"{file} cannot be written: {error.strerror}", "Give the name of a new file in a folder that is there") from error
    with contextlib.closing(sqlite3.connect(target.database)) as source, contextlib.closing(sqlite3.connect(file)) as copy:
        source.backup(copy)


def _share_sqlite(connection, _record) -> None:  # type: ignore[no-untyped-def]
    # Parallel tasks write to one file: readers must not block, and a writer waits for its turn.
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA busy_timeout=30000")
    connection.execute("PRAGMA foreign_keys=ON")


def _migrate(engine: sa.Engine) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
