import contextlib
import logging
import signal
import threading

import pytest

from newsdesk.boundary import Failure, attempt
from newsdesk.errors import ArticleRejected, Reason, Unavailable


def raising(error):
    def step():
        raise error

    return step


def test_the_result_of_a_successful_step_is_returned():
    assert attempt(lambda: 42, what="an answer") == 42


def test_a_rejected_article_is_a_failure_with_reason_and_detail():
    assert attempt(raising(ArticleRejected(Reason.EMPTY, "no text")), what="a page") == Failure(Reason.EMPTY, "no text")


def test_an_unexpected_exception_is_a_failure_and_is_logged_with_a_traceback(caplog):
    with caplog.at_level(logging.ERROR):
        failure = attempt(raising(KeyError("headline")), what="raw/p/a.warc.gz#17")
    assert failure == Failure(Reason.BUG, "KeyError: 'headline'")
    assert "raw/p/a.warc.gz#17" in caplog.text
    assert "Traceback" in caplog.text


def test_a_long_exception_message_is_truncated():
    assert len(attempt(raising(ValueError("x" * 100_000)), what="a page").detail) <= 1000


def test_an_unavailable_service_is_raised():
    with pytest.raises(Unavailable):
        attempt(raising(Unavailable("es", "connection refused")), what="a page")


def endless():
    while True:
        pass


def test_a_step_that_takes_too_long_is_a_failure():
    failure = attempt(endless, what="a page", seconds=0.05)
    assert failure.reason is Reason.TIMED_OUT
    assert "NEWSDESK_NLP_DEADLINE_SECONDS" in failure.detail


def test_the_signal_is_repeated_when_a_library_swallows_the_first():
    def stubborn():
        with contextlib.suppress(ArticleRejected):
            endless()
        endless()

    assert attempt(stubborn, what="a page", seconds=0.05, repeat_seconds=0.05).reason is Reason.TIMED_OUT


def test_a_step_in_time_leaves_no_timer_running():
    before = signal.getsignal(signal.SIGPROF)
    assert attempt(lambda: 42, what="a page", seconds=60) == 42
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGPROF) == before


def test_other_threads_are_not_limited():
    results = []
    thread = threading.Thread(target=lambda: results.append(attempt(lambda: 42, what="a page", seconds=60)))
    thread.start()
    thread.join()
    assert results == [42]
