"""`newsdesk dead`: lists, retries and drops dead letters."""

import datetime as dt
import json
from collections.abc import Callable, Collection, Iterable
from itertools import groupby

import click
from pydantic import TypeAdapter

from newsdesk.cli.airflow_session import open_airflow
from newsdesk.cli.backfill import follow
from newsdesk.cli.fetch import follow_fetch
from newsdesk.cli.terminal import Group, echo
from newsdesk.database import open_database
from newsdesk.errors import Reason, SetupError, Stage
from newsdesk.fetch.pages import requeue_pages
from newsdesk.fetch.source_names import load_source_names
from newsdesk.ops.retries import count_failed_again, plan_retry
from newsdesk.plurals import plural
from newsdesk.settings import Settings, load
from newsdesk.store.archive import Archive
from newsdesk.store.dead_letters import StoredDeadLetter, drop_dead_letters, list_dead_letters


@click.group(cls=Group)
def dead() -> None:
    """Pages and articles that failed at a stage, with the reason and the location of the capture."""


def _choice_options(command: Callable[..., None]) -> Callable[..., None]:
    reasons = [str(reason) for reason in Reason]
    told = f"Only those that failed for this: {', '.join(reasons)}."
    command = click.option("--reason", type=click.Choice(reasons), metavar="REASON", help=told)(command)
    return click.option("--stage", type=click.Choice([str(stage) for stage in Stage]), help="Only those that failed at this stage.")(
        command
    )


@dead.command("list")
@_choice_options
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
def list_(stage: str | None, reason: str | None, as_json: bool) -> None:
    """List the dead letters, grouped by cause."""
    letters = _letters(stage, reason)
    if as_json:
        _print_json(letters)
        return
    for (at, why, detail), group in groupby(sorted(letters, key=_cause), key=_cause):
        members = list(group)
        echo(f"{at}: {why}: {detail}  ({len(members)})")
        echo(f"    for example {members[0].url or members[0].locator}")
    if not letters:
        echo("no dead letters")


@dead.command()
@_choice_options
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
def show(stage: str | None, reason: str | None, as_json: bool) -> None:
    """Show every dead letter with all details."""
    letters = _letters(stage, reason)
    if as_json:
        _print_json(letters)
        return
    with open_database(load().database_url) as engine:
        names = load_source_names(engine)
    for letter in letters:
        echo(f"{letter.url or letter.locator}")
        echo(f"    {letter.stage}: {letter.reason}: {letter.detail}")
        origin = f"capture {letter.capture}, pipeline {letter.pipeline_version}" if letter.capture else "no capture"
        echo(f"    {origin}, partition {letter.partition}, source {names.name(letter.source)}")
        echo(f"    {letter.attempts} attempts, {letter.first_failed_at:%Y-%m-%d %H:%M} to {letter.last_failed_at:%Y-%m-%d %H:%M} UTC")


@dead.command()
@click.argument("which", metavar="[URL]...", nargs=-1)
@_choice_options
def retry(which: tuple[str, ...], stage: str | None, reason: str | None) -> None:
    """Retry dead letters through Airflow. Those that succeed are removed.

    URL is that of a dead letter, or the location of its capture; without it, all are retried. Pages that were not captured are queued,
    and fetched at once if a URL is given. For a capture, all failed captures of its partition are retried.
    """
    settings, found = load(), _named(_letters(stage, reason), which)
    if not found:
        echo("no dead letters")
        return
    plan = plan_retry(found, Archive(settings.data_url), now=dt.datetime.now(dt.UTC))
    _retry_pages(plan.pages, settings, at_once=bool(which))
    if plan.gone:
        echo(f"the captures of {len(plan.gone)} no longer exist: newsdesk dead drop")
    if not plan.backfills:
        return
    with open_airflow(settings) as api:
        for backfill in plan.backfills:
            follow(backfill, api)
    _say_how_many_passed(plan.captured)


def _named(letters: list[StoredDeadLetter], which: Collection[str]) -> list[StoredDeadLetter]:
    """Return the letters with these URLs or locators, or all if none is given. Raises SetupError if one is unknown."""
    if not which:
        return letters
    unknown = set(which) - {name for letter in letters for name in (letter.url, letter.locator)}
    if unknown:
        raise SetupError(f"there is no dead letter for {min(unknown)}", "`newsdesk dead show` lists their URLs and locations")
    return [letter for letter in letters if letter.url in which or letter.locator in which]


def _say_how_many_passed(letters: Collection[StoredDeadLetter]) -> None:
    with open_database(load().database_url) as engine:
        failed = count_failed_again(engine, letters)
    echo(f"{len(letters) - failed} passed, {failed} failed again{': newsdesk dead list' if failed else ''}")


@dead.command()
@_choice_options
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
def drop(stage: str | None, reason: str | None, yes: bool) -> None:
    """Delete dead letters. Their captures are kept, and a replay processes them again."""
    letters = _letters(stage, reason)
    if letters and (yes or click.confirm(f"Drop {plural(len(letters), 'dead letter')}?")):
        with open_database(load().database_url) as engine:
            echo(f"{drop_dead_letters(engine, letters)} dropped")


def _retry_pages(letters: Collection[StoredDeadLetter], settings: Settings, *, at_once: bool) -> None:
    if not letters:
        return
    _queue(letters)
    if at_once:
        with open_airflow(settings) as api:
            follow_fetch(api, settings)
        _say_how_many_passed(letters)


def _queue(letters: Collection[StoredDeadLetter]) -> None:
    with open_database(load().database_url) as engine:
        count = requeue_pages(engine, [letter.locator for letter in letters], dt.datetime.now(dt.UTC))
    echo(f"{plural(count, 'page')} queued for the next run of newsdesk_fetch")
    if count < len(letters):
        echo(f"{plural(len(letters) - count, 'page')} not queued: no feed lists them any more.")
        echo("Drop their dead letters with: newsdesk dead drop --stage fetch")


def _letters(stage: str | None, reason: str | None) -> list[StoredDeadLetter]:
    with open_database(load().database_url) as engine:
        return list(list_dead_letters(engine, stage=Stage(stage) if stage else None, reason=Reason(reason) if reason else None))


def _cause(letter: StoredDeadLetter) -> tuple[str, str, str]:
    return letter.stage, letter.reason, letter.detail


def _print_json(letters: Iterable[StoredDeadLetter]) -> None:
    for letter in TypeAdapter(list[StoredDeadLetter]).dump_python(list(letters), mode="json"):
        echo(json.dumps(letter, ensure_ascii=False))
