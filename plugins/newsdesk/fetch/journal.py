"""What makes a killed task harmless: each WARC file is entered here before it is begun.

    1  the file is entered, leased to its task
    2  it is written, and gets its final name
    3  one transaction: its manifest is entered, its pages count as captured, the hosts are given back
    4  the manifest is written beside it
    5  the entry is deleted

Step 3 is the point of no return. A task that died before it leaves a file that no manifest names: `recover` deletes
it, and its pages are still queued. One that died after it leaves a manifest to be written: `recover` writes it.
"""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from newsdesk.fetch.hosts import LEASE, LeaseLost, has_ended, is_dead
from newsdesk.fetch.tables import CAPTURE_FILES
from newsdesk.store.archive import Archive
from newsdesk.store.manifests import write_manifest


def enter_file(engine: sa.Engine, path: str, *, partition: str, owner: str, now: dt.datetime) -> None:
    with engine.begin() as connection:
        row = {"path": path, "partition": partition, "owner": owner, "leased_until": now + LEASE}
        connection.execute(sa.insert(CAPTURE_FILES), row)


def enter_manifest(connection: sa.Connection, path: str, *, owner: str, manifest: str) -> None:
    """Step 3, in the transaction that marks the pages. Raises LeaseLost where the file is not this task's any more."""
    mine = sa.and_(CAPTURE_FILES.c.path == path, CAPTURE_FILES.c.owner == owner)
    if connection.execute(sa.update(CAPTURE_FILES).where(mine).values(manifest=manifest)).rowcount != 1:
        raise LeaseLost(f"another task took over {path}")


def publish(engine: sa.Engine, archive: Archive, path: str, *, manifest: str) -> None:
    """Steps 4 and 5. Doing them twice is harmless."""
    write_manifest(archive, manifest_path(path), manifest)
    with engine.begin() as connection:
        connection.execute(sa.delete(CAPTURE_FILES).where(CAPTURE_FILES.c.path == path))


def forget(engine: sa.Engine, path: str) -> None:
    """Takes back an entry whose file was given up and is gone."""
    with engine.begin() as connection:
        connection.execute(sa.delete(CAPTURE_FILES).where(CAPTURE_FILES.c.path == path, CAPTURE_FILES.c.manifest.is_(None)))


def is_left_over(connection: sa.Connection, now: dt.datetime) -> bool:
    """Whether a dead task's file waits to be cleared up."""
    rows = connection.execute(sa.select(CAPTURE_FILES.c.owner, CAPTURE_FILES.c.leased_until))
    return any(has_ended(row.leased_until, now) or is_dead(row.owner) for row in rows)


def recover(engine: sa.Engine, archive: Archive, partition: str, *, owner: str, now: dt.datetime) -> list[str]:
    """Clears up after dead tasks; returns the manifests that it published, in this partition.

    A partition whose task died may never be run again, so what it had captured is handed on with the partition at hand.
    """
    published = []
    for row in _dead_entries(engine, owner, now):
        if row.manifest is None:
            archive.remove_unfinished(row.path)
        else:
            # It may have been written, or begun, in the dead task's own partition: it moves, and is not listed twice.
            archive.remove_unfinished(manifest_path(row.path))
            write_manifest(archive, f"raw/{partition}/{manifest_path(row.path).rpartition('/')[2]}", row.manifest)
            published.append(row.manifest)
        with engine.begin() as connection:
            connection.execute(sa.delete(CAPTURE_FILES).where(CAPTURE_FILES.c.path == row.path))
    return published


def manifest_path(path: str) -> str:
    return f"{path.removesuffix('.warc.gz')}.json"


def _dead_entries(engine: sa.Engine, owner: str, now: dt.datetime) -> list[sa.Row[Any]]:
    with engine.begin() as connection:
        rows = connection.execute(sa.select(CAPTURE_FILES).where(CAPTURE_FILES.c.owner != owner)).all()
        return [row for row in rows if (has_ended(row.leased_until, now) or is_dead(row.owner)) and _take_over(connection, row, owner, now)]


def _take_over(connection: sa.Connection, row: sa.Row[Any], owner: str, now: dt.datetime) -> bool:
    same = sa.and_(CAPTURE_FILES.c.path == row.path, CAPTURE_FILES.c.owner == row.owner, CAPTURE_FILES.c.leased_until == row.leased_until)
    answer = connection.execute(sa.update(CAPTURE_FILES).where(same).values(owner=owner, leased_until=now + LEASE))
    return answer.rowcount == 1
