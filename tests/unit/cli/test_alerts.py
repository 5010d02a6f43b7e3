"""`newsdesk alerts`: listed, acknowledged, silenced."""

import datetime as dt
import json

import pytest
from click.testing import CliRunner

from newsdesk.cli.alerts import alerts
from newsdesk.ops.alerts import list_silences, record_problems
from newsdesk.ops.freshness import AlertRule, Problem

RAISED = dt.datetime(2026, 11, 24, 12, 5, tzinfo=dt.UTC)


@pytest.fixture
def engine(engine):
    problem = Problem(rule=AlertRule.ERROR_RATE, subject="marlow-post", message="6 of 6 pages could not be fetched")
    record_problems(engine, [problem], rules=(), channels=["log"], now=RAISED)
    return engine


def call(*arguments):
    return CliRunner().invoke(alerts, arguments)


@pytest.mark.usefixtures("engine")
def test_an_alert_is_listed_then_acknowledged():
    line = "marlow-post: error rate: 6 of 6 pages could not be fetched (since 2026-11-24 12:05 UTC"
    assert call("list").stdout == f"{line})\n"
    assert call("acknowledge", "marlow-post", "--rule", "error_rate").stdout == "1 alert acknowledged\n"
    assert call("list").stdout == f"{line}, acknowledged)\n"
    assert json.loads(call("list", "--json").stdout)["subject"] == "marlow-post"


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("arguments", [["other"], ["marlow-post", "--rule", "silence"]], ids=str)
def test_what_is_no_active_alert_is_told(arguments):
    assert "there is no active alert for" in str(call("acknowledge", *arguments).exception)


@pytest.mark.parametrize(("given", "minutes"), [("30m", 30), ("8h", 480), ("3d", 4320)])
def test_a_subject_is_silenced_for_a_time_and_heard_again(engine, given, minutes):
    before = dt.datetime.now(dt.UTC)
    call("silence", "marlow-post", "--for", given)
    (silence,) = list_silences(engine)
    assert dt.timedelta(0) <= silence.until - before - dt.timedelta(minutes=minutes) < dt.timedelta(minutes=1)
    assert "silenced until" in call("list").stdout
    assert call("unsilence", "marlow-post").stdout == "marlow-post: 1 silence ended\n"
    assert list_silences(engine) == []


@pytest.mark.parametrize("given", ["", "soon", "0h", "8", "-1d", "9999d"])
def test_what_is_no_time_is_refused_with_an_example(engine, given):
    done = call("silence", "marlow-post", "--for", given)
    assert done.exit_code == 2
    assert "30m, 8h or 3d" in done.output
