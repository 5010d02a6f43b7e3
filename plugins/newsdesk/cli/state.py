"""`newsdesk state`: backs up the state database while it is in use, and rebuilds a lost one."""

import datetime as dt
import json
from dataclasses import asdict
from pathlib import Path

import click

from newsdesk.cli.interrupts import INTERRUPTED, finish_step_first
from newsdesk.cli.terminal import Group, ProgressLines, echo
from newsdesk.database import copy_sqlite, open_database
from newsdesk.ops.rebuild import Rebuilt
from newsdesk.ops.rebuild import rebuild as rebuild_state
from newsdesk.plurals import plural
from newsdesk.settings import load
from newsdesk.store.archive import Archive


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
def state() -> None:
    """Back up the state database, or rebuild it from the captures."""


@state.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write a consistent copy of the state database to FILE while newsdesk runs. SQLite only; for Postgres use pg_dump."""
    copy_sqlite(load().database_url, file)
    echo(f"{file}: {file.stat().st_size / 1e6:.1f} MB")


@state.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
def rebuild(as_json: bool) -> None:
    """Rebuild pages, their dead letters and repeated lines from the archive. Import the feeds first.

    No publisher is requested. Existing rows are kept.
    """
    settings, rebuilt, lines = load(), Rebuilt(), ProgressLines()
    with open_database(settings.database_url) as engine, finish_step_first() as is_interrupted:
        for rebuilt in rebuild_state(engine, Archive(settings.data_url), now=dt.datetime.now(dt.UTC)):
            lines.show(f"{plural(rebuilt.partitions, 'partition')}, {plural(rebuilt.pages, 'page')}")
            if is_interrupted():
                echo(f"interrupted after {plural(rebuilt.partitions, 'partition')}; repeat the command to continue", err=True)
                raise SystemExit(INTERRUPTED)
    if as_json:
        echo(json.dumps(asdict(rebuilt), ensure_ascii=False))
        return
    pages, letters = plural(rebuilt.pages, "page"), plural(rebuilt.dead_letters, "dead letter")
    echo(f"restored {pages} and {letters} of {plural(rebuilt.partitions, 'partition')}")
    if rebuilt.unreadable:
        echo(f"{plural(rebuilt.unreadable, 'capture')} could not be read: only the URLs of these pages are restored")
    for feed in rebuilt.unknown_feeds:
        echo(f"unknown feed: {feed}")
