"""The JSON API, `/api/v1`: the content and actions of the pages for programs, with the same rights.

Lists are paged: a response has the `next_cursor` that the next request sends as `cursor`; it is null on the last page. Errors are
problem details (RFC 9457). A change needs a bearer token, or the CSRF token from `me` in the header X-CSRF-Token.
"""

from fastapi import APIRouter, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from newsdesk.web.api_articles import add_article_routes, add_entity_routes
from newsdesk.web.api_desk import add_desk_routes
from newsdesk.web.api_topics import add_topic_routes
from newsdesk.web.identity import CurrentReader
from newsdesk.web.library import Library
from newsdesk.web.problems import MEDIA_TYPE, Problem
from newsdesk.web.resources import Resources
from newsdesk.web.sections import Section

VERSION = "v1"
PREFIX = f"/api/{VERSION}"
ERRORS = {
    400: "The request asks for something that cannot be",
    401: "Nobody is logged in",
    403: "The reader may not do this",
    404: "There is no such thing",
    422: "A parameter is missing or of the wrong kind",
    503: "Elasticsearch, Airflow or the state database does not answer",
}


class Me(BaseModel):
    """The user, their rights, and the token that changes need if the login is a cookie."""

    name: str
    rights: list[str]
    csrf_token: str


def api_section(library: Library, desk: Resources, *, maximum_hits: int) -> Section:
    router = APIRouter(prefix=PREFIX, responses={status: _described(text) for status, text in ERRORS.items()})

    @router.get("/me", tags=["reader"])
    def show_me(request: Request, reader: CurrentReader) -> Me:
        return Me(name=reader.name, rights=sorted(reader.rights), csrf_token=request.app.state.changes.make_token(reader))

    add_article_routes(router, library, maximum_hits=maximum_hits)
    add_entity_routes(router, library, desk.settings)
    add_topic_routes(router, library, desk.settings)
    add_desk_routes(router, desk)

    @router.get("/openapi.json", include_in_schema=False)
    def describe_api(request: Request) -> JSONResponse:
        described = get_openapi(title="newsdesk", version=VERSION, description=__doc__, routes=router.routes)
        described["servers"] = [{"url": request.scope.get("root_path") or "/"}]
        return JSONResponse(described)

    return Section(router=router)


def _described(text: str) -> dict[str, object]:
    return {"description": text, "content": {MEDIA_TYPE: {"schema": Problem.model_json_schema()}}}
