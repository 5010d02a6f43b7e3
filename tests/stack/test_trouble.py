"""What a person sees when the machine does not play along: one line with trouble and remedy, and nothing left behind."""

import contextlib
import os
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from newsdesk.settings import Settings
from stack.elasticsearch import free_port

NEWSDESK = [sys.executable, "-m", "newsdesk.cli.main"]


@pytest.fixture
def environment(stack_settings: Settings, tmp_path: Path) -> dict[str, str]:
    """A home of its own and ports that nobody else uses."""
    return {
        **os.environ,
        "NEWSDESK_HOME": str(tmp_path / "home"),
        "NEWSDESK_LOCAL_ELASTICSEARCH_PORT": str(free_port()),
        "NEWSDESK_LOCAL_AIRFLOW_PORT": str(free_port()),
        "NEWSDESK_LOCAL_SEED_SITE_PORT": str(free_port()),
    }


def complaint(arguments, environment) -> str:
    """What `newsdesk` says on standard error when it fails; it must be one line, and no process of this home is left."""
    done = subprocess.run([*NEWSDESK, *arguments], env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode != 0
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert left_behind(environment["NEWSDESK_HOME"]) == []
    return done.stderr


def left_behind(home: str) -> list[list[str]]:
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            if process.environ().get("NEWSDESK_HOME") == home and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.cmdline())
    return found


@pytest.mark.parametrize(
    ("setting", "what"),
    [("AIRFLOW_PORT", "Airflow"), ("SEED_SITE_PORT", "seed site"), ("ELASTICSEARCH_PORT", "Elasticsearch")],
)
def test_a_port_in_use(environment, setting, what):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = complaint(["run", "--once"], {**environment, f"NEWSDESK_LOCAL_{setting}": str(port)})
    assert f"port {port}" in said
    assert what in said
    assert f"NEWSDESK_LOCAL_{setting}" in said


def test_a_feeds_file_that_is_broken(environment, tmp_path):
    broken = tmp_path / "feeds.opml"
    broken.write_text("<opml><body><outline text='a' xmlUrl=")
    said = complaint(["run", "--once"], {**environment, "NEWSDESK_LOCAL_FEEDS_FILE": str(broken)})
    assert str(broken) in said


def test_a_feeds_file_that_is_not_there(environment, tmp_path):
    said = complaint(["run", "--once"], {**environment, "NEWSDESK_LOCAL_FEEDS_FILE": str(tmp_path / "none.opml")})
    assert "none.opml" in said


def test_a_setting_that_cannot_be_used(environment):
    said = complaint(["run", "--once"], {**environment, "NEWSDESK_LOCAL_AIRFLOW_PORT": "eighty"})
    assert "NEWSDESK_LOCAL_AIRFLOW_PORT" in said


def test_a_disk_that_is_full(environment):
    said = complaint(["run", "--once"], {**environment, "NEWSDESK_LOCAL_ELASTICSEARCH_MINIMUM_FREE_BYTES": str(10**15)})
    assert "Free space" in said


def test_elasticsearch_that_is_down(environment):
    said = complaint(
        ["search", "ferry"],
        {**environment, "ELASTICSEARCH_URL": f"http://127.0.0.1:{free_port()}", "NEWSDESK_ELASTICSEARCH_RETRIES": "0"},
    )
    assert "127.0.0.1" in said


def test_a_wrong_password(environment, elasticsearch_server):
    said = complaint(
        ["search", "ferry"],
        {**environment, "ELASTICSEARCH_URL": elasticsearch_server.url, "NEWSDESK_ELASTICSEARCH_PASSWORD": "guess"},
    )
    assert "NEWSDESK_ELASTICSEARCH_PASSWORD" in said
    assert "guess" not in said


def test_nothing_was_ever_started(environment):
    said = complaint(["search", "ferry"], environment)
    assert "make run" in said


def test_stopping_when_nothing_runs_is_no_error(environment):
    done = subprocess.run([*NEWSDESK, "stop"], env=environment, capture_output=True, text=True, check=True)
    assert "nothing was running" in done.stdout
