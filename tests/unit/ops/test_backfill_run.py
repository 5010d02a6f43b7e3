"""Backfills with an Airflow in memory."""

import pytest

from airflow_in_memory import Airflow
from newsdesk.errors import SetupError, Stage, Unavailable
from newsdesk.ops.backfill import AHEAD, MOST_UNANSWERED, Backfill, cancel, is_name, start, status

KEYS = tuple(f"2026-11-24T{hour:02}{minute:02}" for hour in range(10) for minute in range(0, 60, 15))


@pytest.fixture
def airflow():
    return Airflow()


def job(name="past", *, keys=KEYS, stage=Stage.ENRICH, **conf):
    return Backfill(name=name, stage=stage, keys=keys, conf=conf)


def run(backfill, airflow):
    return list(start(backfill, airflow, wait=airflow.pass_time))


def test_each_partition_is_run_once_and_a_few_at_a_time(airflow):
    seen = run(job(), airflow)
    assert [found.partition_key for found in airflow.made.values()] == list(KEYS)
    assert (seen[0].succeeded, seen[-1].succeeded, seen[-1].failed) == (0, len(KEYS), 0)
    assert len(seen) == len(KEYS) / AHEAD + 1


def test_a_look_asks_for_no_more_when_more_has_ended(airflow):
    run(job(), airflow)
    assert max(airflow.looks[1:]) == airflow.looks[1]
    assert airflow.requests["all runs"] == 0


def test_an_airflow_that_is_away_for_a_while_is_waited_for(airflow):
    following = start(job(), airflow, wait=airflow.pass_time)
    next(following)
    airflow.away = 3
    waits = [next(following).waiting for _ in range(3)]
    assert all("does not answer" in said for said in waits)
    *_, last = following
    assert (last.succeeded, last.waiting) == (len(KEYS), "")


def test_an_airflow_that_stays_away_is_told_in_the_end(airflow):
    following = start(job(), airflow, wait=airflow.pass_time)
    next(following)
    airflow.away = MOST_UNANSWERED + 1
    with pytest.raises(Unavailable):
        list(following)


def test_a_partition_whose_start_was_not_answered_is_not_started_twice(airflow):
    airflow.lost = 1
    assert run(job(), airflow)[-1].succeeded == len(KEYS) == len(airflow.made)


def test_what_failed_is_run_again_under_the_same_name_also_where_less_is_left_to_do(airflow):
    airflow.ends = dict.fromkeys(KEYS[:2], "failed")
    assert run(job(only="missing"), airflow)[-1].failed == 2
    airflow.ends = {}
    again = run(job(only="missing", keys=KEYS[:2]), airflow)
    assert (again[0].failed, again[-1].succeeded, again[-1].total) == (0, 2, 2)


def test_a_name_keeps_the_scope_that_it_began_with(airflow):
    run(job(only="older"), airflow)
    with pytest.raises(SetupError, match="already a backfill past with the scope only older"):
        run(job(), airflow)


def test_a_backfill_that_is_called_off_elsewhere_starts_no_more_until_it_is_started_again(airflow):
    following = start(job(), airflow, wait=lambda _: None)
    next(following)
    assert cancel("past", Stage.ENRICH, airflow) == AHEAD
    with pytest.raises(SetupError, match="past was cancelled"):
        list(following)
    assert len(airflow.made) == AHEAD
    assert run(job(), airflow)[-1].succeeded == len(KEYS)


def test_another_of_the_stage_is_refused_with_the_command_that_calls_it_off(airflow):
    next(start(job("one", stage=Stage.INDEX), airflow, wait=airflow.pass_time))
    with pytest.raises(SetupError, match="newsdesk backfill cancel one --stage index"):
        run(job("two", stage=Stage.INDEX), airflow)


@pytest.mark.parametrize("paused", ["newsdesk_enrich", "newsdesk_index"])
def test_a_dag_that_would_lose_what_is_handed_on_is_refused(airflow, paused):
    airflow.paused = {paused}
    with pytest.raises(SetupError, match=f"{paused} is paused"):
        run(job(), airflow)


def test_the_status_says_what_is_waited_for(airflow):
    next(start(job(), airflow, wait=airflow.pass_time))
    airflow.paused = {"newsdesk_enrich"}
    assert status("past", Stage.ENRICH, airflow).waiting == "newsdesk_enrich was paused: unpause it in Airflow"


@pytest.mark.parametrize("name", ["a", "20261127T020000", "rules-2.1", "one_two", "x" * 100], ids=lambda name: name[:10])
def test_a_name_is_what_airflow_takes_for_a_run(name):
    assert is_name(name)


@pytest.mark.parametrize(
    "name", ["", "two words", "a/b", "a__b", "a_", "_a", "é", "a|b", "x" * 101], ids=lambda name: name[:10] or "nothing"
)
def test_a_name_that_would_not_part_from_the_key_is_none(name):
    assert not is_name(name)
