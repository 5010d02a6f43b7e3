"""The files below the data root, accessed with fsspec: a local folder, or object storage such as `s3://`.

    <data>/raw/<partition>/        WARC files and their manifests, written by fetch and never changed (`store.manifests`)
    <data>/articles/<partition>/   articles, written by enrich; can be created again from the captures (`store.articles`)
    <data>/outcomes/<partition>/   the outcome of each article at each stage (`store.outcomes`)

Files are written under a temporary name and then renamed, so that readers never see incomplete files.
"""

import contextlib
import datetime as dt
import posixpath
from collections.abc import Iterator
from typing import IO

import fsspec

from newsdesk.errors import SetupError
from newsdesk.owners import is_dead, new_owner

TEMPORARY = ".part-"
READ_AHEAD_BYTES = 4 << 20
"""Block size for reading object storage. A compressed capture has about 50 kB, and the default block of s3fs is 50 MB."""


class Archive:
    """The files below one data root. All paths are relative to it."""

    def __init__(self, data_url: str) -> None:
        try:
            self.filesystem, root = fsspec.core.url_to_fs(data_url)
        except (ValueError, ImportError) as error:
            raise SetupError(
                f"NEWSDESK_DATA_URL={data_url} cannot be used: {error}", "For example /srv/news or s3://bucket/news"
            ) from error
        self.root = str(root).rstrip("/")
        if not self.root:
            raise SetupError(f"NEWSDESK_DATA_URL={data_url} cannot be used: it has no folder", "For example /srv/news or s3://bucket/news")

    def list_files(self, folder: str, suffix: str, *, fresh: bool = False) -> list[str]:
        """Return the paths of the complete files of a folder with this suffix, sorted; none if the folder does not exist.

        With `fresh` a listing that the file system has kept is not used.
        """
        if fresh:
            self.filesystem.invalidate_cache(self._absolute(folder))
        try:
            found = self.filesystem.ls(self._absolute(folder), detail=False)
        except FileNotFoundError:
            return []
        names = sorted(posixpath.basename(str(path)) for path in found)
        return [f"{folder}/{name}" for name in names if name.endswith(suffix) and TEMPORARY not in name]

    def list_folders(self, folder: str) -> list[str]:
        """Return the names of the subfolders of a folder, sorted; none if the folder does not exist."""
        try:
            found = self.filesystem.ls(self._absolute(folder), detail=True)
        except FileNotFoundError:
            return []
        return sorted(posixpath.basename(str(entry["name"]).rstrip("/")) for entry in found if entry["type"] == "directory")

    def exists(self, path: str) -> bool:
        return bool(self.filesystem.exists(self._absolute(path)))

    def count_bytes(self, folder: str) -> int:
        """Return the size of a folder and its subfolders; 0 if it does not exist."""
        try:
            return int(self.filesystem.du(self._absolute(folder), total=True))
        except FileNotFoundError:
            return 0

    def remove(self, path: str) -> None:
        self.filesystem.rm(self._absolute(path))

    def remove_if_there(self, path: str) -> None:
        with contextlib.suppress(FileNotFoundError):
            self.remove(path)

    def remove_folder(self, folder: str) -> None:
        """Remove a folder with its content, if it exists."""
        with contextlib.suppress(FileNotFoundError):
            self.filesystem.rm(self._absolute(folder), recursive=True)

    @contextlib.contextmanager
    def open_for_reading(self, path: str) -> Iterator[IO[bytes]]:
        with self.filesystem.open(self._absolute(path), "rb", block_size=READ_AHEAD_BYTES) as file:
            yield file

    def create(self, path: str) -> "NewFile":
        """Create a file that is not visible to readers until it is committed."""
        final = self._absolute(path)
        self.filesystem.makedirs(posixpath.dirname(final), exist_ok=True)
        return NewFile(self.filesystem, final)

    @contextlib.contextmanager
    def write_atomically(self, path: str) -> Iterator[IO[bytes]]:
        """Open a file for writing. It is committed at the end of the block, or discarded if the block raises."""
        new = self.create(path)
        try:
            yield new.file
        except BaseException:
            new.discard()
            raise
        new.commit()

    def remove_unfinished(self, path: str) -> None:
        """Remove a file that no manifest lists, and all temporary files of it: who still writes one has lost the lease of the file."""
        for temporary, _ in self._temporary_files(path):
            self.filesystem.rm(temporary)
        self.remove_if_there(path)

    def remove_leftovers_of(self, path: str) -> None:
        """Remove temporary files of killed writers of this file. Those of other machines stay: their writers may still run."""
        for temporary, owner in self._temporary_files(path):
            if is_dead(owner):
                self.filesystem.rm(temporary)

    def _temporary_files(self, path: str) -> list[tuple[str, str]]:
        """Return the temporary files of a file, and their owners."""
        folder, name = posixpath.split(path)
        with contextlib.suppress(FileNotFoundError):
            found = map(str, self.filesystem.ls(self._absolute(folder), detail=False))
            return [(file, owner) for file in found if (owner := _owner_of(posixpath.basename(file), name))]
        return []

    def list_leftovers(self, folder: str, *, before: dt.datetime) -> list[str]:
        """Return the temporary files in a folder and its subfolders that were last modified before `before`, left by killed tasks."""
        found = self.filesystem.find(self._absolute(folder), detail=False)
        temporary = [str(path) for path in found if posixpath.basename(str(path)).startswith(TEMPORARY)]
        return sorted(path.removeprefix(f"{self.root}/") for path in temporary if self._is_older(path, before))

    def _is_older(self, path: str, moment: dt.datetime) -> bool:
        try:
            modified: dt.datetime = self.filesystem.modified(path)
        except FileNotFoundError:  # it was committed in the meantime
            return False
        return modified < moment

    def _absolute(self, path: str) -> str:
        return f"{self.root}/{path}"


