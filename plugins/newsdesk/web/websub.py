"""The callback for WebSub hubs: served without a login, at a secret path."""

import datetime as dt
from collections.abc import Callable

import sqlalchemy as sa
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool

from newsdesk.fetch.websub import MAXIMUM_BYTES, confirm, deliver, is_known


def make_callback(
    engine: Callable[[], sa.Engine], *, now: Callable[[], dt.datetime], on_delivery: Callable[[dt.datetime], object]
) -> FastAPI:
    """Build the application.

    `engine` is called at each request; it can open the state database at the first one. `on_delivery` is called with the
    time at which a feed is due because of a delivery.
    """
    app = FastAPI(title="WebSub callback", docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/{path}")
    def verify(path: str, request: Request) -> Response:
        challenge = confirm(engine(), path, request.query_params, now=now())
        if challenge is None:
            raise HTTPException(404)
        return Response(challenge, media_type="text/plain")

    @app.post("/{path}")
    async def receive(path: str, request: Request) -> Response:
        # The body of an unknown sender is not read.
        if not await run_in_threadpool(lambda: is_known(engine(), path)):
            raise HTTPException(404)
        body = await _read(request)
        signature = request.headers.get("x-hub-signature", "")
        # The response is always the same, so that it does not reveal whether a signature was valid (WebSub, 7.1).
        due = await run_in_threadpool(lambda: deliver(engine(), path, body, signature, now=now()))
        if due is not None:
            await run_in_threadpool(lambda: on_delivery(due))
        return Response(status_code=202)

    return app


async def _read(request: Request) -> bytes:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MAXIMUM_BYTES:
            raise HTTPException(413)
    return bytes(body)
