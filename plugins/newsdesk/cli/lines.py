"""`newsdesk lines`: lines that a source repeats at the end of its articles, and that are removed from later ones."""

import json
from dataclasses import asdict

import click

from newsdesk.clean.article_endings import delete_endings, list_sources, load_endings
from newsdesk.clean.repeated import repeated_lines
from newsdesk.cli.terminal import Group, echo
from newsdesk.database import open_database
from newsdesk.fetch.source_names import load_source_names
from newsdesk.plurals import plural
from newsdesk.settings import load


@click.group(cls=Group)
def lines() -> None:
    """Last lines that a source repeats from article to article. They are learned, and removed from later articles."""


@lines.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per line.")
def list_(as_json: bool) -> None:
    """List the sources with the number of articles that lines were learned from, and of lines that are removed now."""
    with open_database(load().database_url) as engine:
        names = load_source_names(engine)
        for known in list_sources(engine):
            name = names.name(known.source)
            echo(
                json.dumps({**asdict(known), "source_name": name}, ensure_ascii=False)
                if as_json
                else f"{name:<40} {known.articles:>7} articles {len(known.repeated):>4} lines"
            )


@lines.command()
@click.argument("source")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def show(source: str, as_json: bool) -> None:
    """Show the lines that are removed from articles of SOURCE (its key or name) now."""
    with open_database(load().database_url) as engine:
        keys = load_source_names(engine).keys(source)
        repeated = [line for key in keys for line in repeated_lines(load_endings(engine, key)).values()]
    if as_json:
        echo(json.dumps({"source": source, "repeated": repeated}, ensure_ascii=False))
        return
    for line in repeated:
        echo(line)
    if not repeated:
        echo(f"{source}: no lines are removed")


@lines.command()
@click.argument("source")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def forget(source: str, as_json: bool) -> None:
    """Delete what was learned about SOURCE (its key or name). A line is removed again after it has ended three new articles."""
    with open_database(load().database_url) as engine:
        known = sum(delete_endings(engine, key) for key in load_source_names(engine).keys(source))
    echo(json.dumps({"source": source, "forgotten": known}) if as_json else f"{source}: endings of {plural(known, 'article')} deleted")
