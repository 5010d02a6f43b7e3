"""Errors for programs: problem details (RFC 9457)."""

from http import HTTPStatus

from fastapi import Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

MEDIA_TYPE = "application/problem+json"
API = "/api/"


class Problem(BaseModel):
    """The error of a request. `title` is the kind of problem, `detail` its subject and remedy."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str


def is_api(request: Request) -> bool:
    """Return whether a request is for the API rather than for a page."""
    return request.url.path.removeprefix(request.scope.get("root_path", "")).startswith(API)


def problem(status: int, message: str, remedy: str = "") -> JSONResponse:
    detail = ". ".join(part.rstrip(".") for part in (message, remedy) if part)
    body = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail)
    return JSONResponse(body.model_dump(), status_code=status, media_type=MEDIA_TYPE)
