"""The search form: read from a query string, written as one, and translated to a query. Pure."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from urllib.parse import urlencode

from newsdesk.records import Verdict
from newsdesk.search.queries import SearchQuery

LONGEST_TEXT = 500
LONGEST_FILTER = 200
LONGEST_CURSOR = 2_000
_JOINERS = "\u200c\u200d"
"""Zero-width non-joiner and joiner: part of Persian and Indic words, so not replaced by a space."""
PAGE_SIZE = 20
ORDERS = {"": "most relevant first", "newest": "newest first", "oldest": "oldest first"}
FILTERS = ("language", "source", "person", "organization", "place", "credit", "country", "story", "event")
"""Fields of the form that hold free text."""
FACETS = {
    "verdicts": ("verdict", "Verdict"),
    "sources": ("source", "Source"),
    "languages": ("language", "Language"),
    "countries": ("country", "Country"),
    "persons": ("person", "Persons"),
    "organizations": ("organization", "Organisations"),
    "places": ("place", "Places"),
    "credits": ("credit", "Credits"),
}
"""Facets in the order in which they are shown: facet name to the form field that it filters and its heading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The search form as submitted. Text fields are user input."""

    q: str = ""
    language: str = ""
    source: str = ""
    person: str = ""
    organization: str = ""
    place: str = ""
    credit: str = ""
    country: str = ""
    verdict: str = ""
    since: str = ""
    until: str = ""
    story: str = ""
    event: str = ""
    meaning: str = ""
    by_event: str = ""
    order: str = ""
    size: int = PAGE_SIZE
    after: str = ""

    @property
    def is_empty(self) -> bool:
        return self == Form(meaning=self.meaning, size=self.size, after=self.after)

    @property
    def is_narrowed(self) -> bool:
        return self != Form(q=self.q, meaning=self.meaning, size=self.size, after=self.after)

    def query_string(self, **changes: str | int) -> str:
        """The query string of this search with some fields changed, from its first page on, beginning with `?`."""
        changed = {**asdict(self), "after": "", **changes}
        fields = {key: value for key, value in changed.items() if value and (key, value) != ("size", PAGE_SIZE)}
        return f"?{urlencode(fields)}" if fields else "?"


def read_form(parameters: Mapping[str, str], *, maximum_hits: int) -> Form:
    """Parse a query string into a form. Text that is too long is truncated; invalid verdicts, dates and numbers are ignored."""
    size = parameters.get("size", "")
    filters = {name: _typed(parameters, name, LONGEST_FILTER) for name in FILTERS}
    return Form(
        q=_typed(parameters, "q", LONGEST_TEXT),
        verdict=parameters.get("verdict", "") if parameters.get("verdict") in set(Verdict) else "",
        since=_date(parameters.get("since", "")),
        until=_date(parameters.get("until", "")),
        order=parameters.get("order", "") if parameters.get("order") in ORDERS else "",
        size=max(1, min(int(size), maximum_hits)) if size.isascii() and size.isdigit() and len(size) < 6 else min(PAGE_SIZE, maximum_hits),
        after=_typed(parameters, "after", LONGEST_CURSOR),
        meaning="1" if parameters.get("meaning") == "1" else "",
        by_event="1" if parameters.get("by_event") == "1" else "",
        **filters,
    )


def to_query(form: Form) -> SearchQuery:
    """The search query of a form. The day `until` is included."""
    return SearchQuery(
        text=form.q,
        language=form.language,
        source=form.source,
        person=form.person,
        organization=form.organization,
        place=form.place,
        credit=form.credit,
        country=form.country,
        story=form.story,
        event=form.event,
        meaning=bool(form.meaning),
        by_event=bool(form.by_event),
        newest_first=form.order == "newest",
        oldest_first=form.order == "oldest",
        facets=True,
        verdict=Verdict(form.verdict) if form.verdict else None,
        since=_midnight(form.since) if form.since else None,
        until=_midnight(form.until) + dt.timedelta(days=1) if form.until else None,
        size=form.size,
        cursor=form.after,
    )


def _typed(parameters: Mapping[str, str], name: str, longest: int) -> str:
    # Control characters mean nothing in a query, and lone surrogates cannot be encoded.
    typed = parameters.get(name, "")[:longest]
    text = "".join(character if character.isprintable() or character in _JOINERS else " " for character in typed)
    return " ".join(text.split())


def _date(text: str) -> str:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return ""
    # `until` adds a day, which overflows after 9999-12-31.
    return day.isoformat() if day < dt.date(9000, 1, 1) else ""


def _midnight(day: str) -> dt.datetime:
    return dt.datetime.combine(dt.date.fromisoformat(day), dt.time(), tzinfo=dt.UTC)
