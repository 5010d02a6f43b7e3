"""`newsdesk airflow`: Airflow's command with the environment of this home."""

import os

import pytest
from click.testing import CliRunner

from newsdesk.cli.main import newsdesk


@pytest.fixture
def home(monkeypatch, tmp_path):
    monkeypatch.setenv("NEWSDESK_HOME", str(tmp_path))
    for suffix in ("", "_CMD", "_SECRET"):
        monkeypatch.delenv(f"AIRFLOW__DATABASE__SQL_ALCHEMY_CONN{suffix}", raising=False)
    return tmp_path


def test_every_argument_reaches_airflow_unchanged(home, monkeypatch):
    (home / "airflow").mkdir()
    (home / "airflow/airflow.db").touch()
    called = []
    monkeypatch.setattr(os, "execve", lambda program, arguments, environment: called.append((program.name, arguments[1:], environment)))
    CliRunner().invoke(newsdesk, ["airflow", "dags", "list", "--help", "-o", "json"])
    ((program, arguments, environment),) = called
    assert (program, arguments) == ("airflow", ["dags", "list", "--help", "-o", "json"])
    assert environment["AIRFLOW_HOME"] == str(home / "airflow")


def test_a_home_without_airflow_is_told(home):
    assert "there is no Airflow in this home" in str(CliRunner().invoke(newsdesk, ["airflow", "dags", "list"]).exception)
