"""The state database: feeds, pages, dead letters, alerts. SQLite on one machine, Postgres with Compose.

Each table is declared in the module that uses it, on the shared `METADATA`. `open_database` runs the migrations.
"""

import contextlib
import datetime as dt
import sqlite3
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from newsdesk.errors import SetupError

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

METADATA = sa.MetaData()
MIGRATIONS = Path(__file__).parent / "migrations"


class UtcDateTime(sa.TypeDecorator[dt.datetime]):
    """An aware datetime in UTC. SQLite does not store the time zone, so it is restored here."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, _dialect: sa.Dialect) -> dt.datetime | None:
        return None if value is None else value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, _dialect: sa.Dialect) -> dt.datetime | None:
        if value is None:
            return None
        return value.astimezone(dt.UTC) if value.tzinfo else value.replace(tzinfo=dt.UTC)


def insert_into(connection: sa.Connection, table: sa.Table) -> "sqlite.Insert | postgresql.Insert":
    """An INSERT statement of the connection's dialect, which supports ON CONFLICT."""
    from sqlalchemy.dialects import postgresql, sqlite

    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


@contextlib.contextmanager
def open_database(url: str) -> Iterator[sa.Engine]:
    """Open the state database, migrate its schema, and dispose of the engine at the end.

    Raises SetupError where the database cannot be opened or used.
    """
    target = _parse(url)
    if target.get_backend_name() == "sqlite" and target.database:
        _create_file(Path(target.database))
    try:
        engine = sa.create_engine(target)
    except (sa.exc.ArgumentError, ImportError) as error:
        raise _unusable(error) from error
    if target.get_backend_name() == "sqlite":
        sa.event.listen(engine, "connect", _share_sqlite)
    try:
        _migrate(engine)
        yield engine
    except sa.exc.DatabaseError as error:
        if _is_damage(error.orig):
            raise _damaged(target) from error
        if not isinstance(error, sa.exc.OperationalError):
            raise
        raise SetupError(
            f"the state database {target.render_as_string(hide_password=True)} cannot be used: {error.orig}",
            "Check NEWSDESK_DATABASE_URL, and that the disk is neither full nor read-only",
        ) from error
    finally:
        engine.dispose()


def copy_sqlite(url: str, file: Path) -> None:
    """Write a consistent copy of an SQLite database to a new file with mode 0600. The database may be in use meanwhile.

    Raises SetupError where the database is not SQLite or does not exist, or where the file exists or cannot be written.
    """
    target = _parse(url)
    if target.get_backend_name() != "sqlite" or not target.database:
        raise SetupError("the state database is not SQLite", "Use the tools of that database: pg_dump (docs/backup.md)")
    if not Path(target.database).is_file():
        raise SetupError(f"there is no state database {target.database}", "Check NEWSDESK_HOME and NEWSDESK_DATABASE_URL")
    try:
        file.touch(mode=0o600, exist_ok=False)
    except OSError as error:
        raise SetupError(f"{file} cannot be written: {error.strerror}", "Name a new file in an existing folder") from error
    try:
        with contextlib.closing(sqlite3.connect(target.database)) as source, contextlib.closing(sqlite3.connect(file)) as copy:
            source.backup(copy)
    except sqlite3.DatabaseError as error:
        file.unlink()
        if _is_damage(error):
            raise _damaged(target) from error
        raise


def _parse(url: str) -> sa.URL:
    try:
        return make_url(url)
    except (sa.exc.ArgumentError, ValueError) as error:
        raise _unusable(error) from error


def _unusable(error: Exception) -> SetupError:
    """The error of a URL, which is not part of the message since it may contain a password."""
    reason = "it is not a URL" if isinstance(error, ValueError) or "parse" in str(error) else str(error)
    return SetupError(f"NEWSDESK_DATABASE_URL cannot be used: {reason}", "For example postgresql+psycopg2://user:password@host/newsdesk")


def _create_file(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # SQLite gives its -wal and -shm the same mode.
        path.touch(mode=0o600)
    except OSError as error:
        raise SetupError(f"{path} cannot be created: {error.strerror}", "Check NEWSDESK_HOME and NEWSDESK_DATABASE_URL") from error


def _is_damage(error: object) -> bool:
    """Return whether SQLite reports that the file is damaged or not a database. All other errors are subclasses."""
    return type(error) is sqlite3.DatabaseError


def _damaged(target: sa.URL) -> SetupError:
    return SetupError(
        f"the state database {target.database} is damaged",
        "Move it away with its -wal and -shm, put a copy in its place, then run `newsdesk state rebuild` (docs/backup.md)",
    )


def _share_sqlite(connection, _record) -> None:  # type: ignore[no-untyped-def]
    # Parallel tasks use one file: WAL keeps readers from blocking, and the timeout lets writers wait for each other.
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA busy_timeout=30000")
    connection.execute("PRAGMA foreign_keys=ON")


def _migrate(engine: sa.Engine) -> None:
    """Migrate the schema in one transaction, so that a process that is killed leaves nothing half migrated."""
    from alembic import command
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext

    with engine.connect() as connection:
        if MigrationContext.configure(connection).get_current_revision() == _newest_revision():
            return
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            # Python's driver begins no transaction before DDL by itself. The lock makes parallel processes wait for each other.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


@cache
def _newest_revision() -> str | None:
    """Return the newest migration. Kept, since each task and each test opens the database several times."""
    from alembic.script import ScriptDirectory

    return ScriptDirectory(str(MIGRATIONS)).get_current_head()
