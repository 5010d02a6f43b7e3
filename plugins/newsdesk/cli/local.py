"""`newsdesk run` and `newsdesk stop`: start and stop newsdesk on one machine."""

import datetime as dt
import functools
import os
import shlex
import signal
import sys
import threading
import time
from pathlib import Path
from types import FrameType

import click

from newsdesk.cli.interrupts import INTERRUPTED
from newsdesk.cli.retention import remove_leftovers
from newsdesk.cli.terminal import echo
from newsdesk.errors import SetupError, Unavailable
from newsdesk.index.aliases import names
from newsdesk.local import airflow, seed_site
from newsdesk.local import run as whole
from newsdesk.local.steps import Steps
from newsdesk.settings import Settings, embedded_elasticsearch_file, given_home, load

FIRST_CLEANING_SECONDS = 600.0
CLEANING_EVERY_SECONDS = 86_400.0
"""Times at which old rows and logs of Airflow are removed: after the first fetch, then daily."""


LOOK_EVERY_SECONDS = 10.0
RETRY_SECONDS = 60.0
"""Times at which the servers are looked at, and after which one that did not start is tried again."""


@click.command()
@click.option("--once", is_flag=True, help="Stop everything after the search hit instead of continuing to run.")
@click.option("--prepare", is_flag=True, help="Only download what a run needs, so that the first run needs no internet.")
def run(once: bool, prepare: bool) -> None:
    """Start everything, process the seed article from its feed to a search hit, and keep running until Ctrl-C."""
    from newsdesk.search.print import print_hits

    given, steps = load(), Steps(echo)
    if prepare:
        whole.prepare(given, steps=steps)
        return
    # SIGINT too, since shells start programs in the background with SIGINT ignored.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, functools.partial(_interrupt, given))
    try:
        with whole.run(given, steps=steps) as (settings, found):
            echo(f"\nnewsdesk search '{whole.QUERY}'\n")
            print_hits(found.results)
            echo(f"\nReady after {found.seconds:.0f} s.\n\n{_addresses(settings, found.results.hits[0].id)}")
            if not once:
                _fetch_papers(settings)
                echo("\nCtrl-C stops everything.")
                _stay(settings)
            echo("stopping everything; press Ctrl-C to end at once")
            _kill_on_signal(given)
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None


@click.command()
def stop() -> None:
    """Stop the current run with everything that it started, and what a crashed run left."""
    stopped = whole.stop(load())
    echo(f"stopped: {', '.join(stopped)}" if stopped else "nothing was running")


def _interrupt(settings: Settings, _number: int, _frame: FrameType | None) -> None:
    """Stop everything in order. The next signal kills it."""
    _kill_on_signal(settings)
    raise KeyboardInterrupt


def _kill_on_signal(settings: Settings) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, functools.partial(_kill, settings))


def _kill(settings: Settings, _number: int, _frame: FrameType | None) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    whole.kill(settings)
    os._exit(INTERRUPTED)


def _stay(settings: Settings) -> None:
    """Keep everything running until Ctrl-C."""
    cleaning_at = time.monotonic() + FIRST_CLEANING_SECONDS
    try:
        while True:
            threading.Event().wait(LOOK_EVERY_SECONDS)
            _start_again(settings)
            if time.monotonic() >= cleaning_at:
                _clean_airflow(settings)
                cleaning_at += CLEANING_EVERY_SECONDS
    except KeyboardInterrupt:
        echo()


def _start_again(settings: Settings) -> None:
    try:
        whole.start_again(settings, report=lambda line: echo(f"{dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M:%S} UTC  {line}"))
    except SetupError as error:
        echo(f"it did not start, and is tried again: {error}", err=True)
        threading.Event().wait(RETRY_SECONDS)


def _fetch_papers(settings: Settings) -> None:
    try:
        whole.fetch_papers(settings)
    except (SetupError, Unavailable) as error:
        echo(f"\nThe papers of the seed site are fetched by the next scheduled run, within {settings.fetch.every_minutes} minutes: {error}")
        return
    echo("\nA month of made-up news in six languages follows within a minute: see it on the newsroom's pages.")


def _clean_airflow(settings: Settings) -> None:
    try:
        removed = remove_leftovers(settings, dt.datetime.now(dt.UTC), dry_run=False)
    except SetupError as error:
        echo(f"old rows and logs of Airflow were not removed and are tried again tomorrow: {error}", err=True)
        return
    if removed:
        echo(f"removed old data of Airflow: {', '.join(f'{removal.count} of {removal.name}' for removal in removed)}")


def _addresses(settings: Settings, article_id: str) -> str:
    login = embedded_elasticsearch_file(settings.home.home)
    elasticsearch_login = f"login in {login}" if login.exists() else "login as configured"
    command = _command()
    return f"""Newsroom        {airflow.airflow_url(settings)}/newsdesk/   the pages for search and reading, with Airflow's login
Airflow         {airflow.airflow_url(settings)}/   user {airflow.ADMIN}, password in {airflow.login_file(settings)}
Elasticsearch   {settings.elasticsearch.url}/{names(settings.index).articles}/_search   {elasticsearch_login}
Seed site       http://{seed_site.host(settings)}/

Next things to try:
  {command} compare {article_id} --sentences
  {command} search ukraine --verdict garbled
  {command} feeds list
  {command} feeds add https://example.org/feed.xml
  {command} --help"""


def _command() -> str:
    """Return the command line of newsdesk for a new shell in this folder, with the home if it is not the default."""
    program = Path(sys.executable).with_name("newsdesk")
    here = Path.cwd()
    shown = str(program.relative_to(here) if program.is_relative_to(here) else program)
    given = given_home()
    return f"NEWSDESK_HOME={shlex.quote(str(given))} {shlex.quote(shown)}" if given else shlex.quote(shown)
