"""What can go wrong with an article or with the machine it runs on, and how an article may end.

    NewsdeskError
        ArticleRejected   this input can never pass: a dead letter, no retry
        Unavailable       a service or host did not answer: retried by the edge's one policy, then by Airflow
        SetupError        the machine or the settings are wrong: one line for a person, with the remedy
        BadRequest        what a job or command was asked for cannot be done: no retry
        NothingNew        a job found nothing to hand on: what follows it does not run
        DamagedFile       a stored file was cut off or changed since it was written: no retry, it has to be made again

Everything else that is raised is a bug; `boundary` catches it once per article.
"""

from enum import StrEnum


class NewsdeskError(Exception):
    """The root of all errors that newsdesk raises itself. Fields are positional, so that every one can be pickled."""


class ArticleRejected(NewsdeskError):
    """This input can never pass. `reason` is a stable name, `detail` a sentence for a person."""

    def __init__(self, reason: "Reason", detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail

    def __str__(self) -> str:
        return self.detail or str(self.reason)


class Unavailable(NewsdeskError):
    """A host or service did not answer, or asked to be left alone for `retry_after` seconds."""

    def __init__(self, host: str, detail: str, retry_after: float | None = None) -> None:
        super().__init__(host, detail, retry_after)
        self.host = host
        self.detail = detail
        self.retry_after = retry_after

    def __str__(self) -> str:
        return f"{self.host}: {self.detail}"


class SetupError(NewsdeskError):
    """The machine or the settings are wrong. `trouble` says what, `remedy` what to do about it."""

    def __init__(self, trouble: str, remedy: str) -> None:
        super().__init__(trouble, remedy)
        self.trouble = trouble
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.trouble}. {self.remedy}"


class BadRequest(NewsdeskError):
    """What was asked for cannot be done, now or later. The message names the input and what would be accepted."""


class NothingNew(NewsdeskError):
    """A job found nothing to hand on to the next stage."""


class DamagedFile(NewsdeskError):
    """A stored file was cut off or changed since it was written. `path` is relative to the data root."""

    def __init__(self, path: str, detail: str) -> None:
        super().__init__(path, detail)
        self.path = path
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.path} is damaged ({self.detail}): `newsdesk verify` says what mends it"


class Stage(StrEnum):
    """The stages at which articles are counted."""

    FETCH = "fetch"
    ENRICH = "enrich"
    INDEX = "index"


class Status(StrEnum):
    """How an article may end at a stage. Each article gets exactly one at each stage."""

    FETCHED = "fetched"
    NOT_MODIFIED = "not_modified"
    FAILED = "failed"  # may pass later: asked again, or put off
    ENRICHED = "enriched"
    SET_ASIDE = "set_aside"  # sound, but no article: a listing or a home page
    DEAD = "dead"  # a dead letter was written
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    STALE = "stale"  # the index holds a newer capture of this article


class Reason(StrEnum):
    """Why an article was rejected or set aside: stable names, written to dead letters and counters."""

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
