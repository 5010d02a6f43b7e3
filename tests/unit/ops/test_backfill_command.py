import json

import pytest
from click.testing import CliRunner

from captures import write_captures
from newsdesk.archive import Archive
from newsdesk.cli.backfill import MOST_WITHOUT_YES, backfill
from newsdesk.errors import Stage, Status
from newsdesk.ops.metrics import write_outcomes
from newsdesk.records import Outcome

KEYS = [f"2026-11-{day}T{hour:02}{minute:02}" for day in (20, 21) for hour in range(5) for minute in range(0, 60, 10)]


@pytest.fixture
def newsdesk(monkeypatch, tmp_path):
    """Runs `newsdesk backfill` in a home with two captures in each of the partitions, of which the first is enriched."""
    monkeypatch.setenv("NEWSDESK_HOME", str(tmp_path))
    archive = Archive(str(tmp_path / "data"))
    for key in KEYS:
        write_captures(archive, key, [(f"https://example.org/{key}/{n}", b"x") for n in range(2)])
    ends = [Outcome(stage=Stage.ENRICH, id=str(n), status=Status.ENRICHED, pipeline_version="1.1.1") for n in range(2)]
    write_outcomes(archive, KEYS[0], Stage.ENRICH, "a", ends, seconds=3.0)
    return lambda *arguments: CliRunner().invoke(backfill, arguments, env={"COLUMNS": "120"})


def test_a_long_plan_is_told_by_day_with_an_estimate(newsdesk):
    lines = newsdesk("plan", "--from", "2026-11-20").stdout.splitlines()
    assert len(KEYS) == 60 > MOST_WITHOUT_YES
    assert lines[1].split() == ["2026-11-20", "60", "2", "0", "0", "0", "1.1.1:", "2", "60"]
    assert lines[2].split() == ["2026-11-21", "60", "0", "0", "0", "0", "60"]
    assert lines[3] == "60 partitions, 120 captures, 120 to do"
    assert lines[4].startswith("time: about 5 min")


def test_a_short_plan_is_told_by_partition(newsdesk):
    lines = newsdesk("plan", "--from", "2026-11-21T04:40").stdout.splitlines()
    assert [line.split()[0] for line in lines[1:3]] == ["2026-11-21T0440", "2026-11-21T0450"]


def test_as_json_it_is_a_line_a_partition(newsdesk):
    first = json.loads(newsdesk("plan", "--from", "2026-11-20", "--only", "missing", "--json").stdout.splitlines()[0])
    assert (first["partition"], first["captures"], first["versions"], first["todo"]) == (KEYS[0], 2, {"1.1.1": 2}, 0)


def test_many_partitions_are_not_started_without_yes(newsdesk):
    done = newsdesk("start", "--from", "2026-11-20")
    assert done.exit_code == 0
    assert "nothing was started. Say --yes" in done.stdout


def test_nothing_to_do_is_said(newsdesk):
    assert (
        "1 partitions, nothing is to be done"
        in newsdesk("plan", "--from", "2026-11-20", "--to", "2026-11-20T00:01", "--only", "missing").stdout
    )
    assert "nothing was captured" in newsdesk("plan", "--from", "2027-01-01", "--to", "2027-01-02").stdout
