"""A write-ahead journal of WARC files in the state database, so that a task can be killed at any time.

    1  an entry for the file is inserted, leased to its task
    2  the file is written under a temporary name, then renamed
    3  one transaction stores the manifest in the entry, marks the pages as captured and releases the hosts
    4  the manifest is written to the archive
    5  the entry is deleted

Step 3 is the commit. If a task dies before it, `recover` deletes the file; its pages are still queued. If it dies after it, `recover`
writes the manifest.
"""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from newsdesk.fetch.hosts import LEASE, LeaseLost, is_expired
from newsdesk.fetch.tables import CAPTURE_FILES
from newsdesk.owners import is_dead
from newsdesk.store.archive import Archive
from newsdesk.store.manifests import write_manifest


def add_entry(engine: sa.Engine, path: str, *, partition: str, owner: str, now: dt.datetime) -> None:
    with engine.begin() as connection:
        row = {"path": path, "partition": partition, "owner": owner, "leased_until": now + LEASE}
        connection.execute(sa.insert(CAPTURE_FILES), row)


def store_manifest(connection: sa.Connection, path: str, *, owner: str, manifest: str) -> None:
    """Step 3, in the transaction that marks the pages. Raises LeaseLost if another task has taken over the file."""
    mine = sa.and_(CAPTURE_FILES.c.path == path, CAPTURE_FILES.c.owner == owner)
    if connection.execute(sa.update(CAPTURE_FILES).where(mine).values(manifest=manifest)).rowcount != 1:
        raise LeaseLost(f"another task took over {path}")


def publish(engine: sa.Engine, archive: Archive, path: str, *, manifest: str) -> None:
    """Steps 4 and 5. Idempotent."""
    write_manifest(archive, manifest_path(path), manifest)
    with engine.begin() as connection:
        connection.execute(sa.delete(CAPTURE_FILES).where(CAPTURE_FILES.c.path == path))


def delete_entry(engine: sa.Engine, path: str) -> None:
    """Delete the entry of a file that was discarded before step 3."""
    with engine.begin() as connection:
        connection.execute(sa.delete(CAPTURE_FILES).where(CAPTURE_FILES.c.path == path, CAPTURE_FILES.c.manifest.is_(None)))


def has_dead_entries(connection: sa.Connection, now: dt.datetime) -> bool:
    """Return whether the journal has entries of dead tasks, which `recover` can process."""
    rows = connection.execute(sa.select(CAPTURE_FILES.c.owner, CAPTURE_FILES.c.leased_until))
    return any(is_expired(row.leased_until, now) or is_dead(row.owner) for row in rows)


def recover(engine: sa.Engine, archive: Archive, partition: str, *, owner: str, now: dt.datetime) -> list[str]:
    """Recover the files of dead tasks; return the manifests that were published in this partition.

    Manifests are moved to the given partition, since the partition of the dead task may never run again.
    """
    published = []
    for row in _dead_entries(engine, owner, now):
        if row.manifest is None:
            archive.remove_unfinished(row.path)
        else:
            # The dead task may have written it to its own partition, where it would list the captures a second time.
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
        return [
            row for row in rows if (is_expired(row.leased_until, now) or is_dead(row.owner)) and _take_over(connection, row, owner, now)
        ]


def _take_over(connection: sa.Connection, row: sa.Row[Any], owner: str, now: dt.datetime) -> bool:
    same = sa.and_(CAPTURE_FILES.c.path == row.path, CAPTURE_FILES.c.owner == row.owner, CAPTURE_FILES.c.leased_until == row.leased_until)
    result = connection.execute(sa.update(CAPTURE_FILES).where(same).values(owner=owner, leased_until=now + LEASE))
    return result.rowcount == 1
