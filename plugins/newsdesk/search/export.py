"""Search results for other programs: CSV, JSON lines and RSS."""

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from elasticsearch import Elasticsearch
from pydantic import TypeAdapter

from newsdesk.fetch.source_names import NO_NAMES, SourceNames
from newsdesk.search.queries import SearchQuery
from newsdesk.search.rss import RssItem, write_rss
from newsdesk.search.run import Hit, search
from newsdesk.settings import Settings

PAGE = 100
COLUMNS = (
    "id",
    "url",
    "title",
    "source",
    "language",
    "published_at",
    "first_seen_at",
    "verdict",
    "basis",
    "findings",
    "is_translation",
    "source_language",
    "persons",
    "organizations",
    "places",
    "story_id",
    "duplicate_kind",
    "event_id",
    "source_name",
)
_HIT = TypeAdapter(Hit)
_BLANKS = r"[\s\u200b-\u200f\u2060\ufeff]*"
_SIGNS = "[=+\\-@＝＋－＠﹦﹢﹣﹫−]"
_BEGINS_FORMULA = re.compile(f"[\t\r\n]|{_BLANKS}{_SIGNS}")
_FORMULA_WITHIN = re.compile(f"([,;|\t\r\n]{_BLANKS})({_SIGNS})")
"""The start of a cell in a program that uses another separator."""


def find_all(
    es: Elasticsearch,
    query: SearchQuery,
    settings: Settings,
    *,
    most: int,
    now: dt.datetime | None = None,
    source_names: SourceNames = NO_NAMES,
) -> Iterator[Hit]:
    """Yield at most `most` hits in a stable order, even if articles are indexed meanwhile. Stories are not collapsed."""
    page = replace(query, paged=True, collapse=False, facets=False, size=min(PAGE, settings.search.maximum_hits, most), cursor="")
    given = 0
    while True:
        results = search(es, page, settings, now=now, source_names=source_names)
        yield from results.hits[: most - given]
        given += len(results.hits)
        if given >= most or results.next_cursor is None:
            return
        page = replace(page, cursor=results.next_cursor)


def to_csv(hits: Iterable[Hit], *, raw: bool = False, source_names: SourceNames = NO_NAMES) -> Iterator[str]:
    """Yield lines of CSV with a header, every cell in quotation marks.

    An apostrophe is put before each character that a spreadsheet would read as the start of a formula (OWASP, "CSV
    injection"), unless the cells are to be `raw`.
    """
    yield _row(COLUMNS)
    for hit in hits:
        cells = (_cell(hit, column, source_names) for column in COLUMNS)
        yield _row(cells if raw else map(_without_formula, cells))


def to_jsonl(hits: Iterable[Hit]) -> Iterator[str]:
    for hit in hits:
        yield _HIT.dump_json(hit).decode() + "\n"


def to_rss(hits: Iterable[Hit], *, title: str, link: str, now: dt.datetime) -> str:
    """Return an RSS 2.0 document of these hits; `link` is the page of the search."""
    items = (
        RssItem(
            id=hit.id,
            url=hit.url,
            title=hit.title,
            text="".join(part.text for part in hit.snippet),
            published_at=hit.published_at or hit.first_seen_at,
            categories=(*hit.persons, *hit.organizations, *hit.places),
        )
        for hit in hits
    )
    return write_rss(items, title=title, link=link, description=f"Articles that newsdesk finds: {title}", built_at=now)


def _row(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line, quoting=csv.QUOTE_ALL).writerow(cells)
    return line.getvalue()


def _cell(hit: Hit, column: str, source_names: SourceNames) -> str:
    if column == "source_name":
        return source_names.name(hit.source)
    value = len(hit.findings) if column == "findings" else getattr(hit, column)
    if isinstance(value, tuple):
        value = "; ".join(value)
    return value.isoformat() if isinstance(value, dt.datetime) else "" if value is None else str(value)


def _without_formula(cell: str) -> str:
    begins = _BEGINS_FORMULA.match(cell)
    start = begins.end() if begins else 0
    return ("'" if begins else "") + cell[:start] + _FORMULA_WITHIN.sub(r"\1'\2", cell[start:])
