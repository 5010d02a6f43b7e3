import datetime as dt
from types import SimpleNamespace

import pytest
from airflow.sdk.exceptions import AirflowFailException

from newsdesk.airflow_tasks.tasks import enrich_chunk, partition_of, plan_sweep, swept_day_of, tick_of


@pytest.mark.parametrize("key", ["2026-11-24", "2026-11-24T1205"])
def test_a_run_is_for_the_partition_of_its_key(key):
    assert partition_of(SimpleNamespace(partition_key=key)) == key


@pytest.mark.parametrize("key", [None, "", "2026-11-24T12:05", "24.11.2026", "../articles"], ids=str)
def test_a_run_without_a_key_or_with_a_misspelt_one_is_refused(key):
    with pytest.raises(AirflowFailException, match="such as 2026-11-24T1205"):
        partition_of(SimpleNamespace(partition_key=key))


def test_a_sweep_is_for_a_day():
    with pytest.raises(AirflowFailException, match="a sweep covers one day"):
        plan_sweep("2026-11-24T1205")


@pytest.mark.parametrize("conf", [{"only": "nonsense"}, {"sources": "efe"}, {"only": "failed", "language": "es"}], ids=str)
def test_a_conf_that_is_no_scope_or_leaves_nothing_is_refused(conf):
    with pytest.raises(AirflowFailException, match=r"filtered by|not one of|no language"):
        enrich_chunk({"partition": "2026-11-24", "path": "", "first": 0, "count": 0}, conf)


LATE = dt.datetime(2026, 11, 24, 0, 59, 30, tzinfo=dt.timezone(dt.timedelta(hours=1)))
"""A minute before midnight in UTC, in another time zone."""


@pytest.mark.parametrize(
    ("key", "tick", "day"),
    [(None, "2026-11-23T2355", "2026-11-22"), ("", "2026-11-23T2355", "2026-11-22"), ("2026-11-01", "2026-11-01", "2026-11-01")],
)
def test_a_fetch_that_is_triggered_without_a_key_is_for_the_present_interval(key, tick, day):
    run = SimpleNamespace(partition_key=key, run_after=LATE)
    assert tick_of(run) == tick
    assert swept_day_of(run) == day


def test_a_misspelt_key_is_refused_all_the_same():
    with pytest.raises(AirflowFailException, match="is not a partition key"):
        tick_of(SimpleNamespace(partition_key="2026-11-24T12:05", run_after=LATE))
