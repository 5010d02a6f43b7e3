import logging

import pytest

from newsdesk.boundary import Failure, attempt
from newsdesk.errors import ArticleRejected, Reason, Unavailable


def raising(error):
    def step():
        raise error

    return step


def test_a_step_that_succeeds_gives_its_result():
    assert attempt(lambda: 42, what="an answer") == 42


def test_a_rejected_article_is_a_failure_with_its_reason_and_sentence():
    assert attempt(raising(ArticleRejected(Reason.EMPTY, "no text")), what="a page") == Failure(Reason.EMPTY, "no text")


def test_a_bug_costs_one_article_and_is_logged_with_what_it_met(caplog):
    with caplog.at_level(logging.ERROR):
        failure = attempt(raising(KeyError("headline")), what="raw/p/a.warc.gz#17")
    assert failure == Failure(Reason.BUG, "KeyError: 'headline'")
    assert "raw/p/a.warc.gz#17" in caplog.text
    assert "Traceback" in caplog.text


def test_a_bug_with_a_whole_page_in_its_message_is_kept_short():
    assert len(attempt(raising(ValueError("x" * 100_000)), what="a page").detail) <= 1000


def test_a_service_that_does_not_answer_is_no_articles_fault():
    with pytest.raises(Unavailable):
        attempt(raising(Unavailable("es", "connection refused")), what="a page")
