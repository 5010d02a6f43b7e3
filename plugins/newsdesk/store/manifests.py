"""Manifests: which captures a WARC file holds, and where. A capture exists when a manifest lists it.

<data>/raw/<partition>/<file>.warc.gz
<data>/raw/<partition>/<file>.json       its manifest, written after it
"""

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter

from newsdesk.errors import Stage, Status
from newsdesk.records import CaptureRef, Outcome
from newsdesk.store.archive import Archive

MANIFEST_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestEntry:
    """A capture in a manifest: where its response record lies and what one wants to know without reading it."""

    path: str
    offset: int
    id: str
    url: str
    source: str
    feed_url: str
    fetched_at: dt.datetime
    digest: str

    @property
    def ref(self) -> CaptureRef:
        return CaptureRef(self.path, self.offset)


_ENTRIES = TypeAdapter(list[ManifestEntry])


def recovered_outcome(entry: ManifestEntry) -> Outcome:
    """How a page ended whose task was killed after it had captured it, before it could say so."""
    detail = "captured by a task that was killed"
    return Outcome(stage=Stage.FETCH, id=entry.id, status=Status.FETCHED, source=entry.source, url=entry.url, detail=detail)


def dump_manifest(partition: str, entries: Sequence[ManifestEntry]) -> str:
    captures = _ENTRIES.dump_python(list(entries), mode="json")
    return json.dumps({"version": MANIFEST_VERSION, "partition": partition, "captures": captures}, ensure_ascii=False, indent=1)


def parse_manifest(manifest: str | bytes) -> list[ManifestEntry]:
    return _ENTRIES.validate_python(json.loads(manifest)["captures"])


def write_manifest(archive: Archive, path: str, manifest: str) -> None:
    with archive.write_atomically(path) as file:
        file.write(manifest.encode())


def read_manifests(archive: Archive, partition: str) -> Iterator[ManifestEntry]:
    """What the partition's manifests list, file by file in the order of their names."""
    for path in archive.list_files(f"raw/{partition}", ".json"):
        with archive.open_for_reading(path) as file:
            yield from parse_manifest(file.read())


def list_captures(archive: Archive, partition: str) -> list[CaptureRef]:
    """Where the partition's captures lie; from the manifests, no capture is read."""
    return [entry.ref for entry in read_manifests(archive, partition)]
