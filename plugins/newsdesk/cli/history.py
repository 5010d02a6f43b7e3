"""`newsdesk history`: load past days from the sites' sitemaps and older feed pages."""

import datetime as dt
import threading

import click

from newsdesk.errors import SetupError
from newsdesk.settings import load

DAG = "newsdesk_sweep"
DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def history() -> None:
    """Load past days from the sources; days that are captured already are made again without asking anybody."""


@history.command("load")
@click.option("--from", "since", type=DAY, required=True, help="First day, UTC.")
@click.option("--to", "until", type=DAY, help="Last day, UTC.  [default: yesterday]")
@click.option("--newest-first", is_flag=True, help="Begin with the newest day.")
@click.option("--dry-run", is_flag=True, help="Show the days and stop.")
def load_(since: dt.datetime, until: dt.datetime | None, newest_first: bool, dry_run: bool) -> None:
    """Run newsdesk_sweep over past days and follow it; the articles follow through enrich and index."""
    from newsdesk.ops.airflow_api import AirflowRefused, open_settings_airflow

    first = since.replace(tzinfo=dt.UTC)
    last = until.replace(tzinfo=dt.UTC) if until else dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    last = last.replace(hour=23, minute=59)
    with open_settings_airflow(load()) as api:
        days = api.plan_backfill(DAG, first, last)
        click.echo(f"{len(days)} days: {days[0]} to {days[-1]}" if days else "no day in this range")
        if dry_run or not days:
            return
        try:
            backfill_id = api.start_backfill(DAG, first, last, newest_first=newest_first)
        except AirflowRefused as refusal:
            if refusal.status != 409:
                raise
            raise SetupError(
                f"another backfill of {DAG} is active (Airflow notes the end of one up to 30 s late)",
                "Wait for it, or cancel it in Airflow",
            ) from refusal
        click.echo(f"backfill {backfill_id} of {DAG}; cancel it with: newsdesk history cancel {backfill_id}")
        with click.progressbar(length=len(days), label="days") as bar:
            while not api.is_backfill_over(backfill_id):
                ended = {run.partition_key for run in api.runs_named(DAG, "backfill__") if run.state in {"success", "failed"}}
                bar.update(len(ended & set(days)) - bar.pos)
                threading.Event().wait(1.0)
            bar.update(len(days) - bar.pos)


@history.command()
@click.argument("backfill_id", type=int)
def cancel(backfill_id: int) -> None:
    """Call a loading off. What was captured stays."""
    from newsdesk.ops.airflow_api import open_settings_airflow

    with open_settings_airflow(load()) as api:
        api.cancel_backfill(backfill_id)
    click.echo(f"backfill {backfill_id} cancelled")
