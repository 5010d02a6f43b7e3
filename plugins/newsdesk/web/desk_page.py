"""The desk, the pages for operators: overview, alerts, retention, background tasks, audit log; the others are in `desk_...`."""

import datetime as dt
from dataclasses import asdict, dataclass
from functools import partial
from typing import Annotated

from elasticsearch import AuthorizationException
from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.exceptions import HTTPException

from newsdesk.errors import BadRequest, SetupError
from newsdesk.index.aliases import names
from newsdesk.ops.alerts import acknowledge, end_silences, list_alerts, list_silences, silence
from newsdesk.ops.audit import list_changes
from newsdesk.ops.background import find_task, list_tasks
from newsdesk.ops.freshness import AlertRule
from newsdesk.ops.retention import remove_old
from newsdesk.settings import RetentionSettings
from newsdesk.web.background import Tell
from newsdesk.web.changes import name_subject
from newsdesk.web.desk_backfills import add_backfill_routes
from newsdesk.web.desk_failures import add_failure_routes
from newsdesk.web.desk_feeds import add_feed_routes
from newsdesk.web.desk_routes import ADMINISTERS, OPERATES, back, chart, read_days, read_state
from newsdesk.web.identity import CurrentReader, Right, find_reader
from newsdesk.web.rendering import render
from newsdesk.web.resources import Resources
from newsdesk.web.sections import Section

SILENCES = {"1 hour": 1, "8 hours": 8, "1 day": 24, "1 week": 168}
"""Durations for silencing alerts, in hours."""
CHANGES_ON_A_PAGE = 100


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit of the stored data: the name of its setting, what is limited, and the value; 0 is no limit."""

    setting: str
    description: str
    value: int


def desk_section(desk: Resources) -> Section:
    router = APIRouter(prefix="/desk")
    _add_overview(router, desk)
    _add_alerts(router, desk)
    add_feed_routes(router, desk)
    add_failure_routes(router, desk)
    add_backfill_routes(router, desk)
    _add_retention(router, desk)
    _add_records(router, desk)
    return Section(router=router, title="Desk", path="desk/", is_shown=_may_operate)


def _may_operate(request: Request) -> bool:
    reader = find_reader(request)
    return reader is not None and reader.may(Right.OPERATE)


def _add_overview(router: APIRouter, desk: Resources) -> None:
    @router.get("/", dependencies=[OPERATES])
    def overview_page(request: Request) -> HTMLResponse:
        engine, now = desk.open_state(), desk.now()
        return render(
            request,
            "desk.html",
            overview=read_state(desk),
            alerts=list_alerts(engine),
            silences=list_silences(engine),
            durations=SILENCES,
            tasks=list_tasks(engine, most=10),
            now=now,
            **chart(read_days(desk)),
        )


def _add_alerts(router: APIRouter, desk: Resources) -> None:
    @router.post("/alerts/acknowledge", dependencies=[OPERATES])
    def acknowledge_alert(request: Request, subject: Annotated[str, Form()], rule: Annotated[AlertRule, Form()]) -> RedirectResponse:
        name_subject(request, f"{subject}: {rule}")
        if not acknowledge(desk.open_state(), subject, rule=rule, now=desk.now()):
            raise HTTPException(404, "This alert is over")
        return back(request, "")

    @router.post("/alerts/silence", dependencies=[OPERATES])
    def silence_alert(
        request: Request, subject: Annotated[str, Form()], rule: Annotated[AlertRule, Form()], hours: Annotated[int, Form()]
    ) -> RedirectResponse:
        if hours not in SILENCES.values():
            raise BadRequest(f"alerts can be silenced for {', '.join(SILENCES)}")
        name_subject(request, f"{subject}: {rule}, for {hours} h")
        silence(desk.open_state(), subject, rule=rule, until=desk.now() + dt.timedelta(hours=hours))
        return back(request, "")

    @router.post("/alerts/unsilence", dependencies=[OPERATES])
    def end_silence(request: Request, subject: Annotated[str, Form()]) -> RedirectResponse:
        name_subject(request, subject)
        end_silences(desk.open_state(), subject)
        return back(request, "")


def _add_retention(router: APIRouter, desk: Resources) -> None:
    @router.get("/retention", dependencies=[ADMINISTERS])
    def retention_page(request: Request) -> HTMLResponse:
        tasks = list_tasks(desk.open_state(), kind="retention", most=10)
        return render(request, "desk_retention.html", limits=_limits(desk.settings.retention), tasks=tasks, now=desk.now())

    @router.post("/retention", dependencies=[ADMINISTERS])
    def remove_what_is_old(request: Request, reader: CurrentReader, do: Annotated[str, Form()]) -> RedirectResponse:
        name_subject(request, do)
        work = partial(_remove_old, desk, is_dry=do != "apply")
        subject = "remove" if do == "apply" else "show what would be removed"
        return back(request, f"tasks/{desk.background.start('retention', subject, work, who=reader.name)}")


def _add_records(router: APIRouter, desk: Resources) -> None:
    @router.get("/tasks/{id}", dependencies=[OPERATES])
    def task_page(request: Request, id: str) -> HTMLResponse:
        task = find_task(desk.open_state(), id)
        if task is None:
            raise HTTPException(404, "There is no such task, or it ended long ago")
        return render(request, "desk_task.html", task=task, state=task.state(desk.now()))

    @router.get("/audit", dependencies=[ADMINISTERS])
    def audit_page(request: Request, who: str = "", before: Annotated[int | None, Query(ge=1, le=2**31)] = None) -> HTMLResponse:
        found = list_changes(desk.open_state(), who=who.strip(), before=before, most=CHANGES_ON_A_PAGE)
        return render(request, "desk_audit.html", changes=found, who=who, has_more=len(found) == CHANGES_ON_A_PAGE)


def _limits(settings: RetentionSettings) -> list[Limit]:
    """Return the limits of newsdesk's own data."""
    own = {name: field for name, field in RetentionSettings.model_fields.items() if not name.startswith("airflow_")}
    return [Limit(f"NEWSDESK_RETENTION_{name.upper()}", field.description or "", getattr(settings, name)) for name, field in own.items()]


def _remove_old(desk: Resources, _tell: Tell, *, is_dry: bool) -> dict[str, object]:
    try:
        with desk.open_es() as es:
            removals = remove_old(
                archive=desk.archive,
                engine=desk.open_state(),
                es=es,
                own=names(desk.settings.index),
                settings=desk.settings.retention,
                now=desk.now(),
                dry_run=is_dry,
            )
    except AuthorizationException as error:
        remedy = "newsdesk_maintenance removes it at night, and `newsdesk retention --apply` does at once"
        raise SetupError("Elasticsearch does not let the web server's user do this", remedy) from error
    return {"removals": [asdict(removal) for removal in removals[:1_000]], "count": len(removals)}
