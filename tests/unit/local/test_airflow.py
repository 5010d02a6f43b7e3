"""Which Airflow the `airflow` command is to work on."""

import dataclasses

import pytest

from newsdesk.local.airflow import command_environment
from newsdesk.settings import load


@pytest.fixture
def settings(monkeypatch, tmp_path):
    for suffix in ("", "_CMD", "_SECRET"):
        monkeypatch.delenv(f"AIRFLOW__DATABASE__SQL_ALCHEMY_CONN{suffix}", raising=False)
    found = load()
    return dataclasses.replace(found, home=found.home.model_copy(update={"home": tmp_path}))


def test_where_no_airflow_is_known_there_is_none(settings):
    assert command_environment(settings) is None


def test_the_one_of_the_home(settings, tmp_path):
    (tmp_path / "airflow").mkdir()
    (tmp_path / "airflow/airflow.db").touch()
    assert command_environment(settings)["AIRFLOW_HOME"] == str(tmp_path / "airflow")


@pytest.mark.parametrize("suffix", ["", "_CMD", "_SECRET"])
def test_the_one_that_the_environment_configures_comes_first(settings, tmp_path, monkeypatch, suffix):
    (tmp_path / "airflow").mkdir()
    (tmp_path / "airflow/airflow.db").touch()
    monkeypatch.setenv(f"AIRFLOW__DATABASE__SQL_ALCHEMY_CONN{suffix}", "given")
    monkeypatch.setenv("AIRFLOW_HOME", "/elsewhere")
    environment = command_environment(settings)
    assert environment["AIRFLOW_HOME"] == "/elsewhere"
    assert environment[f"AIRFLOW__DATABASE__SQL_ALCHEMY_CONN{suffix}"] == "given"


def test_a_killed_task_is_noticed_sooner_than_airflow_would_by_itself(settings, tmp_path):
    (tmp_path / "airflow").mkdir()
    (tmp_path / "airflow/airflow.db").touch()
    assert int(command_environment(settings)["AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT"]) < 300
