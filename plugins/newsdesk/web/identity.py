"""Users and their rights.

The application that mounts this one supplies an `Identity`. Routes use `CurrentReader` for the user, and
`Depends(requires(Right.OPERATE))` to require a right.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from fastapi import Depends, HTTPException, Request


class Right(StrEnum):
    """A right of a user. The rights do not imply each other.

    READ        see articles, sources, failures
    OPERATE     start work: fetch, retry, backfill; take charge of alerts
    ADMINISTER  change what is fetched and kept: feeds, aliases, dead letters, retention
    """

    READ = "read"
    OPERATE = "operate"
    ADMINISTER = "administer"


@dataclass(frozen=True, slots=True)
class Reader:
    """A person or program that has logged in. `name` is unique, and is recorded in the audit log."""

    name: str
    rights: frozenset[Right] = frozenset({Right.READ})

    def may(self, right: Right) -> bool:
        return right in self.rights


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """How users are identified.

    `identify` is a FastAPI dependency that returns the Reader of a request, and raises HTTPException: 401 if nobody is logged in,
    403 without the right to read. `login_address` returns the URL of the login page, which redirects to the given page, or None.
    """

    identify: Callable[..., Any]
    login_address: Callable[[str], str] | None = None

    def guard(self) -> Any:
        """A dependency for the whole application: identifies the reader of each request."""

        def remember(request: Request, reader: Annotated[Reader, Depends(self.identify)]) -> None:
            if not reader.may(Right.READ):
                raise HTTPException(403, "You may not read newsdesk")
            request.state.reader = reader

        return Depends(remember)


def find_reader(request: Request) -> Reader | None:
    """Return the user of a request; None if it was refused before the user was identified."""
    return getattr(request.state, "reader", None)


def current_reader(request: Request) -> Reader:
    """Return the user of a request that `Identity.guard` has accepted."""
    reader: Reader = request.state.reader
    return reader


CurrentReader = Annotated[Reader, Depends(current_reader)]


def requires(right: Right) -> Callable[[Reader], None]:
    """Return a dependency that refuses users without this right with 403."""

    def check(reader: CurrentReader) -> None:
        if not reader.may(right):
            raise HTTPException(403, f"You may not {right} newsdesk")

    return check
