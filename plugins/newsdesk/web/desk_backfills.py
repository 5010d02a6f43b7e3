"""Backfills on the desk: planned with their cost, started, followed, cancelled."""

import datetime as dt
import threading
from dataclasses import replace
from functools import partial
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel, ConfigDict

from newsdesk.errors import BadRequest, SetupError, Stage, Unavailable
from newsdesk.fetch.source_names import load_source_names
from newsdesk.ops.airflow_api import AirflowRefused
from newsdesk.ops.backfill import Backfill, Progress, cancel, is_name, list_backfills
from newsdesk.ops.backfill import start as start_backfill
from newsdesk.ops.backfill import status as read_status
from newsdesk.ops.backfill_plan import BackfillRange, describe_estimate, make_backfill, plan_backfill
from newsdesk.plurals import plural
from newsdesk.scope import Only, parse_scope
from newsdesk.web.background import Tell
from newsdesk.web.changes import name_subject
from newsdesk.web.desk_routes import OPERATES, back
from newsdesk.web.identity import CurrentReader
from newsdesk.web.rendering import render
from newsdesk.web.resources import Resources

STAGES = (Stage.ENRICH, Stage.INDEX)
KIND = "backfill"


class BackfillForm(BaseModel):
    """The submitted form of a backfill. Days are in UTC, and the last one is included."""

    model_config = ConfigDict(frozen=True)

    since: str = ""
    until: str = ""
    stage: str = Stage.ENRICH
    only: str = Only.ALL
    source: str = ""
    language: str = ""
    name: str = ""
    newest_first: str = ""

    def read(self, desk: Resources) -> BackfillRange:
        """Return the range of the backfill. Raises BadRequest for an invalid value."""
        if self.stage not in STAGES:
            raise BadRequest(f"a backfill starts with {' or '.join(STAGES)}")
        scope = parse_scope({"only": self.only, "source": self.source.strip(), "language": self.language.strip().lower()})
        if scope.source:
            scope = replace(scope, keys=load_source_names(desk.open_state()).keys(scope.source))
        first, last = _day(self.since, "first day"), _day(self.until or self.since, "last day")
        asked = BackfillRange(since=first, until=last + dt.timedelta(days=1, minutes=-1), stage=Stage(self.stage), scope=scope)
        asked.check()
        return asked


def add_backfill_routes(router: APIRouter, desk: Resources) -> None:
    @router.get("/backfills", dependencies=[OPERATES])
    def plan_page(request: Request, form: Annotated[BackfillForm, Query()]) -> HTMLResponse:
        plan = plan_backfill(desk.archive, form.read(desk), side_by_side=desk.settings.enrich.every_active_runs) if form.since else None
        known, problem = list_known(desk)
        return render(
            request,
            "desk_backfills.html",
            form=form,
            plan=plan,
            cost=describe_estimate(plan.estimate) if plan else "",
            today=desk.now().date(),
            onlys=tuple(Only),
            stages=STAGES,
            known=known,
            problem=problem,
        )

    @router.post("/backfills", dependencies=[OPERATES])
    def begin_backfill(request: Request, reader: CurrentReader, form: Annotated[BackfillForm, Form()]) -> RedirectResponse:
        job = begin(desk, form, who=reader.name)
        name_subject(request, describe_begun(job, form))
        return back(request, f"backfills/{job.stage}/{quote(job.name)}?total={len(job.keys)}")

    @router.get("/backfills/{stage}/{name}", dependencies=[OPERATES])
    def follow_page(request: Request, stage: Stage, name: str, total: int = 0) -> HTMLResponse:
        with desk.open_airflow() as api:
            progress = read_status(checked_name(name), checked_stage(stage), api)
        whole = max(total, progress.total)
        return render(request, "desk_backfill.html", stage=stage, backfill=name, progress=progress, total=whole)

    @router.post("/backfills/{stage}/{name}/cancel", dependencies=[OPERATES])
    def cancel_backfill(request: Request, stage: Stage, name: str) -> RedirectResponse:
        with desk.open_airflow() as api:
            ended = cancel(checked_name(name), checked_stage(stage), api)
        name_subject(request, f"{stage}/{name}: {plural(ended, 'run')} ended")
        return back(request, f"backfills/{stage}/{quote(name)}")


def begin(desk: Resources, form: BackfillForm, *, who: str) -> Backfill:
    """Start a backfill in the background. Raises BadRequest if there is nothing to do, or for an invalid value."""
    asked = form.read(desk)
    plan = plan_backfill(desk.archive, asked, side_by_side=desk.settings.enrich.every_active_runs)
    name = checked_name(form.name.strip() or f"{desk.now():%Y%m%dT%H%M%S}")
    job = make_backfill(plan, asked, name=name, newest_first=bool(form.newest_first))
    if not job.keys:
        raise BadRequest("there is nothing to do in this range")
    desk.background.start(KIND, f"{asked.stage}/{name}", partial(_follow, desk, job), who=who)
    return job


def describe_begun(job: Backfill, form: BackfillForm) -> str:
    """Return a description of the backfill for the audit log."""
    return f"{job.name}: {job.stage} of {plural(len(job.keys), 'partition')}, {form.since} to {form.until or form.since}"


def list_known(desk: Resources) -> tuple[list[tuple[Stage, str, Progress]], str]:
    """Return the latest backfills of both stages, and the error if Airflow does not respond."""
    try:
        with desk.open_airflow() as api:
            return [(stage, name, progress) for stage in STAGES for name, progress in list_backfills(stage, api).items()], ""
    except (Unavailable, SetupError, AirflowRefused) as error:
        return [], str(error)


def _follow(desk: Resources, job: Backfill, tell: Tell) -> dict[str, int]:
    with desk.open_airflow() as api:
        for progress in start_backfill(job, api, wait=threading.Event().wait):
            tell(f"{progress.succeeded} of {plural(progress.total, 'partition')} done, {progress.failed} failed. {progress.waiting}")
    if progress.failed:
        raise SetupError(f"{progress.failed} of {plural(progress.total, 'partition')} failed", f"See Airflow's grid of {job.dag_id}")
    return {"partitions done": progress.succeeded}


def checked_name(name: str) -> str:
    if not is_name(name):
        raise BadRequest("a name has up to 100 letters and digits, between them also . ~ : + - and single _")
    return name


def checked_stage(stage: Stage) -> Stage:
    if stage not in STAGES:
        raise BadRequest(f"a backfill starts with {' or '.join(STAGES)}")
    return stage


def _day(text: str, what: str) -> dt.datetime:
    try:
        return dt.datetime.combine(dt.date.fromisoformat(text), dt.time(), tzinfo=dt.UTC)
    except ValueError as error:
        raise BadRequest(f"the {what} is not a day such as 2026-11-24: {text!r}") from error
