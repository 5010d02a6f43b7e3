"""Who is reading, and what they may do.

The application that mounts this one supplies an `Identity`. Its reader is known to every route: `CurrentReader` gives it, and
`Depends(requires(Right.OPERATE))` refuses who may not.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from fastapi import Depends, HTTPException, Request


class Right(StrEnum):
    """What a reader may do. The rights do not imply each other.

    READ        see articles, sources, failures
    OPERATE     start work: fetch, retry, backfill; take charge of alerts
    ADMINISTER  change what is fetched and kept: feeds, aliases, dead letters, retention
    """

    READ = "read"
    OPERATE = "operate"
    ADMINISTER = "administer"


@dataclass(frozen=True, slots=True)
class Reader:
    """A person or program that has logged in. `name` is unique, and stands in the audit log."""

    name: str
    rights: frozenset[Right] = frozenset({Right.READ})

    def may(self, right: Right) -> bool:
        return right in self.rights


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """How readers are known.

    `identify` is a FastAPI dependency that returns the Reader of a request, and raises HTTPException: 401 where nobody is logged in,
    403 where somebody may not read. `login_address` gives the login page that leads back to a page; None where there is no such page.
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
    """The reader of a request; None where it was refused before one was known."""
    return getattr(request.state, "reader", None)


def current_reader(request: Request) -> Reader:
    """The reader of a request that `Identity.guard` has let through."""
    reader: Reader = request.state.reader
    return reader


CurrentReader = Annotated[Reader, Depends(current_reader)]


def requires(right: Right) -> Callable[[Reader], None]:
    """A dependency that refuses readers without this right: 403."""

    def check(reader: CurrentReader) -> None:
        if not reader.may(right):
            raise HTTPException(403, f"You may not {right} newsdesk")

    return check
