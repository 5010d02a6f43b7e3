"""What a reader asks, as a query for Elasticsearch. Pure.

`zelensky "victory plan" source:EFE -peace` is text, a phrase, a filter and a word to leave out.
"""

import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import Any

from newsdesk.index.mapping import language_field
from newsdesk.records import Verdict

MARK_START, MARK_END = "\ue000", "\ue001"
"""What Elasticsearch puts around a match: private characters, so that no text of an article can imitate them."""

LONGEST_TEXT = 1_000
FLAGS = "AND|OR|NOT|PHRASE|PRECEDENCE|PREFIX|WHITESPACE|ESCAPE|NEAR"
"""Without FUZZY: one fuzzy word expands to 50 terms in each of 80 fields."""

ENOUGH_WORDS = "2<-25%"
"""One or two words must all be there, of more a quarter may be missing."""

FRESHNESS_SHARE = 0.3
FRESHNESS_SCALE = "30d"
"""An article loses at most 30 % of its score by age, half of that in 30 days."""

_FIELD = re.compile(r'(?<!\S)(?P<name>[a-z]+):(?:"(?P<quoted>[^"]*)"|(?P<bare>[^\s"]+))')
_OPERATORS = re.compile(r"[|+()]")
_FILTERS = ("language", "source", "person", "organization", "place", "country", "verdict", "since", "until", "story")


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery:
    """A search as a form or a command line gives it. Empty fields do not narrow it."""

    text: str = ""
    language: str = ""
    source: str = ""
    person: str = ""
    organization: str = ""
    place: str = ""
    country: str = ""
    verdict: Verdict | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    story: str = ""
    size: int = 10


def with_fields(query: SearchQuery) -> SearchQuery:
    """The query with `name:value` in its text moved to where it filters; a name that is unknown stays text.

    >>> with_fields(SearchQuery(text='plan source:EFE person:"Rafael Grossi"')).person
    'Rafael Grossi'
    """
    found: dict[str, Any] = {}

    def take(match: re.Match[str]) -> str:
        value = _value(match["name"], match["quoted"] if match["quoted"] is not None else match["bare"])
        if value is None:
            return match[0]
        found[match["name"]] = value
        return ""

    text = _FIELD.sub(take, query.text[:LONGEST_TEXT])
    return replace(query, text=" ".join(text.split()), **found)


def _value(name: str, value: str) -> Any:
    if name not in _FILTERS or not value:
        return None
    if name == "verdict":
        return Verdict(value) if value in set(Verdict) else None
    if name in ("since", "until"):
        try:
            moment = dt.datetime.fromisoformat(value)
        except ValueError:
            return None
        return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    return value


_LEFT_OUT = re.compile(r'(?<!\S)-((?:"[^"]*"|[^\s"])\S*)')


def split_left_out(text: str) -> tuple[str, list[str]]:
    """The text without its `-words` and `-"phrases"`, and those.

    They become conditions of their own: inside a query whose words are optional, "without" would be optional too.

    >>> split_left_out('plan -peace -"cease fire"')
    ('plan', ['peace', '"cease fire"'])
    """
    return " ".join(_LEFT_OUT.sub("", text).split()), _LEFT_OUT.findall(text)


def build_query(query: SearchQuery, *, now: dt.datetime) -> dict[str, Any]:
    """The `query` of a search request: text scored and slightly favouring the new, filters beside it."""
    text, left_out = split_left_out(query.text[:LONGEST_TEXT])
    around: dict[str, Any] = {
        "filter": build_filters(query),
        "must_not": [_text_query(words, query.language) for words in left_out],
    }
    if not text:
        return {"bool": {**around, "must": [{"match_all": {}}]}}
    return {
        "function_score": {
            "query": {"bool": {**around, "must": [_text_query(text, query.language)]}},
            "functions": [
                {"weight": 1 - FRESHNESS_SHARE},
                {"exp": {"dated_at": {"origin": now.isoformat(), "scale": FRESHNESS_SCALE, "decay": 0.5}}, "weight": FRESHNESS_SHARE},
            ],
            "score_mode": "sum",
            "boost_mode": "multiply",
        }
    }


def build_filters(query: SearchQuery) -> list[dict[str, Any]]:
    exact = {
        "language": query.language,
        "source": query.source,
        "countries": query.country,
        "translation.verdict": query.verdict.value if query.verdict else "",
        "story_id": query.story,
    }
    filters: list[dict[str, Any]] = [{"term": {field: value}} for field, value in exact.items() if value]
    named = {"persons": query.person, "organizations": query.organization, "places": query.place}
    # By words and not by the whole name: `--person zelensky` finds Volodymyr Zelensky.
    filters += [{"match": {f"{field}.text": {"query": value, "operator": "and"}}} for field, value in named.items() if value]
    if query.since or query.until:
        bounds = {"gte": query.since, "lt": query.until}
        filters.append({"range": {"dated_at": {key: value.isoformat() for key, value in bounds.items() if value}}})
    return filters


def text_fields(language: str) -> list[str]:
    """The fields that words are looked for in, with their weights.

    Each word is looked for plainly and in its stemmed forms of every language, so that a reader need not say which.
    """
    field = language_field(language) or "*"
    entities = [f"{name}.text^2" for name in ("persons", "organizations", "places", "events")]
    return ["title^3", "lead^1.5", "body", f"headline.{field}^2", f"text.{field}^0.7", *entities]


def _text_query(text: str, language: str) -> dict[str, Any]:
    asked: dict[str, Any] = {"query": text, "fields": text_fields(language), "flags": FLAGS, "lenient": True}
    if _OPERATORS.search(text):
        return {"simple_query_string": {**asked, "default_operator": "and"}}
    return {"simple_query_string": {**asked, "default_operator": "or", "minimum_should_match": ENOUGH_WORDS}}


def build_highlight(query: SearchQuery) -> dict[str, Any]:
    """One snippet of the body in which the matches are marked, stemmed matches too."""
    stemmed = language_field(query.language) or "*"
    return {
        "type": "unified",
        "pre_tags": [MARK_START],
        "post_tags": [MARK_END],
        "max_analyzed_offset": 200_000,
        "fields": {
            "title": {"number_of_fragments": 0, "matched_fields": ["title", f"headline.{stemmed}"]},
            "body": {
                "number_of_fragments": 2,
                "fragment_size": 160,
                "no_match_size": 200,
                "matched_fields": ["body", f"text.{stemmed}"],
                "require_field_match": True,
            },
        },
    }
