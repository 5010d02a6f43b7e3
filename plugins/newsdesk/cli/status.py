"""`newsdesk status`: shows the state of the whole pipeline."""

import datetime as dt
import json
from dataclasses import asdict

import click

from newsdesk.cli.terminal import echo
from newsdesk.database import open_database
from newsdesk.index.aliases import names
from newsdesk.index.client import open_client
from newsdesk.ops.airflow_api import open_settings_airflow
from newsdesk.ops.overview import Overview, read_overview
from newsdesk.plurals import plural
from newsdesk.settings import load
from newsdesk.store.archive import Archive

MOST_NAMED = 5


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def status(as_json: bool) -> None:
    """Show what is running, the age of the index, what is pending and what failed. Exit status 1 if a part does not answer."""
    overview = _read()
    if as_json:
        echo(json.dumps(asdict(overview), ensure_ascii=False))
    else:
        _print(overview)
    if overview.errors:
        raise SystemExit(1)


def _read() -> Overview:
    settings = load()
    return read_overview(
        archive=Archive(settings.data_url),
        open_engine=lambda: open_database(settings.database_url),
        open_es=lambda: open_client(settings.elasticsearch),
        open_airflow=lambda: open_settings_airflow(settings),
        index=names(settings.index).articles,
        now=dt.datetime.now(dt.UTC),
    )


def _print(overview: Overview) -> None:
    def line(label: str, text: str, *, fg: str | None = None) -> None:
        echo(f"{label:<15} ", nl=False)
        echo(text, fg=fg)

    nothing = "unknown" if "database" in overview.errors else "none"
    line("feeds", ", ".join(f"{count} {status}" for status, count in overview.feeds.items()) or nothing)
    for url, error in list(overview.failing_feeds.items())[:MOST_NAMED]:
        line("", f"{url}: {error}")
    if len(overview.failing_feeds) > MOST_NAMED:
        line("", f"and {len(overview.failing_feeds) - MOST_NAMED} more failing feeds: newsdesk feeds list")
    for number, (source, told) in enumerate(list(overview.failing_pages.items())[:MOST_NAMED]):
        line("failing pages" if not number else "", f"{source}: {told}")
    if len(overview.failing_pages) > MOST_NAMED:
        line("", f"and pages of {len(overview.failing_pages) - MOST_NAMED} more sources")
    line("last 24 hours", "unknown" if "captures" in overview.errors else f"{plural(overview.partitions, 'partition')} with captures")
    for label, keys in (("not enriched", overview.not_enriched), ("not indexed", overview.not_indexed)):
        if keys:
            line("", f"{label}: {', '.join(keys[:MOST_NAMED])}{' ...' if len(keys) > MOST_NAMED else ''}")
    line("dead letters", ", ".join(f"{count} at {stage}" for stage, count in overview.dead_letters.items()) or nothing)
    if overview.articles is not None:
        line("articles", f"{overview.articles}, the newest indexed {overview.newest_at or 'never'}")
    for dag_id, state in overview.runs.items():
        line(dag_id, state)
    for number, alert in enumerate(overview.alerts):
        line("alerts" if not number else "", alert, fg="red")
    if overview.calm_alerts:
        line("" if overview.alerts else "alerts", f"{len(overview.calm_alerts)} acknowledged or silenced: newsdesk alerts list")
    for part, why in overview.errors.items():
        line(part, why, fg="red")
