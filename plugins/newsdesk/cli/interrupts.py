"""Ctrl-C: the first one ends a command in order, the second one at once."""

import contextlib
import signal
from collections.abc import Callable, Iterator
from types import FrameType

from newsdesk.cli.terminal import echo

INTERRUPTED = 130
"""Exit status of a command that Ctrl-C ended, as shells have it."""


def interrupt_once() -> None:
    """From now on Ctrl-C raises KeyboardInterrupt once; the next one ends the process, cleaning up or not."""
    # A shell that starts a program in the background may have it ignore SIGINT: that stays.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _raise_once)


def _raise_once(_number: int, _frame: FrameType | None) -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    raise KeyboardInterrupt


@contextlib.contextmanager
def finish_step_first() -> Iterator[Callable[[], bool]]:
    """Ctrl-C in this block lets the present step end. Yields whether it was pressed; a second one ends the process."""
    pressed = False

    def note(_number: int, _frame: FrameType | None) -> None:
        nonlocal pressed
        pressed = True
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        echo("finishing what is begun; Ctrl-C again ends at once", err=True)

    before = signal.getsignal(signal.SIGINT)
    if before is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, note)
    try:
        yield lambda: pressed
    finally:
        if not pressed:
            signal.signal(signal.SIGINT, before)
