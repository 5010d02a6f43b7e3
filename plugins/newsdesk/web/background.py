"""Runs tasks that were started on a page in threads of the web server, so that requests do not wait for them."""

import datetime as dt
import logging
import threading
import time
from collections.abc import Callable

import sqlalchemy as sa

from newsdesk.errors import NewsdeskError, SetupError
from newsdesk.ops.background import begin_task, end_task, note_progress

log = logging.getLogger(__name__)

MOST_AT_ONCE = 8
TOLD_EVERY_SECONDS = 2.0
"""Minimum time between two writes of the progress."""

Tell = Callable[[str], None]
Work = Callable[[Tell], object]
"""Does the work and returns its result as JSON values. Its argument is a function that reports progress."""


class Background:
    """The tasks of one web server. A server that stops leaves its tasks unfinished; pages show them as lost."""

    def __init__(self, open_state: Callable[[], sa.Engine], *, now: Callable[[], dt.datetime]) -> None:
        self._open_state = open_state
        self._now = now
        self._places = threading.BoundedSemaphore(MOST_AT_ONCE)

    def start(self, kind: str, subject: str, work: Work, *, who: str) -> str:
        """Start a task and return its id. Raises SetupError if too many are running."""
        if not self._places.acquire(blocking=False):
            raise SetupError(f"{MOST_AT_ONCE} tasks are running", "Wait until one of them has ended")
        try:
            id = begin_task(self._open_state(), kind=kind, subject=subject, who=who, now=self._now())
        except BaseException:
            self._places.release()
            raise
        threading.Thread(target=self._run, args=(id, work), name=f"newsdesk {kind}", daemon=True).start()
        return id

    def _run(self, id: str, work: Work) -> None:
        engine, told_at = self._open_state(), float("-inf")

        def tell(progress: str) -> None:
            nonlocal told_at
            if time.monotonic() - told_at >= TOLD_EVERY_SECONDS:
                told_at = time.monotonic()
                note_progress(engine, id, progress, now=self._now())

        try:
            end_task(engine, id, result=work(tell), now=self._now())
        except (NewsdeskError, OSError) as error:
            end_task(engine, id, problem=str(error), now=self._now())
        except Exception as error:  # A bug: the page shows that, and the log has the details.
            log.exception("background task %s", id)
            end_task(engine, id, problem=f"unexpected error, see the web server's log: {error!r}", now=self._now())
        finally:
            self._places.release()
