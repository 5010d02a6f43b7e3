"""Hosts that may be asked although they are not public, kept in the state database: what is allowed counts from the next run on.

The settings' own list belongs to the environment of each process. This one is shared by the commands and all of Airflow's tasks.
"""

import datetime as dt

import sqlalchemy as sa

from newsdesk.fetch.tables import ALLOWED_HOSTS, insert_missing
from newsdesk.settings import FetchSettings


def list_allowed_hosts(engine: sa.Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.scalars(sa.select(ALLOWED_HOSTS.c.host).order_by(ALLOWED_HOSTS.c.host)))


def allow_host(engine: sa.Engine, host: str, *, now: dt.datetime) -> None:
    """Allows `name`, `name:port` or `*.name`."""
    with engine.begin() as connection:
        insert_missing(connection, ALLOWED_HOSTS, [{"host": host.strip().lower(), "added_at": now}])


def forbid_host(engine: sa.Engine, host: str) -> bool:
    """Takes an entry back; False where there is none. What the settings allow stays allowed."""
    with engine.begin() as connection:
        gone = sa.delete(ALLOWED_HOSTS).where(ALLOWED_HOSTS.c.host == host.strip().lower())
        return bool(connection.execute(gone).rowcount)


def with_allowed_hosts(settings: FetchSettings, engine: sa.Engine) -> FetchSettings:
    """The settings with the hosts of the database beside their own."""
    kept = list_allowed_hosts(engine)
    return settings.model_copy(update={"allowed_hosts": (*settings.allowed_hosts, *kept)}) if kept else settings
