"""Translate the search form to a query, and search results to what the templates show. Pure functions."""

import datetime as dt
import itertools
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from urllib.parse import urlencode, urlsplit

from newsdesk.records import Verdict
from newsdesk.search.queries import SearchQuery
from newsdesk.search.run import HitFinding

LONGEST_TEXT = 500
LONGEST_FILTER = 200
LONGEST_CURSOR = 2_000
_JOINERS = "\u200c\u200d"
"""Zero-width non-joiner and joiner: part of Persian and Indic words, so not replaced by a space."""
PAGE_SIZE = 20
ORDERS = {"": "most relevant first", "newest": "newest first", "oldest": "oldest first"}
FILTERS = ("language", "source", "person", "organization", "place", "credit", "country", "story")
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
KINDS = {
    "first": "the first",
    "exact_copy": "the same text",
    "other_headline": "the same text, another headline",
    "teaser": "a part of the text",
    "fuller": "a longer text",
    "update": "changed since",
    "edited_copy": "edited",
}
"""How an article relates to the first one of its story, as shown to readers."""


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
    order: str = ""
    size: int = PAGE_SIZE
    after: str = ""

    @property
    def is_empty(self) -> bool:
        return self == Form(size=self.size, after=self.after)

    @property
    def is_narrowed(self) -> bool:
        return self != Form(q=self.q, size=self.size, after=self.after)

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


def outward_link(url: str) -> str:
    """The URL if it is safe as a link target (http or https, with a host), else an empty string."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.netloc else ""


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a paragraph, and the numbers (from 1) of the findings that cover it."""

    text: str
    findings: tuple[int, ...] = ()


def mark_findings(body: str, findings: Iterable[HitFinding]) -> list[list[Segment]]:
    """Split each paragraph where a finding begins or ends. Findings may overlap and cross paragraphs."""
    spans = [
        (max(0, finding.start), min(len(body), finding.end), number)
        for number, finding in enumerate(findings, 1)
        if finding.start < finding.end
    ]
    paragraphs, start = [], 0
    for line in body.split("\n"):
        end = start + len(line)
        paragraphs.append(_segments(body, start, end, [span for span in spans if span[0] < end and span[1] > start]))
        start = end + 1
    return [paragraph for paragraph in paragraphs if paragraph]


def _segments(body: str, start: int, end: int, spans: list[tuple[int, int, int]]) -> list[Segment]:
    cuts = sorted({start, end, *(cut for first, last, _ in spans for cut in (first, last) if start < cut < end)})
    return [
        Segment(body[here:there], tuple(number for first, last, number in spans if first <= here and there <= last))
        for here, there in itertools.pairwise(cuts)
    ]