class NewFile:
    """A file being written under a temporary name. `commit` renames it to its final name, `discard` removes it."""

    def __init__(self, filesystem: fsspec.AbstractFileSystem, final: str) -> None:
        self._filesystem = filesystem
        self._final = final
        self._temporary = f"{posixpath.dirname(final)}/{_temporary_name(posixpath.basename(final))}"
        self.file: IO[bytes] = filesystem.open(self._temporary, "wb")

    def commit(self) -> None:
        """Close and rename the file. Raises OSError, and discards the file, if it cannot be written."""
        try:
            self.file.close()
            self._filesystem.mv(self._temporary, self._final)
        except BaseException:
            self.discard()
            raise

    def discard(self) -> None:
        # Closing flushes buffers, which fails on a full disk.
        with contextlib.suppress(OSError):
            self.file.close()
        with contextlib.suppress(FileNotFoundError):
            self._filesystem.rm(self._temporary)


def _temporary_name(name: str) -> str:
    """Return a temporary name for a file: `.part-<machine>_<pid>_<random>-<name>`. Some file systems allow no colons."""
    return f"{TEMPORARY}{'_'.join(new_owner().rsplit(':', 2))}-{name}"


def _owner_of(temporary: str, name: str) -> str:
    """Return the owner of a temporary file of the file `name`; empty if it is none."""
    owner = temporary.removeprefix(TEMPORARY).removesuffix(f"-{name}").rsplit("_", 2)
    return ":".join(owner) if temporary == f"{TEMPORARY}{'_'.join(owner)}-{name}" and len(owner) == 3 else ""


def file_stem(path: str) -> str:
    """Return the name of a file without folder and extensions, from which the names of its chunks and outcome files are derived."""
    return posixpath.basename(path).partition(".")[0]


def folder_partition(path: str) -> str:
    """Return the partition of a path such as `raw/<partition>/...`, which may end with an offset."""
    return path.split("/")[1]
