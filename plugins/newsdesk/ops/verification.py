"""Verifies the files of the archive, and repairs damaged ones if possible.

Manifests can be rebuilt from captures, and all other files from captures and manifests; a damaged capture can only be restored from a
backup.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa

from newsdesk.errors import DamagedFile, Stage
from newsdesk.fetch.tables import CAPTURE_FILES
from newsdesk.plurals import plural
from newsdesk.records import ManifestEntry
from newsdesk.stage_report import report_recovered
from newsdesk.store.archive import Archive
from newsdesk.store.articles import list_article_files, read_articles
from newsdesk.store.manifests import (
    dump_manifest,
    find_manifest,
    find_warc,
    list_manifest_files,
    read_manifest,
    repair_manifests,
    write_manifest,
)
from newsdesk.store.outcomes import (
    list_effort_files,
    list_outcome_files,
    merge_outcomes,
    read_effort_file,
    require_sound_outcomes,
    write_outcomes,
)
from newsdesk.store.warc_scan import scan_warc

LEFT_OVER_AFTER = dt.timedelta(days=1)
"""Age from which a temporary file belongs to a killed task."""

DERIVED = ("articles", "outcomes")
FOLDERS = ("raw", *DERIVED)


class Remedy(StrEnum):
    """How damage is repaired. `repair` applies the first three."""

    MANIFEST = "manifest"  # rebuild from the WARC file
    REMOVE = "remove"  # not needed
    COUNT = "count"  # count again from the manifests
    ENRICH = "enrich"  # enrich the captures again
    INDEX = "index"  # index the articles again
    BACKUP = "backup"  # restore from a backup


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """A damaged or missing file of a partition."""

    partition: str
    path: str
    problem: str
    remedy: Remedy


def list_archive_partitions(archive: Archive) -> list[str]:
    """Return all partitions with files."""
    return sorted({key for folder in FOLDERS for key in archive.list_folders(folder)})


def examine_partition(archive: Archive, partition: str, *, engine: sa.Engine, now: dt.datetime) -> list[Damage]:
    """Read all files of a partition and return the damage."""
    return [
        *_examine_manifests(archive, partition),
        *_unlisted_warcs(archive, partition, engine),
        *_examine_articles(archive, partition),
        *_examine_outcomes(archive, partition),
        *_leftovers(archive, partition, now),
    ]


def repair(archive: Archive, partition: str, damages: Sequence[Damage]) -> None:
    """Rebuild manifests and counts, and remove damaged files that a backfill creates again, so that it finds them missing.

    Outcomes that earlier versions wrote to many files, or that a killed task left so, are merged.
    """
    for damage in damages:
        _REPAIRS[damage.remedy](archive, partition, damage.path)
    if any(damage.remedy is Remedy.COUNT for damage in damages):
        report = report_recovered(archive, partition, now=dt.datetime.now(dt.UTC))
        write_outcomes(archive, partition, Stage.FETCH, "recovered", report.outcomes)
    for stage in Stage:
        merge_outcomes(archive, partition, stage)


def remove_leftovers(archive: Archive, *, now: dt.datetime) -> list[str]:
    """Remove temporary files of killed tasks; return their paths."""
    left = [path for folder in FOLDERS for path in archive.list_leftovers(folder, before=now - LEFT_OVER_AFTER)]
    for path in left:
        archive.remove(path)
    return left


def _examine_manifests(archive: Archive, partition: str) -> Iterator[Damage]:
    for path in list_manifest_files(archive, partition):
        warc = find_warc(archive, path)
        try:
            entries = read_manifest(archive, path)
        except DamagedFile as damage:
            remedy = Remedy.MANIFEST if warc else Remedy.BACKUP
            yield Damage(partition=partition, path=path, problem=damage.detail, remedy=remedy)
            continue
        if warc is None:
            problem = f"its WARC file is gone, with {plural(len(entries), 'capture')}"
            yield Damage(partition=partition, path=path, problem=problem, remedy=Remedy.BACKUP)
            continue
        yield from _examine_warc(archive, partition, warc, entries)


def _examine_warc(archive: Archive, partition: str, path: str, entries: Sequence[ManifestEntry]) -> Iterator[Damage]:
    content = scan_warc(archive, path)
    readable = {(entry.offset, entry.digest) for entry in content.entries}
    lost = sum((entry.offset, entry.digest) not in readable for entry in entries)
    if lost:
        problem = f"{lost} of {plural(len(entries), 'capture')} cannot be read"
        yield Damage(partition=partition, path=path, problem=problem, remedy=Remedy.BACKUP)
    elif content.damages:
        problem = "a record other than a capture's page cannot be read"
        yield Damage(partition=partition, path=path, problem=problem, remedy=Remedy.BACKUP)


def _unlisted_warcs(archive: Archive, partition: str, engine: sa.Engine) -> Iterator[Damage]:
    """Yield WARC files that no task is writing and whose manifest is missing."""
    warcs = archive.list_files(f"raw/{partition}", ".warc.gz")
    with engine.connect() as connection:
        being_written = set(connection.scalars(sa.select(CAPTURE_FILES.c.path)))
    for path in warcs:
        # Manifests are searched after reading the journal, as some may have been written since the files were listed.
        if path not in being_written and find_manifest(archive, path) is None:
            yield Damage(partition=partition, path=path, problem="no manifest lists its captures", remedy=Remedy.MANIFEST)


def _examine_articles(archive: Archive, partition: str) -> Iterator[Damage]:
    paths = list_article_files(archive, partition)
    yield from _unreadable(archive, partition, paths, read_articles, Remedy.ENRICH)


def _examine_outcomes(archive: Archive, partition: str) -> Iterator[Damage]:
    remedies = {Stage.FETCH: Remedy.COUNT, Stage.ENRICH: Remedy.ENRICH, Stage.INDEX: Remedy.INDEX}
    for stage, remedy in remedies.items():
        yield from _unreadable(archive, partition, list_outcome_files(archive, partition, stage), require_sound_outcomes, remedy)
        yield from _unreadable(archive, partition, list_effort_files(archive, partition, stage), read_effort_file, Remedy.REMOVE)


def _unreadable(
    archive: Archive, partition: str, paths: Collection[str], read: Callable[[Archive, str], object], remedy: Remedy
) -> Iterator[Damage]:
    for path in paths:
        try:
            read(archive, path)
        except DamagedFile as damage:
            yield Damage(partition=partition, path=path, problem=damage.detail, remedy=remedy)


def _leftovers(archive: Archive, partition: str, now: dt.datetime) -> Iterator[Damage]:
    for folder in FOLDERS:
        for path in archive.list_leftovers(f"{folder}/{partition}", before=now - LEFT_OVER_AFTER):
            yield Damage(partition=partition, path=path, problem="left by a task that was killed", remedy=Remedy.REMOVE)


def _make_manifest(archive: Archive, partition: str, path: str) -> None:
    if path.endswith(".warc.gz"):
        manifest = f"{path.removesuffix('.warc.gz')}.json"
        write_manifest(archive, manifest, dump_manifest(partition, scan_warc(archive, path).entries))
    else:
        repair_manifests(archive, partition)


def _remove(archive: Archive, _partition: str, path: str) -> None:
    archive.remove_if_there(path)


def _leave(_archive: Archive, _partition: str, _path: str) -> None:
    """Do nothing: the file cannot be rebuilt."""


_REPAIRS: dict[Remedy, Callable[[Archive, str, str], None]] = {
    Remedy.MANIFEST: _make_manifest,
    Remedy.REMOVE: _remove,
    Remedy.COUNT: _remove,
    Remedy.ENRICH: _remove,
    Remedy.INDEX: _remove,
    Remedy.BACKUP: _leave,
}
