"""Files with the outcomes of a partition's articles at each stage.

    <data>/outcomes/<partition>/<stage>/<part>.<version>.jsonl.gz    the outcomes of one part
    <data>/outcomes/<partition>/<stage>/merged.<version>.jsonl.gz    those of all parts, when the stage has ended

The first line of a file lists its parts, and their outcomes follow, one `Outcome` per line. A part (a shard, a chunk, a file of
articles) is written again when its task runs again. Of several copies of a part the one with the highest version counts, so retries do
not count articles twice.

Files are never changed. Merging writes the latest copies to a new file, and then removes the files that it has read: a copy that a task
writes in the meantime stays and counts, and after a kill some parts exist twice with the same version. A reader whose file was removed
lists the folder again.

Earlier versions of newsdesk wrote `<part>.jsonl.gz`, without the first line, and `<part>.json`, with the time that the part took. They
are read as the oldest copies, and merged like the others.
"""

import gzip
import itertools
import logging
import posixpath
import re
import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

from pydantic import TypeAdapter, ValidationError

from newsdesk.errors import DamagedFile, Stage
from newsdesk.records import Outcome
from newsdesk.store.archive import Archive, file_stem

log = logging.getLogger(__name__)

MERGED = "merged"
SUFFIX = ".jsonl.gz"
TRIES = 10
"""How often a folder is listed again because files were merged in the meantime."""
_VERSION = re.compile(r"\.((\d{8})-[0-9a-f]{8})\.jsonl\.gz$")


@dataclass(frozen=True, slots=True)
class Effort:
    """Number of articles of a stage, and total time of its tasks in seconds."""

    articles: int = 0
    seconds: float = 0.0

    def __add__(self, other: "Effort") -> "Effort":
        return Effort(self.articles + other.articles, self.seconds + other.seconds)

    @property
    def seconds_each(self) -> float | None:
        return self.seconds / self.articles if self.articles else None


@dataclass(frozen=True, slots=True)
class _Part:
    """A part in the first line of a file. `effort` is its last measurement, if there was one."""

    name: str
    version: str
    count: int
    effort: Effort | None = None


@dataclass(frozen=True, slots=True)
class _Copy:
    """A part with the lines of its outcomes."""

    part: _Part
    lines: Sequence[bytes]
    path: str


_OUTCOME = TypeAdapter(Outcome)
_PARTS = TypeAdapter(list[_Part])
_EFFORT = TypeAdapter(Effort)


def write_outcomes(
    archive: Archive,
    partition: str,
    stage: Stage,
    part: str,
    outcomes: Iterable[Outcome],
    *,
    seconds: float = 0.0,
    is_new: bool = False,
) -> None:
    """Write the outcomes of a part, and the total time of its articles in `seconds` unless that is 0 (not measured).

    With `is_new` there is no copy of the part, and the folder is not listed, which would make a load of many parts quadratic.
    """
    lines = [_OUTCOME.dump_json(outcome) + b"\n" for outcome in outcomes]
    effort = Effort(len(lines), round(seconds, 3)) if seconds else None
    version = _next_version(() if is_new else list_outcome_files(archive, partition, stage))
    path = f"{_folder(partition, stage)}/{part}.{version}{SUFFIX}"
    _write_file(archive, path, [_Copy(_Part(part, version, len(lines), effort), lines, path)])


def list_outcome_files(archive: Archive, partition: str, stage: Stage) -> list[str]:
    return archive.list_files(_folder(partition, stage), SUFFIX, fresh=True)


def read_outcomes(archive: Archive, partition: str, stage: Stage, *, part: str = "") -> Iterator[Outcome]:
    """Yield the outcomes of all parts in the order in which they were written, or of one. Damaged files are skipped with a warning."""
    for _name, outcomes in read_parts(archive, partition, stage, part=part):
        yield from outcomes


def read_parts(archive: Archive, partition: str, stage: Stage, *, part: str = "") -> Iterator[tuple[str, list[Outcome]]]:
    """Yield each part's name and outcomes, like `read_outcomes`."""
    for copy in _read_latest(archive, partition, stage, part=part):
        try:
            outcomes = list(map(_OUTCOME.validate_json, copy.lines))
        except ValidationError as error:
            log.warning("%s", _invalid_line(copy.path, error))
        else:
            yield copy.part.name, outcomes


def read_effort(archive: Archive, partition: str, stage: Stage) -> Effort:
    """Return the sum over the measured parts of a stage. Damaged files are skipped with a warning."""
    return sum((copy.part.effort for copy in _read_latest(archive, partition, stage) if copy.part.effort), Effort())


def require_sound_outcomes(archive: Archive, path: str) -> None:
    """Raise DamagedFile if a file is truncated or was changed."""
    try:
        for copy in _read_file(archive, path):
            for line in copy.lines:
                _OUTCOME.validate_json(line)
    except ValidationError as error:
        raise _invalid_line(path, error) from error


def merge_outcomes(archive: Archive, partition: str, stage: Stage, *, keep: Collection[str] | None = None) -> None:
    """Merge the files of a stage into one, without damaged ones, and if `keep` is given only with these parts.

    It may run beside tasks that read and write the files, and beside itself.
    """
    for _ in range(TRIES):
        try:
            _merge(archive, partition, stage, keep)
        except FileNotFoundError:  # merged by another task
            continue
        return
    log.warning("the outcomes of %s (%s) are not merged: other tasks merge them", partition, stage)


