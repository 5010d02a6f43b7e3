import pickle

import pytest

from newsdesk.errors import ArticleRejected, BadRequest, DamagedFile, NewsdeskError, NothingNew, Reason, SetupError, Unavailable
from newsdesk.fetch.content_encoding import Truncated
from newsdesk.fetch.host_scheduler import HostBusy
from newsdesk.fetch.hosts import LeaseLost
from newsdesk.ops.airflow_api import AirflowRefused

ERRORS = [
    ArticleRejected(Reason.EMPTY, "the page has no text"),
    Unavailable("example.org", "503", 30.0),
    SetupError("port 9200 is in use", "Stop what listens there"),
    BadRequest("only=broken is not one of all, failed"),
    DamagedFile("articles/2026-11-24/a.jsonl.gz", "CRC check failed"),
    NothingNew("no article in this partition"),
    AirflowRefused(409, "already running"),
    HostBusy("example.org", "another task sends requests to it"),
    LeaseLost("this task stood still"),
    Truncated(Reason.UNREADABLE, "the body is not complete"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_every_exception_can_be_pickled(error):
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert vars(again) == vars(error)
    assert str(again) == str(error)


def test_every_exception_class_is_in_this_test():
    def subclasses(kind):
        return {kind, *(s for child in kind.__subclasses__() for s in subclasses(child))}

    raised = {kind for kind in subclasses(NewsdeskError) if kind is not NewsdeskError}
    assert raised <= {type(error) for error in ERRORS}


def test_a_setup_error_is_one_line_with_problem_and_remedy():
    assert str(SetupError("port 9200 is in use", "Stop what listens there")) == "port 9200 is in use. Stop what listens there"
