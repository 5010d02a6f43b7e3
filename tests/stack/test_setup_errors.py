"""Errors of the machine and its settings are one line with the remedy, and no process is left; `stop` and Ctrl-C end a run."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import psutil
import pytest

from stack.command import newsdesk
from stack.elasticsearch import compile_little, free_port

NEWSDESK = [sys.executable, "-m", "newsdesk.cli.main"]


@pytest.fixture
def environment(stack_home: Path) -> dict[str, str]:
    """A separate home, which Elasticsearch's user can access, and free ports."""
    home = stack_home / uuid4().hex
    compile_little(home)
    return {
        **os.environ,
        "NEWSDESK_HOME": str(home),
        "NEWSDESK_LOCAL_ELASTICSEARCH_PORT": str(free_port()),
        "NEWSDESK_LOCAL_AIRFLOW_PORT": str(free_port()),
        "NEWSDESK_LOCAL_SEED_SITE_PORT": str(free_port()),
    }


def complaint(arguments, environment) -> str:
    """The error message of a failing `newsdesk` command. Asserts that it is one line, and that no process is left."""
    done = newsdesk(*arguments, environment=environment)
    assert done.returncode != 0
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert left_behind(environment) == []
    return done.stderr


def left_behind(environment) -> list[list[str]]:
    """The processes of this home. Airflow's web server overwrites its environment, so it is found by its title."""
    home, port = environment["NEWSDESK_HOME"], f"port:{environment['NEWSDESK_LOCAL_AIRFLOW_PORT']}"
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied, ProcessLookupError):
            is_ours = process.environ().get("NEWSDESK_HOME") == home or home in " ".join(process.cmdline())
            if (is_ours or port in " ".join(process.cmdline())) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.cmdline())
    return found


@pytest.mark.parametrize(
    ("setting", "what"),
    [("AIRFLOW_PORT", "Airflow"), ("SEED_SITE_PORT", "seed site"), ("ELASTICSEARCH_PORT", "Elasticsearch")],
)
def test_a_port_in_use_is_reported(environment, setting, what):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = complaint(["run", "--once"], {**environment, f"NEWSDESK_LOCAL_{setting}": str(port)})
    assert f"port {port}" in said
    assert what in said
    assert f"NEWSDESK_LOCAL_{setting}" in said


def test_an_invalid_feeds_file_is_reported(environment, tmp_path):
    broken = tmp_path / "feeds.opml"
    broken.write_text("<opml><body><outline text='a' xmlUrl=")
    said = complaint(["run", "--once"], {**environment, "NEWSDESK_LOCAL_FEEDS_FILE": str(broken)})
    assert str(broken) in said


def test_a_missing_feeds_file_is_reported(environment, tmp_path):
    said = complaint(["run", "--once"], {**environment, "NEWSDESK_LOCAL_FEEDS_FILE": str(tmp_path / "none.opml")})
    assert "none.opml" in said


def test_an_invalid_setting_is_reported(environment):
    said = complaint(["run", "--once"], {**environment, "NEWSDESK_LOCAL_AIRFLOW_PORT": "eighty"})
    assert "NEWSDESK_LOCAL_AIRFLOW_PORT" in said


def test_a_full_disk_is_reported(environment):
    said = complaint(["run", "--once"], {**environment, "NEWSDESK_LOCAL_ELASTICSEARCH_MINIMUM_FREE_BYTES": str(10**15)})
    assert "Free space" in said


def test_an_unreachable_elasticsearch_is_reported(environment):
    said = complaint(
        ["search", "ferry"],
        {**environment, "ELASTICSEARCH_URL": f"http://127.0.0.1:{free_port()}", "NEWSDESK_ELASTICSEARCH_RETRIES": "0"},
    )
    assert "127.0.0.1" in said


def test_a_wrong_password_is_reported(environment, elasticsearch_server):
    said = complaint(
        ["search", "ferry"],
        {**environment, "ELASTICSEARCH_URL": elasticsearch_server.url, "NEWSDESK_ELASTICSEARCH_PASSWORD": "guess"},
    )
    assert "NEWSDESK_ELASTICSEARCH_PASSWORD" in said
    assert "guess" not in said


def test_a_search_before_the_first_start_is_reported(environment):
    said = complaint(["search", "ferry"], environment)
    assert "make run" in said


def test_stop_succeeds_if_nothing_runs(environment):
    done = newsdesk("stop", environment=environment)
    assert done.returncode == 0
    assert "nothing was running" in done.stdout


def started_until(step: str, environment) -> subprocess.Popen:
    """Start `newsdesk run`, and return when it has finished this step."""
    run = subprocess.Popen([*NEWSDESK, "run"], env={**environment, "PYTHONUNBUFFERED": "1"}, stdout=subprocess.PIPE, text=True)
    for line in run.stdout:
        if line.startswith(f"✓ {step}"):
            return run
    return pytest.fail(f"the run ended before {step!r}")


def test_ctrl_c_stops_everything_that_was_started(environment):
    run = started_until("Seed site", environment)
    run.send_signal(signal.SIGINT)
    run.communicate(timeout=60)
    assert run.returncode == 130
    assert left_behind(environment) == []


def test_stop_ends_a_running_newsdesk(environment):
    run = started_until("Seed site", environment)
    done = newsdesk("stop", environment=environment)
    assert done.returncode == 0
    assert done.stdout.startswith("stopped: the run")
    run.communicate(timeout=5)
    assert run.returncode == 130
    assert left_behind(environment) == []


def test_stop_cleans_up_after_a_killed_run(environment):
    run = started_until("Seed site", environment)
    run.kill()
    run.communicate()
    assert left_behind(environment) != []
    done = newsdesk("stop", environment=environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("stopped: seed-site, elasticsearch") or done.stdout.startswith("stopped: airflow, seed-site")
    assert left_behind(environment) == []


def test_a_second_run_is_refused_while_one_runs(environment):
    run = started_until("Looking at this machine", environment)
    second = newsdesk("run", "--once", environment=environment)
    run.send_signal(signal.SIGINT)
    run.communicate(timeout=60)
    assert second.returncode != 0
    assert f"already running from {environment['NEWSDESK_HOME']} (process {run.pid})" in second.stderr
