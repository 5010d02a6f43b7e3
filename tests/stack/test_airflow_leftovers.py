"""Removal of old rows and logs of Airflow, on a real Airflow database."""

import contextlib
import datetime as dt
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest

from newsdesk.errors import SetupError
from newsdesk.local.processes import inherited_environment
from newsdesk.ops.airflow_leftovers import remove_leftovers
from newsdesk.ops.retention import Kind
from newsdesk.settings import RetentionSettings

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
OLD, YOUNG = NOW - dt.timedelta(days=40), NOW - dt.timedelta(days=1)
FETCH, ENRICH = "newsdesk_fetch", "newsdesk_enrich"


@pytest.fixture(scope="module")
def migrated(tmp_path_factory):
    """A database created by Airflow's migrations."""
    home = tmp_path_factory.mktemp("airflow")
    airflow = Path(sys.executable).with_name("airflow")
    subprocess.run([airflow, "db", "migrate"], env=environment(home), check=True, capture_output=True)
    return home / "airflow.db"


@pytest.fixture
def home(migrated, tmp_path):
    shutil.copyfile(migrated, tmp_path / "airflow.db")
    return tmp_path


def environment(home):
    return {
        **inherited_environment(),
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home}/airflow.db",
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(home / "logs"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    }


class Rows:
    """Inserts rows with the given values; other required columns are filled according to their types."""

    def __init__(self, connection):
        self._connection = connection
        connection.execute("pragma foreign_keys=on")

    def add(self, table, **values):
        columns = self._connection.execute(f"pragma table_info({table})").fetchall()
        for _, name, kind, required, default, is_key in columns:
            if required and default is None and name not in values and not (is_key and kind == "INTEGER"):
                values[name] = {"TIMESTAMP": moment(OLD), "INTEGER": 0, "BOOLEAN": 0, "JSON": "{}"}.get(kind, "x")
        marks = ", ".join("?" * len(values))
        names = ", ".join(f'"{name}"' for name in values)
        return self._connection.execute(f"insert into {table} ({names}) values ({marks})", list(values.values())).lastrowid

    def add_dag(self, dag_id):
        self.add("dag", dag_id=dag_id, bundle_name="dags", last_parsed_time=moment(OLD))
        version = uuid4().hex
        self.add("dag_version", id=version, dag_id=dag_id, version_number=1)
        return version

    def add_run(self, dag_id, run_id, *, kind, at, version, queued=False):
        """Insert a run with one task; a queued run has not started."""
        started = None if queued else moment(at)
        state = "queued" if queued else "success"
        id = self.add("dag_run", dag_id=dag_id, run_id=run_id, run_type=kind, start_date=started, run_after=moment(at), state=state)
        task = {"dag_id": dag_id, "run_id": run_id, "task_id": "work", "map_index": -1}
        self.add("task_instance", id=uuid4().hex, dag_version_id=version, start_date=started, state=state, **task)
        self.add("xcom", dag_run_id=id, key="return_value", timestamp=moment(at), **task)
        return id

    def add_partition(self, key, *, event, run=None):
        entry = self.add("asset_partition_dag_run", target_dag_id=ENRICH, partition_key=key, created_dag_run_id=run)
        self.add(
            "partitioned_asset_key_log",
            asset_id=1,
            asset_event_id=event,
            asset_partition_dag_run_id=entry,
            source_partition_key=key,
            target_dag_id=ENRICH,
            target_partition_key=key,
        )


def moment(at):
    return f"{at:%Y-%m-%d %H:%M:%S.%f}"


@pytest.fixture
def found(home):
    """A function that returns the current values of a column."""

    def found(table, column="run_id"):
        with contextlib.closing(sqlite3.connect(home / "airflow.db")) as connection:
            return sorted(value for (value,) in connection.execute(f"select {column} from {table}"))

    return found


