"""`newsdesk retention`: what is old enough to go, or too much."""

import datetime as dt
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from newsdesk.settings import load

if TYPE_CHECKING:
    from newsdesk.ops.retention import Removal


@click.command()
@click.option("--apply", "apply_", is_flag=True, help="Remove it. Without this nothing is changed.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def retention(apply_: bool, as_json: bool) -> None:
    """Show what the settings NEWSDESK_RETENTION_* call old or too much: indices, captures, articles, dead letters."""
    from newsdesk.database import open_database
    from newsdesk.index.aliases import names
    from newsdesk.index.client import open_client
    from newsdesk.ops.retention import remove_old
    from newsdesk.store.archive import Archive

    settings = load()
    with open_database(settings.database_url) as engine, open_client(settings.elasticsearch) as es:
        removals = remove_old(
            archive=Archive(settings.data_url),
            engine=engine,
            es=es,
            own=names(settings.index),
            settings=settings.retention,
            now=dt.datetime.now(dt.UTC),
            dry_run=not apply_,
        )
    for removal in removals:
        click.echo(json.dumps(asdict(removal)) if as_json else _line(removal))
    if not as_json:
        click.echo(f"{len(removals)} {'removed' if apply_ else 'would be removed (--apply removes them)'}")


def _line(removal: "Removal") -> str:
    size = f"  {removal.bytes / 1e6:.1f} MB" if removal.bytes else ""
    return f"{removal.kind:<12} {removal.name}{size}"
