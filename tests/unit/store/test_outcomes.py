import gzip
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from newsdesk.errors import Reason, Stage, Status
from newsdesk.records import Outcome
from newsdesk.store import outcomes as store
from newsdesk.store.archive import TEMPORARY, Archive
from newsdesk.store.outcomes import (
    Effort,
    list_outcome_files,
    merge_outcomes,
    read_effort,
    read_outcomes,
    read_parts,
    write_outcomes,
)

PARTITION = "2026-11-24T1205"
FOLDER = f"outcomes/{PARTITION}/enrich"


@pytest.fixture
def archive(tmp_path):
    return Archive(str(tmp_path))


def outcome(status, *, number=0, source="example"):
    return Outcome(stage=Stage.ENRICH, id=f"{number:032x}", status=status, source=source)


def write(archive, part, *numbers, status=Status.ENRICHED, seconds=0.0):
    write_outcomes(archive, PARTITION, Stage.ENRICH, part, [outcome(status, number=number) for number in numbers], seconds=seconds)


def merge(archive, **options):
    merge_outcomes(archive, PARTITION, Stage.ENRICH, **options)


def read(archive):
    """The status of each outcome by part and number. Fails if a part is there twice."""
    parts = list(read_parts(archive, PARTITION, Stage.ENRICH))
    assert len(dict(parts)) == len(parts)
    return {(part, int(one.id, 16)): one.status for part, outcomes in parts for one in outcomes}


def files(archive):
    return sorted(path.name for path in Path(archive.root, FOLDER).iterdir())


def test_outcomes_come_back_from_all_parts(archive):
    first, second = outcome(Status.ENRICHED), Outcome(stage=Stage.ENRICH, id="x", status=Status.DEAD, reason=Reason.BUG, detail="boom")
    write_outcomes(archive, PARTITION, Stage.ENRICH, "a", [first])
    write_outcomes(archive, PARTITION, Stage.ENRICH, "b", [second])
    assert list(read_outcomes(archive, PARTITION, Stage.ENRICH)) == [first, second]
    assert list(read_outcomes(archive, PARTITION, Stage.ENRICH, part="b")) == [second]


def test_a_part_that_is_written_again_replaces_its_outcomes(archive):
    for _ in range(2):
        write_outcomes(archive, PARTITION, Stage.ENRICH, "a", [outcome(Status.ENRICHED)])
    assert len(list(read_outcomes(archive, PARTITION, Stage.ENRICH))) == 1


def test_merged_files_are_one_and_say_the_same(archive):
    write(archive, "a", 1, 2, seconds=3.0)
    write(archive, "b")
    write(archive, "c", 3, status=Status.DEAD, seconds=1.0)
    before, effort = read(archive), read_effort(archive, PARTITION, Stage.ENRICH)
    merge(archive)
    assert (len(files(archive)), read(archive)) == (1, before)
    assert read_effort(archive, PARTITION, Stage.ENRICH) == effort == Effort(3, 4.0)
    (merged,) = files(archive)
    merge(archive)
    assert files(archive) == [merged], "a merged file was written again"


def test_a_replay_after_merging_replaces_its_part_alone(archive):
    write(archive, "a", 1, seconds=2.0)
    write(archive, "b", 2)
    merge(archive)
    write(archive, "a", 1, status=Status.DEAD)
    expected = {("a", 1): Status.DEAD, ("b", 2): Status.ENRICHED}
    assert read(archive) == expected
    merge(archive)
    assert (read(archive), len(files(archive))) == (expected, 1)
    assert read_effort(archive, PARTITION, Stage.ENRICH) == Effort(1, 2.0), "a partial replay has no measurement of its own"


def test_a_new_part_is_written_without_listing_the_others(archive, monkeypatch):
    write(archive, "a", 1)
    with monkeypatch.context() as patch:
        patch.setattr(store, "list_outcome_files", None)
        write_outcomes(archive, PARTITION, Stage.ENRICH, "b", [outcome(Status.ENRICHED, number=2)], is_new=True)
    write(archive, "b", 3)
    assert set(read(archive)) == {("a", 1), ("b", 3)}


def test_only_planned_parts_are_kept(archive):
    for part in "abc":
        write(archive, part, 1)
    merge(archive)
    merge(archive, keep={"a", "c"})
    assert set(read(archive)) == {("a", 1), ("c", 1)}


class Shared(Archive):
    """An archive in which something else happens just before the first file is written."""

    def __init__(self, archive, happens):
        super().__init__(archive.root)
        self.happening = [happens]

    def write_atomically(self, path):
        while self.happening:
            self.happening.pop()()
        return super().write_atomically(path)


class Stale(Archive):
    """An archive whose first listing is an old one."""

    def __init__(self, archive, listed):
        super().__init__(archive.root)
        self.listed = [listed]

    def list_files(self, *arguments, **options):
        return self.listed.pop() if self.listed else super().list_files(*arguments, **options)