@pytest.fixture
def filled(home):
    """Insert rows and logs of forty days ago and of yesterday."""
    with contextlib.closing(sqlite3.connect(home / "airflow.db")) as connection, connection:
        rows = Rows(connection)
        rows.add("dag_bundle", name="dags")
        fetch, enrich = rows.add_dag(FETCH), rows.add_dag(ENRICH)
        old = rows.add_run(FETCH, "old tick", kind="scheduled", at=OLD, version=fetch)
        rows.add_run(FETCH, "young tick", kind="scheduled", at=YOUNG, version=fetch)
        rows.add_run(ENRICH, "old by hand", kind="manual", at=OLD - dt.timedelta(days=1), version=enrich)
        rows.add_run(ENRICH, "young by hand", kind="manual", at=YOUNG, version=enrich)
        rows.add_run(ENRICH, "latest follower", kind="asset_triggered", at=OLD, version=enrich)
        rows.add_run(ENRICH, "not begun", kind="manual", at=OLD, version=enrich, queued=True)
        rows.add("asset", id=1, name="raw", uri="raw")
        event = rows.add("asset_event", asset_id=1, timestamp=moment(OLD))
        rows.add_partition("done", event=event, run=old)
        rows.add_partition("pending", event=event)
        backfill = rows.add("backfill", dag_id=FETCH)
        rows.add("backfill_dag_run", backfill_id=backfill, dag_run_id=old, sort_ordinal=1)
        for name, at in (("old", OLD), ("young", YOUNG)):
            rows.add("log", event=name, dttm=moment(at))
            rows.add("job", job_type=name, latest_heartbeat=moment(at))
    log = home / "logs" / f"dag_id={FETCH}" / "run_id=a" / "attempt=1.log"
    log.parent.mkdir(parents=True)
    log.write_text("a line\n")
    return home


def clean(home, *, dry_run, **settings):
    return remove_leftovers(environment(home), RetentionSettings(**settings), now=NOW, dry_run=dry_run)


def test_old_rows_are_removed_and_rows_in_use_are_kept(filled, found):
    planned = {removal.name: removal.count for removal in clean(filled, dry_run=True, airflow_logs_days=0)}
    assert (planned["dag_run"], planned["log"], planned["job"]) == (2, 1, 1)
    assert len(found("dag_run")) == 6

    removed = clean(filled, dry_run=False, airflow_logs_days=0)
    assert {removal.kind for removal in removed} == {Kind.AIRFLOW_ROWS}
    assert found("dag_run") == ["latest follower", "not begun", "young by hand", "young tick"]
    assert found("task_instance") == ["not begun", "young by hand", "young tick"]
    assert found("xcom") == ["young by hand", "young tick"]
    assert found("job", "job_type") == ["young"]
    assert {"old", "young"} & set(found("log", "event")) == {"young"}, "beside it the command notes that it was called"
    assert [name for name in found("sqlite_master", "name") if name.startswith("_airflow_deleted")] == []

    assert found("dag", "dag_id") == found("dag_version", "dag_id") == [ENRICH, FETCH]
    assert found("asset_partition_dag_run", "partition_key") == ["pending"]
    assert "pending" in found("partitioned_asset_key_log", "target_partition_key")
    assert found("backfill", "dag_id") == [FETCH]

    clean(filled, dry_run=False, airflow_logs_days=0)
    assert found("partitioned_asset_key_log", "target_partition_key") == ["pending"]


def test_the_log_folder_is_that_of_airflows_configuration(filled):
    later = dt.datetime.now(dt.UTC) + dt.timedelta(days=31)
    (removal,) = remove_leftovers(environment(filled), RetentionSettings(airflow_rows_days=0), now=later, dry_run=False)
    assert (removal.kind, removal.name, removal.count) == (Kind.AIRFLOW_LOGS, f"dag_id={FETCH}", 1)
    assert list((filled / "logs" / f"dag_id={FETCH}").iterdir()) == []


def test_a_failed_command_is_reported_with_its_last_line(tmp_path):
    broken = {**environment(tmp_path), "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{tmp_path}/no/such/folder.db"}
    with pytest.raises(SetupError, match=r"`airflow db clean` failed: .*unable to open database file"):
        remove_leftovers(broken, RetentionSettings(airflow_logs_days=0), now=NOW, dry_run=True)
