"""The image, as far as it can be tested without Docker: its content, its user, its two scripts."""

import fnmatch
import os
import re
import subprocess
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPTS = ROOT / "docker/image"
INSTRUCTIONS = re.sub(r"\\\n(?:\s*#.*\n)*", " ", (ROOT / "docker/Dockerfile").read_text()).splitlines()
BUILD, FINAL = (
    INSTRUCTIONS[: (last := max(i for i, line in enumerate(INSTRUCTIONS) if line.startswith("FROM ")))],
    INSTRUCTIONS[last:],
)


def _sources():
    """The paths that the build copies from the context."""
    return [source for line in BUILD if line.startswith("COPY ") for source in line.split()[1:-1]]


def _age(path, *, minutes):
    then = time.time() - minutes * 60
    os.utime(path, (then, then))


@pytest.fixture
def one_round(tmp_path):
    """A function that runs one round of clean-logs on `tmp_path`, with the chart's variables."""
    stub = tmp_path / "bin/sleep"
    stub.parent.mkdir()
    stub.write_text('#!/bin/sh\necho "slept $1"\nexit 1\n')
    stub.chmod(0o755)

    def run(**variables):
        environment = {"PATH": f"{stub.parent}:{os.environ['PATH']}", "AIRFLOW_HOME": str(tmp_path), **variables}
        return subprocess.run(["bash", SCRIPTS / "clean-logs"], check=False, capture_output=True, text=True, env=environment)

    return run


def test_every_copied_file_exists_and_is_in_the_build_context():
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    assert "*" in lines
    let_through = [line[1:] for line in lines if line.startswith("!")]
    assert _sources()
    for source in _sources():
        assert (ROOT / source).exists(), source
        assert any(source == path or source.startswith(f"{path}/") for path in let_through), source


def test_the_build_context_contains_no_secret_and_no_git_data():
    let_through = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    for kept_back in (".env", "newsdesk.env", ".git/config", "tests/conftest.py", ".venv/bin/python"):
        assert not any(fnmatch.fnmatch(kept_back, path) or kept_back.startswith(f"{path}/") for path in let_through), kept_back


def test_packages_are_installed_from_locks_with_hashes_without_the_dev_lock():
    installs = [part for line in BUILD for part in line.split("&&") if " install " in part and "--editable" not in part]
    assert installs
    assert all("--require-hashes" in install for install in installs)
    assert {file for install in installs for file in re.findall(r"-r ([\w./-]+\.lock)", install)} == {
        "requirements.bootstrap.lock",
        "requirements.lock",
    }


def test_the_user_is_numeric_and_its_group_is_0():
    assert [line for line in FINAL if line.startswith("USER ")] == ["USER 50000:0"]


def test_home_and_user_name_are_set_for_users_without_a_passwd_entry():
    variables = next(line for line in FINAL if line.startswith("ENV "))
    assert re.search(r"\bHOME=/var/lib/newsdesk\b", variables)
    assert re.search(r"\bUSER=newsdesk\b", variables)


def test_the_entrypoint_executes_its_arguments_unchanged():
    process = subprocess.Popen(
        [SCRIPTS / "entrypoint", "sh", "-c", 'echo $$ "$@"', "sh", "two words", ""], stdout=subprocess.PIPE, text=True
    )
    written, _ = process.communicate(timeout=10)
    assert written == f"{process.pid} two words \n"


def test_the_entrypoint_returns_the_exit_status_of_the_command():
    assert subprocess.run([SCRIPTS / "entrypoint", "sh", "-c", "exit 3"], check=False).returncode == 3


def test_files_of_a_container_are_group_writable(tmp_path):
    subprocess.run([SCRIPTS / "entrypoint", "touch", tmp_path / "file"], check=True, umask=0o077)
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o664


def test_old_logs_and_their_empty_folders_are_removed(tmp_path, one_round):
    old, young, other = (tmp_path / "logs" / name for name in ("dag=a/run=1/1.log", "dag=b/run=2/1.log", "dag=b/note.txt"))
    for path in (old, young, other):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("said")
    _age(old, minutes=3 * 1440 + 31)
    _age(young, minutes=3 * 1440 + 29)
    _age(other, minutes=99_999)
    _age(tmp_path / "logs/dag=b", minutes=99_999)
    ended = one_round(AIRFLOW__LOG_RETENTION_DAYS="3", AIRFLOW__LOG_RETENTION_MINUTES="30", AIRFLOW__LOG_CLEANUP_FREQUENCY_MINUTES="20")
    assert ended.stderr == ""
    assert ended.stdout == "slept 1200\n"
    assert not old.exists()
    assert young.exists()
    assert other.exists()


def test_an_empty_folder_is_kept_for_an_hour(tmp_path, one_round):
    fresh, left = tmp_path / "logs/fresh", tmp_path / "logs/left"
    fresh.mkdir(parents=True)
    left.mkdir()
    _age(left, minutes=61)
    one_round()
    assert fresh.exists()
    assert not left.exists()
    assert (tmp_path / "logs").exists()
