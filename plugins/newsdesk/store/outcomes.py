"""Files with the outcomes of a partition's articles at each stage.

    <data>/outcomes/<partition>/<stage>/<part>.jsonl.gz    one `Outcome` per line
    <data>/outcomes/<partition>/<stage>/<part>.json        the time that the part took: {"articles", "seconds"}

A part (a shard, chunk or partition) is overwritten when its task runs again, so retries do not count articles twice.
"""

import json
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from newsdesk.errors import DamagedFile, Stage
from newsdesk.records import Outcome
from newsdesk.store.archive import Archive
from newsdesk.store.json_lines import read_records, read_sound_records, write_records

log = logging.getLogger(__name__)
_OUTCOME = TypeAdapter(Outcome)


def write_outcomes(archive: Archive, partition: str, stage: Stage, part: str, outcomes: Iterable[Outcome], *, seconds: float = 0.0) -> None:
    """Write the outcomes of a part, and the total time of its articles in `seconds` unless that is 0 (not measured)."""
    outcomes = list(outcomes)
    if seconds:
        with archive.write_atomically(f"{_folder(partition, stage)}/{part}.json") as file:
            file.write(json.dumps({"articles": len(outcomes), "seconds": round(seconds, 3)}).encode())
    write_records(archive, f"{_folder(partition, stage)}/{part}.jsonl.gz", _OUTCOME, outcomes)


def list_outcome_files(archive: Archive, partition: str, stage: Stage) -> list[str]:
    return archive.list_files(_folder(partition, stage), ".jsonl.gz")


def read_outcomes(archive: Archive, partition: str, stage: Stage, *, part: str = "") -> Iterator[Outcome]:
    """Yield the outcomes of all parts in the order of their names, or of one part. Damaged parts are skipped with a warning."""
    for path in list_outcome_files(archive, partition, stage):
        if part and not path.endswith(f"/{part}.jsonl.gz"):
            continue
        yield from read_sound_records(archive, path, _OUTCOME)


def require_sound_outcomes(archive: Archive, path: str) -> None:
    """Raise DamagedFile if a part is truncated or was changed."""
    read_records(archive, path, _OUTCOME)


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


_EFFORT = TypeAdapter(Effort)


def read_effort(archive: Archive, partition: str, stage: Stage) -> Effort:
    """Return the sum over the measured parts of a stage. Damaged files are skipped with a warning."""
    effort = Effort()
    for path in list_effort_files(archive, partition, stage):
        try:
            effort += read_effort_file(archive, path)
        except DamagedFile as damage:
            log.warning("%s", damage)
    return effort


def list_effort_files(archive: Archive, partition: str, stage: Stage) -> list[str]:
    return archive.list_files(_folder(partition, stage), ".json")


def read_effort_file(archive: Archive, path: str) -> Effort:
    """Read the measurement of one part. Raises DamagedFile if the file is truncated or was changed."""
    with archive.open_for_reading(path) as file:
        written = file.read()
    try:
        return _EFFORT.validate_json(written)
    except ValidationError as error:
        raise DamagedFile(path, "it is not a valid measurement") from error


def _folder(partition: str, stage: Stage) -> str:
    return f"outcomes/{partition}/{stage}"
