"""Manifests: which captures a WARC file holds, and where. A capture exists when a manifest lists it.

<data>/raw/<partition>/<file>.warc.gz
<data>/raw/<partition>/<file>.json       its manifest, written after it
"""

import hashlib
import json
import logging
from collections.abc import Iterator, Sequence

from pydantic import TypeAdapter

from newsdesk.errors import DamagedFile, Stage, Status
from newsdesk.records import CaptureRef, ManifestEntry, Outcome
from newsdesk.store.archive import Archive, file_stem, folder_partition
from newsdesk.store.warc_scan import scan_warc

MANIFEST_VERSION = 1

log = logging.getLogger(__name__)
_ENTRIES = TypeAdapter(list[ManifestEntry])


def recovered_outcome(entry: ManifestEntry) -> Outcome:
    """How a page ended whose task was killed after it had captured it, before it could say so."""
    detail = "captured by a task that was killed"
    return Outcome(stage=Stage.FETCH, id=entry.id, status=Status.FETCHED, source=entry.source, url=entry.url, detail=detail)


def dump_manifest(partition: str, entries: Sequence[ManifestEntry]) -> str:
    captures = _ENTRIES.dump_python(list(entries), mode="json")
    content = {"version": MANIFEST_VERSION, "partition": partition, "sha256": _checksum(captures), "captures": captures}
    return json.dumps(content, ensure_ascii=False, indent=1)


def parse_manifest(manifest: str | bytes) -> list[ManifestEntry]:
    """What a manifest lists. Raises ValueError where it was cut off or changed since it was written."""
    content = json.loads(manifest)
    if not isinstance(content, dict) or "captures" not in content:
        raise ValueError("it lists no captures")
    # A manifest of an older newsdesk has no checksum.
    if content.get("sha256", _checksum(content["captures"])) != _checksum(content["captures"]):
        raise ValueError("its checksum is wrong")
    return _ENTRIES.validate_python(content["captures"])


def _checksum(captures: object) -> str:
    return hashlib.sha256(json.dumps(captures, sort_keys=True).encode()).hexdigest()


def write_manifest(archive: Archive, path: str, manifest: str) -> None:
    with archive.write_atomically(path) as file:
        file.write(manifest.encode())


def list_manifest_files(archive: Archive, partition: str) -> list[str]:
    return archive.list_files(f"raw/{partition}", ".json")


def read_manifest(archive: Archive, path: str) -> list[ManifestEntry]:
    """What one manifest lists. Raises DamagedFile where it was cut off or changed since it was written."""
    with archive.open_for_reading(path) as file:
        written = file.read()
    try:
        return parse_manifest(written)
    except ValueError as error:
        raise DamagedFile(path, str(error).splitlines()[0]) from error


def read_manifests(archive: Archive, partition: str) -> Iterator[ManifestEntry]:
    """What the partition's manifests list, file by file in the order of their names.

    Where a manifest is damaged, its WARC file is read in its place.
    """
    for path in list_manifest_files(archive, partition):
        try:
            yield from read_manifest(archive, path)
        except DamagedFile as damage:
            log.warning("%s", damage)
            yield from _entries_in_warc(archive, path)


def repair_manifests(archive: Archive, partition: str) -> list[str]:
    """Makes the partition's damaged manifests again from their WARC files; gives their paths."""
    repaired = []
    for path in list_manifest_files(archive, partition):
        try:
            read_manifest(archive, path)
        except DamagedFile as damage:
            log.warning("%s; it is made again", damage)
            write_manifest(archive, path, dump_manifest(partition, _entries_in_warc(archive, path)))
            repaired.append(path)
    return repaired


def find_warc(archive: Archive, manifest: str) -> str | None:
    """The WARC file of a manifest: beside it, or in the partition whose task was killed. None if it is gone."""
    return _find(archive, f"{file_stem(manifest)}.warc.gz", folder_partition(manifest))


def find_manifest(archive: Archive, warc: str) -> str | None:
    """The manifest of a WARC file: beside it, or in the partition that took it over. None if there is none."""
    return _find(archive, f"{file_stem(warc)}.json", folder_partition(warc))


def _find(archive: Archive, name: str, partition: str) -> str | None:
    """A file of this name in `raw/`: in this partition, else in any other. Names of WARC files are unique."""
    if archive.exists(f"raw/{partition}/{name}"):
        return f"raw/{partition}/{name}"
    others = (f"raw/{key}/{name}" for key in archive.list_folders("raw") if key != partition)
    return next((path for path in others if archive.exists(path)), None)


def _entries_in_warc(archive: Archive, manifest: str) -> Sequence[ManifestEntry]:
    path = find_warc(archive, manifest)
    if path is None:
        log.error("%s is damaged, and its WARC file is gone: its captures are lost", manifest)
        return ()
    return scan_warc(archive, path).entries


def list_captures(archive: Archive, partition: str) -> list[CaptureRef]:
    """Where the partition's captures lie; from the manifests, no capture is read."""
    return [entry.ref for entry in read_manifests(archive, partition)]
