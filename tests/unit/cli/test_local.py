"""`newsdesk run` and the signals that end it."""

import contextlib
import os
import signal
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from newsdesk.cli import local
from newsdesk.errors import SetupError
from newsdesk.settings import load


@pytest.fixture
def ignored_interrupts():
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("ignored_interrupts")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_run_also_where_a_parent_had_ctrl_c_ignored(monkeypatch, number):
    stopped = []

    @contextlib.contextmanager
    def run(_settings, *, steps):
        try:
            signal.raise_signal(number)
            yield
        finally:
            stopped.append(steps)

    monkeypatch.setattr(local.whole, "run", run)
    assert CliRunner().invoke(local.run).exit_code == 130
    assert len(stopped) == 1


@pytest.mark.usefixtures("ignored_interrupts")
def test_a_second_signal_kills_what_is_being_stopped(monkeypatch):
    ended = []

    @contextlib.contextmanager
    def run(_settings, *, steps):
        try:
            signal.raise_signal(signal.SIGINT)
            yield
        finally:
            signal.raise_signal(signal.SIGINT)

    def exit_at_once(status):
        ended.append(status)
        raise SystemExit(status)

    monkeypatch.setattr(local.whole, "run", run)
    monkeypatch.setattr(local.whole, "kill", lambda settings: ended.append("killed"))
    monkeypatch.setattr(os, "_exit", exit_at_once)
    CliRunner().invoke(local.run)
    assert ended == ["killed", 130]


def addresses(monkeypatch, tmp_path, **variables):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NEWSDESK_HOME", raising=False)
    for name, value in {"NEWSDESK_ELASTICSEARCH_URL": "https://cluster:9200", **variables}.items():
        monkeypatch.setenv(name, value)
    return local._addresses(load(), "first-article")


def test_the_banner_names_the_index_with_its_prefix(monkeypatch, tmp_path):
    assert "https://cluster:9200/desk-articles/_search" in addresses(monkeypatch, tmp_path, NEWSDESK_INDEX_PREFIX="desk-")


def test_the_banners_commands_can_be_typed_in_a_fresh_shell(monkeypatch, tmp_path):
    program = Path(sys.executable).with_name("newsdesk")
    home = tmp_path / "a home"
    assert f"  NEWSDESK_HOME='{home}' {program} feeds list" in addresses(monkeypatch, tmp_path, NEWSDESK_HOME=str(home))


def test_the_banners_commands_are_short_where_nothing_is_out_of_the_ordinary(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "executable", str(tmp_path / ".venv/bin/python"))
    assert "\n  .venv/bin/newsdesk feeds list" in addresses(monkeypatch, tmp_path)


def test_servers_that_end_are_started_again_also_after_a_failed_try(monkeypatch, home, capsys):
    tries = []

    def start_again(_settings, *, report):
        tries.append(report)
        if len(tries) == 1:
            raise SetupError("the disk is full", "Free space")
        if len(tries) == 2:
            report("Elasticsearch has ended and is started again")
            return
        raise KeyboardInterrupt

    monkeypatch.setattr(local, "LOOK_EVERY_SECONDS", 0.0)
    monkeypatch.setattr(local, "RETRY_SECONDS", 0.0)
    monkeypatch.setattr(local.whole, "start_again", start_again)
    local._stay(load())
    told = capsys.readouterr()
    assert told.err == "it did not start, and is tried again: the disk is full. Free space\n"
    assert "UTC  Elasticsearch has ended and is started again" in told.out
