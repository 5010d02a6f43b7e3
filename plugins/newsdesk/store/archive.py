"""The files below the data root, through fsspec: a folder on disk and `s3://` work alike.

    <data>/raw/<partition>/        WARC files and their manifests, written by fetch, never changed (`store.manifests`)
    <data>/articles/<partition>/   written by enrich, can be made again at any time (`store.articles`)
    <data>/outcomes/<partition>/   how the articles ended at each stage (`store.outcomes`)

A file appears whole or not at all: it is written under a temporary name and then renamed.
"""

import contextlib
import datetime as dt
import posixpath
from collections.abc import Iterator
from typing import IO
from uuid import uuid4

import fsspec

TEMPORARY = ".part-"
READ_AHEAD_BYTES = 4 << 20
"""What is fetched at a time from a bucket. A capture has some 50 kB there; s3fs would fetch 50 MB for each file opened."""


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

    def exists(self, path: str) -> bool:
        return bool(self.filesystem.exists(self._absolute(path)))

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

    def create(self, path: str) -> "NewFile":
        """A file to write to that nobody sees until it is committed."""
        final = self._absolute(path)
        self.filesystem.makedirs(posixpath.dirname(final), exist_ok=True)
        return NewFile(self.filesystem, final)

    @contextlib.contextmanager
    def write_atomically(self, path: str) -> Iterator[IO[bytes]]:
        """A file to write to; it is committed when the block ends, and discarded when the block raises."""
        new = self.create(path)
        try:
            yield new.file
        except BaseException:
            new.discard()
            raise
        new.commit()

    def remove_unfinished(self, path: str) -> None:
        """Removes a file that nothing refers to yet, and what a killed writer of it left under a temporary name."""
        self.remove_leftovers_of(path)
        with contextlib.suppress(FileNotFoundError):
            self.remove(path)

    def remove_leftovers_of(self, path: str) -> None:
        """Removes what killed writers of this file left under temporary names. For whoever is its only writer."""
        folder, name = posixpath.split(path)
        with contextlib.suppress(FileNotFoundError):
            for found in self.filesystem.ls(self._absolute(folder), detail=False):
                base = posixpath.basename(str(found))
                if base.startswith(TEMPORARY) and base.endswith(f"-{name}"):
                    self.filesystem.rm(str(found))

    def list_leftovers(self, folder: str, *, before: dt.datetime) -> list[str]:
        """Files under temporary names, in the folder and below it, that nobody has written to since `before`: of killed tasks."""
        found = self.filesystem.find(self._absolute(folder), detail=False)
        temporary = [str(path) for path in found if posixpath.basename(str(path)).startswith(TEMPORARY)]
        return sorted(path.removeprefix(f"{self.root}/") for path in temporary if self._is_older(path, before))

    def _is_older(self, path: str, moment: dt.datetime) -> bool:
        try:
            modified: dt.datetime = self.filesystem.modified(path)
        except FileNotFoundError:  # it was finished in the meantime
            return False
        return modified < moment

    def _absolute(self, path: str) -> str:
        return f"{self.root}/{path}"


class NewFile:
    """A file under a temporary name: `commit` gives it its own name, `discard` removes it."""

    def __init__(self, filesystem: fsspec.AbstractFileSystem, final: str) -> None:
        self._filesystem = filesystem
        self._final = final
        self._temporary = f"{posixpath.dirname(final)}/{TEMPORARY}{uuid4().hex}-{posixpath.basename(final)}"
        self.file: IO[bytes] = filesystem.open(self._temporary, "wb")

    def commit(self) -> None:
        """Raises OSError where the file cannot be written; it is discarded then."""
        try:
            self.file.close()
            self._filesystem.mv(self._temporary, self._final)
        except BaseException:
            self.discard()
            raise

    def discard(self) -> None:
        # What cannot be closed, as on a full disk, is removed all the same.
        with contextlib.suppress(OSError):
            self.file.close()
        with contextlib.suppress(FileNotFoundError):
            self._filesystem.rm(self._temporary)


def file_stem(path: str) -> str:
    """The name of a file without folder and endings: what its parts and outcomes are named after."""
    return posixpath.basename(path).partition(".")[0]


def folder_partition(path: str) -> str:
    """The partition in whose folder a file lies: `raw/<partition>/...`, also where a place in the file follows."""
    return path.split("/")[1]
