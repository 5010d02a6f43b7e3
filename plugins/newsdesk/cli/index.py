"""`newsdesk index`: the indices made and looked after."""

import click

from newsdesk.settings import load


@click.group()
def index() -> None:
    """Makes the indices, shows their state, checks them against the captures, moves them to a new mapping."""


@index.command()
def setup() -> None:
    """Makes what is missing: templates, this month's index behind its alias, runs, dead letters."""
    from newsdesk.index.aliases import names, set_up
    from newsdesk.index.client import open_client

    settings = load()
    with open_client(settings.elasticsearch) as es:
        set_up(es, settings.index)
    click.echo(f"{names(settings.index).articles} is ready")
