"""Leases, pauses and robots.txt of hosts in the state database, shared by all tasks and workers.

Leases expire, so that a killed task does not block a host for long. A lease whose owner was a process of this machine is released as
soon as that process is gone.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from newsdesk.errors import NewsdeskError
from newsdesk.fetch.plan import MAXIMUM_WAIT
from newsdesk.fetch.robots import Robots
from newsdesk.fetch.tables import CAPTURE_FILES, HOSTS, insert_missing
from newsdesk.owners import is_dead

LEASE = dt.timedelta(minutes=2)
"""Duration of a lease; it is renewed four times as often. Hosts of a killed worker on another machine are blocked for this long."""


class LeaseLost(NewsdeskError):
    """The leases of this task expired while it was suspended. Other tasks may use its hosts, so uncommitted results are discarded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostState:
    """State of a leased host: time of the last request, end of a pause, robots.txt."""

    host: str
    asked_at: dt.datetime | None = None
    paused_until: dt.datetime | None = None
    robots: Robots | None = None


def is_expired(leased_until: dt.datetime, now: dt.datetime) -> bool:
    """Return whether a lease has expired, or ends so late that it was claimed while a clock was ahead."""
    return leased_until <= now or leased_until > now + MAXIMUM_WAIT


def claim_hosts(engine: sa.Engine, hosts: Iterable[str], owner: str, now: dt.datetime) -> dict[str, HostState]:
    """Lease those of the hosts that are free or already leased by this owner; return their states by host."""
    names = sorted(set(hosts))
    ended = sa.or_(HOSTS.c.leased_until <= now, HOSTS.c.leased_until > now + MAXIMUM_WAIT)
    free = sa.or_(HOSTS.c.owner.is_(None), HOSTS.c.owner == owner, ended)
    with engine.begin() as connection:
        insert_missing(connection, HOSTS, [{"host": name} for name in names])
        # On Postgres, skip rows that another transaction has locked. SQLite has a single writer and ignores this.
        unlocked = sa.select(HOSTS.c.host).where(HOSTS.c.host.in_(names), free).order_by(HOSTS.c.host).with_for_update(skip_locked=True)
        wanted = list(connection.scalars(unlocked))
        update = sa.update(HOSTS).where(HOSTS.c.host.in_(wanted), free)
        connection.execute(update.values(owner=owner, leased_until=now + LEASE))
        query = sa.select(HOSTS).where(HOSTS.c.host.in_(names), HOSTS.c.owner == owner)
        return {row.host: _host_state(row) for row in connection.execute(query)}


def renew(engine: sa.Engine, owner: str, now: dt.datetime) -> None:
    """Renew the owner's leases of hosts and of WARC files."""
    with engine.begin() as connection:
        for table in (HOSTS, CAPTURE_FILES):
            connection.execute(sa.update(table).where(table.c.owner == owner).values(leased_until=now + LEASE))


def release_hosts(connection: sa.Connection, hosts: Sequence[HostState], owner: str) -> None:
    """Release the leases, and store the states of the hosts."""
    rows = [_released_row(host) for host in hosts]
    if rows:
        names = [name for name in rows[0] if name != "name"]
        update = sa.update(HOSTS).where(HOSTS.c.host == sa.bindparam("name"), HOSTS.c.owner == owner)
        connection.execute(update.values(owner=None, leased_until=None, **{name: sa.bindparam(name) for name in names}), rows)


def release_all(engine: sa.Engine, owner: str) -> None:
    """Release all leases of this owner without storing states."""
    with engine.begin() as connection:
        connection.execute(sa.update(HOSTS).where(HOSTS.c.owner == owner).values(owner=None, leased_until=None))


def release_dead_leases(engine: sa.Engine) -> None:
    """Release the leases of processes of this machine that no longer exist."""
    with engine.begin() as connection:
        owners = connection.scalars(sa.select(HOSTS.c.owner).where(HOSTS.c.owner.is_not(None)).distinct())
        dead = [owner for owner in owners if is_dead(owner)]
        if dead:
            connection.execute(sa.update(HOSTS).where(HOSTS.c.owner.in_(dead)).values(owner=None, leased_until=None))


def delete_idle_hosts(engine: sa.Engine, *, now: dt.datetime, after: dt.timedelta = dt.timedelta(days=90)) -> int:
    """Delete hosts without requests for the time `after`, with their robots.txt; return their number."""
    idle = sa.and_(HOSTS.c.owner.is_(None), sa.or_(HOSTS.c.asked_at.is_(None), HOSTS.c.asked_at < now - after))
    with engine.begin() as connection:
        return int(connection.execute(sa.delete(HOSTS).where(idle)).rowcount)


def _released_row(host: HostState) -> dict[str, object]:
    robots = host.robots
    return {
        "name": host.host,
        "asked_at": host.asked_at,
        "paused_until": host.paused_until,
        "robots_status": robots.status if robots else None,
        "robots_body": robots.body if robots else None,
        "robots_fetched_at": robots.fetched_at if robots else None,
    }


def _host_state(row: sa.Row[Any]) -> HostState:
    robots = None
    if row.robots_fetched_at is not None:
        robots = Robots(status=row.robots_status, body=row.robots_body or "", fetched_at=row.robots_fetched_at)
    return HostState(host=row.host, asked_at=row.asked_at, paused_until=row.paused_until, robots=robots)
