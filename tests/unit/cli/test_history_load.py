"""`newsdesk history load`: what is told before, and how it ended."""

import contextlib

import pytest
from click.testing import CliRunner

from newsdesk.cli.history import history
from newsdesk.errors import SetupError
from newsdesk.ops.airflow_api import DagRun

DAYS = ["2026-11-10", "2026-11-11"]


class Airflow:
    """Its backfill is over at once, and the days have ended as `ends` says; the first of them was loaded before too."""

    def __init__(self):
        self.ends, self.paused, self.is_started = {}, set(), False

    def plan_backfill(self, *_):
        return DAYS

    def is_paused(self, dag_id):
        return dag_id in self.paused

    def start_backfill(self, *_, **__):
        self.is_started = True
        return 7

    def is_backfill_over(self, _id):
        return True

    def runs_named(self, dag_id, _prefix, *, states):
        ends = self.ends if self.is_started else {}
        runs = [DagRun(dag_id, "backfill__before", "success", DAYS[0], ended_at="2026-11-12T00:00:00Z")]
        runs += [DagRun(dag_id, f"backfill__{day}", state, day, ended_at="2026-11-13T00:00:00Z") for day, state in ends.items()]
        return [run for run in runs if run.state in states]


@pytest.fixture
def airflow(monkeypatch, tmp_path):
    monkeypatch.setenv("NEWSDESK_HOME", str(tmp_path))
    airflow = Airflow()
    monkeypatch.setattr("newsdesk.cli.history.open_settings_airflow", lambda _settings: contextlib.nullcontext(airflow))
    return airflow


def load(*options):
    return CliRunner().invoke(history, ["load", "--from", DAYS[0], "--to", DAYS[1], *options])


def test_days_that_were_loaded_are_counted(airflow):
    airflow.ends = dict.fromkeys(DAYS, "success")
    done = load()
    assert done.exit_code == 0, done.output
    assert "2 of 2 days loaded" in done.stdout


@pytest.mark.parametrize(
    ("ends", "said"),
    [({DAYS[0]: "success", DAYS[1]: "failed"}, "1 days failed: 2026-11-11"), ({DAYS[1]: "success"}, "before all days were loaded")],
    ids=["failed", "called off"],
)
def test_days_that_were_not_loaded_are_told(airflow, ends, said):
    airflow.ends = ends
    done = load()
    assert "1 of 2 days loaded" in done.stdout
    assert isinstance(done.exception, SetupError)
    assert said in str(done.exception)


@pytest.mark.parametrize("paused", ["newsdesk_sweep", "newsdesk_enrich", "newsdesk_index"])
def test_a_dag_that_would_lose_the_days_is_refused_before_anything_is_started(airflow, paused):
    airflow.paused = {paused}
    assert f"{paused} is paused" in str(load().exception)
    assert not airflow.is_started


def test_days_in_the_wrong_order_are_refused(airflow):
    done = CliRunner().invoke(history, ["load", "--from", DAYS[1], "--to", DAYS[0]])
    assert (done.exit_code, airflow.is_started) == (2, False)
