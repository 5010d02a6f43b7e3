"""How the articles of a partition ended, per stage: kept beside them, added up into run counters.

    <data>/outcomes/<partition>/<stage>/<part>.jsonl.gz    one `Outcome` a line

A part is written again when its task runs again, so an article is counted once however often that happens.
"""

import datetime as dt
import gzip
from collections import Counter
from collections.abc import Iterable, Iterator

from pydantic import TypeAdapter

from newsdesk.archive import Archive
from newsdesk.errors import Stage, Status
from newsdesk.records import Outcome, RunCounters

_OUTCOME = TypeAdapter(Outcome)


def write_outcomes(archive: Archive, partition: str, stage: Stage, part: str, outcomes: Iterable[Outcome]) -> None:
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


def count_outcomes(outcomes: Iterable[Outcome], *, stage: Stage, partition: str, now: dt.datetime) -> list[RunCounters]:
    """One record of counters per source, sorted by source; `found` is the sum of all the others.

    A fetch task that runs again may take up a page a second time: the page counts as it ended last.
    """
    if stage is Stage.FETCH:
        outcomes = {outcome.id: outcome for outcome in outcomes}.values()
    by_source: dict[str, Counter[Status]] = {}
    for outcome in outcomes:
        by_source.setdefault(outcome.source, Counter())[outcome.status] += 1
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
        )
        for source, counts in sorted(by_source.items())
    ]


def _folder(partition: str, stage: Stage) -> str:
    return f"outcomes/{partition}/{stage}"
