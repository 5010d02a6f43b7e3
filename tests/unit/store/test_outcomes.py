"""Tests of newsdesk.store.json_lines."""

import pytest

from newsdesk.errors import Reason, Stage, Status
from newsdesk.records import Outcome
from newsdesk.store.archive import Archive
from newsdesk.store.outcomes import read_outcomes, write_outcomes

PARTITION = "2026-11-24T1205"


@pytest.fixture
def archive(tmp_path):
    return Archive(str(tmp_path))


def outcome(status, *, number=0, source="example"):
    return Outcome(stage=Stage.ENRICH, id=f"{number:032x}", status=status, source=source)


def test_outcomes_come_back_from_all_parts(archive):
    first, second = outcome(Status.ENRICHED), Outcome(stage=Stage.ENRICH, id="x", status=Status.DEAD, reason=Reason.BUG, detail="boom")
    write_outcomes(archive, PARTITION, Stage.ENRICH, "a", [first])
    write_outcomes(archive, PARTITION, Stage.ENRICH, "b", [second])
    assert list(read_outcomes(archive, PARTITION, Stage.ENRICH)) == [first, second]


def test_a_part_that_is_written_again_replaces_its_outcomes(archive):
    for _ in range(2):
        write_outcomes(archive, PARTITION, Stage.ENRICH, "a", [outcome(Status.ENRICHED)])
    assert len(list(read_outcomes(archive, PARTITION, Stage.ENRICH))) == 1
