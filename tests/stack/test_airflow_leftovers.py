"""Airflow's rows and logs of a run that took place, as they are removed a month later; on a copy of its database."""

import contextlib
import datetime as dt
import shutil
import sqlite3

import pytest

from newsdesk.errors import SetupError
from newsdesk.local import airflow
from newsdesk.ops.airflow_leftovers import remove_leftovers
from newsdesk.ops.retention import Kind
from newsdesk.settings import RetentionSettings

PENDING = """
insert into asset_partition_dag_run (target_dag_id, partition_key, created_at, updated_at)
    select target_dag_id, 'pending', created_at, updated_at from asset_partition_dag_run limit 1;
insert into partitioned_asset_key_log
    (asset_id, asset_event_id, asset_partition_dag_run_id, source_partition_key, target_dag_id, target_partition_key, created_at)
    select asset_id, asset_event_id, (select max(id) from asset_partition_dag_run), 'pending', target_dag_id, 'pending', created_at
    from partitioned_asset_key_log limit 1;
"""
"""A partition whose follower has not begun: a copy of one whose has."""


@pytest.fixture
def copied(desk, tmp_path):
    """Database and logs of the running Airflow, copied, and the environment in which commands work on them."""
    home = desk.settings.home.home / "airflow"
    with (
        contextlib.closing(sqlite3.connect(home / "airflow.db")) as live,
        contextlib.closing(sqlite3.connect(tmp_path / "copy.db")) as copy,
    ):
        live.backup(copy)
        copy.executescript(PENDING)
    shutil.copytree(home / "logs", tmp_path / "logs", symlinks=True)
    return {
        **airflow.command_environment(desk.settings),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{tmp_path}/copy.db",
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(tmp_path / "logs"),
    }


def count(tmp_path, table, condition="1"):
    with contextlib.closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        return copy.execute(f"select count(*) from {table} where {condition}").fetchone()[0]


def test_after_a_month_rows_and_logs_go_and_what_is_still_needed_stays(copied, tmp_path):
    later = dt.datetime.now(dt.UTC) + dt.timedelta(days=31)
    dags = count(tmp_path, "dag")
    assert count(tmp_path, "dag_run", "run_type = 'manual'")
    planned = remove_leftovers(copied, RetentionSettings(), now=later, dry_run=True)
    counts = {removal.name: removal.count for removal in planned}
    assert counts["dag_run"]
    assert counts["task_instance"] == count(tmp_path, "task_instance", "start_date is not null")
    assert counts["dag_id=newsdesk_fetch"]
    assert count(tmp_path, "task_instance", "start_date is not null") == counts["task_instance"]

    removed = remove_leftovers(copied, RetentionSettings(), now=later, dry_run=False)
    assert {removal.kind for removal in removed} == {Kind.AIRFLOW_ROWS, Kind.AIRFLOW_LOGS}
    assert count(tmp_path, "dag_run", "run_type = 'manual' and start_date is not null") == 0
    assert count(tmp_path, "task_instance", "start_date is not null") == 0
    assert count(tmp_path, "log") == 0
    assert count(tmp_path, "sqlite_master", "name like '\\_airflow\\_deleted%' escape '\\'") == 0
    assert not list((tmp_path / "logs").glob("dag_id=*/run_id=*"))

    assert count(tmp_path, "dag") == dags
    assert count(tmp_path, "dag_version")
    assert count(tmp_path, "asset_partition_dag_run", "partition_key = 'pending'") == 1
    assert count(tmp_path, "partitioned_asset_key_log", "target_partition_key = 'pending'") == 1
    assert count(tmp_path, "dag_run", "run_type = 'asset_triggered'"), "the latest run of each follower stays"

    again = remove_leftovers(copied, RetentionSettings(), now=later, dry_run=True)
    assert [removal for removal in again if removal.kind is Kind.AIRFLOW_LOGS] == []


def test_before_that_nothing_goes(copied):
    assert remove_leftovers(copied, RetentionSettings(), now=dt.datetime.now(dt.UTC), dry_run=True) == []


def test_a_command_that_fails_is_told_with_its_last_line(tmp_path):
    environment = {"AIRFLOW_HOME": str(tmp_path), "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{tmp_path}/no/such/folder.db"}
    with pytest.raises(SetupError, match=r"`airflow db clean` failed: .*unable to open database file"):
        remove_leftovers(environment, RetentionSettings(airflow_logs_days=0), now=dt.datetime.now(dt.UTC), dry_run=True)
