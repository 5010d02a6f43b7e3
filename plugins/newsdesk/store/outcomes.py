"""How the articles of a partition ended at each stage: kept beside them.

    <data>/outcomes/<partition>/<stage>/<part>.jsonl.gz    one `Outcome` a line
    <data>/outcomes/<partition>/<stage>/<part>.json        how long that took: {"articles", "seconds"}

A part is written again when its task runs again, so an article is counted once however often that happens.
"""

import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pydantic import TypeAdapter

from newsdesk.errors import Stage
from newsdesk.records import Outcome
from newsdesk.store.archive import Archive

_OUTCOME = TypeAdapter(Outcome)


def write_outcomes(archive: Archive, partition: str, stage: Stage, part: str, outcomes: Iterable[Outcome], *, seconds: float = 0.0) -> None:
    """Writes how a part's articles ended and how many `seconds` all of them took together; 0 where that was not measured."""
    outcomes = list(outcomes)
    if seconds:
        with archive.write_atomically(f"{_folder(partition, stage)}/{part}.json") as file:
            file.write(json.dumps({"articles": len(outcomes), "seconds": round(seconds, 3)}).encode())
    path = f"{_folder(partition, stage)}/{part}.jsonl.gz"
    with archive.write_atomically(path) as raw, gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as file:
        for outcome in outcomes:
            file.write(_OUTCOME.dump_json(outcome) + b"\n")


def list_outcome_files(archive: Archive, partition: str, stage: Stage) -> list[str]:
    return archive.list_files(_folder(partition, stage), ".jsonl.gz")


def read_outcomes(archive: Archive, partition: str, stage: Stage, *, part: str = "") -> Iterator[Outcome]:
    """The outcomes of all parts in the order of their names, or of one; none where nothing was written yet."""
    for path in list_outcome_files(archive, partition, stage):
        if part and not path.endswith(f"/{part}.jsonl.gz"):
            continue
        with archive.open_for_reading(path) as raw, gzip.open(raw, "rb") as file:
            for line in file:
                yield _OUTCOME.validate_json(line)


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


def read_effort(archive: Archive, partition: str, stage: Stage) -> Effort:
    """What was measured of a stage of a partition; the parts that were not measured are not in it."""
    effort = Effort()
    for path in archive.list_files(_folder(partition, stage), ".json"):
        with archive.open_for_reading(path) as file:
            effort += Effort(**json.load(file))
    return effort


def _folder(partition: str, stage: Stage) -> str:
    return f"outcomes/{partition}/{stage}"
