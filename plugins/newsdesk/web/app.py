"""The search page as a FastAPI application. The caller that mounts it supplies the login check and the search backend.

The application is read-only: every route is a GET. All HTML comes from templates with autoescaping. There is no script, and
the Content-Security-Policy below forbids any.
"""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import jinja2
from fastapi import FastAPI, Request, Response
from fastapi.params import Depends
from fastapi.responses import HTMLResponse, RedirectResponse
from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.middleware.base import RequestResponseEndpoint
from starlette.types import ASGIApp

from newsdesk.check.verdict import describe
from newsdesk.errors import BadRequest, SetupError, Unavailable
from newsdesk.records import Verdict
from newsdesk.search.article import FoundArticle
from newsdesk.search.export import to_csv, to_jsonl
from newsdesk.search.queries import SearchQuery
from newsdesk.search.run import Hit, SearchResults
from newsdesk.search.versions import ArticleVersion
from newsdesk.visible import visible
from newsdesk.web.pages import FACETS, KINDS, ORDERS, mark_findings, outward_link, read_form, to_query

HERE = Path(__file__).parent
STATIC = {"newsdesk.css": "text/css; charset=utf-8", "icon.svg": "image/svg+xml"}
SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}
"""The policy also keeps search terms private, since they tell what a newsroom works on: no cache stores a page, and no publisher
receives the terms in a Referer."""

EXPORTS = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl"}
MOST_EXPORTED = 1_000
"""Ten requests to Elasticsearch; `newsdesk search` exports more."""


class Library(Protocol):
    """The search backend of the page. Methods raise SetupError or Unavailable."""

    def search(self, query: SearchQuery) -> SearchResults: ...

    def find_all(self, query: SearchQuery, *, most: int) -> list[Hit]: ...

    def find_article(self, article_id: str) -> FoundArticle | None: ...

    def more_like(self, article_id: str) -> SearchResults: ...

    def list_versions(self, article_id: str) -> list[ArticleVersion]: ...


def make_app(
    *,
    library: Library,
    login: Depends,
    login_address: Callable[[str], str],
    maximum_hits: int,
    csv_raw: bool = False,
    websub: ASGIApp | None = None,
) -> FastAPI:
    """Build the application.

    `login` guards every route; a browser that is not logged in is redirected to `login_address(page)`. `maximum_hits` limits the hits
    on one page, and `csv_raw` leaves cells of CSV exports as they are. `websub` answers hubs below /websub, without the login.
    """
    # FastAPI's own documentation routes ignore the application's dependencies and would be public.
    app = FastAPI(title="newsdesk", docs_url=None, redoc_url=None, openapi_url=None, dependencies=[login])
    pages = _templates()

    def page(request: Request, name: str, status: int = 200, **content: Any) -> HTMLResponse:
        return HTMLResponse(
            pages.get_template(name).render(root=_relative_root(request), framed=_is_framed(request), **content), status_code=status
        )

    def error_page(request: Request, status: int, message: str, remedy: str = "") -> HTMLResponse:
        return page(request, "error.html", status, message=message, remedy=remedy)

    # The routes block on Elasticsearch, so they are not coroutines: FastAPI runs them in its thread pool.
    @app.get("/")
    def search_page(request: Request) -> HTMLResponse:
        form = read_form(request.query_params, maximum_hits=maximum_hits)
        try:
            results, status = library.search(to_query(form)), 200
        except BadRequest as error:
            results, status = SearchResults(total=0, hits=(), notes=(str(error),)), 400
        return page(request, "search.html", status, form=form, results=results)

    @app.get("/article/{article_id}")
    def article_page(request: Request, article_id: str) -> HTMLResponse:
        found = library.find_article(article_id)
        if found is None:
            return error_page(request, 404, "There is no such article", "It may have been removed.")
        return page(
            request,
            "article.html",
            found=found,
            hit=found.hit,
            paragraphs=mark_findings(found.body, found.hit.findings),
            similar=library.more_like(article_id).hits,
            versions=library.list_versions(article_id),
        )

    @app.get("/export.{kind}")
    def export_file(request: Request, kind: str) -> Response:
        if kind not in EXPORTS:
            raise HTTPException(404)
        form = read_form(request.query_params, maximum_hits=maximum_hits)
        hits = library.find_all(to_query(form), most=MOST_EXPORTED)
        text = "".join(to_csv(hits, raw=csv_raw) if kind == "csv" else to_jsonl(hits))
        return Response(text, media_type=EXPORTS[kind], headers={"Content-Disposition": f'attachment; filename="newsdesk.{kind}"'})

    @app.get("/static/{name}")
    def static_file(name: str) -> Response:
        # Not StaticFiles: a mounted folder would be served without the login.
        if name not in STATIC:
            raise HTTPException(404)
        return Response((HERE / "static" / name).read_bytes(), media_type=STATIC[name])

    if websub is not None:
        app.mount("/websub", websub)

    @app.middleware("http")
    async def add_security_headers(request: Request, call_next: RequestResponseEndpoint) -> Response:
        response = await call_next(request)
        response.headers.update(SECURITY_HEADERS)
        return response

    @app.exception_handler(SetupError)
    def wrong_setup(request: Request, error: SetupError) -> HTMLResponse:
        return error_page(request, 503, error.problem, error.remedy)

    @app.exception_handler(BadRequest)
    def wrong_question(request: Request, error: BadRequest) -> HTMLResponse:
        return error_page(request, 400, str(error))

    @app.exception_handler(Unavailable)
    def no_answer(request: Request, _error: Unavailable) -> HTMLResponse:
        return error_page(
            request, 503, "Elasticsearch does not answer", "Try again in a moment. If it still fails, see Elasticsearch's log."
        )

    @app.exception_handler(HTTPException)
    def refused(request: Request, error: HTTPException) -> Response:
        # After a change of Airflow's signing key, an old cookie gets 403 with this detail: the user has to log in again.
        if error.status_code == 401 or error.detail == "Invalid JWT token":
            if "text/html" in request.headers.get("accept", ""):
                return RedirectResponse(login_address(str(request.url)), status_code=303)
            return Response("Log in to Airflow first\n", error.status_code, media_type="text/plain")
        return error_page(request, error.status_code, str(error.detail))

    return app


def _relative_root(request: Request) -> str:
    """The relative path from this page to the search page. It is relative because Airflow may be served below a path."""
    depth = request.url.path.removeprefix(request.scope.get("root_path", "")).count("/") - 1
    return "/".join([".."] * depth) or "."


def _is_framed(request: Request) -> bool:
    """Whether the page is shown in Airflow's iframe, whose sandbox blocks links to other sites.

    Browsers send Sec-Fetch-Dest only over HTTPS and to localhost.
    """
    return request.headers.get("sec-fetch-dest") == "iframe"


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
        "verdicts": tuple(Verdict),
        "describe": describe,
        "facets": FACETS,
        "kinds": KINDS,
        "orders": ORDERS,
        "most_exported": MOST_EXPORTED,
    }
    templates.filters["outward"] = outward_link
    templates.filters["moment"] = _moment
    return templates


def _shown(value: Any) -> Any:
    """What a template writes of a value; markup was made of parts that came by here themselves."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _moment(moment: dt.datetime | None) -> str:
    return f"{moment.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC" if moment else "no date"
