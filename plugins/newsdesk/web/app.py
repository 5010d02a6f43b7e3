"""The pages as a FastAPI application: sections behind one login, with the same headers and the same pages for errors.

A page is added in three steps: a module with a function that returns a `Section` (its routes call `rendering.render`), a template that
extends `base.html`, and a line in `site.make_sections`. All HTML is from templates with autoescaping; scripts are files in
`static/`, and every page works without them. The Content-Security-Policy below forbids everything from other sites, and
everything inline, including `style` and `on...` attributes.

A route that changes something is a POST: `changes` guards and records it. Its form has `{{ csrf_field() }}`, and
`Depends(requires(Right.OPERATE))` of `identity` names the right it needs.
"""

import datetime as dt
import logging
from collections.abc import Callable, Sequence

import sqlalchemy as sa
from fastapi import Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException
from starlette.middleware.base import RequestResponseEndpoint
from starlette.types import ASGIApp

from newsdesk.errors import BadRequest, NewsdeskError, SetupError, Unavailable
from newsdesk.web.changes import Changes, LimitBody
from newsdesk.web.identity import Identity
from newsdesk.web.problems import is_api, problem
from newsdesk.web.rendering import render_error
from newsdesk.web.sections import Section

log = logging.getLogger(__name__)

SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
NOT_KEPT = "private, no-store"
"""The policy also keeps search terms private, since they show what a newsroom works on: no cache stores a page, and no publisher
receives the terms in a Referer."""


def make_app(
    *,
    sections: Sequence[Section],
    identity: Identity,
    open_state: Callable[[], sa.Engine],
    default_zone: str = "UTC",
    websub: ASGIApp | None = None,
    feeds: ASGIApp | None = None,
) -> FastAPI:
    """Build the application.

    `identity` guards every route; a browser that is not logged in is redirected to its login page. `open_state` opens the state
    database at its first use. Times are shown in `default_zone` to users who have not chosen a time zone. `websub` serves hubs
    below /websub, and `feeds` feed readers below /feeds, both without the login.
    """
    changes = Changes(open_state, now=lambda: dt.datetime.now(dt.UTC))
    guards = [identity.guard(), Depends(changes.guard)]
    # FastAPI's own documentation routes ignore the application's dependencies and would be public.
    app = FastAPI(title="newsdesk", docs_url=None, redoc_url=None, openapi_url=None, dependencies=guards)
    app.state.sections = tuple(sections)
    app.state.default_zone = default_zone
    app.state.changes = changes
    app.state.open_state = open_state
    for section in sections:
        app.include_router(section.router)
    if websub is not None:
        app.mount("/websub", websub)
    if feeds is not None:
        app.mount("/feeds", feeds)

    app.middleware("http")(changes.record_outcome)
    app.add_middleware(LimitBody)

    @app.middleware("http")
    async def add_security_headers(request: Request, call_next: RequestResponseEndpoint) -> Response:
        response = await call_next(request)
        response.headers.update(SECURITY_HEADERS)
        response.headers.setdefault("Cache-Control", NOT_KEPT)
        return response

    @app.exception_handler(SetupError)
    def wrong_setup(request: Request, error: SetupError) -> Response:
        return render_error(request, 503, error.problem, error.remedy)

    @app.exception_handler(BadRequest)
    def wrong_question(request: Request, error: BadRequest) -> Response:
        return render_error(request, 400, str(error))

    @app.exception_handler(RequestValidationError)
    def wrong_form(request: Request, error: RequestValidationError) -> Response:
        wrong = "; ".join(f"{'.'.join(map(str, each['loc'][1:]))}: {each['msg']}" for each in error.errors())
        return render_error(request, 422, "The form cannot be read", wrong)

    @app.exception_handler(sa.exc.DatabaseError)
    def no_state(request: Request, error: sa.exc.DatabaseError) -> Response:
        log.error("the state database: %s", error.orig)
        return render_error(request, 503, "The state database does not answer", "Try again later. The web server's log has the reason.")

    @app.exception_handler(Unavailable)
    def no_answer(request: Request, error: Unavailable) -> Response:
        # Without the URL, which users do not need to know.
        name = "Airflow" if error.detail.startswith("Airflow") else "Elasticsearch"
        return render_error(request, 503, f"{name} does not answer", f"Try again in a moment. If it still fails, see {name}'s log.")

    @app.exception_handler(NewsdeskError)
    def failed(request: Request, error: NewsdeskError) -> Response:
        return render_error(request, 502, str(error))

    @app.exception_handler(HTTPException)
    def refused(request: Request, error: HTTPException) -> Response:
        # After a change of Airflow's signing key, an old cookie gets 403 with this detail: the user has to log in again.
        if error.status_code == 401 or error.detail == "Invalid JWT token":
            if is_api(request):
                return problem(401, "Log in first", "A program sends Authorization: Bearer with a token")
            if identity.login_address and "text/html" in request.headers.get("accept", ""):
                return RedirectResponse(identity.login_address(str(request.url)), status_code=303)
            return Response("Log in first\n", error.status_code, media_type="text/plain")
        return render_error(request, error.status_code, str(error.detail))

    return app
