"""Where the lines that a source repeats are kept between runs: one JSON file a source, below the data root.

<data>/lines/<source>.json      delete it, or call `forget_lines`, to start anew
"""

import re
from hashlib import sha256

from pydantic import TypeAdapter, ValidationError

from newsdesk.archive import Archive
from newsdesk.clean.repeated import SourceLines

FOLDER = "lines"
_LINES = TypeAdapter(SourceLines)


def read_lines(archive: Archive, source: str) -> SourceLines:
    """What is known of a source; nothing where it is new or its file cannot be read."""
    try:
        with archive.open_for_reading(path_of(source)) as file:
            return _LINES.validate_json(file.read())
    except (FileNotFoundError, ValidationError):
        return SourceLines(source)


def write_lines(archive: Archive, memory: SourceLines) -> None:
    with archive.write_atomically(path_of(memory.source)) as file:
        file.write(_LINES.dump_json(memory))


def forget_lines(archive: Archive, source: str) -> None:
    write_lines(archive, SourceLines(source))


def path_of(source: str) -> str:
    """The file of a source: its name with a short digest, since two names can look alike without their signs."""
    plain = re.sub(r"[^a-z0-9.-]+", "-", source.lower()).strip("-.")[:60]
    return f"{FOLDER}/{plain}-{sha256(source.encode()).hexdigest()[:8]}.json"
