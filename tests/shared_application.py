"""An application of the pages for many tests: to build its routes takes longer than most tests."""

from collections.abc import Mapping
from typing import Any

from fastapi import HTTPException, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from newsdesk.settings import load
from newsdesk.web.identity import Identity, Reader
from newsdesk.web.resources import Resources


def known_by_header(readers: Mapping[str, Reader]) -> Identity:
    """The identity of the user whom the header `x-user` names; others are refused."""

    def identify(request: Request) -> Reader:
        if request.headers.get("x-user") not in readers:
            raise HTTPException(401)
        return readers[request.headers["x-user"]]

    return Identity(identify=identify)


class StandIn:
    """Stands in a shared application for an object that each test makes anew, and forwards to that of the request's test.

    `parts` are attributes that are kept by the application, and stand-ins themselves.
    """

    def __init__(self, **parts: "StandIn") -> None:
        self.target: Any = None
        vars(self).update(parts)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.target, name)


def resources_of(site: StandIn, settings: StandIn) -> Resources:
    """The resources of an application with these settings, and the state database of the site of the test."""

    def state() -> Any:
        return site.engine

    settings.target = load()
    return Resources(settings=settings, open_state=state, open_es=state, open_airflow=state)


def serving(application: ASGIApp, targets: Mapping[StandIn, object]) -> ASGIApp:
    """The application with these objects of a test, for its requests and until another test has its own."""

    def place() -> None:
        for stand_in, target in targets.items():
            stand_in.target = target

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        place()
        await application(scope, receive, send)

    place()
    return serve
