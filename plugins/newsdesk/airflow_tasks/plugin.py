"""Airflow plugin that mounts the web application, with Airflow's users and its connection to Elasticsearch.

All processes of Airflow load plugins, including those of tasks, so modules are imported only when the application is used.
"""

import asyncio
import contextlib
import datetime as dt
import threading
from functools import cache, partial
from typing import TYPE_CHECKING

from airflow.plugins_manager import AirflowPlugin

if TYPE_CHECKING:
    import sqlalchemy as sa
    from fastapi import FastAPI
    from starlette.types import Receive, Scope, Send

_open = contextlib.ExitStack()
_opening = threading.RLock()


def make_page() -> "FastAPI":
    """Create the web application for the users of Airflow."""
    from fastapi import APIRouter

    from newsdesk.airflow_tasks.fetch_request import request_fetch
    from newsdesk.airflow_tasks.hook import ElasticsearchHook
    from newsdesk.airflow_tasks.identity import AIRFLOW_IDENTITY
    from newsdesk.ops.airflow_api import open_settings_airflow
    from newsdesk.settings import load
    from newsdesk.web.app import make_app
    from newsdesk.web.library import IndexLibrary
    from newsdesk.web.rendering import is_framed
    from newsdesk.web.resources import Resources
    from newsdesk.web.sections import Section
    from newsdesk.web.site import make_sections
    from newsdesk.web.source_labels import read_names
    from newsdesk.web.topic_feeds import make_feeds
    from newsdesk.web.websub import make_callback

    settings = load()
    open_es = ElasticsearchHook(settings).get_conn
    library = IndexLibrary(settings, open_es, partial(read_names, _state_database))
    desk = Resources(settings=settings, open_state=_state_database, open_es=open_es, open_airflow=partial(open_settings_airflow, settings))
    # Airflow's frame lets no link out of itself.
    airflow = Section(router=APIRouter(), title="Airflow", path="../", is_shown=lambda request: not is_framed(request))
    return make_app(
        sections=(*make_sections(settings, library, desk), airflow),
        identity=AIRFLOW_IDENTITY,
        open_state=_state_database,
        default_zone=settings.web.time_zone,
        websub=make_callback(_state_database, now=lambda: dt.datetime.now(dt.UTC), on_delivery=request_fetch)
        if settings.fetch.public_url
        else None,
        feeds=make_feeds(_state_database, page_url=settings.topics.page_url),
    )


def _state_database() -> "sa.Engine":
    """Return the engine of the state database, which is opened at the first use, by one request only, and kept open."""
    with _opening:
        return _opened_database()


@cache
def _opened_database() -> "sa.Engine":
    from newsdesk.database import open_database
    from newsdesk.settings import load

    return _open.enter_context(open_database(load().database_url))


class LazyPage:
    """ASGI application that creates the web application at the first request."""

    app: "FastAPI | None" = None

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        app = self.app
        if app is None:
            # In a thread: it takes seconds on a busy machine, and the requests of tasks go through the same server.
            app = await asyncio.to_thread(self._make)
        await app(scope, receive, send)

    def _make(self) -> "FastAPI":
        with _opening:
            app = self.app or make_page()
            type(self).app = app
            return app


class NewsdeskPlugin(AirflowPlugin):
    name = "newsdesk"
    fastapi_apps = [{"name": "newsdesk", "app": LazyPage(), "url_prefix": "/newsdesk"}]  # noqa: RUF012
    # Airflow shows the first view in a sandboxed frame, in which links to other sites do not work; the second view opens the page itself.
    # It is in the menu Browse because links at the top level of the navigation do nothing (Airflow 3.3.2 with Chromium).
    external_views = [  # noqa: RUF012
        {
            "name": "Newsdesk",
            "href": "/newsdesk/",
            "destination": "nav",
            "nav_top_level": True,
            "url_route": "newsdesk",
            "icon": "/newsdesk/static/icon.svg",
        },
        {
            "name": "Newsdesk in a window",
            "href": "/newsdesk/",
            "destination": "nav",
            "category": "browse",
            "icon": "/newsdesk/static/icon.svg",
        },
    ]
