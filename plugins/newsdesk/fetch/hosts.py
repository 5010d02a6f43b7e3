"""Who may ask a host: leases, pauses and robots.txt in the state database, shared by every task and worker.

A lease runs out by itself, so a killed task blocks nobody for long; one of this machine whose process is gone is void
at once.
"""

import datetime as dt
import os
import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from newsdesk.errors import NewsdeskError
from newsdesk.fetch.plan import LONGEST
from newsdesk.fetch.robots import Robots
from newsdesk.fetch.tables import CAPTURE_FILES, HOSTS, insert_missing

LEASE = dt.timedelta(minutes=2)
"""Renewed every quarter of it. A killed worker's hosts on another machine wait so long."""


class LeaseLost(NewsdeskError):
    """This task stood still for so long that others may have taken it for dead: what it has not committed is void."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostState:
    """What is known of a leased host."""

    host: str
    asked_at: dt.datetime | None = None
    paused_until: dt.datetime | None = None
    robots: Robots | None = None


def new_owner() -> str:
    """A name for this task, by which others can tell whether its process still runs."""
    return f"{socket.gethostname()[:60]}:{os.getpid()}:{uuid4().hex[:12]}"


def is_dead(owner: str) -> bool:
    """Whether the owner is known to be gone: a process of this machine that does not exist. False is no promise."""
    machine, pid, _ = owner.rsplit(":", 2)
    if machine != socket.gethostname()[:60]:
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def has_ended(leased_until: dt.datetime, now: dt.datetime) -> bool:
    """Whether a lease is over; one that ends beyond all plans was taken while a clock was ahead."""
    return leased_until <= now or leased_until > now + LONGEST


def claim_hosts(engine: sa.Engine, hosts: Iterable[str], owner: str, now: dt.datetime) -> dict[str, HostState]:
    """Leases those of the hosts that are free, or held by this owner, and returns them."""
    names = sorted(set(hosts))
    ended = sa.or_(HOSTS.c.leased_until <= now, HOSTS.c.leased_until > now + LONGEST)
    free = sa.or_(HOSTS.c.owner.is_(None), HOSTS.c.owner == owner, ended)
    with engine.begin() as connection:
        insert_missing(connection, HOSTS, [{"host": name} for name in names])
        # On Postgres: a row that somebody else is just changing is not waited for. SQLite has one writer anyway.
        unlocked = sa.select(HOSTS.c.host).where(HOSTS.c.host.in_(names), free).order_by(HOSTS.c.host).with_for_update(skip_locked=True)
        wanted = list(connection.scalars(unlocked))
        update = sa.update(HOSTS).where(HOSTS.c.host.in_(wanted), free)
        connection.execute(update.values(owner=owner, leased_until=now + LEASE))
        query = sa.select(HOSTS).where(HOSTS.c.host.in_(names), HOSTS.c.owner == owner)
        return {row.host: _host_state(row) for row in connection.execute(query)}


def renew(engine: sa.Engine, owner: str, now: dt.datetime) -> None:
    """Keeps the owner's leases and capture files alive."""
    with engine.begin() as connection:
        for table in (HOSTS, CAPTURE_FILES):
            connection.execute(sa.update(table).where(table.c.owner == owner).values(leased_until=now + LEASE))


def release_hosts(connection: sa.Connection, hosts: Sequence[HostState], owner: str) -> None:
    """Gives the leases back, with what was learnt: when the host was last asked, until when it wants peace, its robots.txt."""
    rows = [_released_row(host) for host in hosts]
    if rows:
        names = [name for name in rows[0] if name != "name"]
        update = sa.update(HOSTS).where(HOSTS.c.host == sa.bindparam("name"), HOSTS.c.owner == owner)
        connection.execute(update.values(owner=None, leased_until=None, **{name: sa.bindparam(name) for name in names}), rows)


def release_all(engine: sa.Engine, owner: str) -> None:
    """Gives back whatever this owner still holds, without what was learnt."""
    with engine.begin() as connection:
        connection.execute(sa.update(HOSTS).where(HOSTS.c.owner == owner).values(owner=None, leased_until=None))


def void_dead_leases(engine: sa.Engine) -> None:
    """Frees the hosts whose owner's process, on this machine, is gone."""
    with engine.begin() as connection:
        owners = connection.scalars(sa.select(HOSTS.c.owner).where(HOSTS.c.owner.is_not(None)).distinct())
        dead = [owner for owner in owners if is_dead(owner)]
        if dead:
            connection.execute(sa.update(HOSTS).where(HOSTS.c.owner.in_(dead)).values(owner=None, leased_until=None))


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
