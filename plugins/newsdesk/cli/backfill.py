"""`newsdesk backfill`: enrich and index captured partitions again."""

import datetime as dt
import json
import re
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from newsdesk.cli.airflow_session import open_airflow
from newsdesk.cli.terminal import Group, Moment, echo, progress
from newsdesk.database import open_database
from newsdesk.errors import BadRequest, NewsdeskError, SetupError, Stage
from newsdesk.fetch.source_names import load_source_names
from newsdesk.index.client import open_client
from newsdesk.ops.airflow_api import AirflowApi
from newsdesk.ops.backfill import Backfill, is_name, list_partitions
from newsdesk.ops.backfill import cancel as cancel_backfill
from newsdesk.ops.backfill import start as start_backfill
from newsdesk.ops.backfill import status as read_status
from newsdesk.ops.backfill_plan import BackfillPlan, BackfillRange, PlannedPartition, describe_estimate, make_backfill, plan_backfill
from newsdesk.ops.reconciliation import Reconciled, reconcile
from newsdesk.plurals import plural
from newsdesk.scope import Only, parse_scope
from newsdesk.settings import Settings, load
from newsdesk.store.archive import Archive

STAGES = (str(Stage.ENRICH), str(Stage.INDEX))
NUMBERS = ("captures", "enriched", "dead", "set_aside", "indexed")
MOST_WITHOUT_YES = 50
"""A backfill of more partitions than this (four hours of fetches) needs `--yes`."""


class LastMoment(Moment):
    """An upper bound: a day without a time means its last minute."""

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        moment = super().convert(value, param, ctx)
        return moment + dt.timedelta(days=1, minutes=-1) if "T" not in str(value) else moment


@click.group(cls=Group)
def backfill() -> None:
    """Enrich and index captured partitions again, without a request to any publisher."""


def pause(seconds: float) -> None:
    """Wait. Ctrl-C ends it."""
    threading.Event().wait(seconds)


def follow(job: Backfill, api: AirflowApi, *, err: bool = False, wait: Callable[[float], object] = pause) -> None:
    """Run a backfill and show its progress, on standard error if `err`. Raises SetupError if partitions failed."""
    shown = sys.stderr if err else sys.stdout
    echo(f"\nbackfill {job.name}", file=shown)
    begun = False
    try:
        with progress(len(job.keys), "partitions", file=shown) as show:
            for now in start_backfill(job, api, wait=wait):
                begun = True
                show(now.succeeded + now.failed, f"partitions, {now.running} running{f', {now.waiting}' if now.waiting else ''}")
    except (KeyboardInterrupt, NewsdeskError):
        if begun:
            echo(f"\nno more runs are started; repeat the command with --name {job.name} to continue", err=True)
        raise
    if now.failed:
        raise SetupError(
            f"{now.failed} of {plural(now.total, 'partition')} failed",
            f"The runs of {job.dag_id} in Airflow show the reason; --name {job.name} retries only these partitions",
        )
    echo(f"{plural(now.succeeded, 'partition')} done", file=shown)


def _checked_name(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and not is_name(value):
        raise click.BadParameter("a name has up to 100 letters and digits, between them also . ~ : + - and single _")
    return value


def _checked_language(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    if value and not re.fullmatch("[A-Za-z]{2,3}", value):
        raise click.BadParameter("a language is given by its code, such as en or es")
    return value.lower()


_name_argument = click.argument("name", callback=_checked_name)


def _from_to_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option("--to", "until", type=LastMoment(has_time=True), help="Last partition, UTC; a day means its end.  [default: now]"),
        click.option(
            "--from", "since", type=Moment(has_time=True), required=True, help="First partition, UTC: 2026-11-24 or 2026-11-24T12:05."
        ),
    ):
        command = option(command)
    return command


def _range_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option("--language", default="", callback=_checked_language, help="Only articles in this language (en, es, ...)."),
        click.option("--source", default="", help="Only this source, by its key or name."),
        click.option(
            "--only",
            type=click.Choice([only.value for only in Only]),
            default=Only.ALL.value,
            show_default=True,
            help="Only what failed, is missing, or was made by another version of the pipeline.",
        ),
        click.option(
            "--stage",
            type=click.Choice(STAGES),
            default=STAGES[0],
            show_default=True,
            help="First stage; later stages follow automatically.",
        ),
    ):
        command = option(command)
    return _from_to_options(command)


