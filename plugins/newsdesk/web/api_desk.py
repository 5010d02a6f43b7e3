"""The desk in the JSON API: sources, feeds, failures, alerts, backfills, state; the changes call the same functions as the pages."""

import datetime as dt
from collections import Counter
from dataclasses import asdict, dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from newsdesk.errors import BadRequest, Reason, Stage
from newsdesk.fetch.admission import Admission, admit_feed
from newsdesk.fetch.feed_report import FeedReport, report_feeds
from newsdesk.fetch.source_names import load_source_names
from newsdesk.fetch.state import FeedHealth, list_feeds
from newsdesk.ops.alerts import Alert, acknowledge, list_alerts, silence
from newsdesk.ops.audit import AuditEntry, list_changes
from newsdesk.ops.backfill import Progress, cancel
from newsdesk.ops.backfill import status as read_status
from newsdesk.ops.background import BackgroundTask, find_task
from newsdesk.ops.daily_counts import DayCounts
from newsdesk.ops.freshness import AlertRule
from newsdesk.ops.overview import Overview
from newsdesk.plurals import plural
from newsdesk.store.dead_letters import Cause, StoredDeadLetter, drop_dead_letters, list_causes, list_dead_letters
from newsdesk.urls import split_login
from newsdesk.web.changes import name_subject
from newsdesk.web.desk_backfills import BackfillForm, begin, checked_name, checked_stage, describe_begun, list_known
from newsdesk.web.desk_failures import ChosenLetters, start_fetch, start_retry
from newsdesk.web.desk_feeds import change_feed_state
from newsdesk.web.desk_routes import ADMINISTERS, OPERATES, read_days, read_state
from newsdesk.web.identity import CurrentReader
from newsdesk.web.resources import Resources

MOST = 500
Size = Annotated[int, Query(ge=1, le=MOST, description="Most items of one answer")]


@dataclass(frozen=True, slots=True)
class Source:
    """The key of a source, its name, and its number of feeds."""

    key: str
    name: str
    feeds: int


@dataclass(frozen=True, slots=True)
class FeedPage:
    feeds: list[FeedHealth]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class DeadLetterPage:
    dead_letters: list[StoredDeadLetter]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class AuditPage:
    changes: list[AuditEntry]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class KnownBackfill:
    stage: Stage
    name: str
    progress: Progress


@dataclass(frozen=True, slots=True)
class Started:
    """Work in the background: `/tasks/{task}` has its state."""

    task: str


@dataclass(frozen=True, slots=True)
class StartedBackfill:
    stage: Stage
    name: str
    partitions: int


@dataclass(frozen=True, slots=True)
class Changed:
    changed: int


class NewFeed(BaseModel):
    url: str = Field(max_length=2_000)
    source: str = Field("", description="Key or name of a source that is known, or the key of a new one")


class ChosenAlert(BaseModel):
    subject: str = Field(description="A DAG, or a source by its key or name")
    rule: AlertRule | None = None


class Silence(ChosenAlert):
    hours: int = Field(ge=1, le=24 * 365)


def add_desk_routes(router: APIRouter, desk: Resources) -> None:
    _add_feeds(router, desk)
    _add_dead_letters(router, desk)
    _add_alerts(router, desk)
    _add_backfills(router, desk)
    _add_state(router, desk)


