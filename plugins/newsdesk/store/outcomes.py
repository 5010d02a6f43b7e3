"""How the articles of a partition ended at each stage: kept beside them.

    <data>/outcomes/<partition>/<stage>/<part>.jsonl.gz    one `Outcome` a line
    <data>/outcomes/<partition>/<stage>/<part>.json        how long that took: {"articles", "seconds"}

A part is written again when its task runs again, so an article is counted once however often that happens.
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
    """Writes how a part's articles ended and how many `seconds` all of them took together; 0 where that was not measured."""
    outcomes = list(outcomes)
    if seconds:
        with archive.write_atomically(f"{_folder(partition, stage)}/{part}.json") as file:
            file.write(json.dumps({"articles": len(outcomes), "seconds": round(seconds, 3)}).encode())
    write_records(archive, f"{_folder(partition, stage)}/{part}.jsonl.gz", _OUTCOME, outcomes)


def list_outcome_files(archive: Archive, partition: str, stage: Stage) -> list[str]:
    return archive.list_files(_folder(partition, stage), ".jsonl.gz")


def read_outcomes(archive: Archive, partition: str, stage: Stage, *, part: str = "") -> Iterator[Outcome]:
    """The outcomes of all parts in the order of their names, or of one; none where nothing was written yet.

    A damaged part is passed over with a warning: what it counted is made again.
    """
    for path in list_outcome_files(archive, partition, stage):
        if part and not path.endswith(f"/{part}.jsonl.gz"):
            continue
        yield from read_sound_records(archive, path, _OUTCOME)


def require_sound_outcomes(archive: Archive, path: str) -> None:
    """Raises DamagedFile where a part was cut off or changed since it was written."""
    read_records(archive, path, _OUTCOME)


@dataclass(frozen=True, slots=True)
class Effort:
    """What a stage's articles took: so many in so many seconds of its tasks."""

    articles: int = 0
    seconds: float = 0.0

    def __add__(self, other: "Effort") -> "Effort":
        return Effort(self.articles + other.articles, self.seconds + other.seconds)

    @property
    def seconds_each(self) -> float | None:
        return self.seconds / self.articles if self.articles else None


_EFFORT = TypeAdapter(Effort)


def read_effort(archive: Archive, partition: str, stage: Stage) -> Effort:
    """What was measured of a stage of a partition; the parts that were not measured are not in it."""
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
    """What was measured of one part. Raises DamagedFile where the file was cut off or changed since it was written."""
    with archive.open_for_reading(path) as file:
        written = file.read()
    try:
        return _EFFORT.validate_json(written)
    except ValidationError as error:
        raise DamagedFile(path, "it is not a measurement") from error


def _folder(partition: str, stage: Stage) -> str:
    return f"outcomes/{partition}/{stage}"
