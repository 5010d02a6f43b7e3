"""Manifests list the captures of WARC files with their offsets. Only captures in a manifest exist for the later stages.

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
    """Return the outcome of a page whose task was killed after capturing it, but before writing an outcome."""
    detail = "captured by a task that was killed"
    return Outcome(stage=Stage.FETCH, id=entry.id, status=Status.FETCHED, source=entry.source, url=entry.url, detail=detail)


def dump_manifest(partition: str, entries: Sequence[ManifestEntry]) -> str:
    captures = _ENTRIES.dump_python(list(entries), mode="json")
    content = {"version": MANIFEST_VERSION, "partition": partition, "sha256": _checksum(captures), "captures": captures}
    return json.dumps(content, ensure_ascii=False, indent=1)


def parse_manifest(manifest: str | bytes) -> list[ManifestEntry]:
    """Return the entries of a manifest. Raises ValueError if it is truncated or was changed."""
    content = json.loads(manifest)
    if not isinstance(content, dict) or "captures" not in content:
        raise ValueError("it has no list of captures")
    # Manifests of earlier versions have no checksum.
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
    """Return the entries of one manifest. Raises DamagedFile if it is truncated or was changed."""
    with archive.open_for_reading(path) as file:
        written = file.read()
    try:
        return parse_manifest(written)
    except ValueError as error:
        raise DamagedFile(path, str(error).splitlines()[0]) from error


def read_manifests(archive: Archive, partition: str) -> Iterator[ManifestEntry]:
    """Yield the entries of the partition's manifests, in the order of file names.

    If a manifest is damaged, the entries are read from its WARC file, with a warning.
    """
    for path in list_manifest_files(archive, partition):
        yield from _read_sound_manifest(archive, path)


def read_manifest_of(archive: Archive, partition: str, warc: str) -> Sequence[ManifestEntry]:
    """Return the entries of one WARC file, whose manifest is in this partition; none if there is no manifest."""
    try:
        return _read_sound_manifest(archive, f"raw/{partition}/{file_stem(warc)}.json")
    except FileNotFoundError:
        return ()


def _read_sound_manifest(archive: Archive, path: str) -> Sequence[ManifestEntry]:
    try:
        return read_manifest(archive, path)
    except DamagedFile as damage:
        log.warning("%s", damage)
        return _entries_in_warc(archive, path)


def repair_manifests(archive: Archive, partition: str) -> list[str]:
    """Create the partition's damaged manifests again from their WARC files; return their paths."""
    repaired = []
    for path in list_manifest_files(archive, partition):
        try:
            read_manifest(archive, path)
        except DamagedFile as damage:
            log.warning("%s; it is created again from its WARC file", damage)
            write_manifest(archive, path, dump_manifest(partition, _entries_in_warc(archive, path)))
            repaired.append(path)
    return repaired


def find_warc(archive: Archive, manifest: str) -> str | None:
    """Return the WARC file of a manifest: in the same partition, or in that of a killed task. None if it is missing."""
    return _find(archive, f"{file_stem(manifest)}.warc.gz", folder_partition(manifest))


def find_manifest(archive: Archive, warc: str) -> str | None:
    """Return the manifest of a WARC file: in the same partition, or in the one that recovered it. None if there is none."""
    return _find(archive, f"{file_stem(warc)}.json", folder_partition(warc))


def _find(archive: Archive, name: str, partition: str) -> str | None:
    """Return the path of a file in `raw/`, in this partition or else in any other. Names of WARC files are unique."""
    if archive.exists(f"raw/{partition}/{name}"):
        return f"raw/{partition}/{name}"
    others = (f"raw/{key}/{name}" for key in archive.list_folders("raw") if key != partition)
    return next((path for path in others if archive.exists(path)), None)


def _entries_in_warc(archive: Archive, manifest: str) -> Sequence[ManifestEntry]:
    path = find_warc(archive, manifest)
    if path is None:
        log.error("%s is damaged and its WARC file is missing: its captures are lost", manifest)
        return ()
    return scan_warc(archive, path).entries


def list_captures(archive: Archive, partition: str) -> list[CaptureRef]:
    """Return the locations of the partition's captures, from its manifests."""
    return [entry.ref for entry in read_manifests(archive, partition)]
