"""When a hub's notification starts a separate run. With a real Airflow: tests/stack/airflow/test_websub.py."""

import datetime as dt

from newsdesk.airflow_tasks.fetch_request import MAXIMUM_WAITING, is_run_needed

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)


def after(seconds: float) -> dt.datetime:
    return NOW + dt.timedelta(seconds=seconds)


def test_where_none_waits_a_run_is_needed():
    assert is_run_needed([], NOW, now=NOW)


def test_a_run_that_waits_for_its_turn_polls_what_is_due_now():
    assert not is_run_needed([after(-60)], NOW, now=NOW)


def test_a_run_that_may_begin_before_the_feed_is_due_is_not_enough():
    assert is_run_needed([after(-60)], after(5), now=NOW)
    assert is_run_needed([after(4)], after(5), now=NOW)
    assert not is_run_needed([after(5)], after(5), now=NOW)


def test_however_many_announce_the_runs_that_wait_are_few():
    assert not is_run_needed([after(1)] * MAXIMUM_WAITING, after(5), now=NOW)
