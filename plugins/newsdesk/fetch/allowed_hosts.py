"""The list of non-public hosts that may be requested, in the state database. Changes take effect in the next run.

It extends `NEWSDESK_FETCH_ALLOWED_HOSTS`, which each process reads from its own environment; this list is shared by all of them.
"""

import datetime as dt

import sqlalchemy as sa

from newsdesk.fetch.tables import ALLOWED_HOSTS, insert_missing
from newsdesk.settings import FetchSettings


def list_allowed_hosts(engine: sa.Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.scalars(sa.select(ALLOWED_HOSTS.c.host).order_by(ALLOWED_HOSTS.c.host)))


def allow_host(engine: sa.Engine, host: str, *, now: dt.datetime) -> None:
    """Add `name`, `name:port` or `*.name` to the list."""
    with engine.begin() as connection:
        insert_missing(connection, ALLOWED_HOSTS, [{"host": host.strip().lower(), "added_at": now}])


def forbid_host(engine: sa.Engine, host: str) -> bool:
    """Remove an entry; return False if there is none. Hosts of the settings remain allowed."""
    with engine.begin() as connection:
        gone = sa.delete(ALLOWED_HOSTS).where(ALLOWED_HOSTS.c.host == host.strip().lower())
        return bool(connection.execute(gone).rowcount)


def with_allowed_hosts(settings: FetchSettings, engine: sa.Engine) -> FetchSettings:
    """Return the settings with the hosts of the database added to `allowed_hosts`."""
    kept = list_allowed_hosts(engine)
    return settings.model_copy(update={"allowed_hosts": (*settings.allowed_hosts, *kept)}) if kept else settings
