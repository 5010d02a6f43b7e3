"""`newsdesk history`: load past days from the sites' sitemaps and older feed pages, or from WARC files."""

import contextlib
import datetime as dt
import json
import re
import threading
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import click

from newsdesk.cli.airflow_session import open_airflow
from newsdesk.cli.backfill import follow
from newsdesk.cli.interrupts import INTERRUPTED, finish_step_first
from newsdesk.cli.terminal import Group, Moment, ProgressLines, echo, progress
from newsdesk.database import open_database
from newsdesk.errors import SetupError, Stage
from newsdesk.fetch.warc_history import FileReport, Wanted, find_warcs, import_lock, load_history
from newsdesk.ops.airflow_api import ACTIVE, ENDED, AirflowApi, AirflowRefused
from newsdesk.ops.backfill import DAG_OF_STAGE, Backfill, read_partition_facts, refuse_paused
from newsdesk.ops.sweep_backfill import PREFIX, SWEEP, cancel_sweep_backfill
from newsdesk.plurals import plural
from newsdesk.settings import Settings, load
from newsdesk.store.archive import Archive

DAG = SWEEP
LOOK_SECONDS = 3.0
FIRST_YEAR = 1990
"""The first year of the web."""


class Day(Moment):
    """A day from 1990 to today."""

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        moment = super().convert(value, param, ctx)
        if moment.year < FIRST_YEAR or moment.date() > dt.datetime.now(dt.UTC).date():
            self.fail(f"{value} is not a day between {FIRST_YEAR}-01-01 and today", param, ctx)
        return moment


DAY = Day()


@click.group(cls=Group)
def history() -> None:
    """Load past days from the sources or from WARC files. Days that were captured before are processed again without any request."""


@history.command("load")
@click.option("--from", "since", type=DAY, required=True, help="First day, UTC.")
@click.option("--to", "until", type=DAY, help="Last day, UTC.  [default: yesterday]")
@click.option("--newest-first", is_flag=True, help="Begin with the newest day.")
@click.option("--dry-run", is_flag=True, help="Show the days and stop.")
def load_(since: dt.datetime, until: dt.datetime | None, newest_first: bool, dry_run: bool) -> None:
    """Run newsdesk_sweep for past days and show its progress. Enrich and index follow automatically."""
    first = since.replace(tzinfo=dt.UTC)
    last = until.replace(tzinfo=dt.UTC) if until else dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    last = last.replace(hour=23, minute=59)
    if first > last:
        raise click.UsageError(f"--from {first:%Y-%m-%d} is after --to {last:%Y-%m-%d}")
    with open_airflow(load()) as api:
        days = api.plan_backfill(DAG, first, last)
        echo(f"{plural(len(days), 'day')}: {days[0]} to {days[-1]}" if days else "no day in this range")
        if dry_run or not days:
            return
        refuse_paused(api, DAG, *DAG_OF_STAGE.values())
        before = _ended(api, days)
        try:
            backfill_id = api.start_backfill(DAG, first, last, newest_first=newest_first)
        except AirflowRefused as refusal:
            if refusal.status != 409:
                raise
            raise SetupError(
                f"another backfill of {DAG} is active (Airflow notes the end of one up to 30 s late)",
                "Wait for it, or cancel it: newsdesk history cancel NUMBER",
            ) from refusal
        echo(f"backfill {backfill_id} of {DAG}; cancel it with: newsdesk history cancel {backfill_id}")
        with _told_that_it_goes_on(backfill_id), progress(len(days), "days") as show:
            # A cancelled backfill is over while the last day is still being swept.
            while not api.is_backfill_over(backfill_id) or _is_at_work(api, days):
                show(len({day for day, *_ in _ended(api, days) - before}), "days")
                threading.Event().wait(LOOK_SECONDS)
        _say_how_it_ended(_ended(api, days) - before, len(days))


