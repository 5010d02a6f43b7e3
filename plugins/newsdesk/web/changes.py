"""Requests that change something: refused without a CSRF token, limited in size, recorded in the audit log.

This applies to every POST route. A form has `csrf_field(request)`; a script or program sends the token as a header, or
logs in with a bearer token, which other sites cannot make a browser send.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import sqlalchemy as sa
from fastapi import HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from itsdangerous import BadSignature, URLSafeTimedSerializer
from markupsafe import Markup
from starlette.datastructures import Headers
from starlette.middleware.base import RequestResponseEndpoint
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from newsdesk.ops.audit import begin_change, end_change
from newsdesk.store.keys import read_key
from newsdesk.web.identity import CurrentReader, Reader, current_reader
from newsdesk.web.rendering import hidden_field

Endpoint = TypeVar("Endpoint", bound=Callable[..., object])

FIELD = "csrf_token"
HEADER = "x-csrf-token"
TOKEN_SECONDS = 24 * 3600
"""Maximum time between the display and the sending of a form."""
MOST_BYTES = 10_000_000
"""Maximum size of a body: that of the largest delivery of a WebSub hub; forms and lists of feeds are far smaller."""
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(slots=True)
class Change:
    """A request that changes something, for the audit log. `subject` is the changed object."""

    id: int
    subject: str


class Changes:
    """Checks and records the changes of one application. `open_state` opens the state database at the first use."""

    def __init__(self, open_state: Callable[[], sa.Engine], *, now: Callable[[], dt.datetime], token_seconds: int = TOKEN_SECONDS) -> None:
        self._open_state = open_state
        self._now = now
        self._token_seconds = token_seconds

    @cached_property
    def _signer(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(read_key(self._open_state(), "csrf"), salt="newsdesk.csrf")

    def make_token(self, reader: Reader) -> str:
        """Return a token that is valid only for this user, for a day."""
        return str(self._signer.dumps(reader.name))

    def csrf_field(self, request: Request) -> Markup:
        """Return the hidden field of a form."""
        return hidden_field(FIELD, self.make_token(current_reader(request)))

    async def guard(self, request: Request, reader: CurrentReader) -> None:
        """A dependency for the whole application: records a change before it is made, and refuses requests without a token."""
        if request.method in SAFE or request.scope["endpoint"] in _KEPT_IN_BROWSER:
            return
        request.state.change = await run_in_threadpool(self._begin, request, reader)
        token = request.headers.get(HEADER) or await _token_of_form(request)
        if not (_has_bearer(request) or await run_in_threadpool(self._is_token, token, reader)):
            raise HTTPException(403, "This form was not sent by newsdesk's own page, or is older than a day: load the page again")

    async def record_outcome(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        """A middleware that records the outcome of a change."""
        request.state.change = None
        try:
            response = await call_next(request)
        except Exception as error:
            await self._end(request, f"failed: {error!r}")
            raise
        problem = getattr(request.state, "problem", "") or f"status {response.status_code}"
        if response.status_code < 400:
            await self._end(request, "done")
        else:
            await self._end(request, f"{'failed' if response.status_code >= 500 else 'refused'}: {problem}")
        return response

    def _begin(self, request: Request, reader: Reader) -> Change:
        action = request.scope["endpoint"].__name__.replace("_", " ")
        subject = ", ".join(map(str, request.path_params.values()))
        return Change(begin_change(self._open_state(), who=reader.name, action=action, subject=subject, now=self._now()), subject)

    async def _end(self, request: Request, outcome: str) -> None:
        change: Change | None = request.state.change
        if change is not None:
            await run_in_threadpool(end_change, self._open_state(), change.id, subject=change.subject, outcome=outcome)

    def _is_token(self, token: str, reader: Reader) -> bool:
        try:
            name = self._signer.loads(token, max_age=self._token_seconds)
        except BadSignature:
            return False
        return bool(name == reader.name)


_KEPT_IN_BROWSER: set[Callable[..., object]] = set()


def kept_in_browser(endpoint: Endpoint) -> Endpoint:
    """Mark a route that only sets cookies, as for colours: it needs no token, and is not recorded."""
    _KEPT_IN_BROWSER.add(endpoint)
    return endpoint


def name_subject(request: Request, subject: str) -> None:
    """Set the object that this request changes, for the audit log. It must not contain secrets."""
    request.state.change.subject = subject


async def _token_of_form(request: Request) -> str:
    if "form" not in request.headers.get("content-type", ""):
        return ""
    token = (await request.form()).get(FIELD)
    return token if isinstance(token, str) else ""


def _has_bearer(request: Request) -> bool:
    return request.headers.get("authorization", "").lower().startswith("bearer ")


class LimitBody:
    """A middleware that refuses a body of more than MOST_BYTES, because forms are read before the user is identified."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "0")
        if declared.isdigit() and int(declared) > MOST_BYTES:
            await PlainTextResponse(f"A request has at most {MOST_BYTES:,} bytes\n", 413)(scope, receive, send)
            return
        read = 0

        async def receive_some() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > MOST_BYTES:
                raise HTTPException(413)
            return message

        await self._app(scope, receive_some, send)
