"""The position of a paged search as a string for links. Pure."""

import base64
import binascii
import datetime as dt
import json
from dataclasses import asdict, dataclass

from newsdesk.errors import SetupError

LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Page:
    """The start of the next page: the sort values of the last hit (`after`).

    `now` is that of the first page: the score includes freshness, and the hits would be reordered from page to page. `pit` is the state
    that Elasticsearch keeps for this search (a point in time), or empty.
    """

    pit: str
    now: str
    after: list[object] | None = None


def write_cursor(page: Page) -> str:
    return base64.urlsafe_b64encode(json.dumps(asdict(page)).encode()).decode()


def read_cursor(cursor: str) -> Page | None:
    """Return the page of a cursor; None if it is empty. Raises SetupError if it is not a cursor."""
    if not cursor:
        return None
    try:
        page = Page(**json.loads(base64.urlsafe_b64decode(cursor[:LONGEST])))
        dt.datetime.fromisoformat(page.now)
    except (binascii.Error, ValueError, TypeError) as error:
        raise SetupError("this is not a page of a search", "Search again from the first page") from error
    if not isinstance(page.pit, str) or not isinstance(page.after, list | None):
        raise SetupError("this is not a page of a search", "Search again from the first page")
    return page
