"""Failures on the desk: dead letters by cause, and pages that are retried; shown, retried, dropped."""

import threading
from collections.abc import Sequence
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from newsdesk.errors import BadRequest, Reason, Stage
from newsdesk.fetch.pages import list_failing_pages, requeue_pages
from newsdesk.fetch.source_names import load_source_names
from newsdesk.ops.backfill import start as start_backfill
from newsdesk.ops.fetch_now import fetch_now, find_page, list_failing, queue_refetch
from newsdesk.ops.retries import count_failed_again, plan_retry
from newsdesk.plurals import plural
from newsdesk.store.dead_letters import StoredDeadLetter, count_dead_letters, drop_dead_letters, list_causes, list_dead_letters
from newsdesk.web.background import Tell
from newsdesk.web.changes import name_subject
from newsdesk.web.desk_routes import ADMINISTERS, OPERATES, back
from newsdesk.web.identity import CurrentReader
from newsdesk.web.rendering import render
from newsdesk.web.resources import Resources

MOST_SHOWN = 200


def _with_own_line_breaks(detail: str | None) -> str | None:
    """Undo what browsers do to line breaks in forms."""
    return detail and detail.replace("\r\n", "\n")


class ChosenLetters(BaseModel):
    """Selected dead letters of a stage, optionally with one reason and detail: `every` one of them, or those with these locators."""

    model_config = ConfigDict(frozen=True)

    stage: Stage
    reason: Reason | None = None
    detail: Annotated[str | None, AfterValidator(_with_own_line_breaks)] = None
    locators: list[str] = Field(default_factory=list)
    every: bool = False

    def read(self, desk: Resources) -> list[StoredDeadLetter]:
        """Return the selected dead letters. Raises BadRequest if none is selected, or if they no longer exist."""
        letters = list_dead_letters(desk.open_state(), stage=self.stage, reason=self.reason, detail=self.detail)
        found = [letter for letter in letters if self.every or letter.locator in self.locators]
        if not found:
            raise BadRequest("no dead letter is selected, or the selected ones were resolved meanwhile")
        return found

    def describe(self, letters: Sequence[StoredDeadLetter]) -> str:
        """Return a description of the selection for the audit log."""
        single = letters[0].url or letters[0].locator
        return f"{self.stage}, {self.reason or 'any reason'}: {single if len(letters) == 1 else plural(len(letters), 'dead letter')}"


def add_failure_routes(router: APIRouter, desk: Resources) -> None:
    @router.get("/failures", dependencies=[OPERATES])
    def list_failures(request: Request) -> HTMLResponse:
        engine = desk.open_state()
        failing = sorted(list_failing_pages(engine), key=lambda pages: -pages.pages)
        return render(
            request,
            "desk_failures.html",
            causes=list_causes(engine, most=MOST_SHOWN),
            total=count_dead_letters(engine),
            failing=failing[:MOST_SHOWN],
            pages=sum(pages.pages for pages in failing),
        )

    @router.get("/failures/cause", dependencies=[OPERATES])
    def show_cause(request: Request, stage: Stage, reason: Reason, detail: str = "") -> HTMLResponse:
        letters = list(list_dead_letters(desk.open_state(), stage=stage, reason=reason, detail=detail, most=MOST_SHOWN))
        return render(request, "desk_cause.html", stage=stage, reason=reason, detail=detail, letters=letters, most=MOST_SHOWN)

    @router.get("/failures/pages", dependencies=[OPERATES])
    def show_failing_pages(request: Request, source: str, error: str) -> HTMLResponse:
        engine = desk.open_state()
        pages = list_failing(engine, sources=load_source_names(engine).keys(source), error=error, most=MOST_SHOWN)
        return render(request, "desk_failing_pages.html", source=source, error=error, pages=pages, most=MOST_SHOWN)

    @router.post("/failures/retry", dependencies=[OPERATES])
    def retry_dead_letters(request: Request, reader: CurrentReader, chosen: Annotated[ChosenLetters, Form()]) -> RedirectResponse:
        letters = chosen.read(desk)
        name_subject(request, chosen.describe(letters))
        return back(request, f"tasks/{start_retry(desk, letters, chosen.describe(letters), who=reader.name)}")

    @router.post("/failures/drop", dependencies=[ADMINISTERS])
    def drop_letters(request: Request, chosen: Annotated[ChosenLetters, Form()]) -> RedirectResponse:
        letters = chosen.read(desk)
        name_subject(request, chosen.describe(letters))
        drop_dead_letters(desk.open_state(), letters)
        return back(request, "failures")

    @router.post("/failures/refetch", dependencies=[OPERATES])
    def refetch_pages(request: Request, page: Annotated[list[str] | None, Form()] = None) -> RedirectResponse:
        engine = desk.open_state()
        found = [known for each in page or () if (known := find_page(engine, each)) is not None]
        name_subject(request, ", ".join(known.url for known in found))
        queue_refetch(engine, found, desk.now())
        return back(request, "failures")

    @router.post("/fetch", dependencies=[OPERATES])
    def fetch_what_is_due(request: Request, reader: CurrentReader) -> RedirectResponse:
        return back(request, f"tasks/{start_fetch(desk, who=reader.name)}")


def start_retry(desk: Resources, letters: Sequence[StoredDeadLetter], subject: str, *, who: str) -> str:
    """Retry dead letters in the background and return the id of the task."""
    return desk.background.start("retry", subject, partial(_retry, desk, letters), who=who)


def start_fetch(desk: Resources, *, who: str) -> str:
    """Run newsdesk_fetch now and return the id of the task that follows the run."""
    return desk.background.start("fetch", "what is due", partial(_fetch, desk), who=who)


def _retry(desk: Resources, letters: Sequence[StoredDeadLetter], tell: Tell) -> dict[str, int]:
    engine = desk.open_state()
    plan = plan_retry(letters, desk.archive, now=desk.now())
    queued = requeue_pages(engine, [letter.locator for letter in plan.pages], desk.now())
    if plan.backfills:
        with desk.open_airflow() as api:
            for backfill in plan.backfills:
                for progress in start_backfill(backfill, api, wait=threading.Event().wait):
                    tell(f"{backfill.stage}: {progress.succeeded} of {plural(progress.total, 'partition')} done, {progress.failed} failed")
    failed = count_failed_again(engine, plan.captured)
    return {
        "pages queued": queued,
        "pages no feed lists": len(plan.pages) - queued,
        "without a capture": len(plan.gone),
        "passed": len(plan.captured) - failed,
        "failed again": failed,
    }


def _fetch(desk: Resources, tell: Tell) -> dict[str, str]:
    with desk.open_airflow() as api:
        for run in fetch_now(api, minutes=desk.settings.fetch.every_minutes, now=desk.now(), wait=threading.Event().wait):
            tell(f"{run.dag_id} {run.partition_key}: {run.state}")
    return {"partition": run.partition_key or "", "state": run.state, "counts": run.note}
