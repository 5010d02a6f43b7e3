"""The first page: the search form, the hits with their facets, and exports of them."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

from newsdesk.errors import BadRequest
from newsdesk.records import Verdict
from newsdesk.search.export import to_csv, to_jsonl
from newsdesk.search.run import SearchResults
from newsdesk.web.library import Library
from newsdesk.web.names import KINDS
from newsdesk.web.rendering import render
from newsdesk.web.search_form import FACETS, ORDERS, read_form, to_query
from newsdesk.web.sections import Section

EXPORTS = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl"}
MOST_EXPORTED = 1_000
"""Ten requests to Elasticsearch; `newsdesk search` exports more."""


def search_section(library: Library, *, maximum_hits: int, csv_raw: bool = False) -> Section:
    """`maximum_hits` limits the hits on one page, and `csv_raw` leaves cells of CSV exports as they are."""
    router = APIRouter()

    # The routes block on Elasticsearch, so they are not coroutines: FastAPI runs them in its thread pool.
    @router.get("/")
    def search_page(request: Request) -> HTMLResponse:
        form = read_form(request.query_params, maximum_hits=maximum_hits)
        try:
            results, status = library.search(to_query(form)), 200
        except BadRequest as error:
            results, status = SearchResults(total=0, hits=(), notes=(str(error),)), 400
        return render(
            request,
            "search.html",
            status,
            form=form,
            results=results,
            facets=FACETS,
            orders=ORDERS,
            verdicts=tuple(Verdict),
            kinds=KINDS,
            most_exported=MOST_EXPORTED,
        )

    @router.get("/export.{kind}")
    def export_file(request: Request, kind: str) -> Response:
        if kind not in EXPORTS:
            raise HTTPException(404)
        form = read_form(request.query_params, maximum_hits=maximum_hits)
        hits = library.find_all(to_query(form), most=MOST_EXPORTED)
        text = "".join(to_csv(hits, raw=csv_raw) if kind == "csv" else to_jsonl(hits))
        return Response(text, media_type=EXPORTS[kind], headers={"Content-Disposition": f'attachment; filename="newsdesk.{kind}"'})

    return Section(router=router, title="Search")
