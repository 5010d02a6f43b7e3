"""`newsdesk run` and the signals that end it."""

import contextlib
import signal

import pytest
from click.testing import CliRunner

from newsdesk.cli import local


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
