"""The fields of a search: the index fields of each name, and the values it accepts. Pure.

Each field is one line of `FIELDS`.
"""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import process

from newsdesk.errors import BadRequest
from newsdesk.fetch.source_names import NO_NAMES, SourceNames, bare_name
from newsdesk.index.mapping import Json
from newsdesk.records import Basis, Verdict
from newsdesk.search.periods import read_period
from newsdesk.search.regions import read_country, read_language

NEAR = 60
"""Minimum similarity in percent of a value that is suggested instead of an unknown one."""
_UMLAUT = re.compile(r"(?<![aeiouq])([aou])e(?=[^\Waeiou])", re.IGNORECASE)
"""An umlaut written as two letters before a consonant; the index has one letter without dots."""


_ID = re.compile("[0-9a-f]{32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFields:
    """Index fields that are searched for words, with their weights.

    `plain` has the words as written, `joined` words that are written in parts (`e-mail`), `stemmed` also other forms.
    """

    plain: tuple[str, ...]
    joined: tuple[str, ...] = ()
    stemmed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Names:
    """A list of names, each found by any of its words, as a whole, or by an id in `id_field`."""

    index_field: str
    id_field: str = ""


@dataclass(frozen=True, slots=True)
class Exact:
    """Whole values; `read` returns the value of the index for the typed one, and raises BadRequest if there is none."""

    index_fields: tuple[str, ...]
    read: Callable[[str], str] = str


@dataclass(frozen=True, slots=True)
class Dated:
    """The time of an article; `bounds` are the ends of a period that apply: `gte` its start, `lt` its end."""

    bounds: tuple[str, ...]


Field = TextFields | Names | Exact | Dated


def _one_of(values: type[StrEnum], kind: str) -> Callable[[str], str]:
    """Return a reader of these values, their words joined by spaces or underscores. It raises BadRequest with the nearest value."""

    def read(text: str) -> str:
        typed = "_".join(text.lower().split())
        if typed in set(values):
            return typed
        near = process.extractOne(typed, list(values), score_cutoff=NEAR)
        raise BadRequest(f"{text} is not a {kind}: " + (f"did you mean {near[0]}?" if near else f"there are {', '.join(values)}"))

    return read


TITLE = TextFields(plain=("title^3",), joined=("title.joined^3",), stemmed=("headline.*^2",))
BODY = TextFields(plain=("lead^1.5", "body"), joined=("body.joined",), stemmed=("text.*^0.7",))

FIELDS: dict[str, Field] = {
    "title": TITLE,
    "text": BODY,
    "person": Names("persons"),
    "organization": Names("organizations"),
    "place": Names("places"),
    "event": Names("events", id_field="event_id"),
    "author": Names("authors"),
    "credit": Names("credits"),
    "source": Exact(("source", "site_name")),
    "language": Exact(("language",), read_language),
    "country": Exact(("countries",), read_country),
    "verdict": Exact(("translation.verdict",), _one_of(Verdict, "verdict")),
    "basis": Exact(("translation.basis",), _one_of(Basis, "basis of a verdict")),
    "finding": Exact(("translation.rules",)),
    "original": Exact(("original_id",)),
    "story": Exact(("story_id",)),
    "since": Dated(("gte",)),
    "until": Dated(("lt",)),
    "date": Dated(("gte", "lt")),
}
"""The names that are allowed before a colon."""

FIELD_NAMES = frozenset(FIELDS)
EVERYWHERE = TextFields(
    plain=(*TITLE.plain, *BODY.plain, *(f"{name}.text^2" for name in ("persons", "organizations", "places", "events"))),
    joined=(*TITLE.joined, *BODY.joined),
    stemmed=(*TITLE.stemmed, *BODY.stemmed),
)
"""Each word is searched unstemmed and stemmed in every language, so that users need not name one."""


def match_period(text: str, field: Dated, *, now: dt.datetime) -> Json:
    """Return the clause for a period. Raises BadRequest if the text is not a date."""
    period = read_period(text, now=now)
    ends = {"gte": period.start, "lt": period.end}
    return match_bounds({bound: ends[bound] for bound in field.bounds})


def match_bounds(bounds: dict[str, dt.datetime]) -> Json:
    """Return the clause for times from `gte` until before `lt`.

    Whole days are days in UTC or in the time zone of the page: 23:30 in New York is the next day in UTC.
    """
    limits = {bound: moment.astimezone(dt.UTC) for bound, moment in bounds.items()}
    is_days = all(moment.time() == dt.time() for moment in limits.values())
    wanted = {bound: moment.isoformat() for bound, moment in limits.items()}
    clauses = [{"range": {name: wanted}} for name in ("dated_at", *(("published_on",) if is_days else ()))]
    return {"bool": {"should": clauses}} if is_days else clauses[0]


def match_names(text: str, field: Names, *, is_prefix: bool = False, is_whole: bool = False) -> Json:
    """Return the clause for the words of a name: `person:zelensky` finds Volodymyr Zelensky, `person:mueller` Gerd Müller.

    With `is_whole` only this name is found: York is not New York.
    """
    if is_whole:
        return {"term": {field.index_field: text}}
    if field.id_field and _ID.fullmatch(text):
        return {"term": {field.id_field: text}}
    kind = "match_bool_prefix" if is_prefix else "match"
    spellings = dict.fromkeys((text, _UMLAUT.sub(r"\1", text)))
    clauses = [{kind: {f"{field.index_field}.text": {"query": spelling, "operator": "and"}}} for spelling in spellings]
    return clauses[0] if len(clauses) == 1 else {"bool": {"should": clauses}}


def match_exact(text: str, field: Exact, *, is_prefix: bool = False, sources: tuple[str, ...] = (), names: SourceNames = NO_NAMES) -> Json:
    """Return the clause for a value. Raises BadRequest if the field cannot have it, or if it is not a source of `sources` or `names`."""
    if sources and not is_prefix:
        return {"bool": {"should": [{"terms": {name: find_sources(text, sources, names)}} for name in field.index_fields]}}
    kind, value = ("prefix", text) if is_prefix else ("term", field.read(text))
    clauses = [{kind: {name: {"value": value, "case_insensitive": True}}} for name in field.index_fields]
    return clauses[0] if len(clauses) == 1 else {"bool": {"should": clauses}}


def find_sources(text: str, sources: tuple[str, ...], names: SourceNames = NO_NAMES) -> list[str]:
    """Return the sources in the index with this key or name in any spelling: `un-news`, `UN News`.

    `sources` are those of the index, `names` those of the feeds. Raises BadRequest if there is none.
    """
    if found := dict.fromkeys((*names.find(text), *(source for source in sources if bare_name(source) == bare_name(text)))):
        return list(found)
    near = process.extractOne(text, (*names.names.values(), *sources), processor=bare_name, score_cutoff=NEAR)
    raise BadRequest(f"No source is called {text}" + (f": did you mean {near[0]}?" if near else ""))


def stemmed_in(fields: TextFields, languages: tuple[str, ...]) -> tuple[str, ...]:
    """Return the stemmed fields of these languages."""
    return tuple(field.replace("*", language) for field in fields.stemmed for language in languages)
