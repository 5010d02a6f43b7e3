"""The search form: read from a query string, written as one, and translated to a query. Pure."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from urllib.parse import quote_plus
from zoneinfo import ZoneInfo

from newsdesk.records import Verdict
from newsdesk.search.counts import Split, TimelineQuery
from newsdesk.search.periods import end_of_minute
from newsdesk.search.queries import WHOLE, SearchQuery

LONGEST_TEXT = 500
LONGEST_CHOICE = 200
MOST_CHOICES = 20
"""Maximum number of values of one field."""
LONGEST_CURSOR = 2_000
_JOINERS = "\u200c\u200d"
"""Zero-width non-joiner and joiner: part of Persian and Indic words, so not replaced by a space."""
PAGE_SIZE = 20
ORDERS = {"": "most relevant first", "newest": "newest first", "oldest": "oldest first"}
CHOICES = {
    "verdict": "Verdict",
    "source": "Source",
    "language": "Language",
    "country": "Country",
    "person": "Person",
    "organization": "Organisation",
    "place": "Place",
    "credit": "Credit",
}
"""Fields that take several values, with their labels, in the order in which facets are shown."""
NAMES = frozenset({"person", "organization", "place", "credit"})
"""Fields whose values are names: a typed one is found by its words, and one that was clicked only as a whole (`WHOLE`)."""
LIMITS = {"story": "articles of one story", "event": "articles of one event", "by_event": "one article of each event"}
"""Fields that restrict a search, with labels, since their values are not shown."""
SPANS = {
    "": ("30 days", dt.timedelta(days=30)),
    "year": ("a year", dt.timedelta(days=365)),
    "decade": ("ten years", dt.timedelta(days=3_653)),
}
"""Lengths of the timeline of a search without dates."""


@lru_cache(maxsize=1_000)
def _encoded(value: str) -> str:
    return quote_plus(value)


@dataclass(frozen=True, slots=True)
class Chip:
    """A condition of a search, and the query string of the search without it."""

    field: str
    label: str
    value: str
    without: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The search form as submitted. Text fields are user input.

    `since` and `until` are days, the last one included, or moments with their offset (`2026-11-24T13:00+01:00`), `until`
    the first one after.
    """

    q: str = ""
    verdict: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    person: tuple[str, ...] = ()
    organization: tuple[str, ...] = ()
    place: tuple[str, ...] = ()
    credit: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    story: str = ""
    event: str = ""
    meaning: str = ""
    by_event: str = ""
    order: str = ""
    split: str = ""
    span: str = ""
    size: int = PAGE_SIZE
    after: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.q or self.chips)

    def query_string(self, **changes: Any) -> str:
        """Return the query string of this search with changed fields, for its first page, with a leading `?`."""
        # A page has hundreds of these links: copying the form and encoding each value anew took a third of its time.
        changed = {"after": "", **changes}
        values = ((name, changed[name] if name in changed else getattr(self, name)) for name in self.__dataclass_fields__)
        given = ((name, value) for name, value in values if value and (name, value) != ("size", PAGE_SIZE))
        pairs = ((name, each) for name, value in given for each in (value if isinstance(value, tuple) else (value,)))
        return "?" + "&".join(f"{name}={_encoded(str(each))}" for name, each in pairs)

    def adding(self, field: str, value: str) -> str:
        """Return the query string of this search with an additional value of a field that articles have."""
        return self.query_string(**{field: tuple(dict.fromkeys((*getattr(self, field), as_choice(field, value))))})

    def removing(self, field: str, value: str) -> str:
        """Return the query string of this search without one value of a field that articles have."""
        return self._without(field, as_choice(field, value))

    def _without(self, field: str, choice: str) -> str:
        return self.query_string(**{field: tuple(each for each in getattr(self, field) if each != choice)})

    @property
    def words_alone(self) -> str:
        """Return the query string of this search without filters."""
        return Form(q=self.q, meaning=self.meaning, order=self.order).query_string()

    def has(self, field: str, value: str) -> bool:
        """Return whether a value of a field that articles have is chosen."""
        return as_choice(field, value) in getattr(self, field)

    @property
    def chips(self) -> list[Chip]:
        """Return the filters of the search, one chip for each value."""
        chips = [
            Chip(field, label, choice.removeprefix(WHOLE) if field in NAMES else choice, self._without(field, choice))
            for field, label in CHOICES.items()
            for choice in getattr(self, field)
        ]
        chips += [
            Chip(field, label, value.replace("T", " "), self.query_string(**{field: ""}))
            for field, label in (("since", "From"), ("until", "To"))
            if (value := getattr(self, field))
        ]
        chips += [
            Chip(field, "Only", meaning, self.query_string(**{field: ""})) for field, meaning in LIMITS.items() if getattr(self, field)
        ]
        return chips


