"""Cleans pages in child processes with limits for time and memory, so that a crash or hang affects only one page."""

import datetime as dt
from collections import deque
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from newsdesk.child import CallFailed, Child, Limits, wait_for_any
from newsdesk.errors import ArticleRejected
from newsdesk.records import CapturedPage, Cleaned
from newsdesk.settings import CleanSettings

_READ_AHEAD = 8
"""Pages per child that may be in progress or finished before their turn, so that the other children stay busy while one page takes ten
times as long as most."""


class CleaningPool:
    """Child processes that clean pages, started at the first use and replaced when they die. A context manager."""

    def __init__(self, settings: CleanSettings) -> None:
        self._settings = settings
        limits = Limits(
            task="cleaning the page",
            seconds=settings.page_deadline_seconds,
            memory_bytes=settings.maximum_memory_bytes,
            seconds_setting="NEWSDESK_CLEAN_PAGE_DEADLINE_SECONDS",
            memory_setting="NEWSDESK_CLEAN_MAXIMUM_MEMORY_BYTES",
        )
        self._children = [Child(limits) for _ in range(settings.processes)]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        for child in self._children:
            child.stop()

    def clean(self, page: CapturedPage, *, now: dt.datetime | None = None) -> Cleaned:
        """Extract the article from a page. Must not be called while `clean_all` is in progress.

        Raises what `stage.clean` raises, and ArticleRejected (CRASHED, TIMED_OUT).
        """
        return self._children[0].call(_clean, page, self._settings, now)

    def clean_all(
        self, pages: Iterable[CapturedPage], *, now: dt.datetime | None = None
    ) -> Generator[tuple[CapturedPage, Cleaned | ArticleRejected | CallFailed], None, None]:
        """Yield each page with its article, or with the error that `clean` would raise, in the order of `pages`.

        Children work ahead of the caller, by up to `_READ_AHEAD` pages each, so that a slow page does not block the others.
        """
        slots: deque[_Slot] = deque()
        busy: dict[Child, _Slot] = {}
        idle = list(self._children)
        rest = iter(pages)
        more = True
        try:
            while True:
                while more and idle and len(slots) < _READ_AHEAD * len(self._children):
                    page = next(rest, None)
                    if page is None:
                        more = False
                        break
                    child = idle.pop()
                    slot = _Slot(page)
                    slots.append(slot)
                    busy[child] = slot
                    child.send(_clean, page, self._settings, now)
                result = slots[0].result if slots else None
                if result is not None:
                    yield slots.popleft().page, result
                elif slots:
                    for child in wait_for_any(list(busy)):
                        busy.pop(child).result = child.receive()
                        idle.append(child)
                else:
                    return
        finally:
            for child in busy:
                child.stop()


@dataclass(slots=True)
class _Slot:
    """A page in the order of output; `result` is None while a child works on it."""

    page: CapturedPage
    result: Cleaned | ArticleRejected | CallFailed | None = None


def _clean(page: CapturedPage, settings: CleanSettings, now: dt.datetime | None) -> Cleaned:
    # Imported only in the child, so that the parent does not load the extractors.
    from newsdesk.clean.stage import clean

    return clean(page, settings, now=now)
