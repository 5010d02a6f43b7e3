"""`newsdesk airflow`: runs Airflow's command with the environment of this home's Airflow."""

import os
import sys
from pathlib import Path

import click

from newsdesk.errors import SetupError
from newsdesk.local.airflow import command_environment
from newsdesk.settings import load


@click.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def airflow(arguments: tuple[str, ...]) -> None:
    """Run Airflow's command for the Airflow of this home, or for the database in AIRFLOW__DATABASE__SQL_ALCHEMY_CONN."""
    environment = command_environment(load())
    if environment is None:
        raise SetupError("there is no Airflow in this home", "Start it with `newsdesk run`, or set NEWSDESK_HOME to its home")
    program = Path(sys.executable).with_name("airflow")
    os.execve(program, [str(program), *arguments], environment)
