"""Prints progress: a line at the start of a step, and one with its duration at its end."""

import contextlib
import time
from collections.abc import Callable, Iterator

Report = Callable[[str], None]
"""Prints the progress within a step."""


class Steps:
    """The steps of a run. `write` prints a line."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._begun = time.monotonic()

    @contextlib.contextmanager
    def step(self, title: str) -> Iterator[Report]:
        """Print the start and end of a step; provide a function that prints progress within it."""
        begun = time.monotonic()
        self._write(f"▸ {title}")
        yield lambda text: self._write(f"    {text}")
        self._write(f"✓ {title}  ({time.monotonic() - begun:.1f} s)")

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._begun
