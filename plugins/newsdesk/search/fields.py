"""The fields of a search: what stands behind each name, and which values it takes. Pure.

A field is one line of `FIELDS`.
"""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from rapidfuzz import process

from newsdesk.errors import BadRequest
from newsdesk.fetch.source_names import NO_NAMES, SourceNames, bare_name
from newsdesk.records import Basis, Verdict
from newsdesk.search.periods import read_period
from newsdesk.search.regions import read_country, read_language

NEAR = 60
"""From this likeness on, in percent, a value is offered instead of another."""
_UMLAUT = re.compile(r"(?<![aeiouq])([aou])e(?=[^\Waeiou])", re.IGNORECASE)
"""An umlaut written as two letters before a consonant; the index has it as one without its dots."""


_ID = re.compile("[0-9a-f]{32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFields:
    """Index fields that words are looked for in, with their weights.

    `plain` as they are written, `joined` where they are written in parts (`e-mail`), `stemmed` in other forms too.
    """

    plain: tuple[str, ...]
    joined: tuple[str, ...] = ()
    stemmed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Names:
    """A list of names, each found by any part of it; or by an id, where `id_field` has one."""

    index_field: str
    id_field: str = ""


@dataclass(frozen=True, slots=True)
class Exact:
    """Whole values; `read` gives the value of the index for what was typed, and raises BadRequest where there is none."""

    index_fields: tuple[str, ...]
    read: Callable[[str], str] = str


@dataclass(frozen=True, slots=True)
class Dated:
    """The time of an article; `bounds` says which ends of a period count: `gte` its start, `lt` its end."""

    bounds: tuple[str, ...]


Field = TextFields | Names | Exact | Dated


def _one_of(values: type[StrEnum], kind: str) -> Callable[[str], str]:
    """Reads one of these values, its words joined by blanks or underscores; raises BadRequest with the nearest."""

    def read(text: str) -> str:
        typed = "_".join(text.lower().split())
        if typed in set(values):
            return typed
        near = process.extractOne(typed, list(values), score_cutoff=NEAR)
        raise BadRequest(f"{text} is no {kind}: " + (f"did you mean {near[0]}?" if near else f"there are {', '.join(values)}"))

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
"""The names that may stand before a colon."""

FIELD_NAMES = frozenset(FIELDS)
EVERYWHERE = TextFields(
    plain=(*TITLE.plain, *BODY.plain, *(f"{name}.text^2" for name in ("persons", "organizations", "places", "events"))),
    joined=(*TITLE.joined, *BODY.joined),
    stemmed=(*TITLE.stemmed, *BODY.stemmed),
)
"""Each word is looked for plainly and in its stemmed forms of every language, so that a reader need not say which."""


def match_period(text: str, field: Dated, *, now: dt.datetime) -> dict[str, Any]:
    """Raises BadRequest where the text is no date."""
    period = read_period(text, now=now)
    ends = {"gte": period.start, "lt": period.end}
    return match_bounds({bound: ends[bound] for bound in field.bounds})


def match_bounds(bounds: dict[str, dt.datetime]) -> dict[str, Any]:
    """From the moment `gte` on, and before the moment `lt`.

    Whole days are those of UTC or of the page's own clock: half past eleven at night in New York is the next day in UTC.
    """
    limits = {bound: moment.astimezone(dt.UTC) for bound, moment in bounds.items()}
    is_days = all(moment.time() == dt.time() for moment in limits.values())
    wanted = {bound: moment.isoformat() for bound, moment in limits.items()}
    clauses = [{"range": {name: wanted}} for name in ("dated_at", *(("published_on",) if is_days else ()))]
    return {"bool": {"should": clauses}} if is_days else clauses[0]


def match_names(text: str, field: Names, *, is_prefix: bool = False) -> dict[str, Any]:
    """By words and not by the whole name: `person:zelensky` finds Volodymyr Zelensky, `person:mueller` Gerd Müller."""
    if field.id_field and _ID.fullmatch(text):
        return {"term": {field.id_field: text}}
    kind = "match_bool_prefix" if is_prefix else "match"
    spellings = dict.fromkeys((text, _UMLAUT.sub(r"\1", text)))
    clauses = [{kind: {f"{field.index_field}.text": {"query": spelling, "operator": "and"}}} for spelling in spellings]
    return clauses[0] if len(clauses) == 1 else {"bool": {"should": clauses}}


def match_exact(
    text: str, field: Exact, *, is_prefix: bool = False, sources: tuple[str, ...] = (), names: SourceNames = NO_NAMES
) -> dict[str, Any]:
    """Raises BadRequest where the field can have no such value, or where neither `sources` nor `names` know one that is called so."""
    if sources and not is_prefix:
        return {"bool": {"should": [{"terms": {name: find_sources(text, sources, names)}} for name in field.index_fields]}}
    kind, value = ("prefix", text) if is_prefix else ("term", field.read(text))
    clauses = [{kind: {name: {"value": value, "case_insensitive": True}}} for name in field.index_fields]
    return clauses[0] if len(clauses) == 1 else {"bool": {"should": clauses}}


def find_sources(text: str, sources: tuple[str, ...], names: SourceNames = NO_NAMES) -> list[str]:
    """What the index calls the source with this key or name, however it is written: `un-news`, `UN News`.

    `sources` are those of the index, `names` those of the feeds. Raises BadRequest where there is none.
    """
    if found := dict.fromkeys((*names.find(text), *(source for source in sources if bare_name(source) == bare_name(text)))):
        return list(found)
    near = process.extractOne(text, (*names.names.values(), *sources), processor=bare_name, score_cutoff=NEAR)
    raise BadRequest(f"No source is called {text}" + (f": did you mean {near[0]}?" if near else ""))


def stemmed_in(fields: TextFields, languages: tuple[str, ...]) -> tuple[str, ...]:
    """The stemmed fields of these languages only."""
    return tuple(field.replace("*", language) for field in fields.stemmed for language in languages)
