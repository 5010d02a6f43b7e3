"""The `newsdesk` command: its groups of commands, and how errors are reported."""

import errno
import importlib
import sys
from collections.abc import Callable
from dataclasses import dataclass

import click

from newsdesk.cli.interrupts import interrupt_once
from newsdesk.cli.terminal import echo, write_all_characters
from newsdesk.errors import NewsdeskError
from newsdesk.visible import make_logs_visible


@dataclass(frozen=True, slots=True)
class Entry:
    """A command: its module in `newsdesk.cli`, its function there, and its summary in `newsdesk --help`.

    The summary is given here, since modules are imported only when their commands are called.
    """

    module: str
    function: str
    summary: str


SECTIONS = {
    "Run": {
        "run": Entry("local", "run", "Start everything and take the seed article to a search hit."),
        "stop": Entry("local", "stop", "Stop what `newsdesk run` started."),
        "airflow": Entry("airflow", "airflow", "Call the airflow command on this home's Airflow."),
        "status": Entry("status", "status", "Show what is running, the age of the index, and what failed."),
        "alerts": Entry("alerts", "alerts", "List, acknowledge and silence alerts."),
        "audit": Entry("audit", "audit", "Show who changed what through the web application."),
        "env": Entry("env", "env", "Write the secrets that docker-compose.yml needs."),
    },
    "Search": {
        "search": Entry("search", "search", "Search the index."),
        "entity": Entry("entity", "entity", "Show what is known of a person, an organisation or a place."),
        "topics": Entry("topics", "topics", "Saved queries whose new articles are listed and sent."),
        "compare": Entry("compare", "compare", "Compare an indexed article with its original."),
        "web": Entry("web", "web", "Serve the newsroom's pages behind a reverse proxy."),
        "kibana": Entry("kibana", "kibana", "Write or install the dashboards for Kibana."),
    },
    "Sources and the past": {
        "fetch": Entry("fetch", "fetch", "Fetch what is due now."),
        "refetch": Entry("fetch", "refetch", "Fetch one page again."),
        "feeds": Entry("feeds", "feeds", "Import, export, add, list, test and switch feeds."),
        "history": Entry("history", "history", "Load past days from the sources or from WARC files."),
        "backfill": Entry("backfill", "backfill", "Enrich and index captured days again."),
        "dead": Entry("dead", "dead", "List, retry and drop dead letters."),
    },
    "Stored data": {
        "verify": Entry("verify", "verify", "Find and repair damaged files."),
        "index": Entry("index", "index", "Create, verify and migrate the indices."),
        "aliases": Entry("aliases", "aliases", "Edit the names that mean the same entity."),
        "lines": Entry("lines", "lines", "Show repeated last lines of sources."),
        "retention": Entry("retention", "retention", "List or remove data that exceeds the retention settings."),
        "state": Entry("state", "state", "Back up or rebuild the state database."),
    },
    "Stages, JSON lines in and out": {
        "parse-feed": Entry("stages", "parse_feed", "Feeds to entries."),
        "clean": Entry("stages", "clean", "Pages to articles."),
        "check": Entry("stages", "check", "Articles to findings of the translation check."),
        "tag": Entry("stages", "tag", "Articles to entities."),
        "enrich": Entry("stages", "enrich", "Pages through clean, check and tag."),
    },
}
"""All commands, as `newsdesk --help` groups them."""

COMMANDS = {name: entry for section in SECTIONS.values() for name, entry in section.items()}

REMEDIES = {
    frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS}): "Free space there, or set NEWSDESK_HOME to another folder",
    frozenset({errno.EACCES, errno.EPERM}): "Run the command as the owner, or set NEWSDESK_HOME to a writable folder",
    frozenset({errno.ENOTDIR, errno.EEXIST, errno.EISDIR}): "Move it away, or set NEWSDESK_HOME to another folder",
}
"""Remedies for errors of the file system that an operator can correct, by errno. Other errors are bugs."""


class LazyGroup(click.Group):
    """A group that imports the modules of its commands when they are called."""

    def list_commands(self, _context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        entry = COMMANDS.get(name)
        if entry is None:
            return None
        command: click.Command = getattr(importlib.import_module(f"newsdesk.cli.{entry.module}"), entry.function)
        return command

    def format_commands(self, _context: click.Context, formatter: click.HelpFormatter) -> None:
        for title, commands in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name, entry.summary) for name, entry in commands.items()])


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="newsdesk")
def newsdesk() -> None:
    """Fetch news, check the quality of translations, tag persons and places, and search."""


def main(command: Callable[[], object] = newsdesk) -> None:
    """Run the command; an error that an operator can correct is one line with its remedy."""
    make_logs_visible()
    write_all_characters(sys.stdout, sys.stderr)
    interrupt_once()
    try:
        command()
    except NewsdeskError as error:
        echo(f"newsdesk: {error}", err=True)
        sys.exit(1)
    except OSError as error:
        remedy = next((remedy for numbers, remedy in REMEDIES.items() if error.errno in numbers), None)
        if remedy is None:
            raise
        echo(f"newsdesk: {error.filename or 'a disk'}: {error.strerror}. {remedy}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