@backfill.command()
@_range_options
@click.option("--json", "as_json", is_flag=True, help="One JSON object per partition.")
def plan(as_json: bool, **given: Any) -> None:
    """Show what exists in each partition, and what a backfill would do. Changes nothing."""
    plan = _plan(load(), _range(**given))
    if as_json:
        for planned in plan.partitions:
            echo(json.dumps(asdict(_row(planned))))
        return
    _print_plan(plan)


@backfill.command()
@_range_options
@click.option("--name", callback=_checked_name, help="Name of the backfill; an existing one is continued.  [default: the current time]")
@click.option("--newest-first", is_flag=True, help="Begin with the newest partition.")
@click.option("--yes", is_flag=True, help=f"Start even with more than {MOST_WITHOUT_YES} partitions.")
@click.option("--dry-run", is_flag=True, help="Show the plan and stop.")
def start(name: str | None, newest_first: bool, yes: bool, dry_run: bool, **given: Any) -> None:
    """Run a backfill and show its progress. After Ctrl-C, active runs continue and no more are started."""
    settings, asked = load(), _range(**given)
    plan = _plan(settings, asked)
    job = make_backfill(plan, asked, name=name or f"{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S}", newest_first=newest_first)
    _print_plan(plan)
    if dry_run or not job.keys:
        return
    if len(job.keys) > MOST_WITHOUT_YES and not yes:
        echo(f"\nThis is more than {MOST_WITHOUT_YES} partitions: nothing was started. Start it with --yes.")
        return
    with open_airflow(settings) as api:
        follow(job, api)


@backfill.command()
@_from_to_options
@click.option("--json", "as_json", is_flag=True, help="One JSON object per partition.")
def verify(since: dt.datetime, until: dt.datetime | None, as_json: bool) -> None:
    """Compare the stages with each other and with the index, and list missing articles.

    Exit status 1 if there are any.
    """
    settings = load()
    archive = Archive(settings.data_url)
    first, last = _moments(since, until)
    compared = lost = 0
    with open_client(settings.elasticsearch) as es:
        for key in list_partitions(archive, since=first, until=last):
            found = reconcile(archive, key, es=es, settings=settings.index)
            compared, lost = compared + 1, lost + len(found.missing)
            if as_json:
                echo(json.dumps(asdict(found), ensure_ascii=False, default=dt.datetime.isoformat))
            else:
                _print_reconciled(found)
    if not as_json:
        echo(f"{plural(compared, 'partition')}, {plural(lost, 'article')} missing")
    if lost:
        raise SystemExit(1)


def _print_reconciled(found: Reconciled) -> None:
    ends = f"{found.articles} articles + {found.set_aside} set aside + {found.dead} dead"
    echo(f"{found.partition:<16} {found.captures} captures = {ends}{'' if not found.missing else f', {len(found.missing)} missing:'}")
    for article in found.missing:
        echo(f"    {article.stage}: {article.reason}: {article.url}")


@backfill.command()
@_name_argument
@click.option("--stage", type=click.Choice(STAGES), default=STAGES[0], show_default=True)
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def status(name: str, stage: str, as_json: bool) -> None:
    """Show the progress of a backfill."""
    with open_airflow(load()) as api:
        progress = read_status(name, Stage(stage), api)
    if not progress.total:
        raise SetupError(f"there is no backfill {name} of the stage {stage} in Airflow", "`newsdesk backfill start` prints the name")
    if as_json:
        echo(json.dumps({"name": name, "stage": stage, **asdict(progress), "is_over": progress.is_over}))
        return
    echo(f"{name}: {progress.succeeded} done, {progress.running} running, {progress.failed} failed of {progress.total} started")
    if progress.waiting:
        echo(f"    {progress.waiting}")


