"""The first page: the search form, the hits with facets, timeline and map, and exports of them."""

import datetime as dt

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

from newsdesk.errors import BadRequest
from newsdesk.fetch.source_names import SourceNames
from newsdesk.records import Verdict
from newsdesk.search.counts import FACETS
from newsdesk.search.export import to_csv, to_jsonl, to_rss
from newsdesk.search.queries import describe
from newsdesk.search.run import Hit, SearchResults
from newsdesk.web.library import Library
from newsdesk.web.names import KINDS
from newsdesk.web.rendering import reader_zone, render
from newsdesk.web.search_form import CHOICES, ORDERS, SPANS, Form, read_form, to_query
from newsdesk.web.sections import Section
from newsdesk.web.source_labels import read_names
from newsdesk.web.timeline import draw_timeline
from newsdesk.web.world_map import VIEW_BOX, draw_places

EXPORTS = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl", "rss": "application/rss+xml; charset=utf-8"}
MOST_EXPORTED = 1_000
"""Maximum number of exported hits, in ten requests to Elasticsearch; `newsdesk search` can export more."""
PLACES_LISTED = 10
FACET_OF = {field: facet for facet, (field, _) in FACETS.items()}


def search_section(library: Library, *, maximum_hits: int, csv_raw: bool = False, has_images: bool = False) -> Section:
    """Return the section. `maximum_hits` limits the hits on one page, and with `csv_raw` the cells of CSV exports are not changed.

    `has_images` shows pictures of articles, which the images section serves.
    """
    router = APIRouter()

    def read(request: Request) -> Form:
        return read_form(request.query_params.multi_items(), maximum_hits=maximum_hits)

    # The routes block on Elasticsearch, so they are not coroutines: FastAPI runs them in its thread pool.
    @router.get("/")
    def search_page(request: Request) -> HTMLResponse:
        form = read(request)
        # htmx requests only the next hits; a browser without scripts the whole page.
        is_part = request.headers.get("hx-request") == "true"
        try:
            results, status = library.search(to_query(form, zone=reader_zone(request), counts=not is_part)), 200
        except BadRequest as error:
            results, status = SearchResults(total=0, hits=(), notes=(str(error),)), 400
        if is_part:
            return render(request, "hits.html", status, form=form, results=results, kinds=KINDS, has_images=has_images)
        return render(
            request,
            "search.html",
            status,
            form=form,
            results=results,
            chart=draw_timeline(results.timeline) if results.timeline else None,
            circles=draw_places(results.places),
            view_box=VIEW_BOX,
            places_listed=PLACES_LISTED,
            facet_of=FACET_OF,
            choices=CHOICES,
            orders=ORDERS,
            spans=SPANS,
            verdicts=tuple(Verdict),
            kinds=KINDS,
            has_images=has_images,
            most_exported=MOST_EXPORTED,
        )

    @router.get("/export.{kind}")
    def export_file(request: Request, kind: str) -> Response:
        if kind not in EXPORTS:
            raise HTTPException(404)
        query = to_query(read(request), zone=reader_zone(request), counts=False)
        hits = library.find_all(query, most=MOST_EXPORTED)
        text = _export(
            hits,
            kind,
            title=describe(query) or "all articles",
            link=_search_address(request),
            csv_raw=csv_raw,
            names=read_names(request.app.state.open_state),
        )
        return Response(text, media_type=EXPORTS[kind], headers={"Content-Disposition": f'attachment; filename="newsdesk.{kind}"'})

    return Section(router=router, title="Search")


def _export(hits: list[Hit], kind: str, *, title: str, link: str, csv_raw: bool, names: SourceNames) -> str:
    match kind:
        case "csv":
            return "".join(to_csv(hits, raw=csv_raw, source_names=names))
        case "jsonl":
            return "".join(to_jsonl(hits))
        case _:
            return to_rss(hits, title=title, link=link, now=dt.datetime.now(dt.UTC))


def _search_address(request: Request) -> str:
    """Return the URL of the search from which a file was exported."""
    return str(request.url.replace(path=request.url.path.rpartition("/")[0] + "/"))
