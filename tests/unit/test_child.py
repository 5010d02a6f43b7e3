"""A call that crashes or hangs its process does not affect other calls. With pages: clean/test_worker.py."""

import dataclasses
import os
import signal
import time

import pytest

from newsdesk.child import CallFailed, Child, Limits
from newsdesk.errors import ArticleRejected, Reason

LIMITS = Limits(task="adding", seconds=30, memory_bytes=400_000_000, seconds_setting="ADD_SECONDS", memory_setting="ADD_MEMORY")


def test_a_call_is_answered_by_another_process() -> None:
    child = Child(LIMITS)
    try:
        assert child.call(divmod, 7, 2) == (3, 1)
        assert child.call(os.getpid) not in (os.getpid(), 0)
        assert child.call(os.getpid) == child.call(os.getpid)
    finally:
        child.stop()


@pytest.mark.parametrize(
    ("function", "argument", "seconds", "reason", "words"),
    [
        (time.sleep, 60, 0.5, Reason.TIMED_OUT, r"adding took longer than 0\.5 seconds \(ADD_SECONDS\)"),
        (os._exit, 1, 30, Reason.CRASHED, "the process died of adding"),
        (bytes, 1_000_000_000, 30, Reason.CRASHED, "adding took more memory than ADD_MEMORY allows"),
    ],
    ids=["hangs", "dies", "takes all memory"],
)
def test_a_call_that_goes_wrong_is_rejected_and_the_next_is_answered(function, argument, seconds, reason, words) -> None:
    child = Child(dataclasses.replace(LIMITS, seconds=seconds))
    try:
        child.call(divmod, 7, 2)
        with pytest.raises(ArticleRejected, match=words) as rejected:
            child.call(function, argument)
        assert rejected.value.reason is reason
        assert child.call(divmod, 9, 2) == (4, 1)
    finally:
        child.stop()


def test_a_bug_comes_back_as_a_traceback() -> None:
    child = Child(LIMITS)
    try:
        with pytest.raises(CallFailed, match="ZeroDivisionError"):
            child.call(divmod, 1, 0)
    finally:
        child.stop()


def test_a_stopped_child_is_gone() -> None:
    child = Child(LIMITS)
    pid = child.call(os.getpid)
    child.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, signal.SIG_DFL)
