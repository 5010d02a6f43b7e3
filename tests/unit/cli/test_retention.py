"""`newsdesk retention` and `newsdesk run` remove old rows and logs of Airflow: the counts and errors in their output."""

import json

import pytest
from click.testing import CliRunner

from newsdesk.cli import local
from newsdesk.cli.main import newsdesk
from newsdesk.errors import SetupError
from newsdesk.ops.retention import Kind, Removal
from newsdesk.settings import load

ROWS = Removal(Kind.AIRFLOW_ROWS, "dag_run", count=900)
LOGS = Removal(Kind.AIRFLOW_LOGS, "dag_id=newsdesk_fetch", count=40, bytes=2_000_000)


@pytest.fixture
def leftovers(monkeypatch):
    """Data to remove; records for each call whether it was a dry run."""
    calls = []

    def remove(_environment, _settings, *, now, dry_run):
        calls.append(dry_run)
        return [ROWS, LOGS]

    monkeypatch.setattr("newsdesk.cli.retention.command_environment", lambda _settings: {})
    monkeypatch.setattr("newsdesk.ops.airflow_leftovers.remove_leftovers", remove)
    return calls


def test_airflows_alone_are_shown_with_their_counts(leftovers):
    shown = CliRunner().invoke(newsdesk, ["retention", "--airflow"])
    assert shown.output.splitlines() == [
        "airflow_rows dag_run  900",
        "airflow_logs dag_id=newsdesk_fetch  40  2.0 MB",
        "2 would be removed (--apply removes them)",
    ]
    assert leftovers == [True]


def test_airflows_alone_are_removed_and_told_to_programs(leftovers):
    shown = CliRunner().invoke(newsdesk, ["retention", "--airflow", "--apply", "--json"])
    assert [json.loads(line)["count"] for line in shown.output.splitlines()] == [900, 40]
    assert leftovers == [False]


def test_where_airflow_is_not_known_that_is_an_error(monkeypatch):
    monkeypatch.setattr("newsdesk.cli.retention.command_environment", lambda _settings: None)
    failed = CliRunner().invoke(newsdesk, ["retention", "--airflow"])
    assert isinstance(failed.exception, SetupError)


def test_the_run_goes_on_where_airflow_cannot_be_cleaned(leftovers, monkeypatch, capsys):
    local._clean_airflow(load())
    assert "900 of dag_run, 40 of dag_id=newsdesk_fetch" in capsys.readouterr().out

    def refuse(*_arguments, **_settings):
        raise SetupError("`airflow db clean` failed: locked", "Check it")

    monkeypatch.setattr("newsdesk.ops.airflow_leftovers.remove_leftovers", refuse)
    local._clean_airflow(load())
    assert "locked" in capsys.readouterr().err