@backfill.command()
@_name_argument
@click.option("--stage", type=click.Choice(STAGES), default=STAGES[0], show_default=True)
def cancel(name: str, stage: str) -> None:
    """Stop the active runs of a backfill, and the command that runs it. Results are kept; `start --name` continues it."""
    with open_airflow(load()) as api:
        count = cancel_backfill(name, Stage(stage), api)
    echo(f"{plural(count, 'run')} ended" if count else f"no run of a backfill {name} of the stage {stage} is active")


def _range(*, since: dt.datetime, until: dt.datetime | None, stage: str, only: str, source: str, language: str) -> BackfillRange:
    first, last = _moments(since, until)
    try:
        scope = parse_scope({"only": only, "source": source, "language": language})
        asked = BackfillRange(since=first, until=last, stage=Stage(stage), scope=replace(scope, keys=_keys(source)) if source else scope)
        asked.check()
    except BadRequest as error:
        raise click.UsageError(str(error)) from error
    return asked


def _keys(source: str) -> tuple[str, ...]:
    with open_database(load().database_url) as engine:
        return load_source_names(engine).keys(source)


def _moments(since: dt.datetime, until: dt.datetime | None) -> tuple[dt.datetime, dt.datetime]:
    last = until.replace(tzinfo=dt.UTC) if until else dt.datetime.now(dt.UTC)
    first = since.replace(tzinfo=dt.UTC)
    if first > last:
        raise click.UsageError(f"--from {first:%Y-%m-%dT%H:%M} is after --to {last:%Y-%m-%dT%H:%M}")
    return first, last


def _plan(settings: Settings, asked: BackfillRange) -> BackfillPlan:
    return plan_backfill(Archive(settings.data_url), asked, side_by_side=settings.enrich.every_active_runs)


@dataclass(slots=True, kw_only=True)
class Row:
    """A line of the plan, for a partition or a day."""

    partition: str
    captures: int = 0
    enriched: int = 0
    dead: int = 0
    set_aside: int = 0
    indexed: int = 0
    versions: dict[str, int] = field(default_factory=dict)
    lost: int = 0
    todo: int = 0


def _row(planned: PlannedPartition) -> Row:
    facts = planned.facts
    numbers = {name: getattr(facts, name) for name in (*NUMBERS, "versions", "lost")}
    return Row(partition=facts.key, **numbers, todo=planned.todo)


def _print_plan(plan: BackfillPlan) -> None:
    if not plan.todo:
        echo("nothing was captured in this range" if not plan.partitions else f"{plural(len(plan.partitions), 'partition')}, nothing to do")
        return
    rows = [_row(planned) for planned in plan.partitions]
    by_day = len(rows) > MOST_WITHOUT_YES
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("day" if by_day else "partition", no_wrap=True)
    for heading in ("captures", "articles", "dead", "aside", "indexed", "to do"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("versions", overflow="fold")
    for row in _by_day(rows) if by_day else rows:
        versions = "\n".join(f"{version or '?'}: {count}" for version, count in sorted(row.versions.items()))
        table.add_row(row.partition, *(str(getattr(row, name)) for name in NUMBERS), str(row.todo), versions)
    Console().print(table)
    echo(f"{plural(len(rows), 'partition')}, {plural(plan.captures, 'capture')}, {plan.todo} to do")
    echo(describe_estimate(plan.estimate))


def _by_day(rows: list[Row]) -> list[Row]:
    days: dict[str, Row] = {}
    for row in rows:
        sums = days.setdefault(row.partition[:10], Row(partition=row.partition[:10]))
        for name in (*NUMBERS, "todo"):
            setattr(sums, name, getattr(sums, name) + getattr(row, name))
        for version, count in row.versions.items():
            sums.versions[version] = sums.versions.get(version, 0) + count
    return list(days.values())