def _add_feeds(router: APIRouter, desk: Resources) -> None:
    @router.get("/sources", tags=["sources"])
    def list_sources() -> list[Source]:
        engine = desk.open_state()
        feeds = Counter(feed.source for feed in list_feeds(engine, now=desk.now()))
        return [Source(key, name, feeds[key]) for key, name in sorted(load_source_names(engine).names.items())]

    @router.get("/feeds", tags=["sources"], dependencies=[OPERATES])
    def list_all_feeds(size: Size = 100, cursor: Annotated[int, Query(ge=0)] = 0) -> FeedPage:
        feeds = [feed for feed in list_feeds(desk.open_state(), now=desk.now()) if feed.id > cursor]
        return FeedPage(feeds[:size], str(feeds[size - 1].id) if len(feeds) > size else None)

    @router.get("/feeds/{feed}", tags=["sources"], dependencies=[OPERATES])
    def show_feed(feed: int) -> FeedReport:
        return _report(desk, feed)

    @router.get("/feeds/{feed}/days", tags=["sources"], dependencies=[OPERATES])
    def count_days_of_source(feed: int) -> tuple[DayCounts, ...]:
        """The last days of the feed's source."""
        report = _report(desk, feed)
        return read_days(desk, sources=load_source_names(desk.open_state()).keys(report.health.source))

    @router.post("/feeds", tags=["sources"], status_code=201, dependencies=[ADMINISTERS])
    def add_feed(request: Request, new: NewFeed) -> Admission:
        name_subject(request, split_login(new.url)[0])
        found = admit_feed(desk.open_state(), new.url, source=new.source, title="", settings=desk.settings.fetch, now=desk.now())
        name_subject(request, f"{found.url} ({found.outcome})")
        return found

    @router.post("/feeds/{feed}/{do}", tags=["sources"], dependencies=[OPERATES])
    def change_feed(request: Request, reader: CurrentReader, feed: int, do: Literal["poll", "pause", "resume", "remove"]) -> Changed:
        name_subject(request, f"{feed}: {do}")
        change_feed_state(desk, feed, do, reader)
        return Changed(1)

    @router.post("/fetch", tags=["sources"], status_code=202, dependencies=[OPERATES])
    def fetch_what_is_due(reader: CurrentReader) -> Started:
        return Started(start_fetch(desk, who=reader.name))


def _add_dead_letters(router: APIRouter, desk: Resources) -> None:
    @router.get("/dead-letters", tags=["failures"], dependencies=[OPERATES])
    def list_all_dead_letters(
        stage: Stage | None = None,
        reason: Reason | None = None,
        detail: str | None = None,
        size: Size = 100,
        cursor: Annotated[str, Query(max_length=2_000)] = "",
    ) -> DeadLetterPage:
        after = _read_place(cursor) if cursor else None
        letters = list(
            list_dead_letters(desk.open_state(), stage=stage, reason=reason, detail=detail, after=after, most=size + 1),
        )
        last = letters[size - 1] if len(letters) > size else None
        return DeadLetterPage(letters[:size], f"{last.last_failed_at.isoformat()} {last.stage} {last.locator}" if last else None)

    @router.get("/dead-letters/causes", tags=["failures"], dependencies=[OPERATES])
    def count_causes() -> list[Cause]:
        """The most frequent causes first."""
        return list_causes(desk.open_state(), most=MOST)

    @router.post("/dead-letters/retry", tags=["failures"], status_code=202, dependencies=[OPERATES])
    def retry_dead_letters(request: Request, reader: CurrentReader, chosen: ChosenLetters) -> Started:
        letters = chosen.read(desk)
        name_subject(request, chosen.describe(letters))
        return Started(start_retry(desk, letters, chosen.describe(letters), who=reader.name))

    @router.post("/dead-letters/drop", tags=["failures"], dependencies=[ADMINISTERS])
    def drop_letters(request: Request, chosen: ChosenLetters) -> Changed:
        letters = chosen.read(desk)
        name_subject(request, chosen.describe(letters))
        return Changed(drop_dead_letters(desk.open_state(), letters))