def as_choice(field: str, value: str) -> str:
    """Return the choice of a form for a value that articles have.

    >>> as_choice("place", "York"), as_choice("language", "en")
    ('=York', 'en')
    """
    return f"{WHOLE}{value}" if field in NAMES else value


def read_form(parameters: Iterable[tuple[str, str]], *, maximum_hits: int) -> Form:
    """Parse the pairs of a query string into a form.

    Text that is too long is truncated; invalid verdicts, dates and numbers are ignored. Of a field with a single value
    the last one applies.
    """
    pairs = list(parameters)
    single = dict(pairs)
    size = single.get("size", "")
    chosen = {name: _choices(pairs, name) for name in CHOICES}
    chosen["verdict"] = tuple(value for value in chosen["verdict"] if value in set(Verdict))
    return Form(
        q=_typed(single.get("q", ""), LONGEST_TEXT),
        since=_moment_or_day(single.get("since", "")),
        until=_moment_or_day(single.get("until", "")),
        story=_typed(single.get("story", ""), LONGEST_CHOICE),
        event=_typed(single.get("event", ""), LONGEST_CHOICE),
        meaning=_one_of(single, "meaning", ("1",)),
        by_event=_one_of(single, "by_event", ("1",)),
        order=_one_of(single, "order", ORDERS),
        split=_one_of(single, "split", set(Split)),
        span=_one_of(single, "span", SPANS),
        size=max(1, min(int(size), maximum_hits)) if size.isascii() and size.isdigit() and len(size) < 6 else min(PAGE_SIZE, maximum_hits),
        after=_typed(single.get("after", ""), LONGEST_CURSOR),
        **chosen,
    )


def to_query(form: Form, *, zone: ZoneInfo, counts: bool = True, now: dt.datetime | None = None) -> SearchQuery:
    """Return the search query of a form, with days in `zone`. With `counts` it includes facets, timeline and places."""
    since, until = _begin(form.since, zone), _end(form.until, zone)
    return SearchQuery(
        text=form.q,
        **{name: getattr(form, name) for name in CHOICES if name != "verdict"},
        verdict=tuple(map(Verdict, form.verdict)),
        story=form.story,
        event=form.event,
        meaning=bool(form.meaning),
        by_event=bool(form.by_event),
        since=since,
        until=until,
        newest_first=form.order == "newest",
        oldest_first=form.order == "oldest",
        facets=counts,
        timeline=_timeline(form, since, until, zone, now or end_of_minute()) if counts else None,
        places=counts,
        size=form.size,
        cursor=form.after,
    )


def _timeline(form: Form, since: dt.datetime | None, until: dt.datetime | None, zone: ZoneInfo, now: dt.datetime) -> TimelineQuery | None:
    """Return the time of the timeline: that of the search, or the span before its end; without the future."""
    end = min(until or now, now).astimezone(zone)
    start = (since or end - SPANS[form.span][1]).astimezone(zone)
    if start >= end:
        return None
    query = TimelineQuery(start, end, zone, Split(form.split) if form.split else Split.LANGUAGE)
    if since is None and form.span == "":
        # Whole days: the first bar would have the articles of a few hours only.
        query = replace(query, start=start.replace(hour=0, minute=0, second=0, microsecond=0))
    return query


def _one_of(single: Mapping[str, str], name: str, values: Iterable[str]) -> str:
    return value if (value := single.get(name, "")) in values else ""


def _choices(pairs: list[tuple[str, str]], name: str) -> tuple[str, ...]:
    typed = (_typed(value, LONGEST_CHOICE) for key, value in pairs if key == name)
    return tuple(dict.fromkeys(filter(None, typed)))[:MOST_CHOICES]


def _typed(value: str, longest: int) -> str:
    # Control characters mean nothing in a query, and lone surrogates cannot be encoded.
    text = "".join(character if character.isprintable() or character in _JOINERS else " " for character in value[:longest])
    return " ".join(text.split())


def _moment_or_day(text: str) -> str:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return ""
    # `until` adds a day, which overflows after 9999-12-31; zones shift the first day of all before the first year.
    if not 1000 < moment.year < 9000:
        return ""
    return moment.isoformat(timespec="minutes") if "T" in text and moment.tzinfo else moment.date().isoformat()


def _begin(text: str, zone: ZoneInfo) -> dt.datetime | None:
    return _moment(text, zone) if text else None


def _end(text: str, zone: ZoneInfo) -> dt.datetime | None:
    if not text:
        return None
    return _moment(text, zone) if "T" in text else _moment(text, zone) + dt.timedelta(days=1)


def _moment(text: str, zone: ZoneInfo) -> dt.datetime:
    moment = dt.datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
