"""What the commands print: the only door to the terminal. What comes from outside cannot act on it."""

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from typing import IO, Any, TextIO

import click

from newsdesk.visible import visible

TOLD_EVERY_SECONDS = 60.0
"""How often progress is told where nobody watches it: in a log, or a pipe."""

Show = Callable[[int, str], None]
"""Shows how many are done, and what is going on."""


def echo(text: str | bytes = "", *, file: IO[Any] | None = None, nl: bool = True, err: bool = False, fg: str | None = None) -> None:
    """Prints text, visible; `fg` is its colour on a terminal."""
    shown = visible(text.decode() if isinstance(text, bytes) else text)
    click.echo(click.style(shown, fg=fg) if fg else shown, file=file, nl=nl, err=err)


@contextlib.contextmanager
def progress(total: int, label: str, *, file: TextIO | None = None, clock: Callable[[], float] = time.monotonic) -> Iterator[Show]:
    """A bar on a terminal; elsewhere a line a minute."""
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
    """Progress without a known end: one line that changes on a terminal; elsewhere a line a minute."""

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
