"""The one boundary at which a failure becomes a value: a bug or a bad input costs one article, never its chunk."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from newsdesk.errors import ArticleRejected, Reason, Unavailable

log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Failure:
    """A step that did not succeed for one article."""

    reason: Reason
    detail: str


def attempt(step: Callable[[], T], *, what: str) -> T | Failure:
    """What the step gives, or why this one article failed; a bug is logged with its traceback and with `what` it met.

    A service that does not answer (Unavailable) goes up: that is no article's fault.
    """
    try:
        return step()
    except ArticleRejected as rejected:
        return Failure(rejected.reason, str(rejected))
    except Unavailable:
        raise
    except Exception as bug:
        log.exception("a bug met %s", what)
        return Failure(Reason.BUG, f"{type(bug).__name__}: {bug}"[:1000])
