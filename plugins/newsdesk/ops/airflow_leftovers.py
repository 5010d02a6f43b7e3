"""Removes old data of Airflow that it does not remove itself: rows of old runs in its database, and log files.

Tasks of Airflow 3 cannot access Airflow's database, so the maintenance DAG cannot do this. It runs where the database is configured:
`newsdesk run` does it daily, and a service of the production setup calls `newsdesk retention --airflow`.
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
"""Tables that grow with the runs; `airflow db clean` also cleans tables that refer to them (task instances, XComs). It keeps the latest
scheduled run of each DAG, and events of partitions whose run has not started. Without `dag` and `dag_version`, as DAGs and all their runs
would be removed if newsdesk was not running for longer than the limit."""

ROWS_AT_ONCE = 10_000
"""Maximum number of rows per transaction, during which SQLite blocks other writers."""

_TREES = ("dag_id=", "dag_processor")
_ERROR = re.compile(r"[\w.]+(Error|Exception)\b")
_FOUND = re.compile(r"^Checking table (\w+)\s+Found (\d+) rows", re.MULTILINE)


def remove_leftovers(environment: Mapping[str, str], settings: RetentionSettings, *, now: dt.datetime, dry_run: bool) -> list[Removal]:
    """Remove data that exceeds the retention settings and return what was removed, or with `dry_run` what would be.

    `environment` is that of the `airflow` command, and configures database and logs. Raises SetupError if the command fails.
    """
    removals = []
    if settings.airflow_rows_days:
        removals += _clean_rows(environment, before=now - dt.timedelta(days=settings.airflow_rows_days), dry_run=dry_run)
    if settings.airflow_logs_days:
        folder = _airflow(environment, "config", "get-value", "logging", "base_log_folder").strip().splitlines()[-1]
        removals += clean_logs(Path(folder), before=now - dt.timedelta(days=settings.airflow_logs_days), dry_run=dry_run)
    return removals


def clean_logs(base: Path, *, before: dt.datetime, dry_run: bool) -> list[Removal]:
    """Remove log files of tasks and of the DAG processor that were last written before `before`, and folders that become empty.

    Symbolic links are removed like files and never followed; only the folders that Airflow creates are searched.
    """
    if not base.is_dir():
        return []
    trees = sorted(entry.name for entry in os.scandir(base) if entry.name.startswith(_TREES) and entry.is_dir(follow_symlinks=False))
    sizes = {tree: list(_clean_tree(base / tree, before.timestamp(), dry_run=dry_run)) for tree in trees}
    return [Removal(Kind.AIRFLOW_LOGS, tree, bytes=sum(files), count=len(files)) for tree, files in sizes.items() if files]


def _clean_tree(tree: Path, limit: float, *, dry_run: bool) -> Iterator[int]:
    """Yield the size in bytes of each removed file."""
    emptied = set()
    # Bottom-up with file descriptors, so that a folder that is replaced by a link meanwhile is not followed.
    for folder, folders, files, handle in os.fwalk(tree, topdown=False):
        for name in (*files, *folders):
            try:
                about = os.stat(name, dir_fd=handle, follow_symlinks=False)
            except FileNotFoundError:  # Airflow replaces links, and other processes may clean too
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
    """Run an `airflow` command and return its output. Raises SetupError if it fails."""
    command = [str(Path(sys.executable).with_name("airflow")), *arguments]
    done = subprocess.run(command, env=dict(environment), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines() or ["it said nothing"]
        errors = [line for line in said if _ERROR.match(line)]
        reason = (errors or said)[-1][:300]
        raise SetupError(f"`airflow {' '.join(arguments[:2])}` failed: {reason}", "Check Airflow's database and its configuration")
    return done.stdout
