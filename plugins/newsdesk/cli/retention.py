"""`newsdesk retention`: list and remove what exceeds the retention settings."""

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import asdict

import click

from newsdesk.cli.interrupts import INTERRUPTED, finish_step_first
from newsdesk.cli.terminal import echo
from newsdesk.database import open_database
from newsdesk.errors import SetupError
from newsdesk.index.aliases import names
from newsdesk.index.client import open_client
from newsdesk.local.airflow import command_environment
from newsdesk.ops import airflow_leftovers
from newsdesk.ops.retention import Removal, remove_old
from newsdesk.settings import Settings, load
from newsdesk.store.archive import Archive


@click.command()
@click.option("--apply", "apply_", is_flag=True, help="Remove the listed data. Without this, nothing is changed.")
@click.option("--airflow", "only_airflow", is_flag=True, help="Only data of Airflow: rows of its database and log files.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
def retention(apply_: bool, only_airflow: bool, as_json: bool) -> None:
    """List the data that exceeds the settings NEWSDESK_RETENTION_*.

    These are indices, captures, articles and dead letters, and rows and logs of Airflow if its database is configured.
    """
    settings, now = load(), dt.datetime.now(dt.UTC)
    with finish_step_first() as is_interrupted:
        removals = [] if only_airflow else _remove_old(settings, now, dry_run=not apply_, is_interrupted=is_interrupted)
        leftovers = [] if is_interrupted() else remove_leftovers(settings, now, dry_run=not apply_)
    if leftovers is None and only_airflow:
        raise SetupError("Airflow's database is not configured", "Run the command where AIRFLOW__DATABASE__SQL_ALCHEMY_CONN is set")
    removals += leftovers or []
    for removal in removals:
        echo(json.dumps(asdict(removal)) if as_json else _line(removal))
    if is_interrupted():
        echo("interrupted; repeat the command to continue", err=True)
        raise SystemExit(INTERRUPTED)
    if not as_json:
        echo(f"{len(removals)} {'removed' if apply_ else 'would be removed (--apply removes them)'}")
        if leftovers is None:
            echo("without rows and logs of Airflow, since its database is not configured")


def remove_leftovers(settings: Settings, now: dt.datetime, *, dry_run: bool) -> list[Removal] | None:
    """Remove old rows and logs of Airflow; return None if its database is not configured."""
    environment = command_environment(settings)
    if environment is None:
        return None
    return airflow_leftovers.remove_leftovers(environment, settings.retention, now=now, dry_run=dry_run)


def _remove_old(settings: Settings, now: dt.datetime, *, dry_run: bool, is_interrupted: Callable[[], bool]) -> list[Removal]:
    with open_database(settings.database_url) as engine, open_client(settings.elasticsearch) as es:
        return remove_old(
            archive=Archive(settings.data_url),
            engine=engine,
            es=es,
            own=names(settings.index),
            settings=settings.retention,
            now=now,
            dry_run=dry_run,
            is_interrupted=is_interrupted,
        )


def _line(removal: Removal) -> str:
    count = f"  {removal.count}" if removal.count else ""
    size = f"  {removal.bytes / 1e6:.1f} MB" if removal.bytes else ""
    return f"{removal.kind:<12} {removal.name}{count}{size}"
