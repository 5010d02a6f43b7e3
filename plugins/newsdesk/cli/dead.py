"""`newsdesk dead`: the articles that failed."""

import json
from collections.abc import Iterable
from itertools import groupby

import click
from pydantic import TypeAdapter

from newsdesk.errors import Reason, Stage
from newsdesk.settings import load


@click.group()
def dead() -> None:
    """Articles that failed at a stage, with the reason and where their capture lies."""


@dead.command("list")
@click.option("--stage", type=click.Choice([str(stage) for stage in Stage]), help="Only those that failed at this stage.")
@click.option("--reason", type=click.Choice([str(reason) for reason in Reason]), help="Only those that failed for this reason.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_(stage: str | None, reason: str | None, as_json: bool) -> None:
    """Show the dead letters, grouped by stage and reason."""
    from newsdesk.database import open_database
    from newsdesk.ops.dead_letters import StoredDeadLetter, list_dead_letters

    with open_database(load().database_url) as engine:
        letters = list(list_dead_letters(engine, stage=Stage(stage) if stage else None, reason=Reason(reason) if reason else None))
    if as_json:
        plain = TypeAdapter(list[StoredDeadLetter]).dump_python(letters, mode="json")
        _print_lines(json.dumps(letter, ensure_ascii=False) for letter in plain)
        return
    letters.sort(key=lambda letter: (letter.stage, letter.reason, letter.detail))
    for (at, why), group in groupby(letters, key=lambda letter: (letter.stage, letter.reason)):
        members = list(group)
        click.echo(f"{at}: {why}: {len(members)}")
        _print_lines(f"  {letter.url or letter.locator}\n    {letter.detail}  ({letter.attempts}x, {letter.locator})" for letter in members)
    if not letters:
        click.echo("no dead letters")


def _print_lines(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)