def _merge(archive: Archive, partition: str, stage: Stage, keep: Collection[str] | None) -> None:
    files = list_outcome_files(archive, partition, stage)
    copies = _read_sound(archive, files)
    kept = [copy for copy in _latest(copies) if keep is None or copy.part.name in keep]
    times = list_effort_files(archive, partition, stage)
    if len(files) <= 1 and len(kept) == len(copies) and not times:
        return
    path = f"{_folder(partition, stage)}/{MERGED}.{_next_version(files)}{SUFFIX}"
    _write_file(archive, path, kept)
    for old in (*files, *times):
        archive.remove_if_there(old)


def _read_latest(archive: Archive, partition: str, stage: Stage, *, part: str = "") -> list[_Copy]:
    """Return the latest copy of each part, or of one part, in the order of their versions."""
    for _ in range(TRIES):
        files = list_outcome_files(archive, partition, stage)
        try:
            copies = _read_sound(archive, [path for path in files if not part or _part_name(path) in (part, MERGED)])
        except FileNotFoundError:  # it was merged after the folder was listed
            continue
        return _latest(copy for copy in copies if not part or copy.part.name == part)
    raise FileNotFoundError(f"files of {_folder(partition, stage)} disappear faster than they can be read")


def _latest(copies: Iterable[_Copy]) -> list[_Copy]:
    """Return the latest copy of each part. One that was not measured keeps the measurement of an earlier one."""
    latest: dict[str, _Copy] = {}
    for copy in sorted(copies, key=_order):
        earlier = latest.pop(copy.part.name, None)
        if earlier and not copy.part.effort:
            copy = replace(copy, part=replace(copy.part, effort=earlier.part.effort))
        latest[copy.part.name] = copy
    return list(latest.values())


def _order(copy: _Copy) -> tuple[str, str]:
    return copy.part.version, copy.part.name


def _read_sound(archive: Archive, paths: Iterable[str]) -> list[_Copy]:
    copies: list[_Copy] = []
    for path in paths:
        try:
            copies += _read_file(archive, path)
        except DamagedFile as damage:
            log.warning("%s", damage)
    return copies


def _read_file(archive: Archive, path: str) -> list[_Copy]:
    """Read the parts of a file. Raises DamagedFile if it is truncated or was changed."""
    try:
        with archive.open_for_reading(path) as raw, gzip.open(raw, "rb") as file:
            lines = file.readlines()
        if not _VERSION.search(path):
            return [_Copy(_Part(file_stem(path), "", len(lines), _effort_beside(archive, path)), lines, path)]
        parts = _PARTS.validate_json(lines[0] if lines else b"")
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DamagedFile(path, str(error)) from error
    except ValidationError as error:
        raise _invalid_line(path, error) from error
    ends = list(itertools.accumulate((part.count for part in parts), initial=1))
    if ends[-1] != len(lines):
        raise DamagedFile(path, f"it has {len(lines)} lines instead of {ends[-1]}")
    return [_Copy(part, lines[first:end], path) for part, first, end in zip(parts, ends, ends[1:], strict=False)]


def _write_file(archive: Archive, path: str, copies: Sequence[_Copy]) -> None:
    with archive.write_atomically(path) as raw, gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as file:
        file.write(_PARTS.dump_json([copy.part for copy in copies], exclude_none=True) + b"\n")
        for copy in copies:
            file.writelines(copy.lines)


def _next_version(files: Iterable[str]) -> str:
    """Return a version above those of all files. Two tasks that write at the same time get different ones."""
    found = (_VERSION.search(path) for path in files)
    return f"{max((int(match[2]) for match in found if match), default=0) + 1:08d}-{uuid4().hex[:8]}"


def _part_name(path: str) -> str:
    return _VERSION.sub("", posixpath.basename(path)).removesuffix(SUFFIX)


def _invalid_line(path: str, error: ValidationError) -> DamagedFile:
    return DamagedFile(path, f"a line is not a valid record: {error.errors()[0]['msg']}")


def _folder(partition: str, stage: Stage) -> str:
    return f"outcomes/{partition}/{stage}"


# --- files of earlier versions --------------------------------------------------------------------------------------


def list_effort_files(archive: Archive, partition: str, stage: Stage) -> list[str]:
    return archive.list_files(_folder(partition, stage), ".json", fresh=True)


def read_effort_file(archive: Archive, path: str) -> Effort:
    """Read the measurement of one part. Raises DamagedFile if the file is truncated or was changed."""
    with archive.open_for_reading(path) as file:
        written = file.read()
    try:
        return _EFFORT.validate_json(written)
    except ValidationError as error:
        raise DamagedFile(path, "it is not a valid measurement") from error


def _effort_beside(archive: Archive, path: str) -> Effort | None:
    try:
        return read_effort_file(archive, f"{path.removesuffix(SUFFIX)}.json")
    except FileNotFoundError:
        return None
    except DamagedFile as damage:
        log.warning("%s", damage)
        return None
