"""Feeds on the desk: their state; adding, testing, editing, pausing, polling and removing them; import and export."""

import asyncio
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Form, Query, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from newsdesk.errors import BadRequest
from newsdesk.fetch.admission import admit_feed
from newsdesk.fetch.allowed_hosts import with_allowed_hosts
from newsdesk.fetch.feed_report import report_feeds
from newsdesk.fetch.opml import write_opml
from newsdesk.fetch.plan import FeedStatus
from newsdesk.fetch.source_names import load_source_names
from newsdesk.fetch.state import (
    FeedHealth,
    export_outlines,
    import_opml,
    list_feeds,
    name_source,
    poll_now,
    remove_feeds,
    rename_feeds,
    set_status,
)
from newsdesk.fetch.trial import Trial, try_feed
from newsdesk.plurals import plural
from newsdesk.urls import split_login
from newsdesk.web.background import Tell
from newsdesk.web.changes import name_subject
from newsdesk.web.desk_routes import ADMINISTERS, OPERATES, back, chart, read_days
from newsdesk.web.identity import CurrentReader, Reader, Right
from newsdesk.web.rendering import render
from newsdesk.web.resources import Resources

FEEDS_ON_A_PAGE = 100
ENTRIES_SHOWN = 20
TRIAL = "feed test"
"""Kind of the background task that tests a feed."""


SHOWN: dict[str, Callable[[FeedHealth], bool]] = {
    "all": lambda _feed: True,
    "failing": lambda feed: bool(feed.failures or feed.last_error or feed.pages_failing),
    "paused": lambda feed: feed.status == FeedStatus.DISABLED,
    "gone": lambda feed: feed.status == FeedStatus.GONE,
}
"""Filters of the list of feeds."""

CHANGES = {"poll": Right.OPERATE, "pause": Right.ADMINISTER, "resume": Right.ADMINISTER, "remove": Right.ADMINISTER}
"""Actions on a feed, and the right that each needs."""


def add_feed_routes(router: APIRouter, desk: Resources) -> None:
    _add_lists(router, desk)
    _add_pages(router, desk)
    _add_changes(router, desk)


def _add_pages(router: APIRouter, desk: Resources) -> None:
    @router.get("/feeds", dependencies=[OPERATES])
    def list_feeds_page(request: Request, show: str = "all", q: str = "", page: Annotated[int, Query(ge=1, le=10_000)] = 1) -> HTMLResponse:
        engine, now = desk.open_state(), desk.now()
        known, source_names = list_feeds(engine, now=now), load_source_names(engine)
        wanted = q.strip().casefold()

        def is_wanted(feed: FeedHealth) -> bool:
            return any(wanted in text.casefold() for text in (feed.url, feed.source, feed.title, source_names.name(feed.source)))

        found = [feed for feed in known if SHOWN.get(show, SHOWN["all"])(feed) and is_wanted(feed)]
        first = (page - 1) * FEEDS_ON_A_PAGE
        return render(
            request,
            "desk_feeds.html",
            feeds=found[first : first + FEEDS_ON_A_PAGE],
            total=len(found),
            show=show,
            shown={kind: sum(map(is_shown, known)) for kind, is_shown in SHOWN.items()},
            q=q,
            number=page,
            has_more=len(found) > first + FEEDS_ON_A_PAGE,
        )

    @router.get("/feeds/{feed}", dependencies=[OPERATES])
    def show_feed(request: Request, feed: int) -> HTMLResponse:
        engine = desk.open_state()
        report = next(iter(report_feeds(engine, str(feed), now=desk.now())), None)
        if report is None:
            raise HTTPException(404, "There is no such feed")
        days = read_days(desk, sources=load_source_names(engine).keys(report.health.source))
        return render(request, "desk_feed.html", report=report, feed=report.health, **chart(days))


