"""Gzip files with one JSON record per line, and detection of damage."""

import gzip
import logging
import zlib
from collections.abc import Iterable
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from newsdesk.errors import DamagedFile
from newsdesk.store.archive import Archive

log = logging.getLogger(__name__)
T = TypeVar("T")


def write_records(archive: Archive, path: str, adapter: TypeAdapter[T], records: Iterable[T]) -> None:
    """Write the records. The output is deterministic."""
    with archive.write_atomically(path) as raw, gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as file:
        for record in records:
            file.write(adapter.dump_json(record) + b"\n")


def read_records(archive: Archive, path: str, adapter: TypeAdapter[T]) -> list[T]:
    """Read all records of a file. Raises DamagedFile if it is truncated or was changed."""
    try:
        with archive.open_for_reading(path) as raw, gzip.open(raw, "rb") as file:
            return [adapter.validate_json(line) for line in file]
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DamagedFile(path, str(error)) from error
    except ValidationError as error:
        raise DamagedFile(path, f"a line is not a valid record: {error.errors()[0]['msg']}") from error


def read_sound_records(archive: Archive, path: str, adapter: TypeAdapter[T]) -> list[T]:
    """Read all records of a file; return none, with a warning, if it is damaged. It counts as missing until it is created again."""
    try:
        return read_records(archive, path, adapter)
    except DamagedFile as damage:
        log.warning("%s", damage)
        return []
