"""Chunks: parts of a partition's captures, each enriched by one task."""

from collections.abc import Sequence
from dataclasses import dataclass

from newsdesk.errors import Stage
from newsdesk.records import ManifestEntry
from newsdesk.store.archive import Archive, file_stem
from newsdesk.store.articles import list_article_files
from newsdesk.store.manifests import list_captures, read_manifest_of
from newsdesk.store.outcomes import merge_outcomes

MOST_CHUNKS = 1000
"""Airflow maps a task over at most 1,024 elements; a larger partition gets larger chunks."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A range of the captures of one WARC file. The file never changes, so a chunk always means the same captures."""

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
    """Divide the captures of a partition into chunks of `size`, or larger ones where there would be more than MOST_CHUNKS.

    The largest come first: Airflow starts them in this order, and small last chunks keep workers from waiting for each other.
    """
    counts: dict[str, int] = {}
    for ref in list_captures(archive, partition):
        counts[ref.path] = counts.get(ref.path, 0) + 1
    size = max(size, -(-sum(counts.values()) // max(1, MOST_CHUNKS - len(counts))))
    chunks = [chunk for path, count in sorted(counts.items()) for chunk in divide_file(partition, path, count, size=size)]
    return sorted(chunks, key=lambda chunk: -chunk.count)


def divide_file(partition: str, path: str, count: int, *, size: int) -> list[Chunk]:
    """Divide the captures of one WARC file, in its order."""
    return [Chunk(partition, path, first, min(size, count - first)) for first in range(0, count, size)]


def list_entries(chunk: Chunk, archive: Archive) -> list[ManifestEntry]:
    """The manifest entries of the chunk's captures, in the order of the WARC file."""
    entries = read_manifest_of(archive, chunk.partition, chunk.path)
    return list(entries[chunk.first : chunk.first + chunk.count])


def remove_unplanned(archive: Archive, partition: str, chunks: Sequence[Chunk]) -> None:
    """Remove the articles and outcomes of chunks that are no longer planned, for instance after a change of the chunk size.

    The outcomes of the others are merged.
    """
    planned = {chunk.name for chunk in chunks}
    for path in list_article_files(archive, partition):
        if file_stem(path) not in planned:
            archive.remove(path)
    merge_outcomes(archive, partition, Stage.ENRICH, keep=planned)
