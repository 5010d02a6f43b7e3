"""Output of the commands. Control characters in foreign text are escaped, so that they have no effect on the terminal."""

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from typing import IO, TextIO

import click

from newsdesk.visible import visible

TOLD_EVERY_SECONDS = 60.0
"""Interval of progress lines if the output is not a terminal."""

Show = Callable[[int, str], None]
"""Shows the number of finished items and a label."""


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
