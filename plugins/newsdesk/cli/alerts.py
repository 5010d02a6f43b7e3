"""`newsdesk alerts`: lists, acknowledges and silences active alerts."""

import datetime as dt
import json
import re
from dataclasses import asdict

import click

from newsdesk.cli.terminal import Group, echo
from newsdesk.database import open_database
from newsdesk.errors import SetupError
from newsdesk.fetch.source_names import load_source_names
from newsdesk.ops import alerts as book
from newsdesk.ops.freshness import AlertRule
from newsdesk.plurals import plural
from newsdesk.settings import load

UNITS = {"m": "minutes", "h": "hours", "d": "days"}
LONGEST = dt.timedelta(days=365)


class Duration(click.ParamType[dt.timedelta]):
    """A duration such as 30m, 8h or 3d."""

    name = "duration"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> dt.timedelta:
        if isinstance(value, dt.timedelta):
            return value
        found = re.fullmatch(r"(\d{1,5})([mhd])", str(value))
        duration = dt.timedelta(**{UNITS[found[2]]: int(found[1])}) if found else dt.timedelta()
        if not dt.timedelta() < duration <= LONGEST:
            self.fail(f"{value} is not a time such as 30m, 8h or 3d", param, ctx)
        return duration


RULES = [rule.value for rule in AlertRule]
_rule = click.option("--rule", type=click.Choice(RULES), metavar="RULE", help=f"Only alerts of this rule: {', '.join(RULES)}.")


@click.group(cls=Group)
def alerts() -> None:
    """List the active alerts, acknowledge them, or silence them for a time."""


@alerts.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
def list_(as_json: bool) -> None:
    """Show the active alerts, the oldest first, and the silences."""
    now = dt.datetime.now(dt.UTC)
    with open_database(load().database_url) as engine:
        found, silences, names = book.list_alerts(engine), book.list_silences(engine), load_source_names(engine)
    if as_json:
        for alert in found:
            echo(json.dumps({**asdict(alert), "owed": sorted(alert.owed)}, ensure_ascii=False, default=dt.datetime.isoformat))
        return
    for alert in found:
        echo(book.describe(alert, now=now), fg="red" if alert.needs_attention(now) else None)
    for silence in silences:
        echo(
            f"silenced until {silence.until:%Y-%m-%d %H:%M} UTC: {names.name(silence.subject)}{f', {silence.rule}' if silence.rule else ''}"
        )
    if not found:
        echo("no active alerts")


@alerts.command()
@click.argument("subject")
@_rule
def acknowledge(subject: str, rule: str | None) -> None:
    """Acknowledge the alerts of SUBJECT, a DAG or a source by its key or name. Their end is still notified."""
    with open_database(load().database_url) as engine:
        count = book.acknowledge(engine, subject, rule=AlertRule(rule) if rule else None, now=dt.datetime.now(dt.UTC))
    if not count:
        raise SetupError(f"there is no active alert for {subject}", "`newsdesk alerts list` shows the active alerts")
    echo(f"{plural(count, 'alert')} acknowledged")


@alerts.command()
@click.argument("subject")
@_rule
@click.option("--for", "duration", type=Duration(), default="1d", show_default=True, help="Duration: 30m, 8h, 3d.")
def silence(subject: str, rule: str | None, duration: dt.timedelta) -> None:
    """Suppress notifications of alerts for SUBJECT for a time. Alerts that are still active afterwards are notified."""
    until = dt.datetime.now(dt.UTC) + duration
    with open_database(load().database_url) as engine:
        book.silence(engine, subject, rule=AlertRule(rule) if rule else None, until=until)
    echo(f"{subject}: silenced until {until:%Y-%m-%d %H:%M} UTC")


@alerts.command()
@click.argument("subject")
def unsilence(subject: str) -> None:
    """End the silences of SUBJECT."""
    with open_database(load().database_url) as engine:
        count = book.end_silences(engine, subject)
    echo(f"{subject}: {plural(count, 'silence')} ended")