@contextlib.contextmanager
def _told_that_it_goes_on(backfill_id: int) -> Iterator[None]:
    """Say after Ctrl-C that the load continues."""
    try:
        yield
    except KeyboardInterrupt:
        echo(f"\nthe load continues in Airflow; cancel it with: newsdesk history cancel {backfill_id}", err=True)
        raise


def _is_at_work(api: AirflowApi, days: list[str]) -> bool:
    return any(run.partition_key in days for run in api.runs_named(DAG, PREFIX, states=ACTIVE))


def _ended(api: AirflowApi, days: list[str]) -> set[tuple[str, str, str | None]]:
    """Return the ended runs of backfills for these days, as (day, state, time). A repeated run has another time."""
    runs = api.runs_named(DAG, PREFIX, states=ENDED)
    return {(run.partition_key, run.state, run.ended_at) for run in runs if run.partition_key in days}


def _say_how_it_ended(ended: set[tuple[str, str, str | None]], days: int) -> None:
    failed = sorted({day for day, state, _ in ended if state == "failed"})
    loaded = {day for day, *_ in ended} - set(failed)
    rest = days - len(loaded) - len(failed)
    echo(f"{len(loaded)} of {plural(days, 'day')} loaded, {len(failed)} failed, {rest} not started; enrich and index follow automatically")
    if failed:
        named = f"{', '.join(failed[:5])}{' ...' if len(failed) > 5 else ''}"
        raise SetupError(
            f"{plural(len(failed), 'day')} failed: {named}", f"The runs of {DAG} in Airflow show the reason; load the days again"
        )
    if rest:
        raise SetupError(f"the backfill was cancelled before {plural(rest, 'day')} started", "Repeat the command to load them")


@history.command()
@click.argument("backfill_id", type=int)
def cancel(backfill_id: int) -> None:
    """Cancel a load. Days that are being swept are finished, and captures are kept."""
    with open_airflow(load()) as api:
        cancelled = cancel_sweep_backfill(api, backfill_id)
    running = f", {plural(cancelled.running, 'day')} still being swept" if cancelled.running else ""
    echo(f"backfill {backfill_id} cancelled: {plural(cancelled.not_started, 'day')} not started{running}")


def _domains(_context: click.Context, _parameter: click.Parameter, value: str) -> tuple[str, ...]:
    domains = tuple(part.strip().lower().lstrip("*.").rstrip(".") for part in value.split(","))
    if value and not all(re.fullmatch(r"[\w.-]+", domain) for domain in domains):
        raise click.BadParameter("write domains as example.org,example.net, without https:// and paths")
    return domains if value else ()


