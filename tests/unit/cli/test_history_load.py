"""`newsdesk history load`: the plan and the result in its output.

Tests of newsdesk.ops.sweep_backfill.
"""

import contextlib

import pytest
from click.testing import CliRunner

from newsdesk.cli.history import history
from newsdesk.errors import SetupError
from newsdesk.ops.airflow_api import AirflowRefused, DagRun

DAYS = ["2026-11-10", "2026-11-11"]
OVER = 8


class Airflow:
    """An Airflow whose backfill ends at once with the states `ends` of the days; the first day was also loaded before."""

    def __init__(self):
        self.ends, self.paused, self.is_started = {}, set(), False
        self.backfills, self.calls, self.just_started = {7: "newsdesk_sweep", OVER: "newsdesk_sweep", 9: "another"}, [], set()

    def plan_backfill(self, *_):
        return DAYS

    def is_paused(self, dag_id):
        return dag_id in self.paused

    def start_backfill(self, *_, **__):
        self.is_started = True
        return 7

    def is_backfill_over(self, _id):
        return True

    def backfill_dag(self, backfill_id):
        if backfill_id not in self.backfills:
            raise AirflowRefused(404, "Backfill not found")
        return self.backfills[backfill_id]

    def pause_backfill(self, backfill_id):
        if backfill_id == OVER:
            raise AirflowRefused(409, "Backfill is already completed.")
        self.calls.append("pause")

    def delete(self, run):
        if run.run_id in self.just_started:
            raise AirflowRefused(409, "cannot be deleted in running state")
        self.ends.pop(run.partition_key)
        self.calls.append(f"delete {run.partition_key}")

    def cancel_backfill(self, _id):
        self.calls.append("cancel")

    def runs_named(self, dag_id, _prefix, *, states):
        ends = self.ends if self.is_started else {}
        runs = [DagRun(dag_id, "backfill__before", "success", DAYS[0], ended_at="2026-11-12T00:00:00Z")]
        runs += [DagRun(dag_id, f"backfill__{day}", state, day, ended_at="2026-11-13T00:00:00Z") for day, state in ends.items()]
        return [run for run in runs if run.state in states]


@pytest.fixture
def airflow(home):
    return Airflow()


@pytest.fixture
def call(airflow):
    """call(*arguments): the result of `newsdesk history`."""
    return lambda *arguments: CliRunner().invoke(history, arguments, obj=lambda _settings: contextlib.nullcontext(airflow))


@pytest.fixture
def load(call):
    return lambda *options: call("load", "--from", DAYS[0], "--to", DAYS[1], *options)


def test_days_that_were_loaded_are_counted(airflow, load):
    airflow.ends = dict.fromkeys(DAYS, "success")
    done = load()
    assert done.exit_code == 0, done.output
    assert "2 of 2 days loaded" in done.stdout


@pytest.mark.parametrize(
    ("ends", "said"),
    [({DAYS[0]: "success", DAYS[1]: "failed"}, "1 day failed: 2026-11-11"), ({DAYS[1]: "success"}, "cancelled before 1 day started")],
    ids=["failed", "called off"],
)
def test_days_that_were_not_loaded_are_told(airflow, load, ends, said):
    airflow.ends = ends
    done = load()
    assert "1 of 2 days loaded" in done.stdout
    assert isinstance(done.exception, SetupError)
    assert said in str(done.exception)


@pytest.mark.parametrize("paused", ["newsdesk_sweep", "newsdesk_enrich", "newsdesk_index"])
def test_a_dag_that_would_lose_the_days_is_refused_before_anything_is_started(airflow, load, paused):
    airflow.paused = {paused}
    assert f"{paused} is paused" in str(load().exception)
    assert not airflow.is_started


def test_days_in_the_wrong_order_are_refused(airflow, call):
    done = call("load", "--from", DAYS[1], "--to", DAYS[0])
    assert (done.exit_code, airflow.is_started) == (2, False)


def test_the_counts_of_a_load_add_up(airflow, load):
    airflow.ends = {DAYS[0]: "failed"}
    assert "0 of 2 days loaded, 1 failed, 1 not started" in load().stdout


def test_a_cancelled_load_leaves_no_failed_run(airflow, call):
    airflow.is_started, airflow.ends = True, {DAYS[0]: "running", DAYS[1]: "queued"}
    done = call("cancel", "7")
    assert done.stdout == "backfill 7 cancelled: 1 day not started, 1 day still being swept\n"
    # Airflow marks queued runs as failed when a backfill is cancelled.
    assert airflow.calls == ["pause", f"delete {DAYS[1]}", "cancel"]


def test_a_day_that_starts_while_the_load_is_cancelled_is_finished(airflow, call):
    airflow.is_started, airflow.ends = True, {DAYS[1]: "queued"}
    airflow.just_started = {f"backfill__{DAYS[1]}"}
    done = call("cancel", "7")
    assert done.stdout.startswith("backfill 7 cancelled: 0 days not started")


@pytest.mark.parametrize(
    ("number", "told"), [("99", "there is no backfill 99"), ("9", "there is no backfill 9"), (str(OVER), "backfill 8 has already ended")]
)
def test_a_number_that_cannot_be_cancelled_is_one_line(airflow, call, number, told):
    done = call("cancel", number)
    assert isinstance(done.exception, SetupError)
    assert str(done.exception).startswith(told)
    assert "cancel" not in airflow.calls
