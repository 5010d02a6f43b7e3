"""Where a paged search stands, as a word that goes through a link and back. Pure."""

import base64
import binascii
import datetime as dt
import json
from dataclasses import asdict, dataclass
from typing import Any

from newsdesk.errors import SetupError

LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Page:
    """What the next page begins with: the sort values of the last hit (`after`).

    `now` is the first page's: freshness is part of the score, and would reorder the hits from page to page. `pit` is the state
    that Elasticsearch keeps for this search, empty where none is kept.
    """

    pit: str
    now: str
    after: list[Any] | None = None


def write_cursor(page: Page) -> str:
    return base64.urlsafe_b64encode(json.dumps(asdict(page)).encode()).decode()


def read_cursor(cursor: str) -> Page | None:
    """The page that a cursor stands for; None for an empty one. Raises SetupError where it is no cursor."""
    if not cursor:
        return None
    try:
        page = Page(**json.loads(base64.urlsafe_b64decode(cursor[:LONGEST])))
        dt.datetime.fromisoformat(page.now)
    except (binascii.Error, ValueError, TypeError) as error:
        raise SetupError("this is no page of a search", "Search again from the first page") from error
    if not isinstance(page.pit, str) or not isinstance(page.after, list | None):
        raise SetupError("this is no page of a search", "Search again from the first page")
    return page
