"""Renders pages: the Jinja environment, and the variables that the layout of every page needs."""

import datetime as dt
import hashlib
from functools import cache, partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jinja2
from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from newsdesk.check.verdict import describe
from newsdesk.visible import visible
from newsdesk.web.identity import find_reader
from newsdesk.web.links import outward_link
from newsdesk.web.names import country_name, language_name, value_name
from newsdesk.web.preferences import THEMES, read_preferences, zone_names
from newsdesk.web.problems import is_api, problem
from newsdesk.web.sections import navigation
from newsdesk.web.source_labels import SourceLabels

HERE = Path(__file__).parent


def render(request: Request, name: str, status: int = 200, **content: Any) -> HTMLResponse:
    """Return the page of the template `name` with this content.

    A template also has `root` (the relative path to the first page), `page` (its own URL), `framed`, `entries` (the navigation),
    `preferences`, `reader` (None before the login), `source_name(key)`, and `csrf_field()` for forms.
    """
    frame = {
        "root": relative_root(request),
        "framed": is_framed(request),
        "entries": navigation(request.app.state.sections, request),
        "preferences": read_preferences(request.cookies, default_zone=request.app.state.default_zone),
        "page": _page_address(request),
        "reader": find_reader(request),
        "source_name": SourceLabels(request.app.state.open_state),
        "csrf_field": partial(request.app.state.changes.csrf_field, request),
    }
    return HTMLResponse(_templates().get_template(name).render(**frame, **content), status_code=status)


def render_error(request: Request, status: int, message: str, remedy: str = "") -> Response:
    """Return an error as a page, or for programs according to RFC 9457."""
    request.state.problem = message
    if is_api(request):
        return problem(status, message, remedy)
    return render(request, "error.html", status, message=message, remedy=remedy)


def reader_zone(request: Request) -> ZoneInfo:
    """Return the time zone of the user."""
    return read_preferences(request.cookies, default_zone=request.app.state.default_zone).zone


def relative_root(request: Request) -> str:
    """Return the relative path from this page to the first page. It is relative because Airflow can be served below a path."""
    depth = request.url.path.removeprefix(request.scope.get("root_path", "")).count("/") - 1
    return "/".join([".."] * depth) or "."


def _page_address(request: Request) -> str:
    path = request.url.path.removeprefix(request.scope.get("root_path", ""))
    return f"{path}?{request.url.query}" if request.url.query else path


def is_framed(request: Request) -> bool:
    """Return whether the page is shown in Airflow's iframe, whose sandbox blocks links to other sites.

    Browsers send Sec-Fetch-Dest only over HTTPS and to localhost.
    """
    return request.headers.get("sec-fetch-dest") == "iframe"


@cache
def _templates() -> jinja2.Environment:
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.globals |= {
        "describe": describe,
        "hidden_field": hidden_field,
        "static": _static_path,
        "themes": THEMES,
        "zone_names": zone_names,
        "value_name": value_name,
    }
    templates.filters |= {
        "outward": outward_link,
        "moment": _moment,
        "number": "{:,}".format,
        "language_name": language_name,
        "country_name": country_name,
    }
    return templates


def hidden_field(name: str, value: object) -> Markup:
    """Return a hidden field of a form. Its value is sent back as it is, without what `_shown` changes for display."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(name, value)


def _shown(value: Any) -> Any:
    """Return the displayed text of a value. Markup is unchanged, because its parts have already been processed."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@jinja2.pass_context
def _moment(context: jinja2.runtime.Context, moment: dt.datetime | str | None) -> Markup:
    """Return a time, also one in ISO format, in the user's time zone. A macro that uses it is imported `with context`."""
    if not moment:
        return Markup("no date")
    if isinstance(moment, str):
        moment = dt.datetime.fromisoformat(moment)
    shown = f"{moment.astimezone(context['preferences'].zone):%Y-%m-%d %H:%M %Z}"
    return Markup('<time datetime="{}">{}</time>').format(moment.astimezone(dt.UTC).isoformat(timespec="seconds"), shown)


@cache
def _static_path(name: str) -> str:
    """Return the path of a file in `static/`, which changes with its content, so that browsers can cache it."""
    return f"static/{name}?{hashlib.sha256((HERE / 'static' / name).read_bytes()).hexdigest()[:12]}"
