"""Ctrl-C in long commands: the first ends them cleanly, the second at once."""

import datetime as dt
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from captures import write_captures
from newsdesk.cli import retention as retention_command
from newsdesk.cli import state as state_command
from newsdesk.cli import verify as verify_command
from newsdesk.cli.history import history
from newsdesk.cli.interrupts import finish_step_first
from newsdesk.database import open_database
from newsdesk.fetch.state import add_feed
from newsdesk.ops.rebuild import Rebuilt
from newsdesk.ops.retention import Kind, Removal
from newsdesk.ops.retention import _remove as remove_data
from newsdesk.store.archive import Archive

KEYS = ["2026-11-24T1200", "2026-11-24T1205", "2026-11-24T1210"]

TWICE = """
import signal
from newsdesk.cli.interrupts import {name}
{begin}
try:
    signal.raise_signal(signal.SIGINT)
    print("first", flush=True)
except KeyboardInterrupt:
    print("first", flush=True)
signal.raise_signal(signal.SIGINT)
print("still here", flush=True)
"""


@pytest.fixture(autouse=True)
def _signals():
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize(
    ("name", "begin"), [("interrupt_once", "interrupt_once()"), ("finish_step_first", "block = finish_step_first(); block.__enter__()")]
)
def test_the_second_one_ends_the_process_at_once(name, begin):
    code = TWICE.format(name=name, begin=begin)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3] / "plugins")}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False)
    assert (done.returncode, done.stdout) == (-signal.SIGINT, "first\n")


def test_a_step_is_finished_and_the_handler_is_put_back(capsys):
    with finish_step_first() as is_interrupted:
        assert not is_interrupted()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    with finish_step_first() as is_interrupted:
        signal.raise_signal(signal.SIGINT)
        assert is_interrupted()
    assert "press Ctrl-C again to end at once" in capsys.readouterr().err


@pytest.fixture
def home(home):
    for key in KEYS:
        write_captures(Archive(str(home / "data")), key, [("https://example.org/a", b"x")])
    return home


def interrupt_after(count, steps):
    """Yield the steps, with Ctrl-C after `count` of them."""
    for number, step in enumerate(steps, start=1):
        if number == count:
            signal.raise_signal(signal.SIGINT)
        yield step


def test_a_rebuild_ends_after_a_whole_partition_and_says_how_to_go_on(home, monkeypatch):
    monkeypatch.setattr(state_command, "rebuild_state", lambda *_, **__: interrupt_after(2, (Rebuilt(partitions=n) for n in (1, 2, 3))))
    done = CliRunner().invoke(state_command.state, ["rebuild"])
    assert done.exit_code == 130
    assert "interrupted after 2 partitions; repeat the command to continue" in done.stderr


def test_verify_ends_after_a_whole_partition(home, monkeypatch):
    examined = interrupt_after(2, iter(KEYS))

    def examine(*_, **__):
        next(examined)
        return []

    monkeypatch.setattr(verify_command, "examine_partition", examine)
    done = CliRunner().invoke(verify_command.verify, ["--repair"])
    assert done.exit_code == 130
    assert "interrupted after 2 of 3 partitions" in done.stderr


def test_retention_ends_after_a_whole_partition(home, monkeypatch):
    plan = [Removal(Kind.RAW, key) for key in KEYS]
    answers = interrupt_after(2, iter([False, True, True]))

    def remove(*_, is_interrupted, **__):
        ask = lambda: next(answers) and is_interrupted()  # noqa: E731
        return remove_data(plan, archive=Archive(str(home / "data")), es=None, is_interrupted=ask)

    monkeypatch.setattr(retention_command, "_remove_old", remove)
    done = CliRunner().invoke(retention_command.retention, ["--apply"])
    assert (done.exit_code, done.stderr.splitlines()[-1]) == (130, "interrupted; repeat the command to continue")
    assert done.stdout.splitlines() == [f"raw          {KEYS[0]}"]
    assert [len(list((home / "data/raw" / key).glob("*"))) for key in KEYS] == [0, 2, 2]


def test_a_load_of_warc_files_leaves_no_half_file(home, monkeypatch):
    monkeypatch.setattr("newsdesk.fetch.warc_history.REPORT_EVERY", 1)
    with open_database(f"sqlite:///{home}/state.db") as engine:
        add_feed(engine, "https://example.org/feed.xml", source="example", now=dt.datetime.now(dt.UTC))
    (source,) = (home / "data/raw" / KEYS[0]).glob("*.warc.gz")
    before = {path for path in (home / "data").rglob("*") if path.is_file()}
    monkeypatch.setattr("newsdesk.cli.history.ProgressLines", _Interrupting)
    done = CliRunner().invoke(history, ["warc", str(source), "--from", "2026-11-24", "--to", "2026-11-24"])
    assert done.exit_code == 130, done.output
    assert "repeat the command to continue" in done.stderr
    assert {path for path in (home / "data").rglob("*") if path.is_file()} == before


class _Interrupting:
    """Progress during which Ctrl-C is pressed."""

    def show(self, _text):
        signal.raise_signal(signal.SIGINT)