@history.command()
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option("--from", "since", type=DAY, required=True, help="First day of capture, UTC.")
@click.option("--to", "until", type=DAY, required=True, help="Last day of capture, UTC.")
@click.option("--domains", default="", callback=_domains, help="Only pages of these domains and their subdomains, separated by commas.")
@click.option("--limit", type=click.IntRange(1), help="Maximum number of captures.")
@click.option("--per-host-and-day", type=click.IntRange(1), help="Maximum number of captures per host and day.")
@click.option("--start", "start_", is_flag=True, help="Enrich and index the captures, and show the progress.")
@click.option("--dry-run", is_flag=True, help="Read the files, count, and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per file.")
def warc(
    paths: tuple[str, ...],
    since: dt.datetime,
    until: dt.datetime,
    domains: tuple[str, ...],
    limit: int | None,
    per_host_and_day: int | None,
    start_: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Load past pages from WARC files, such as those of CC-NEWS.

    PATH is a file, a folder, a glob, or a URL (`https://data.commoncrawl.org/crawl-data/CC-NEWS/2026/11/*.warc.gz`, `s3://...`). A page
    has at most one capture per day, so that a file can be loaded again. Exit status 1 if a file could not be read completely; captures
    before the error are kept.
    """
    if since > until:
        raise click.UsageError(f"--from {since:%Y-%m-%d} is after --to {until:%Y-%m-%d}")
    wanted = Wanted(
        since=since.replace(tzinfo=dt.UTC),
        until=until.replace(tzinfo=dt.UTC) + dt.timedelta(days=1),
        domains=domains,
        most=limit or 0,
        most_per_host_and_day=per_host_and_day or 0,
    )
    settings = load()
    with import_lock(settings.home.home):
        reports = _load_warcs(paths, wanted, settings, dry_run=dry_run, as_json=as_json)
    days = sorted({day for report in reports for day in report.days})
    if not as_json:
        _say_what_follows(reports, days, dry_run=dry_run or start_)
    if start_ and not dry_run:
        _start(sorted({*days, *_unfinished(reports, settings)}), settings, as_json=as_json)
    broken = [report for report in reports if report.error]
    if broken:
        raise SetupError(
            f"{len(broken)} of {plural(len(reports), 'file')} could not be read completely",
            "Captures before the errors are kept; download the files again and repeat the command",
        )


def _load_warcs(paths: tuple[str, ...], wanted: Wanted, settings: Settings, *, dry_run: bool, as_json: bool) -> list[FileReport]:
    files = find_warcs(paths, wanted, settings=settings.fetch)
    echo(plural(len(files), "file"), err=True)
    done: list[FileReport] = []
    lines = ProgressLines()
    with open_database(settings.database_url) as engine, finish_step_first() as is_interrupted:
        loading = load_history(
            files,
            wanted,
            archive=Archive(settings.data_url),
            engine=engine,
            settings=settings.fetch,
            now=dt.datetime.now(dt.UTC),
            dry_run=dry_run,
        )
        for report in loading:
            if is_interrupted() and not report.is_over:
                loading.close()  # discards uncommitted captures
                echo(f"interrupted in {report.file}; repeat the command to continue", err=True)
                raise SystemExit(INTERRUPTED)
            if not report.is_over:
                lines.show(f"{plural(report.records, 'record')}, {plural(report.captured, 'capture')}")
                continue
            done.append(report)
            _print_file(report, number=len(done), files=len(files), as_json=as_json)
    return done


def _print_file(report: FileReport, *, number: int, files: int, as_json: bool) -> None:
    if as_json:
        facts = {name: value for name, value in asdict(report).items() if name != "is_over"}
        echo(json.dumps(facts, ensure_ascii=False))
        return
    others = {
        "captured before": report.known,
        "over the limit": report.over_budget,
        "too large": report.too_large,
        "unreadable": report.unreadable,
    }
    rest = "".join(f", {count} {what}" for what, count in others.items() if count)
    echo(f"[{number}/{files}] {report.file}: {report.records} records, {report.wanted} wanted, {report.captured} captured{rest}")
    if report.error:
        echo(f"    {report.error}", fg="red")


def _say_what_follows(reports: list[FileReport], days: list[str], *, dry_run: bool) -> None:
    told = plural(sum(report.captured for report in reports), "capture")
    echo(f"{told} in {plural(len(days), 'day')}, {days[0]} to {days[-1]}" if days else told)
    if days and not dry_run:
        echo(f"enrich and index them with: newsdesk backfill start --from {days[0]} --to {days[-1]} --only missing")


def _unfinished(reports: list[FileReport], settings: Settings) -> list[str]:
    """Return days with captures of an earlier, interrupted load that are not enriched or not indexed."""
    archive = Archive(settings.data_url)
    facts = [read_partition_facts(archive, day) for day in {day for report in reports for day in report.known_days}]
    return [day.key for day in facts if not (day.is_enriched and day.is_indexed)]


def _start(days: list[str], settings: Settings, *, as_json: bool) -> None:
    if not days:
        echo("nothing to enrich and index", err=as_json)
        return
    name = f"history-{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S}"
    with open_airflow(settings) as api:
        follow(Backfill(name=name, stage=Stage.ENRICH, keys=tuple(days), conf={"only": "missing"}), api, err=as_json)
