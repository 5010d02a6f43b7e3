"""The `newsdesk` command: its groups of commands, and how an error reaches the person who called it."""

import errno
import importlib
import sys

import click

from newsdesk.errors import NewsdeskError

COMMANDS = {
    "parse-feed": ("stages", "parse_feed"),
    "clean": ("stages", "clean"),
    "check": ("stages", "check"),
    "tag": ("stages", "tag"),
    "enrich": ("stages", "enrich"),
    "feeds": ("feeds", "feeds"),
    "search": ("search", "search"),
    "compare": ("compare", "compare"),
    "index": ("index", "index"),
    "status": ("status", "status"),
    "backfill": ("backfill", "backfill"),
    "history": ("history", "history"),
    "dead": ("dead", "dead"),
    "state": ("state", "state"),
    "retention": ("retention", "retention"),
    "aliases": ("aliases", "aliases"),
    "lines": ("lines", "lines"),
    "kibana": ("kibana", "kibana"),
    "env": ("env", "env"),
    "run": ("local", "run"),
    "stop": ("local", "stop"),
}
"""Command -> module below `newsdesk.cli` and function in it; a module is imported when its command is called."""


FULL_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}


class LazyGroup(click.Group):
    def list_commands(self, _context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, function = COMMANDS[name]
        command: click.Command = getattr(importlib.import_module(f"newsdesk.cli.{module}"), function)
        return command


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="newsdesk")
def newsdesk() -> None:
    """Fetches news, checks whether it is soundly translated, tags who and where, and makes it searchable."""


def main() -> None:
    try:
        newsdesk()
    except NewsdeskError as error:
        click.echo(f"newsdesk: {error}", err=True)
        sys.exit(1)
    except OSError as error:
        if error.errno not in FULL_DISK:
            raise
        click.echo(f"newsdesk: {error.filename or 'a disk'}: {error.strerror}. Make room there, or set NEWSDESK_HOME elsewhere", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
