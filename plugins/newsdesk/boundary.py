"""The error boundary of the stages: an exception fails one article, and the others of its chunk continue."""

import contextlib
import logging
import math
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import FrameType
from typing import TypeVar

from newsdesk.errors import ArticleRejected, Reason, Unavailable

log = logging.getLogger(__name__)
T = TypeVar("T")

REPEAT_SECONDS = 1.0
"""The signal is repeated at this interval, in case a library swallowed the exception."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a step failed for one article."""

    reason: Reason
    detail: str


def attempt(step: Callable[[], T], *, what: str, seconds: float = math.inf, repeat_seconds: float = REPEAT_SECONDS) -> T | Failure:
    """Run a step for one article and return its result, or a Failure where it raises or takes longer than `seconds` of CPU time.

    Unexpected exceptions are logged with a traceback and with `what` was being done. Unavailable is raised unchanged, since an
    unreachable service is not the article's fault.
    """
    try:
        with time_limit(seconds, repeat_seconds=repeat_seconds):
            return step()
    except ArticleRejected as rejected:
        return Failure(rejected.reason, str(rejected))
    except Unavailable:
        raise
    except Exception as bug:
        log.exception("unexpected error in %s", what)
        return Failure(Reason.BUG, f"{type(bug).__name__}: {bug}"[:1000])


@contextlib.contextmanager
def time_limit(seconds: float, *, repeat_seconds: float = REPEAT_SECONDS) -> Iterator[None]:
    """Raise ArticleRejected (TIMED_OUT) in the body once the process has used `seconds` of CPU time there.

    CPU time and not wall-clock time, so that a busy machine rejects no article. The limit uses SIGPROF, which only the main thread
    receives: other threads are not limited. Code in C is not interrupted; the exception is raised when it returns.
    """
    if math.isinf(seconds) or threading.current_thread() is not threading.main_thread():
        yield
        return

    def give_up(_signal: int, _frame: FrameType | None) -> None:
        raise ArticleRejected(
            Reason.TIMED_OUT, f"processing took more than {seconds:g} seconds of CPU time (NEWSDESK_NLP_DEADLINE_SECONDS)"
        )

    before = signal.signal(signal.SIGPROF, give_up)
    signal.setitimer(signal.ITIMER_PROF, seconds, repeat_seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
