import logging

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
