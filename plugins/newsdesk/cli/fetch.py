"""`newsdesk fetch now` and `newsdesk refetch`: fetch without waiting for the next scheduled run."""

import datetime as dt
import threading

import click

from newsdesk.cli.airflow_session import open_airflow
from newsdesk.cli.terminal import Group, ProgressLines, echo
from newsdesk.database import open_database
from newsdesk.errors import SetupError
from newsdesk.fetch.state import poll_now
from newsdesk.ops.airflow_api import AirflowApi
from newsdesk.ops.fetch_now import FETCH, describe_refetch, fetch_now, find_page, queue_refetch
from newsdesk.plurals import plural
from newsdesk.settings import Settings, load


@click.group(cls=Group)
def fetch() -> None:
    """Fetch without waiting for the next scheduled run."""


@fetch.command("now")
@click.option("--source", default="", help="Poll the feeds of this source, by its key or name, even if they are not due.")
def now_(source: str) -> None:
    """Run newsdesk_fetch now, through Airflow, and follow it. Polls the feeds that are due."""
    settings = load()
    with open_airflow(settings) as api:
        if source:
            _make_due(settings, source)
        follow_fetch(api, settings)


@click.command()
@click.argument("page", metavar="URL")
def refetch(page: str) -> None:
    """Fetch a known page again now, and show the result. URL is its URL or id."""
    settings, now = load(), dt.datetime.now(dt.UTC)
    with open_airflow(settings) as api, open_database(settings.database_url) as engine:
        before = find_page(engine, page)
        if before is None:
            raise SetupError(f"no feed has listed {page}", "Only pages that feeds or sitemaps list are fetched: `newsdesk feeds add`")
        queue_refetch(engine, [before], now)
        follow_fetch(api, settings)
        echo(f"{before.url}: {describe_refetch(before, find_page(engine, before.id))}")


def follow_fetch(api: AirflowApi, settings: Settings) -> None:
    """Run newsdesk_fetch and print its progress and counts. Raises SetupError if it failed."""
    lines = ProgressLines()
    begun = dt.datetime.now(dt.UTC)
    try:
        for run in fetch_now(api, minutes=settings.fetch.every_minutes, now=begun, wait=threading.Event().wait):
            lines.show(f"{run.dag_id} {run.partition_key}: {run.state}")
    except KeyboardInterrupt:
        echo(f"\nthe run of {FETCH} continues in Airflow", err=True)
        raise
    echo(f"{run.dag_id} {run.partition_key}: {run.state}")
    if run.note:
        echo(run.note)


def _make_due(settings: Settings, source: str) -> None:
    with open_database(settings.database_url) as engine:
        count = poll_now(engine, source, now=dt.datetime.now(dt.UTC))
    if not count:
        raise SetupError(f"there is no active feed of the source {source!r}", "`newsdesk feeds list` shows the sources")
    echo(f"{plural(count, 'feed')} of {source} due now")
