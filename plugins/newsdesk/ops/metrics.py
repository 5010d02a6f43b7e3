"""How the articles of a partition ended, per stage: kept beside them, added up into run counters.

    <data>/outcomes/<partition>/<stage>/<part>.jsonl.gz    one `Outcome` a line
    <data>/outcomes/<partition>/<stage>/<part>.json        how long that took: {"articles", "seconds"}

A part is written again when its task runs again, so an article is counted once however often that happens.
"""

import datetime as dt
import gzip
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter

from newsdesk.archive import Archive
from newsdesk.errors import Stage, Status
from newsdesk.records import Outcome, RunCounters

_OUTCOME = TypeAdapter(Outcome)
_ENDS = ("fetched", "not_modified", "failed", "new", "updated", "unchanged", "stale", "set_aside", "dead")


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


def count_outcomes(
    outcomes: Iterable[Outcome], *, stage: Stage, partition: str, now: dt.datetime, seconds: float = 0.0
) -> list[RunCounters]:
    """One record of counters per source, sorted by source; `found` is the sum of all the others.

    The `seconds` of the stage are shared out among the sources by their articles.

    A fetch task that runs again may take up a page a second time: the page counts as it ended last.
    """
    if stage is Stage.FETCH:
        outcomes = {outcome.id: outcome for outcome in outcomes}.values()
    by_source: dict[str, Counter[Status]] = {}
    for outcome in outcomes:
        by_source.setdefault(outcome.source, Counter())[outcome.status] += 1
    total = sum(counts.total() for counts in by_source.values())
    return [
        RunCounters(
            stage=stage,
            partition=partition,
            source=source,
            run_at=now,
            found=counts.total(),
            fetched=counts[Status.FETCHED],
            not_modified=counts[Status.NOT_MODIFIED],
            failed=counts[Status.FAILED],
            dead=counts[Status.DEAD],
            set_aside=counts[Status.SET_ASIDE],
            new=counts[Status.CREATED] + counts[Status.ENRICHED],
            updated=counts[Status.UPDATED],
            unchanged=counts[Status.UNCHANGED],
            stale=counts[Status.STALE],
            seconds=round(seconds * counts.total() / total, 3),
        )
        for source, counts in sorted(by_source.items())
    ]


def count_partition(archive: Archive, partition: str, stages: Iterable[Stage], *, now: dt.datetime) -> list[RunCounters]:
    """The counters of these stages of a partition, from what lies in the archive."""
    return [
        row
        for stage in stages
        for row in count_outcomes(
            read_outcomes(archive, partition, stage),
            stage=stage,
            partition=partition,
            now=now,
            seconds=read_effort(archive, partition, stage).seconds,
        )
    ]


def describe(counters: Sequence[RunCounters]) -> str:
    """A line a stage with its sums, then a line a source, for a person to read; "" where nothing was counted."""
    lines = [line for stage in Stage if (line := _sums([row for row in counters if row.stage is stage], str(stage)))]
    sources = sorted({row.source for row in counters})
    if len(sources) < 2:
        return "\n".join(lines)
    by_source = []
    for source in sources:
        stages = [_sums([row for row in counters if row.source == source and row.stage is stage], str(stage)) for stage in Stage]
        by_source.append(f"{source or 'unknown source'}: {'; '.join(filter(None, stages))}")
    return "\n".join([*lines, "", *by_source])


def _sums(counters: Sequence[RunCounters], name: str) -> str:
    sums = {end: sum(getattr(row, end) for row in counters) for end in _ENDS}
    told = ", ".join(f"{count} {end.replace('_', ' ')}" for end, count in sums.items() if count)
    seconds = sum(row.seconds for row in counters)
    return f"{name}: {told}{f' in {seconds:.1f} s' if seconds else ''}" if told else ""


def _folder(partition: str, stage: Stage) -> str:
    return f"outcomes/{partition}/{stage}"
