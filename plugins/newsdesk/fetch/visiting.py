"""One visit of one page: fetched, judged, and when it is to be seen again."""

import dataclasses
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from newsdesk.errors import ArticleRejected, Reason, Stage, Status, Unavailable
from newsdesk.fetch.client import Answer
from newsdesk.fetch.host_scheduler import HostBusy, HostScheduler, HostSession
from newsdesk.fetch.pages import Page
from newsdesk.fetch.plan import plan_page_retry, plan_revisit
from newsdesk.fetch.warc import payload_digest
from newsdesk.records import Outcome
from newsdesk.settings import FetchSettings
from newsdesk.urls import canonical_url

ACCEPT = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"
_PAGE_TYPES = ("text/html", "application/xhtml+xml", "application/xml", "text/plain")
_BEFORE_MARKUP = b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"
"""Blanks and the byte order marks of UTF-8 and UTF-16."""

_FINAL = {404: Reason.GONE, 410: Reason.GONE, 451: Reason.GONE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """How a visit ended. `answer` is there when a record is to be written: a capture, or a revisit if `is_unchanged`."""

    page: Page
    outcome: Outcome
    answer: Answer | None = None
    is_unchanged: bool = False


async def visit_page(
    page: Page, session: HostSession, *, scheduler: HostScheduler, settings: FetchSettings, now: Callable[[], dt.datetime], jitter: float
) -> Visit | None:
    """Fetches the page once. None where its host could not be asked now: the page stays due."""
    try:
        followed = await scheduler.follow(page.url, session, accept=ACCEPT, validators=_validators(page), obey_robots=True)
    except HostBusy:
        return None
    except Unavailable as error:
        return failed_visit(page, Reason.NO_ANSWER, str(error), settings=settings, now=now(), jitter=jitter)
    except ArticleRejected as rejected:
        return _ended(page, rejected.reason, str(rejected))
    answer = followed.answer
    if answer.status == 304 and page.digest:
        return _seen_unchanged(page, answer, settings, now())
    if answer.status in _FINAL:
        return _ended(page, _FINAL[answer.status], f"answered {answer.status} {answer.reason}".strip())
    if answer.status != 200:
        detail = f"answered {answer.status} {answer.reason}".strip()
        return failed_visit(page, Reason.NO_ANSWER, detail, settings=settings, now=now(), jitter=jitter)
    if not answer.body.strip():
        return failed_visit(page, Reason.EMPTY, "the page is empty", settings=settings, now=now(), jitter=jitter)
    kind = answer.content_type.split(";")[0].strip().lower()
    if kind not in _PAGE_TYPES and not (not kind and answer.body.lstrip(_BEFORE_MARKUP).startswith(b"<")):
        return _ended(page, Reason.NOT_HTML, f"is {kind or 'of no type'}, not a web page")
    if payload_digest(answer.body) == page.digest:
        return _seen_unchanged(page, answer, settings, now())
    return _captured(page, answer, settings, now())


def known_under_another_address(visit: Visit) -> Visit:
    """The visit of a page whose redirects led to one that is captured already: nothing is kept, it is not asked again."""
    page = dataclasses.replace(visit.page, next_fetch_at=None, last_error="leads to a page that was captured under its own address")
    return Visit(page=page, outcome=_outcome(page, Status.NOT_MODIFIED, detail=page.last_error or ""))


def failed_visit(page: Page, reason: Reason, detail: str, *, settings: FetchSettings, now: dt.datetime, jitter: float) -> Visit:
    """A failure that may pass: the page is tried again, until it has failed too often."""
    failures = page.failures + 1
    if failures >= settings.page_attempts:
        return _ended(dataclasses.replace(page, failures=failures), reason, f"{detail}, {failures} times")
    later = plan_page_retry(failures, now, jitter=jitter)
    page = dataclasses.replace(page, failures=failures, next_fetch_at=later, last_error=detail)
    return Visit(page=page, outcome=_outcome(page, Status.FAILED, reason, detail))


def _captured(page: Page, answer: Answer, settings: FetchSettings, now: dt.datetime) -> Visit:
    visits = page.visits + 1
    page = dataclasses.replace(
        page,
        visits=visits,
        first_url=page.first_url if page.visits else canonical_url(answer.url),
        failures=0,
        etag=answer.headers.get("etag"),
        last_modified=answer.headers.get("last-modified"),
        digest=payload_digest(answer.body),
        captured_at=answer.asked_at,
        next_fetch_at=plan_revisit(visits, now, settings.revisit_hours),
        last_error=None,
    )
    return Visit(page=page, outcome=_outcome(page, Status.FETCHED), answer=answer)


def _seen_unchanged(page: Page, answer: Answer, settings: FetchSettings, now: dt.datetime) -> Visit:
    visits = page.visits + 1
    page = dataclasses.replace(
        page, visits=visits, failures=0, last_error=None, next_fetch_at=plan_revisit(visits, now, settings.revisit_hours)
    )
    return Visit(page=page, outcome=_outcome(page, Status.NOT_MODIFIED), answer=answer, is_unchanged=True)


def _ended(page: Page, reason: Reason, detail: str) -> Visit:
    """The page is not asked any more. What was captured before stays; robots.txt makes no dead letter of it."""
    status = Status.SET_ASIDE if reason is Reason.REFUSED_BY_ROBOTS else Status.DEAD
    page = dataclasses.replace(page, next_fetch_at=None, last_error=detail)
    return Visit(page=page, outcome=_outcome(page, status, reason, detail))


def _outcome(page: Page, status: Status, reason: Reason | None = None, detail: str = "") -> Outcome:
    return Outcome(stage=Stage.FETCH, id=page.id, status=status, source=page.source, url=page.url, reason=reason, detail=detail)


def _validators(page: Page) -> dict[str, str]:
    given = {"If-None-Match": page.etag, "If-Modified-Since": page.last_modified}
    return {name: value for name, value in given.items() if value and page.digest}
