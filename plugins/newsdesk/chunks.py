"""Chunks: the captures of a partition in the pieces that one task enriches."""

from collections.abc import Sequence
from dataclasses import dataclass

from newsdesk.errors import Stage
from newsdesk.records import ManifestEntry
from newsdesk.store.archive import Archive, file_stem
from newsdesk.store.articles import list_article_files
from newsdesk.store.manifests import list_captures, read_manifests
from newsdesk.store.outcomes import list_outcome_files

MOST_CHUNKS = 1000
"""Airflow maps a task over 1,024 elements at the most; a larger partition gets larger chunks."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Captures of one WARC file, which never changes: a chunk means the same captures whenever it is run."""

    partition: str
    path: str
    first: int
    count: int

    @property
    def name(self) -> str:
        return f"{file_stem(self.path)}-{self.first:06d}"

    @property
    def articles_path(self) -> str:
        return f"articles/{self.partition}/{self.name}.jsonl.gz"


def plan_chunks(archive: Archive, partition: str, *, size: int) -> list[Chunk]:
    """The captures of a partition in chunks of `size`, larger where there would be more than MOST_CHUNKS.

    The largest come first: Airflow gives them out in this order, and the last ones decide how long a worker has to wait
    for the others.
    """
    counts: dict[str, int] = {}
    for ref in list_captures(archive, partition):
        counts[ref.path] = counts.get(ref.path, 0) + 1
    size = max(size, -(-sum(counts.values()) // max(1, MOST_CHUNKS - len(counts))))
    chunks = [
        Chunk(partition, path, first, min(size, count - first)) for path, count in sorted(counts.items()) for first in range(0, count, size)
    ]
    return sorted(chunks, key=lambda chunk: -chunk.count)


def list_entries(chunk: Chunk, archive: Archive) -> list[ManifestEntry]:
    """The manifest's entries of the chunk's captures, in their order in the WARC file."""
    entries = [entry for entry in read_manifests(archive, chunk.partition) if entry.path == chunk.path]
    return entries[chunk.first : chunk.first + chunk.count]


def remove_strays(archive: Archive, partition: str, chunks: Sequence[Chunk]) -> None:
    """Removes articles and outcomes of chunks that are planned no more, as after a change of their size."""
    planned = {chunk.name for chunk in chunks}
    for path in [*list_article_files(archive, partition), *list_outcome_files(archive, partition, Stage.ENRICH)]:
        if file_stem(path) not in planned:
            archive.remove(path)
