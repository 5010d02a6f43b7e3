"""Records in compressed files, one JSON object a line; a damaged file is told from a sound one."""

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
    """Writes the records. The same records give the same bytes."""
    with archive.write_atomically(path) as raw, gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as file:
        for record in records:
            file.write(adapter.dump_json(record) + b"\n")


def read_records(archive: Archive, path: str, adapter: TypeAdapter[T]) -> list[T]:
    """All records of a file. Raises DamagedFile where it was cut off or changed since it was written."""
    try:
        with archive.open_for_reading(path) as raw, gzip.open(raw, "rb") as file:
            return [adapter.validate_json(line) for line in file]
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DamagedFile(path, str(error)) from error
    except ValidationError as error:
        raise DamagedFile(path, f"a line is not a record: {error.errors()[0]['msg']}") from error


def read_sound_records(archive: Archive, path: str, adapter: TypeAdapter[T]) -> list[T]:
    """All records of a file; none, with a warning, where it is damaged: it is treated as absent until it is made again."""
    try:
        return read_records(archive, path, adapter)
    except DamagedFile as damage:
        log.warning("%s", damage)
        return []
