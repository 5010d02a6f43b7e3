"""Progress that a person can follow: a line when a step begins, a line when it has ended, with its time."""

import contextlib
import time
from collections.abc import Callable, Iterator

Report = Callable[[str], None]
"""Says what a step is doing just now."""


class Steps:
    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._begun = time.monotonic()

    @contextlib.contextmanager
    def step(self, title: str) -> Iterator[Report]:
        """One step; it gives a function that reports progress inside it."""
        begun = time.monotonic()
        self._write(f"▸ {title}")
        yield lambda text: self._write(f"    {text}")
        self._write(f"✓ {title}  ({time.monotonic() - begun:.1f} s)")

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._begun
