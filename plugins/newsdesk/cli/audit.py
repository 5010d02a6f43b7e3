"""`newsdesk audit`: who changed what through the web application."""

import json
from dataclasses import asdict

import click

from newsdesk.cli.terminal import echo
from newsdesk.database import open_database
from newsdesk.ops.audit import list_changes
from newsdesk.settings import load
from newsdesk.visible import visible_line


@click.command()
@click.option("--who", default="", help="Only changes of this user.")
@click.option("--most", type=click.IntRange(1, 100_000), default=50, show_default=True, help="Maximum number.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
def audit(who: str, most: int, as_json: bool) -> None:
    """List the changes that were made through the web application, latest first: user, action and result.

    They are kept for NEWSDESK_RETENTION_AUDIT_DAYS.
    """
    with open_database(load().database_url) as engine:
        entries = list_changes(engine, who=who, most=most)
    for entry in entries:
        if as_json:
            echo(json.dumps({**asdict(entry), "at": entry.at.isoformat()}, ensure_ascii=False))
        else:
            what = f"{entry.action} {entry.subject}".strip()
            echo(visible_line(f"{entry.at:%Y-%m-%d %H:%M:%S} UTC  {entry.who}  {what}: {entry.outcome}"))
    if not entries and not as_json:
        echo("no changes")