def _add_alerts(router: APIRouter, desk: Resources) -> None:
    @router.get("/alerts", tags=["alerts"], dependencies=[OPERATES])
    def list_active_alerts() -> list[Alert]:
        return list_alerts(desk.open_state())

    @router.post("/alerts/acknowledge", tags=["alerts"], dependencies=[OPERATES])
    def acknowledge_alert(request: Request, chosen: ChosenAlert) -> Changed:
        name_subject(request, f"{chosen.subject}: {chosen.rule or 'all rules'}")
        count = acknowledge(desk.open_state(), chosen.subject, rule=chosen.rule, now=desk.now())
        if not count:
            raise HTTPException(404, f"No active alert is about {chosen.subject}")
        return Changed(count)

    @router.post("/alerts/silence", tags=["alerts"], dependencies=[OPERATES])
    def silence_alert(request: Request, chosen: Silence) -> Changed:
        name_subject(request, f"{chosen.subject}: {chosen.rule or 'all rules'}, for {chosen.hours} h")
        silence(desk.open_state(), chosen.subject, rule=chosen.rule, until=desk.now() + dt.timedelta(hours=chosen.hours))
        return Changed(1)


def _add_backfills(router: APIRouter, desk: Resources) -> None:
    @router.get("/backfills", tags=["backfills"], dependencies=[OPERATES])
    def list_latest_backfills() -> list[KnownBackfill]:
        known, problem = list_known(desk)
        if problem:
            raise HTTPException(503, problem)
        return [KnownBackfill(*each) for each in known]

    @router.get("/backfills/{stage}/{name}", tags=["backfills"], dependencies=[OPERATES])
    def follow_backfill(stage: Stage, name: str) -> Progress:
        with desk.open_airflow() as api:
            progress = read_status(checked_name(name), checked_stage(stage), api)
        if not progress.total:
            raise HTTPException(404, f"Airflow knows no backfill {name} of the stage {stage}")
        return progress

    @router.post("/backfills", tags=["backfills"], status_code=202, dependencies=[OPERATES])
    def begin_backfill(request: Request, reader: CurrentReader, form: BackfillForm) -> StartedBackfill:
        job = begin(desk, form, who=reader.name)
        name_subject(request, describe_begun(job, form))
        return StartedBackfill(job.stage, job.name, len(job.keys))

    @router.post("/backfills/{stage}/{name}/cancel", tags=["backfills"], dependencies=[OPERATES])
    def cancel_backfill(request: Request, stage: Stage, name: str) -> Changed:
        with desk.open_airflow() as api:
            ended = cancel(checked_name(name), checked_stage(stage), api)
        name_subject(request, f"{stage}/{name}: {plural(ended, 'run')} ended")
        return Changed(ended)


def _add_state(router: APIRouter, desk: Resources) -> None:
    @router.get("/status", tags=["state"], dependencies=[OPERATES])
    def show_status() -> Overview:
        return read_state(desk)

    @router.get("/tasks/{id}", tags=["state"], dependencies=[OPERATES])
    def show_task(id: str) -> dict[str, object]:
        """Work that was started by a page or by this API; `state` is running, done, failed, or lost where its server was stopped."""
        task: BackgroundTask | None = find_task(desk.open_state(), id)
        if task is None:
            raise HTTPException(404, "There is no such task, or it ended long ago")
        return {**asdict(task), "result": task.found, "state": task.state(desk.now())}

    @router.get("/audit", tags=["state"], dependencies=[ADMINISTERS])
    def list_audit_log(who: str = "", size: Size = 100, cursor: Annotated[int | None, Query(ge=1)] = None) -> AuditPage:
        changes = list_changes(desk.open_state(), who=who, before=cursor, most=size + 1)
        return AuditPage(changes[:size], str(changes[size - 1].id) if len(changes) > size else None)


def _report(desk: Resources, feed: int) -> FeedReport:
    report = next(iter(report_feeds(desk.open_state(), str(feed), now=desk.now())), None)
    if report is None:
        raise HTTPException(404, "There is no such feed")
    return report


def _read_place(cursor: str) -> tuple[dt.datetime, str, str]:
    try:
        moment, stage, locator = cursor.split(" ", 2)
        return dt.datetime.fromisoformat(moment).astimezone(dt.UTC), stage, locator
    except ValueError as error:
        raise BadRequest("This is not a cursor of this list") from error
