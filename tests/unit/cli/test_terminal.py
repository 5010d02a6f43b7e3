"""Control characters in terminal output, and the progress of long commands in logs."""

import io

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from newsdesk.cli import main as cli
from newsdesk.cli.dead import dead
from newsdesk.cli.terminal import ProgressLines, echo, progress
from newsdesk.database import open_database
from newsdesk.errors import Reason, SetupError, Stage
from newsdesk.records import DeadLetter
from newsdesk.store.dead_letters import record_dead_letters
from samples import NOW

HOSTILE = "Ferry\x1b]0;owned\x07\x1b[8m \u202egnp.exe\x9b31m"


class Terminal(io.StringIO):
    def isatty(self):
        return True


@given(st.text())
def test_only_the_colour_that_a_command_asked_for_acts(text):
    terminal = Terminal()
    echo(f"{text}\x1b[2J", file=terminal, fg="red")
    assert terminal.getvalue().count("\x1b") == 2
    assert terminal.getvalue().startswith("\x1b[31m")


@pytest.mark.parametrize("options", [["list"], ["show"], ["list", "--json"]], ids=" ".join)
def test_a_dead_letter_cannot_act_on_the_terminal(options, home):
    about = {
        "detail": HOSTILE,
        "source": HOSTILE,
        "url": f"https://example.org/{HOSTILE}",
        "partition": "2026-11-24",
        "pipeline_version": "1",
    }
    letter = DeadLetter(stage=Stage.FETCH, reason=Reason.GONE, capture=None, failed_at=NOW, page_id="a", **about)
    with open_database(f"sqlite:///{home}/state.db") as engine:
        record_dead_letters(engine, [letter])
    shown = CliRunner().invoke(dead, options).stdout
    assert "Ferry" in shown
    assert not set(shown) & set("\x1b\x07\x9b\u202e")


def test_the_message_of_an_error_cannot_act_on_the_terminal(capsys):
    def fails():
        raise SetupError(HOSTILE, "Look at it")

    with pytest.raises(SystemExit):
        cli.main(fails)
    assert not set(capsys.readouterr().err) & set("\x1b\x07\x9b\u202e")


def test_off_a_terminal_progress_is_a_line_a_minute():
    written, times = io.StringIO(), iter([0.0, 30.0, 59.0, 60.0, 61.0, 121.0])
    with progress(9, "days", file=written, clock=lambda: next(times)) as show:
        for done in range(6):
            show(done, "days")
    assert written.getvalue().splitlines() == ["days: 0 of 9", "days: 3 of 9", "days: 5 of 9"]


def test_on_a_terminal_progress_is_one_line_that_changes():
    terminal = Terminal()
    lines = ProgressLines(terminal)
    for text in ("1 page", "2 pages"):
        lines.show(text)
    assert terminal.getvalue() == "  1 page\r  2 pages\r"
