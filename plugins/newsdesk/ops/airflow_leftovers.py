"""What Airflow leaves behind and does not remove by itself: rows of old runs in its database, and log files.

A task of Airflow 3 has no way to Airflow's own database, so this is no task of the maintenance DAG. It runs where that
database is configured: `newsdesk run` does it daily, a service of the production set-up calls `newsdesk retention --airflow`.
"""

import datetime as dt
import errno
import os
import re
import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from newsdesk.errors import SetupError
from newsdesk.ops.retention import Kind, Removal
from newsdesk.settings import RetentionSettings

TABLES = (
    "asset_event",
    "callback",
    "celery_taskmeta",
    "celery_tasksetmeta",
    "dag_run",
    "job",
    "log",
    "partitioned_asset_key_log",
    "revoked_token",
    "session",
    "task_reschedule",
    "trigger",
)
"""What grows with the runs; `airflow db clean` adds what hangs on them (task instances, XComs). It keeps the latest run of each
DAG by the clock, and the events of a partition whose run has not begun. Not `dag` and `dag_version`: a newsdesk that was
switched off for longer than the limit would forget its DAGs, with all their runs."""

ROWS_AT_ONCE = 10_000
"""Rows in one transaction: others wait for SQLite meanwhile."""

_TREES = ("dag_id=", "dag_processor")
_ERROR = re.compile(r"[\w.]+(Error|Exception)\b")
_FOUND = re.compile(r"^Checking table (\w+)\s+Found (\d+) rows", re.MULTILINE)


def remove_leftovers(environment: Mapping[str, str], settings: RetentionSettings, *, now: dt.datetime, dry_run: bool) -> list[Removal]:
    """Removes what is older than the settings allow and gives what that was; with `dry_run` only what it would be.

    `environment` is that of the `airflow` command; it configures the database and the logs. Raises SetupError where the
    command fails, as it does where a table could not be cleaned.
    """
    removals = []
    if settings.airflow_rows_days:
        removals += _clean_rows(environment, before=now - dt.timedelta(days=settings.airflow_rows_days), dry_run=dry_run)
    if settings.airflow_logs_days:
        folder = _airflow(environment, "config", "get-value", "logging", "base_log_folder").strip().splitlines()[-1]
        removals += clean_logs(Path(folder), before=now - dt.timedelta(days=settings.airflow_logs_days), dry_run=dry_run)
    return removals


def clean_logs(base: Path, *, before: dt.datetime, dry_run: bool) -> list[Removal]:
    """Removes the log files of tasks and of the DAG processor that were last written before this moment, and the folders they leave empty.

    Symbolic links are removed like files and never followed; nothing outside of the trees that Airflow makes is touched.
    """
    if not base.is_dir():
        return []
    trees = sorted(entry.name for entry in os.scandir(base) if entry.name.startswith(_TREES) and entry.is_dir(follow_symlinks=False))
    sizes = {tree: list(_clean_tree(base / tree, before.timestamp(), dry_run=dry_run)) for tree in trees}
    return [Removal(Kind.AIRFLOW_LOGS, tree, bytes=sum(files), count=len(files)) for tree, files in sizes.items() if files]


def _clean_tree(tree: Path, limit: float, *, dry_run: bool) -> Iterator[int]:
    """Gives the bytes of each file that goes."""
    emptied = set()
    # From the leaves, by descriptors: a folder that is replaced by a link in this moment leads nowhere.
    for folder, folders, files, handle in os.fwalk(tree, topdown=False):
        for name in (*files, *folders):
            try:
                about = os.stat(name, dir_fd=handle, follow_symlinks=False)
            except FileNotFoundError:  # Airflow replaces links, and others may clean too
                continue
            if stat.S_ISDIR(about.st_mode):
                is_old = about.st_mtime < limit or f"{folder}/{name}" in emptied
                if is_old and not dry_run and _remove_empty(name, handle):
                    emptied.add(folder)
            elif about.st_mtime < limit:
                yield about.st_size
                if not dry_run:
                    os.unlink(name, dir_fd=handle)
                    emptied.add(folder)


def _remove_empty(folder: str, handle: int) -> bool:
    try:
        os.rmdir(folder, dir_fd=handle)
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
            raise
        return False
    return True


def _clean_rows(environment: Mapping[str, str], *, before: dt.datetime, dry_run: bool) -> list[Removal]:
    how = ["--dry-run"] if dry_run else ["--yes", "--skip-archive", "--batch-size", str(ROWS_AT_ONCE), "--error-on-cleanup-failure"]
    said = _airflow(
        environment, "db", "clean", "--tables", ",".join(TABLES), "--clean-before-timestamp", before.isoformat(timespec="seconds"), *how
    )
    return [Removal(Kind.AIRFLOW_ROWS, table, count=int(count)) for table, count in _FOUND.findall(said) if int(count)]


def _airflow(environment: Mapping[str, str], *arguments: str) -> str:
    """What an `airflow` command printed. Raises SetupError where it fails."""
    command = [str(Path(sys.executable).with_name("airflow")), *arguments]
    done = subprocess.run(command, env=dict(environment), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines() or ["it said nothing"]
        errors = [line for line in said if _ERROR.match(line)]
        reason = (errors or said)[-1][:300]
        raise SetupError(f"`airflow {' '.join(arguments[:2])}` failed: {reason}", "Check Airflow's database and its configuration")
    return done.stdout
