"""The Airflow on which the `airflow` command works."""

import contextlib
import dataclasses
import os
import re
import signal
import subprocess
import sys

import pytest

from newsdesk.errors import SetupError
from newsdesk.local import airflow
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


@pytest.fixture
def commands(monkeypatch):
    """The commands that are run, each with this exit status."""
    ran, statuses = [], {"status": 0}

    def run(command, **_):
        ran.append(command[1:])
        return subprocess.Popen([sys.executable, "-c", f"raise SystemExit({statuses['status']})"])

    monkeypatch.setattr(airflow.Service, "start", lambda _self, command, **options: run(command, **options))
    return ran, statuses


def test_no_server_for_task_logs_is_started(settings, commands):
    airflow.start(settings, allowed_hosts=())
    ran, _ = commands
    assert ran[0] == ["db", "migrate"]
    # All processes are in one session, by which `stop` finds the web server.
    (_, (_, script)) = ran
    started = [part.split()[1:] for part in re.findall(r"; (\S*/airflow [^;]*);", script)]
    assert [command[0] for command in started] == ["scheduler", "dag-processor", "api-server", "triggerer"]
    # The two components for which Airflow starts a log server, which listens on all interfaces.
    assert all("--skip-serve-logs" in command for command in started if command[0] in ("scheduler", "triggerer"))


def test_a_database_that_cannot_be_made_is_told_and_nothing_is_started(settings, commands):
    ran, statuses = commands
    statuses["status"] = 1
    with pytest.raises(SetupError, match="migration of Airflow's database failed"):
        airflow.start(settings, allowed_hosts=())
    assert ran == [["db", "migrate"]]


def test_airflow_knows_the_components_and_their_option():
    """Airflow accepts these options: fails if a new version renames them."""
    from airflow.cli.cli_config import core_commands

    known = {command.name: {flag for arg in getattr(command, "args", ()) for flag in arg.flags} for command in core_commands}
    for name, *options in airflow.COMPONENTS:
        assert set(options) <= known[name]


def runs_of(monkeypatch, tmp_path, command, *, most):
    """How often the shell runs a command until it gives up, or has run it so often."""
    monkeypatch.setattr(airflow, "SHORTEST_RUN_SECONDS", 1)
    told = tmp_path / "runs"
    script = airflow._kept_running(f"sh -c 'echo run >> {told}; {command}'")
    shell = subprocess.Popen(["/bin/sh", "-c", script], stdout=subprocess.DEVNULL, start_new_session=True)
    while shell.poll() is None and (not told.exists() or len(told.read_text().split()) < most):
        with contextlib.suppress(subprocess.TimeoutExpired):
            shell.wait(0.1)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(shell.pid, signal.SIGKILL)
    shell.wait()
    return len(told.read_text().split())


def test_a_component_that_dies_is_started_again(monkeypatch, tmp_path):
    assert runs_of(monkeypatch, tmp_path, "sleep 2; kill -9 $$", most=2) == 2


def test_a_component_that_cannot_start_is_not(monkeypatch, tmp_path):
    assert runs_of(monkeypatch, tmp_path, "exit 1", most=2) == 1
