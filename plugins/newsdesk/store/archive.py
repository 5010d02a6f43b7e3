"""The files below the data root, through fsspec: a folder on disk and `s3://` work alike.

    <data>/raw/<partition>/        WARC files and their manifests, written by fetch, never changed (`store.manifests`)
    <data>/articles/<partition>/   written by enrich, can be made again at any time (`store.articles`)
    <data>/outcomes/<partition>/   how the articles ended at each stage (`store.outcomes`)

A file appears whole or not at all: it is written under a temporary name and then renamed.
"""

import contextlib
import posixpath
from collections.abc import Iterator
from typing import IO
from uuid import uuid4

import fsspec

TEMPORARY = ".part-"


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
        with self.filesystem.open(self._absolute(path), "rb") as file:
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
