"""Tests of newsdesk.ops.backfill_plan."""

import contextlib
import json
import shutil

import pytest
from click.testing import CliRunner

from airflow_in_memory import Airflow
from captures import write_captures
from newsdesk.cli.backfill import MOST_WITHOUT_YES, backfill, follow
from newsdesk.errors import SetupError, Stage, Status, Unavailable
from newsdesk.ops.backfill import Backfill
from newsdesk.ops.reconciliation import Missing, Reconciled
from newsdesk.records import Outcome
from newsdesk.store.archive import Archive
from newsdesk.store.articles import write_articles
from newsdesk.store.outcomes import write_outcomes
from samples import NOW

KEYS = [f"2026-11-{day}T{hour:02}{minute:02}" for day in (20, 21) for hour in range(5) for minute in range(0, 60, 10)]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Data with two captures in each partition; the first partition is enriched."""
    folder = tmp_path_factory.mktemp("data")
    archive = Archive(str(folder))
    for key in KEYS:
        write_captures(archive, key, [(f"https://example.org/{key}/{n}", b"x") for n in range(2)])
    ends = [Outcome(stage=Stage.ENRICH, id=str(n), status=Status.ENRICHED, pipeline_version="1.1.1") for n in range(2)]
    write_outcomes(archive, KEYS[0], Stage.ENRICH, "a", ends, seconds=3.0)
    write_articles(archive, f"articles/{KEYS[0]}/a.jsonl.gz", [])
    return folder


@pytest.fixture
def newsdesk(home, data):
    """A function that runs `newsdesk backfill` in a home with a copy of the data."""
    shutil.copytree(data, home / "data")
    return lambda *arguments: CliRunner().invoke(backfill, arguments, env={"COLUMNS": "120"})


def test_a_long_plan_is_told_by_day_with_an_estimate(newsdesk):
    lines = newsdesk("plan", "--from", "2026-11-20").stdout.splitlines()
    assert len(KEYS) == 60 > MOST_WITHOUT_YES
    assert lines[1].split() == ["2026-11-20", "60", "2", "0", "0", "0", "60", "1.1.1:", "2"]
    assert lines[2].split() == ["2026-11-21", "60", "0", "0", "0", "0", "60"]
    assert lines[3] == "60 partitions, 120 captures, 120 to do"
    assert lines[4].startswith("time: about 5 min")


@pytest.mark.parametrize(("last", "count"), [("2026-11-20", 30), ("2026-11-20T04:50", 30), ("2026-11-21T00:00", 31), ("2026-11-21", 60)])
def test_a_day_means_its_end_and_midnight_is_midnight(newsdesk, last, count):
    assert len(newsdesk("plan", "--from", "2026-11-20", "--to", last, "--json").stdout.splitlines()) == count


def test_a_short_plan_is_told_by_partition(newsdesk):
    lines = newsdesk("plan", "--from", "2026-11-21T04:40").stdout.splitlines()
    assert [line.split()[0] for line in lines[1:3]] == ["2026-11-21T0440", "2026-11-21T0450"]


def test_as_json_it_is_a_line_a_partition(newsdesk):
    first = json.loads(newsdesk("plan", "--from", "2026-11-20", "--only", "missing", "--json").stdout.splitlines()[0])
    assert (first["partition"], first["captures"], first["versions"], first["todo"]) == (KEYS[0], 2, {"1.1.1": 2}, 0)


def test_a_plan_fits_a_terminal_of_80_columns(newsdesk, tmp_path):
    versions = [Outcome(stage=Stage.ENRICH, id=str(n), status=Status.ENRICHED, pipeline_version=f"12.31.{n}.usem3-2") for n in range(4)]
    write_outcomes(Archive(str(tmp_path / "data")), KEYS[-1], Stage.ENRICH, "a", versions)
    arguments = ["plan", "--from", "2026-11-21T04:40"]
    lines = CliRunner().invoke(backfill, arguments, env={"COLUMNS": "80"}).stdout.splitlines()
    assert max(map(len, lines)) <= 80
    # Nothing is truncated: keys, headings and all versions are shown, each of these in a line.
    assert lines[0].split() == ["partition", "captures", "articles", "dead", "aside", "indexed", "to", "do", "versions"]
    assert lines[1].split()[0] == KEYS[-2]
    assert [line.rstrip()[-18:] for line in lines[2:6]] == [f"12.31.{n}.usem3-2: 1" for n in range(4)]


def test_a_comparison_is_a_json_line_a_partition(newsdesk, monkeypatch):
    lost = Missing(stage=Stage.INDEX, url="https://example.org/a", reason="not in the index")
    numbers = {"fetched": 2, "captures": 2, "articles": 2, "set_aside": 0, "dead": 0, "captured_at": NOW, "missing": (lost,)}
    monkeypatch.setattr("newsdesk.cli.backfill.open_client", lambda _settings: contextlib.nullcontext())
    monkeypatch.setattr("newsdesk.cli.backfill.reconcile", lambda _archive, key, **_: Reconciled(partition=key, **numbers))
    done = newsdesk("verify", "--from", "2026-11-20", "--to", "2026-11-20T00:10", "--json")
    assert done.exit_code == 1
    first = json.loads(done.stdout.splitlines()[0])
    assert (first["partition"], first["captured_at"], first["missing"][0]["stage"]) == (KEYS[0], NOW.isoformat(), "index")


def test_many_partitions_are_not_started_without_yes(newsdesk):
    done = newsdesk("start", "--from", "2026-11-20")
    assert done.exit_code == 0
    assert "nothing was started. Start it with --yes" in done.stdout


def test_nothing_to_do_is_said(newsdesk):
    assert "1 partition, nothing to do" in newsdesk("plan", "--from", "2026-11-20", "--to", "2026-11-20T00:01", "--only", "missing").stdout
    assert "nothing was captured" in newsdesk("plan", "--from", "2027-01-01", "--to", "2027-01-02").stdout


def test_a_source_of_which_nothing_was_captured_is_told(newsdesk):
    assert newsdesk("plan", "--from", "2026-11-20", "--source", "example").exit_code == 0
    misspelt = newsdesk("start", "--from", "2026-11-20", "--source", "exmaple", "--yes")
    assert isinstance(misspelt.exception, SetupError)
    assert "of the source 'exmaple'" in str(misspelt.exception)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("plan", "--from", "2026-11-21", "--to", "2026-11-20"), "is after --to"),
        (("plan", "--from", "2026-11-20", "--language", "english"), "by its code"),
        (("plan", "--from", "2026-11-20", "--only", "failed", "--language", "es"), "leave out only or language"),
        (("plan", "--from", "2026-11-20", "--stage", "index", "--source", "efe"), "apply to the stage enrich"),
        (("start", "--from", "2026-11-20", "--name", "a b"), "letters and digits"),
        (("cancel", "a/b"), "letters and digits"),
        (("status", "a__b"), "letters and digits"),
    ],
    ids=["reversed", "no code", "language of none", "index", "blank", "slash", "two dashes"],
)
def test_what_would_do_nothing_or_other_than_meant_is_refused(newsdesk, arguments, said):
    done = newsdesk(*arguments)
    assert done.exit_code == 2
    assert said in done.stderr


def test_following_that_breaks_off_says_how_to_go_on(capsys):
    airflow = Airflow()

    def break_off(_seconds):
        raise Unavailable("airflow", "does not answer")

    with pytest.raises(Unavailable):
        follow(Backfill(name="past", stage=Stage.ENRICH, keys=("a", "b")), airflow, wait=break_off)
    assert "--name past to continue" in capsys.readouterr().err
