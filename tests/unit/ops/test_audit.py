"""The audit log: its entries, and the removal of old ones.

Tests of newsdesk.cli.audit.
"""

import datetime as dt
import json

import pytest
from click.testing import CliRunner

from newsdesk.cli.main import newsdesk
from newsdesk.ops.audit import LONGEST, begin_change, end_change, forget_changes, list_changes
from samples import NOW


@pytest.fixture
def five_changes(engine):
    """One change per day, by two users in turn; the subject of the oldest is 0."""
    for number in range(5):
        at = NOW - dt.timedelta(days=4 - number)
        begin_change(engine, who="ines" if number % 2 else "otto", action="retry", subject=str(number), now=at)
    return engine


def _subjects(engine, **wanted):
    return [entry.subject for entry in list_changes(engine, **wanted)]


def test_the_newest_changes_come_first_in_parts(five_changes):
    assert _subjects(five_changes, most=2) == ["4", "3"]
    assert _subjects(five_changes, before=3) == ["1", "0"]


def test_the_changes_of_one_person(five_changes):
    assert _subjects(five_changes, who="ines") == ["3", "1"]


@pytest.mark.parametrize(
    ("days", "most", "left"), [(2, 0, "432"), (0, 3, "432"), (1, 4, "43"), (9, 1, "4"), (0, 0, "43210"), (9, 9, "43210")]
)
def test_old_changes_and_those_above_a_number_are_forgotten(five_changes, days, most, left):
    gone = forget_changes(five_changes, now=NOW, days=days, most=most, dry_run=True)
    assert _subjects(five_changes) == list("43210")
    assert forget_changes(five_changes, now=NOW, days=days, most=most) == gone == 5 - len(left)
    assert _subjects(five_changes) == list(left)


def test_an_endless_subject_is_cut(engine):
    number = begin_change(engine, who="ines", action="retry", subject="x" * 9_999, now=NOW)
    end_change(engine, number, subject="y" * 9_999, outcome="z" * 9_999)
    (entry,) = list_changes(engine)
    assert (entry.subject, entry.outcome) == ("y" * LONGEST, "z" * LONGEST)


@pytest.fixture
def command(home):
    return lambda *words: CliRunner().invoke(newsdesk, ["audit", *words]).output


def test_the_command_lists_who_changed_what(engine, command):
    assert command() == "no changes\n"
    number = begin_change(engine, who="ines", action="pause feed", subject="7", now=NOW)
    end_change(engine, number, subject="7\nforged line", outcome="done")
    assert command() == f"{NOW:%Y-%m-%d %H:%M:%S} UTC  ines  pause feed 7\\u000aforged line: done\n"
    assert command("--who", "otto") == "no changes\n"
    (line,) = command("--json").splitlines()
    assert json.loads(line)["at"] == NOW.isoformat()