def test_a_replay_that_ends_while_files_are_merged_is_not_lost(archive):
    write(archive, "a", 1)
    write(archive, "b", 2)
    merge(Shared(archive, lambda: write(archive, "a", 1, status=Status.DEAD)))
    expected = {("a", 1): Status.DEAD, ("b", 2): Status.ENRICHED}
    assert read(archive) == expected
    merge(archive)
    assert (read(archive), len(files(archive))) == (expected, 1)


def test_two_tasks_that_merge_at_once_lose_nothing(archive):
    write(archive, "a", 1)
    write(archive, "b", 2)

    def merge_too():
        write(archive, "c", 3)
        merge(archive)

    merge(Shared(archive, merge_too))
    assert set(read(archive)) == {("a", 1), ("b", 2), ("c", 3)}


def test_a_reader_whose_files_were_merged_lists_them_again(archive):
    for part in "abc":
        write(archive, part, 1)
    listed = archive.list_files(FOLDER, ".jsonl.gz")
    before = read(archive)
    merge(archive)
    assert read(Stale(archive, listed)) == before


KILLED = f"""
import os, signal, sys
from newsdesk.errors import Stage
from newsdesk.store.archive import Archive, NewFile
from newsdesk.store.outcomes import merge_outcomes
left = int(sys.argv[2])
def killed_at(operation):
    def run(*arguments):
        global left
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
        return operation(*arguments)
    return run
NewFile.commit, Archive.remove = killed_at(NewFile.commit), killed_at(Archive.remove)
merge_outcomes(Archive(sys.argv[1]), "{PARTITION}", Stage.ENRICH)
"""


@pytest.mark.parametrize("operations", range(5))
def test_killed_while_merging_loses_and_doubles_nothing(archive, operations):
    """The first operation renames the new file; each of the others removes an old one."""
    for part in "abcd":
        write(archive, part, 1, 2, seconds=1.0)
    write(archive, "b", 1, status=Status.DEAD)
    before = read(archive)
    environment = {**os.environ, "PYTHONPATH": str(Path(store.__file__).parents[2])}
    ended = subprocess.run([sys.executable, "-c", KILLED, archive.root, str(operations)], env=environment, check=False)
    assert ended.returncode == -signal.SIGKILL
    assert read(archive) == before
    assert read_effort(archive, PARTITION, Stage.ENRICH) == Effort(8, 4.0)
    write(archive, "c", 1, status=Status.DEAD)
    expected = {key: value for key, value in before.items() if key[0] != "c"} | {("c", 1): Status.DEAD}
    assert read(archive) == expected
    merge(archive)
    assert (read(archive), len([name for name in files(archive) if TEMPORARY not in name])) == (expected, 1)


def write_as_before(archive, part, *numbers, status=Status.ENRICHED, seconds=0.0):
    """Write a part as version 0.1 did."""
    folder = Path(archive.root, FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    lines = [TypeAdapter(Outcome).dump_json(outcome(status, number=number)) for number in numbers]
    folder.joinpath(f"{part}.jsonl.gz").write_bytes(gzip.compress(b"".join(line + b"\n" for line in lines)))
    if seconds:
        folder.joinpath(f"{part}.json").write_text(f'{{"articles": {len(numbers)}, "seconds": {seconds}}}')


def test_files_of_earlier_versions_are_read_and_merged(archive):
    write_as_before(archive, "a", 1, 2, seconds=3.0)
    write_as_before(archive, "b", 3, seconds=1.0)
    before = read(archive)
    assert set(before) == {("a", 1), ("a", 2), ("b", 3)}
    assert read_effort(archive, PARTITION, Stage.ENRICH) == Effort(3, 4.0)
    write(archive, "b", 3, status=Status.DEAD)
    merge(archive)
    assert read(archive) == before | {("b", 3): Status.DEAD}
    assert read_effort(archive, PARTITION, Stage.ENRICH) == Effort(3, 4.0)
    assert len(files(archive)) == 1


@pytest.mark.parametrize("part", ["a", ""], ids=["one-part", "all-parts"])
def test_a_damaged_file_is_skipped_and_not_merged(archive, part, caplog):
    write(archive, "a", 1)
    write(archive, "b", 2)
    (path,) = (path for path in list_outcome_files(archive, PARTITION, Stage.ENRICH) if "/a." in path)
    file = Path(archive.root, path)
    file.write_bytes(file.read_bytes()[:-9])
    assert [int(one.id, 16) for one in read_outcomes(archive, PARTITION, Stage.ENRICH, part=part)] == ([] if part else [2])
    assert path in caplog.text
    merge(archive)
    assert set(read(archive)) == {("b", 2)}
