"""Where captures and articles lie, through fsspec: a folder on disk and `s3://` work alike.

    <data>/raw/<partition>/<shard>.warc.gz          written by fetch, never changed
    <data>/articles/<partition>/<chunk>.jsonl.gz    written by enrich, one `Article` a line, made again at will

A file appears whole or not at all: it is written under a temporary name and then renamed.
"""

import contextlib
import gzip
import posixpath
from collections.abc import Iterable, Iterator
from typing import IO
from uuid import uuid4

import fsspec
from pydantic import TypeAdapter

from newsdesk.records import Article

TEMPORARY = ".part-"
READ_AHEAD_BYTES = 4 << 20
"""What is fetched at a time from a bucket. A capture has some 50 kB there; s3fs would fetch 50 MB for each file opened."""
_ARTICLE = TypeAdapter(Article)


class Archive:
    """The files below one data root. Paths in and out are relative to it."""

    def __init__(self, data_url: str) -> None:
        self.filesystem, root = fsspec.core.url_to_fs(data_url)
        self.root = str(root).rstrip("/")

    def list_files(self, folder: str, suffix: str) -> list[str]:
        """The finished files of a folder, sorted; none where the folder does not exist."""
        try:
            found = self.filesystem.ls(self._absolute(folder), detail=False)
        except FileNotFoundError:
            return []
        names = sorted(posixpath.basename(str(path)) for path in found)
        return [f"{folder}/{name}" for name in names if name.endswith(suffix) and TEMPORARY not in name]

    def list_folders(self, folder: str) -> list[str]:
        """The names of the folders in a folder, sorted; none where it does not exist."""
        try:
            found = self.filesystem.ls(self._absolute(folder), detail=True)
        except FileNotFoundError:
            return []
        return sorted(posixpath.basename(str(entry["name"]).rstrip("/")) for entry in found if entry["type"] == "directory")

    def count_bytes(self, folder: str) -> int:
        """How much lies in a folder and those below it; 0 where it does not exist."""
        try:
            return int(self.filesystem.du(self._absolute(folder), total=True))
        except FileNotFoundError:
            return 0

    def remove(self, path: str) -> None:
        self.filesystem.rm(self._absolute(path))

    def remove_folder(self, folder: str) -> None:
        """Removes a folder with all that is in it; nothing where it does not exist."""
        with contextlib.suppress(FileNotFoundError):
            self.filesystem.rm(self._absolute(folder), recursive=True)

    @contextlib.contextmanager
    def open_for_reading(self, path: str) -> Iterator[IO[bytes]]:
        with self.filesystem.open(self._absolute(path), "rb", block_size=READ_AHEAD_BYTES) as file:
            yield file

    @contextlib.contextmanager
    def write_atomically(self, path: str) -> Iterator[IO[bytes]]:
        """A file to write to; it gets its name when the block ends, and is gone when the block raises."""
        final = self._absolute(path)
        temporary = f"{posixpath.dirname(final)}/{TEMPORARY}{uuid4().hex}-{posixpath.basename(final)}"
        self.filesystem.makedirs(posixpath.dirname(final), exist_ok=True)
        try:
            with self.filesystem.open(temporary, "wb") as file:
                yield file
            self.filesystem.mv(temporary, final)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                self.filesystem.rm(temporary)
            raise

    def remove_unfinished(self, path: str) -> None:
        """Removes a file that nothing refers to yet, and what a killed writer of it left under a temporary name."""
        folder, name = posixpath.split(path)
        with contextlib.suppress(FileNotFoundError):
            for found in self.filesystem.ls(self._absolute(folder), detail=False):
                base = posixpath.basename(str(found))
                if base == name or (base.startswith(TEMPORARY) and base.endswith(f"-{name}")):
                    self.filesystem.rm(str(found))

    def _absolute(self, path: str) -> str:
        return f"{self.root}/{path}"


def file_stem(path: str) -> str:
    """The name of a file without folder and endings: what its parts and outcomes are named after."""
    return posixpath.basename(path).partition(".")[0]


def folder_partition(path: str) -> str:
    """The partition in whose folder a file lies: `raw/<partition>/...`, also where a place in the file follows."""
    return path.split("/")[1]


def list_article_files(archive: Archive, partition: str) -> list[str]:
    return archive.list_files(f"articles/{partition}", ".jsonl.gz")


def read_partition(archive: Archive, partition: str) -> Iterator[Article]:
    """The articles of a partition, file by file."""
    for path in list_article_files(archive, partition):
        yield from read_articles(archive, path)


def write_articles(archive: Archive, path: str, articles: Iterable[Article]) -> None:
    """Writes the articles of one chunk. The same articles give the same bytes."""
    with archive.write_atomically(path) as raw, gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as file:
        for article in articles:
            file.write(_ARTICLE.dump_json(article) + b"\n")


def read_articles(archive: Archive, path: str) -> Iterator[Article]:
    with archive.open_for_reading(path) as raw, gzip.open(raw, "rb") as file:
        for line in file:
            yield _ARTICLE.validate_json(line)
