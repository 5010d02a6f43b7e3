"""The error boundary of the stages: an exception fails one article, and the others of its chunk continue."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from newsdesk.errors import ArticleRejected, Reason, Unavailable

log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a step failed for one article."""

    reason: Reason
    detail: str


def attempt(step: Callable[[], T], *, what: str) -> T | Failure:
    """Run a step for one article and return its result, or a Failure where it raises.

    Unexpected exceptions are logged with a traceback and with `what` was being done. Unavailable is raised unchanged, since an
    unreachable service is not the article's fault.
    """
    try:
        return step()
    except ArticleRejected as rejected:
        return Failure(rejected.reason, str(rejected))
    except Unavailable:
        raise
    except Exception as bug:
        log.exception("unexpected error in %s", what)
        return Failure(Reason.BUG, f"{type(bug).__name__}: {bug}"[:1000])
