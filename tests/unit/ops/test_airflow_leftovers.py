"""Removal of Airflow's log files: which are removed, and that no files outside its folders are. Its rows: `tests/stack`."""

import datetime as dt
import os

import pytest

from newsdesk.ops.airflow_leftovers import clean_logs, remove_leftovers
from newsdesk.ops.retention import Kind, Removal
from newsdesk.settings import RetentionSettings

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
LIMIT = NOW - dt.timedelta(days=30)
OLD, YOUNG = 31, 29


@pytest.fixture
def base(tmp_path):
    folder = tmp_path / "logs"
    folder.mkdir()
    return folder


def log(path, *, days, text="a line\n"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    age(path, days=days)
    return path


def age(path, *, days):
    moment = (NOW - dt.timedelta(days=days)).timestamp()
    os.utime(path, (moment, moment), follow_symlinks=False)


def test_old_logs_go_with_the_folders_that_they_leave_empty(base):
    old = log(base / "dag_id=newsdesk_fetch/run_id=a/task_id=poll/attempt=1.log", days=OLD)
    young = log(base / "dag_id=newsdesk_fetch/run_id=b/task_id=poll/attempt=1.log", days=YOUNG)
    parsed = log(base / "dag_processor/2026-10-20/dags/fetch.py.log", days=OLD)
    removals = clean_logs(base, before=LIMIT, dry_run=False)
    assert removals == [Removal(Kind.AIRFLOW_LOGS, "dag_id=newsdesk_fetch"), Removal(Kind.AIRFLOW_LOGS, "dag_processor")]
    assert [(removal.count, removal.bytes) for removal in removals] == [(1, 7), (1, 7)]
    assert not old.parents[1].exists()
    assert young.exists()
    assert not parsed.parents[1].exists()
    assert parsed.parents[2].exists()


def test_a_run_that_was_tried_again_keeps_its_new_log(base):
    first = log(base / "dag_id=newsdesk_fetch/run_id=a/task_id=poll/attempt=1.log", days=OLD)
    second = log(first.with_name("attempt=2.log"), days=1)
    clean_logs(base, before=LIMIT, dry_run=False)
    assert (first.exists(), second.exists()) == (False, True)


def test_an_empty_folder_stays_while_it_is_young(base):
    """A task creates its folder before its log."""
    old, young = base / "dag_id=newsdesk_fetch/run_id=a", base / "dag_id=newsdesk_fetch/run_id=b"
    for folder, days in ((old, OLD), (young, 0)):
        folder.mkdir(parents=True)
        age(folder, days=days)
    clean_logs(base, before=LIMIT, dry_run=False)
    assert (old.exists(), young.exists()) == (False, True)


def test_links_are_removed_and_never_followed(base, tmp_path):
    treasure = log(tmp_path / "elsewhere/treasure.log", days=OLD)
    tree = base / "dag_processor"
    tree.mkdir()
    for name, target in (("latest", treasure.parent), ("latest.log", treasure), ("dangling", tmp_path / "gone")):
        (tree / name).symlink_to(target)
        age(tree / name, days=OLD)
    (base / "dag_id=linked").symlink_to(treasure.parent)
    (removal,) = clean_logs(base, before=LIMIT, dry_run=False)
    assert removal.count == 3
    assert list(tree.iterdir()) == []
    assert treasure.exists()


def test_what_is_none_of_airflows_trees_stays(base):
    other = log(base / "postgresql/main.log", days=OLD)
    beside = log(base / "scheduler.log", days=OLD)
    assert clean_logs(base, before=LIMIT, dry_run=False) == []
    assert other.exists()
    assert beside.exists()


def test_a_dry_run_says_the_same_and_removes_nothing(base):
    old = log(base / "dag_id=newsdesk_fetch/run_id=a/task_id=poll/attempt=1.log", days=OLD)
    (removal,) = clean_logs(base, before=LIMIT, dry_run=True)
    assert (removal.name, removal.count) == ("dag_id=newsdesk_fetch", 1)
    assert old.exists()


def test_a_log_folder_that_is_not_there_yet_holds_nothing(tmp_path):
    assert clean_logs(tmp_path / "none", before=LIMIT, dry_run=False) == []


def test_where_all_is_kept_airflow_is_not_called():
    settings = RetentionSettings(airflow_rows_days=0, airflow_logs_days=0)
    assert remove_leftovers({}, settings, now=NOW, dry_run=False) == []
