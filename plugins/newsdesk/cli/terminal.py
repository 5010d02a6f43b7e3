"""Output of the commands. Control characters in foreign text are escaped, so that they have no effect on the terminal."""

import codecs
import contextlib
import io
import json
import sys
import time
from collections.abc import Callable, Iterator
from typing import IO, Any, TextIO

import click

from newsdesk.visible import visible

TOLD_EVERY_SECONDS = 60.0
"""Interval of progress lines if the output is not a terminal."""

LONGEST_SUMMARY = 200
"""Length of a command's summary in the help of its group. Click would cut it at the width of the terminal."""

Show = Callable[[int, str], None]
"""Shows the number of finished items and a label."""


class Group(click.Group):
    """A group of commands whose help has the whole first sentence of each."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            commands = [(name, self.commands[name]) for name in self.list_commands(ctx)]
            formatter.write_dl([(name, command.get_short_help_str(LONGEST_SUMMARY)) for name, command in commands])


class Moment(click.DateTime):
    """A day, or with `has_time` also a minute of it; both in UTC."""

    def __init__(self, *, has_time: bool = False) -> None:
        super().__init__(["%Y-%m-%d", "%Y-%m-%dT%H:%M"] if has_time else ["%Y-%m-%d"])
        self._example = "2026-11-24 or 2026-11-24T12:05" if has_time else "2026-11-24"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        return "DAY"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"{value} is not a day such as {self._example}", param, ctx)


def write_all_characters(*streams: TextIO) -> None:
    """Make these streams write characters that their encoding lacks as JSON escapes, like `visible`, instead of failing."""
    codecs.register_error("newsdesk.escape", _escape_unencodable)
    for stream in streams:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="newsdesk.escape")


def _escape_unencodable(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return json.dumps(error.object[error.start : error.end])[1:-1], error.end


def echo(text: str | bytes = "", *, file: IO[str] | None = None, nl: bool = True, err: bool = False, fg: str | None = None) -> None:
    """Print text with control characters escaped; `fg` is its colour on a terminal."""
    shown = visible(text.decode() if isinstance(text, bytes) else text)
    click.echo(click.style(shown, fg=fg) if fg else shown, file=file, nl=nl, err=err)


@contextlib.contextmanager
def progress(total: int, label: str, *, file: TextIO | None = None, clock: Callable[[], float] = time.monotonic) -> Iterator[Show]:
    """Show progress: a bar on a terminal, or else a line per minute."""
    stream = file or sys.stdout
    if not stream.isatty():
        lines = ProgressLines(stream, clock=clock)
        yield lambda done, what: lines.show(f"{what}: {done} of {total}")
        return
    with click.progressbar(length=total, label=label, file=stream) as bar:

        def show(done: int, what: str) -> None:
            bar.label = visible(what)
            bar.update(done - bar.pos)

        yield show


class ProgressLines:
    """Shows progress without a known end: a line that changes on a terminal, or else a line per minute."""

    def __init__(self, stream: TextIO | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream or sys.stderr
        self._clock = clock
        self._told_at = float("-inf")

    def show(self, text: str) -> None:
        if self._stream.isatty():
            click.echo(f"  {visible(text)}\r", nl=False, file=self._stream)
        elif (now := self._clock()) - self._told_at >= TOLD_EVERY_SECONDS:
            self._told_at = now
            echo(text, file=self._stream)
