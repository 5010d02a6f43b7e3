"""Exceptions, and the statuses and reasons with which an article may leave a stage.

    NewsdeskError
        ArticleRejected   the article cannot be processed: it becomes a dead letter, no retry
        Unavailable       a service or host did not answer: retried by the client, then by Airflow
        SetupError        the machine or the settings are wrong: shown to the user in one line, with the remedy
        BadRequest        a job or command was asked for something impossible: no retry
        NothingNew        a job found nothing for the next stage: the tasks and DAGs after it do not run
        DamagedFile       a file in the archive is truncated or was changed: no retry, `newsdesk verify` names the repair

Any other exception is a bug; `boundary` catches it for each article.
"""

from enum import StrEnum


class NewsdeskError(Exception):
    """Base class of newsdesk's exceptions. Arguments are positional, so that exceptions can be pickled."""


class ArticleRejected(NewsdeskError):
    """The article cannot be processed, now or later. `reason` is a stable name, `detail` a sentence for the user."""

    def __init__(self, reason: "Reason", detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail

    def __str__(self) -> str:
        return self.detail or str(self.reason)


class Unavailable(NewsdeskError):
    """A host or service did not answer, or asked for a pause of `retry_after` seconds."""

    def __init__(self, host: str, detail: str, retry_after: float | None = None) -> None:
        super().__init__(host, detail, retry_after)
        self.host = host
        self.detail = detail
        self.retry_after = retry_after

    def __str__(self) -> str:
        return f"{self.host}: {self.detail}"


class SetupError(NewsdeskError):
    """The machine or the settings are wrong. `problem` describes what is wrong, `remedy` how to fix it."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem, remedy)
        self.problem = problem
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.problem}. {self.remedy}"


class BadRequest(NewsdeskError):
    """The request cannot be fulfilled. The message names the invalid input and the accepted values."""


class NothingNew(NewsdeskError):
    """A job found nothing for the next stage."""


class DamagedFile(NewsdeskError):
    """A file in the archive is truncated or was changed since it was written. `path` is relative to the data root."""

    def __init__(self, path: str, detail: str) -> None:
        super().__init__(path, detail)
        self.path = path
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.path} is damaged ({self.detail}): run `newsdesk verify` to see how to repair it"


class Stage(StrEnum):
    """The stages at whose end articles are counted."""

    FETCH = "fetch"
    ENRICH = "enrich"
    INDEX = "index"


class Status(StrEnum):
    """How an article leaves a stage: exactly one status at each stage."""

    FETCHED = "fetched"
    NOT_MODIFIED = "not_modified"
    FAILED = "failed"  # temporary: will be tried again
    ENRICHED = "enriched"
    SET_ASIDE = "set_aside"  # a valid page that is not an article: a listing or a home page
    DEAD = "dead"  # a dead letter was written
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    STALE = "stale"  # the index holds a newer capture of this article


class Reason(StrEnum):
    """Why an article was rejected or set aside. The values are stable: they are written to dead letters and outcomes."""

    BUG = "bug"
    CRASHED = "crashed"
    TIMED_OUT = "timed_out"
    UNREADABLE = "unreadable"
    NOT_HTML = "not_html"
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    NOT_AN_ARTICLE = "not_an_article"
    REFUSED_BY_INDEX = "refused_by_index"
    BAD_INPUT = "bad_input"
    REFUSED_ADDRESS = "refused_address"
    REFUSED_BY_ROBOTS = "refused_by_robots"
    GONE = "gone"
    NO_ANSWER = "no_answer"
