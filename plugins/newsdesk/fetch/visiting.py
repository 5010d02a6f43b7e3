"""Fetches a page, decides what its response means, and plans the next visit."""

import dataclasses
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from newsdesk.errors import ArticleRejected, Reason, Stage, Status, Unavailable
from newsdesk.fetch.client import Response
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
"""Whitespace and the byte order marks of UTF-8 and UTF-16."""

_FINAL = {404: Reason.GONE, 410: Reason.GONE, 451: Reason.GONE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Result of a visit. `response` is set if a WARC record must be written: a capture, or a revisit record if `is_unchanged`."""

    page: Page
    outcome: Outcome
    response: Response | None = None
    is_unchanged: bool = False


async def visit_page(
    page: Page, session: HostSession, *, scheduler: HostScheduler, settings: FetchSettings, now: Callable[[], dt.datetime], jitter: float
) -> Visit | None:
    """Fetch the page once. Return None if its host is leased or paused, so that no request was made; the page stays due."""
    try:
        followed = await scheduler.follow(page.url, session, accept=ACCEPT, validators=_validators(page), obey_robots=True)
    except HostBusy:
        return None
    except Unavailable as error:
        return failed_visit(page, Reason.NO_ANSWER, str(error), settings=settings, now=now(), jitter=jitter)
    except ArticleRejected as rejected:
        return _given_up(page, rejected.reason, str(rejected))
    response = followed.response
    if response.status == 304 and page.digest:
        return _unchanged(page, response, settings, now())
    if response.status in _FINAL:
        return _given_up(page, _FINAL[response.status], f"HTTP status {response.status} {response.reason}".strip())
    if response.status != 200:
        detail = f"HTTP status {response.status} {response.reason}".strip()
        return failed_visit(page, Reason.NO_ANSWER, detail, settings=settings, now=now(), jitter=jitter)
    if not response.body.strip():
        return failed_visit(page, Reason.EMPTY, "the page is empty", settings=settings, now=now(), jitter=jitter)
    kind = response.content_type.split(";")[0].strip().lower()
    if kind not in _PAGE_TYPES and not (not kind and response.body.lstrip(_BEFORE_MARKUP).startswith(b"<")):
        return _given_up(page, Reason.NOT_HTML, f"the content type is {kind or 'missing'}, not a web page")
    if payload_digest(response.body) == page.digest:
        return _unchanged(page, response, settings, now())
    return _captured(page, response, settings, now())


def already_captured(visit: Visit) -> Visit:
    """Return the result for a page that redirects to an already captured page: no capture, and no further visits."""
    page = dataclasses.replace(visit.page, next_fetch_at=None, last_error="redirects to a page that was captured under its own URL")
    return Visit(page=page, outcome=_outcome(page, Status.NOT_MODIFIED, detail=page.last_error or ""))


def failed_visit(page: Page, reason: Reason, detail: str, *, settings: FetchSettings, now: dt.datetime, jitter: float) -> Visit:
    """Return the result of a temporary failure: the page is retried, until it has failed `page_attempts` times."""
    failures = page.failures + 1
    if failures >= settings.page_attempts:
        return _given_up(dataclasses.replace(page, failures=failures), reason, f"{detail}, {failures} times")
    later = plan_page_retry(failures, now, jitter=jitter)
    page = dataclasses.replace(page, failures=failures, next_fetch_at=later, last_error=detail)
    return Visit(page=page, outcome=_outcome(page, Status.FAILED, reason, detail))


def _captured(page: Page, response: Response, settings: FetchSettings, now: dt.datetime) -> Visit:
    visits = page.visits + 1
    page = dataclasses.replace(
        page,
        visits=visits,
        first_url=page.first_url if page.visits else canonical_url(response.url),
        failures=0,
        etag=response.headers.get("etag"),
        last_modified=response.headers.get("last-modified"),
        digest=payload_digest(response.body),
        captured_at=response.requested_at,
        next_fetch_at=plan_revisit(visits, now, settings.revisit_hours),
        last_error=None,
    )
    return Visit(page=page, outcome=_outcome(page, Status.FETCHED), response=response)


def _unchanged(page: Page, response: Response, settings: FetchSettings, now: dt.datetime) -> Visit:
    visits = page.visits + 1
    page = dataclasses.replace(
        page, visits=visits, failures=0, last_error=None, next_fetch_at=plan_revisit(visits, now, settings.revisit_hours)
    )
    return Visit(page=page, outcome=_outcome(page, Status.NOT_MODIFIED), response=response, is_unchanged=True)


def _given_up(page: Page, reason: Reason, detail: str) -> Visit:
    """Return the result for a page that is not fetched any more: a dead letter, or set aside if robots.txt disallows it."""
    status = Status.SET_ASIDE if reason is Reason.REFUSED_BY_ROBOTS else Status.DEAD
    page = dataclasses.replace(page, next_fetch_at=None, last_error=detail)
    return Visit(page=page, outcome=_outcome(page, status, reason, detail))


def _outcome(page: Page, status: Status, reason: Reason | None = None, detail: str = "") -> Outcome:
    return Outcome(stage=Stage.FETCH, id=page.id, status=status, source=page.source, url=page.url, reason=reason, detail=detail)


def _validators(page: Page) -> dict[str, str]:
    given = {"If-None-Match": page.etag, "If-Modified-Since": page.last_modified}
    return {name: value for name, value in given.items() if value and page.digest}
