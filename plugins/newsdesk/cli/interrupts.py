"""Handling of Ctrl-C: the first one ends a command cleanly, the second one at once."""

import contextlib
import signal
from collections.abc import Callable, Iterator
from types import FrameType

from newsdesk.cli.terminal import echo

INTERRUPTED = 130
"""Exit status of a command that was ended by Ctrl-C, as in shells."""


def interrupt_once() -> None:
    """Make Ctrl-C raise KeyboardInterrupt once; the next one ends the process without cleaning up."""
    # Unless SIGINT is ignored, as in a program that a shell has started in the background.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _raise_once)


def _raise_once(_number: int, _frame: FrameType | None) -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    raise KeyboardInterrupt


@contextlib.contextmanager
def finish_step_first() -> Iterator[Callable[[], bool]]:
    """Delay Ctrl-C in the block; provide a function that returns whether it was pressed. A second one ends the process."""
    pressed = False

    def note(_number: int, _frame: FrameType | None) -> None:
        nonlocal pressed
        pressed = True
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        echo("finishing the current step; press Ctrl-C again to end at once", err=True)

    before = signal.getsignal(signal.SIGINT)
    if before is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, note)
    try:
        yield lambda: pressed
    finally:
        if not pressed:
            signal.signal(signal.SIGINT, before)