def _add_changes(router: APIRouter, desk: Resources) -> None:
    @router.post("/feeds", dependencies=[ADMINISTERS])
    def add_feed(request: Request, url: Annotated[str, Form()], source: Annotated[str, Form()] = "") -> RedirectResponse:
        name_subject(request, split_login(url)[0])
        engine = desk.open_state()
        found = admit_feed(engine, url, source=source.strip(), title="", settings=desk.settings.fetch, now=desk.now())
        name_subject(request, f"{found.url} ({found.outcome})")
        return back(request, f"feeds/{_number(engine, found.url, desk)}")

    @router.post("/feeds/test", dependencies=[ADMINISTERS])
    def test_feed(request: Request, reader: CurrentReader, url: Annotated[str, Form()]) -> RedirectResponse:
        address, _ = split_login(url)
        name_subject(request, address)
        return back(request, f"tasks/{desk.background.start(TRIAL, address, partial(_try, desk, url), who=reader.name)}")

    @router.post("/feeds/chosen", dependencies=[OPERATES])
    def change_chosen_feeds(
        request: Request, reader: CurrentReader, do: Annotated[str, Form()], feed: Annotated[list[int] | None, Form()] = None
    ) -> RedirectResponse:
        name_subject(request, f"{do}: {', '.join(map(str, feed or ()))}")
        for number in feed or ():
            change_feed_state(desk, number, do, reader)
        return back(request, "feeds")

    @router.post("/feeds/{feed}", dependencies=[OPERATES])
    def change_feed(request: Request, reader: CurrentReader, feed: int, do: Annotated[str, Form()]) -> RedirectResponse:
        name_subject(request, f"{feed}: {do}")
        change_feed_state(desk, feed, do, reader)
        return back(request, "feeds" if do == "remove" else f"feeds/{feed}")

    @router.post("/feeds/{feed}/edit", dependencies=[ADMINISTERS])
    def edit_feed(
        request: Request,
        feed: int,
        title: Annotated[str, Form()] = "",
        source: Annotated[str, Form()] = "",
        name: Annotated[str, Form()] = "",
    ) -> RedirectResponse:
        engine = desk.open_state()
        name_subject(request, f"{feed}: title {title!r}, source {source!r}, called {name!r}")
        rename_feeds(engine, str(feed), title=title.strip(), source=source.strip())
        report = next(iter(report_feeds(engine, str(feed), now=desk.now())), None)
        if report and name.strip():
            name_source(engine, report.health.source, name.strip())
        return back(request, f"feeds/{feed}")


def _add_lists(router: APIRouter, desk: Resources) -> None:
    @router.get("/feeds.opml", dependencies=[OPERATES])
    def export_feeds() -> Response:
        opml = write_opml(export_outlines(desk.open_state()))
        return Response(opml, media_type="text/x-opml", headers={"Content-Disposition": 'attachment; filename="newsdesk.opml"'})

    @router.post("/feeds/import", dependencies=[ADMINISTERS])
    def import_feeds(request: Request, reader: CurrentReader, file: UploadFile) -> RedirectResponse:
        name, opml = file.filename or "feeds.opml", file.file.read()
        name_subject(request, f"{name}, {plural(len(opml), 'byte')}")
        work = partial(_import, desk, opml, name)
        return back(request, f"tasks/{desk.background.start('feed import', name, work, who=reader.name)}")


def _try(desk: Resources, url: str, _tell: Tell) -> dict[str, object]:
    settings = with_allowed_hosts(desk.settings.fetch, desk.open_state())
    trial: Trial = asyncio.run(try_feed(url, settings=settings, now=desk.now))
    return {**asdict(trial), "entries": [asdict(entry) for entry in trial.entries[:ENTRIES_SHOWN]], "count": len(trial.entries)}


def _import(desk: Resources, opml: bytes, name: str, _tell: Tell) -> dict[str, object]:
    return asdict(import_opml(desk.open_state(), opml, name=name, now=desk.now()))


def change_feed_state(desk: Resources, feed: int, do: str, reader: Reader) -> None:
    """Change the state of a feed. Raises BadRequest for an unknown action, 403 without the right for it, 404 if there is no such feed."""
    engine, named, now = desk.open_state(), str(feed), desk.now()
    if do not in CHANGES:
        raise BadRequest(f"feeds cannot be changed by {do!r}; they can by {', '.join(CHANGES)}")
    if not reader.may(CHANGES[do]):
        raise HTTPException(403, f"You may not {CHANGES[do]} newsdesk")
    match do:
        case "poll":
            changed = poll_now(engine, named, now=now)
        case "remove":
            changed = remove_feeds(engine, named)
        case _:
            changed = set_status(engine, named, FeedStatus.DISABLED if do == "pause" else FeedStatus.ACTIVE, now=now)
    if not changed:
        raise HTTPException(404, "There is no such feed, or it is paused")


def _number(engine: sa.Engine, url: str, desk: Resources) -> int:
    return report_feeds(engine, url, now=desk.now())[0].health.id
