"""What a reader asks, as a query for Elasticsearch. Pure.

`zelensky "victory plan" source:EFE -peace` is text, a phrase, a filter and a word to leave out.
"""

import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import Any

from newsdesk.index.mapping import ANALYZERS, language_field
from newsdesk.records import Verdict

MARK_START, MARK_END = "\ue000", "\ue001"
"""What Elasticsearch puts around a match: private characters, so that no text of an article can imitate them."""

LONGEST_TEXT = 1_000
FLAGS = "AND|OR|NOT|PHRASE|PRECEDENCE|PREFIX|WHITESPACE|ESCAPE|NEAR"
"""Without FUZZY: one fuzzy word expands to 50 terms in each of 80 fields."""

ENOUGH_WORDS = "2<2 4<50%"
"""Two words must be there, of five and more one half. On the judged set 0.936; any one word has 0.971, but a small word such as
"of" then finds everything."""

FRESHNESS_SHARE = 0.3
FRESHNESS_SCALE = "30d"
"""An article loses at most 30 % of its score by age, half of that in 30 days."""

_FIELD = re.compile(r'"[^"]*"|(?<!\S)(?P<minus>-?)(?P<name>[A-Za-z]+):(?:"(?P<quoted>[^"]*)"|(?P<bare>[^\s"]+))')
"""A phrase comes first: what stands within one is no field."""
_OPERATORS = re.compile(r"[|+()]")
_EXACT = {
    "language": "language",
    "source": "source",
    "country": "countries",
    "verdict": "translation.verdict",
    "story": "story_id",
}
_NAMED = {"person": "persons", "organization": "organizations", "place": "places", "credit": "credits"}
_BOUNDS = {"since": "gte", "until": "lt"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery:
    """A search as a form or a command line gives it. Empty fields do not narrow it.

    `collapse` shows one article of each story; `paged` asks for a cursor to the next page, which is then given as
    `cursor` with the same query. `also` and `without` are further conditions, by the name of a field: those that must
    hold beside the fields' own, and those that must not.
    """

    text: str = ""
    language: str = ""
    source: str = ""
    person: str = ""
    organization: str = ""
    place: str = ""
    credit: str = ""
    country: str = ""
    verdict: Verdict | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    story: str = ""
    size: int = 10
    collapse: bool = True
    newest_first: bool = False
    facets: bool = False
    cursor: str = ""
    paged: bool = False
    also: tuple[tuple[str, Any], ...] = ()
    without: tuple[tuple[str, Any], ...] = ()


def with_fields(query: SearchQuery) -> SearchQuery:
    """The query with `name:value` in its text moved to where it filters; a name that is unknown stays text.

    All conditions hold: a second value of a field is one more, and `-name:value` one that must not hold.

    >>> with_fields(SearchQuery(text='plan source:EFE person:"Rafael Grossi"')).person
    'Rafael Grossi'
    """
    found: dict[str, Any] = {}
    also, without = list(query.also), list(query.without)

    def take(match: re.Match[str]) -> str:
        name = (match["name"] or "").lower()
        value = _value(name, match["quoted"] or match["bare"] or "")
        if value is None:
            return match[0]
        if match["minus"]:
            without.append((name, value))
        elif name in found or getattr(query, name):
            also.append((name, value))
        else:
            found[name] = value
        return ""

    text = _FIELD.sub(take, query.text[:LONGEST_TEXT])
    return replace(query, text=" ".join(text.split()), also=tuple(also), without=tuple(without), **found)


def _value(name: str, value: str) -> Any:
    if not value:
        return None
    if name == "verdict":
        return Verdict(value) if value in set(Verdict) else None
    if name in _BOUNDS:
        try:
            moment = dt.datetime.fromisoformat(value)
        except ValueError:
            return None
        return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    return value if name in _EXACT or name in _NAMED else None


def describe(query: SearchQuery) -> str:
    """The words and conditions as they would be typed.

    >>> describe(SearchQuery(text="plan", source="EFE", person="Rafael Grossi"))
    'plan source:EFE person:"Rafael Grossi"'
    """
    own = [(name, _typed(value)) for name, value in _conditions(query)]
    return " ".join([query.text, *(f'{name}:"{value}"' if " " in value else f"{name}:{value}" for name, value in own)]).strip()


def _typed(value: Any) -> str:
    return value.isoformat().removesuffix("T00:00:00+00:00") if isinstance(value, dt.datetime) else str(value)


_COMPOUND = re.compile(r"(?<!\S)\w+(?:[-‐‑]\w+)+(?!\S)")
_PHRASE = re.compile(r'(?<!\S)"[^"]+"(?:~\d+)?')
_LEFT_OUT = re.compile(r'(?<!\S)-(?P<words>(?:"[^"]*"|[^\s"])\S*)|"[^"]*"')
"""A dash within a phrase is no operator."""


def split_left_out(text: str) -> tuple[str, list[str]]:
    """The text without its `-words` and `-"phrases"`, and those.

    They become conditions of their own: inside a query whose words are optional, "without" would be optional too. Where
    there are groups all stays: in those no word is optional, and a dash may belong to one group only.

    >>> split_left_out('plan -peace -"cease fire"')
    ('plan', ['peace', '"cease fire"'])
    """
    left_out: list[str] = []
    if "(" in text:
        return " ".join(text.split()), left_out

    def take(match: re.Match[str]) -> str:
        if match["words"] is None:
            return match[0]
        left_out.append(match["words"])
        return ""

    return " ".join(_LEFT_OUT.sub(take, text).split()), left_out


def is_scored(query: SearchQuery) -> bool:
    """Whether there are words to find, and not only such as are left out: without, every article is as good as another."""
    return bool(split_left_out(query.text)[0])


def build_query(query: SearchQuery, *, now: dt.datetime) -> dict[str, Any]:
    """The `query` of a search request: text scored and slightly favouring the new, filters beside it."""
    text, left_out = split_left_out(query.text[:LONGEST_TEXT])
    around: dict[str, Any] = {
        "filter": build_filters(query),
        "must_not": [
            *(_text_query(_as_phrase(words), query.language) for words in left_out),
            *(_condition(name, value) for name, value in query.without),
        ],
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
    return [_condition(name, value) for name, value in (*_conditions(query), *query.also)]


def _conditions(query: SearchQuery) -> list[tuple[str, Any]]:
    return [(name, value) for name in (*_EXACT, *_NAMED, *_BOUNDS) if (value := getattr(query, name))]


def _condition(name: str, value: Any) -> dict[str, Any]:
    if name in _BOUNDS:
        return {"range": {"dated_at": {_BOUNDS[name]: value.isoformat()}}}
    if name in _NAMED:
        # By words and not by the whole name: `--person zelensky` finds Volodymyr Zelensky.
        return {"match": {f"{_NAMED[name]}.text": {"query": value, "operator": "and"}}}
    return {"term": {_EXACT[name]: {"value": value, "case_insensitive": True}}}


def _as_phrase(words: str) -> str:
    """A word of several parts is left out as a whole: `-covid-19` leaves out no other 19."""
    return words if words.startswith('"') or words.endswith("*") else '"{}"'.format(words.replace('"', " "))


def text_fields(language: str) -> list[str]:
    """The fields that words are looked for in, with their weights.

    Each word is looked for plainly and in its stemmed forms of every language, so that a reader need not say which.
    """
    field = language_field(language) or "*"
    entities = [f"{name}.text^2" for name in ("persons", "organizations", "places", "events")]
    return ["title^3", "lead^1.5", "body", f"headline.{field}^2", f"text.{field}^0.7", *entities]


def _text_query(text: str, language: str) -> dict[str, Any]:
    asked: dict[str, Any] = {"fields": text_fields(language), "flags": FLAGS, "lenient": True}
    if _OPERATORS.search(text):
        return {"simple_query_string": {**asked, "query": text, "default_operator": "and"}}
    # A phrase is never among the words that may be missing.
    required = [{"simple_query_string": {**asked, "query": phrase}} for phrase in _PHRASE.findall(text)]
    words = " ".join(_PHRASE.sub("", text).split())
    # Elasticsearch takes a compound apart, and each part alone would do: "al-qaeda" found whatever has "al".
    words = _COMPOUND.sub(r'"\g<0>"', words)
    if words or not required:
        optional = {**asked, "query": words, "default_operator": "or", "minimum_should_match": ENOUGH_WORDS}
        required.append({"simple_query_string": optional})
    return required[0] if len(required) == 1 else {"bool": {"must": required}}


def build_highlight(query: SearchQuery) -> dict[str, Any]:
    """One snippet of the body in which the matches are marked, stemmed matches too."""
    only = language_field(query.language)
    # Named one by one: `matched_fields` takes no wildcard. A field that a document lacks costs nothing.
    stemmed = [only] if only else list(ANALYZERS)
    return {
        "type": "unified",
        "pre_tags": [MARK_START],
        "post_tags": [MARK_END],
        "max_analyzed_offset": 200_000,
        "fields": {
            "title": {"number_of_fragments": 0, "matched_fields": ["title", *(f"headline.{language}" for language in stemmed)]},
            "body": {
                "number_of_fragments": 2,
                "fragment_size": 160,
                "no_match_size": 200,
                "matched_fields": ["body", *(f"text.{language}" for language in stemmed)],
            },
        },
    }


FACETS = {
    "sources": "source",
    "languages": "language",
    "countries": "countries",
    "persons": "persons",
    "organizations": "organizations",
    "places": "places",
    "credits": "credits",
    "verdicts": "translation.verdict",
}
FACET_SIZE = 10
DAYS_BY_DAY = 92


def build_facets(query: SearchQuery, *, now: dt.datetime) -> dict[str, Any]:
    """How many of the matching articles have each value, and how many there are a day, or a month over long times."""
    interval = "day" if query.since and (query.until or now) - query.since <= dt.timedelta(days=DAYS_BY_DAY) else "month"
    facets: dict[str, Any] = {name: {"terms": {"field": field, "size": FACET_SIZE}} for name, field in FACETS.items()}
    facets["dates"] = {"date_histogram": {"field": "dated_at", "calendar_interval": interval, "min_doc_count": 1}}
    return facets


def build_sort(query: SearchQuery, *, by_score: bool) -> list[dict[str, Any]]:
    """Best or newest first; the article's id decides between equals, so that two runs give the same order."""
    first: dict[str, Any] = {"_score": "desc"} if by_score and not query.newest_first else {"dated_at": "desc"}
    return [first, {"id": "asc"}]


def build_suggest(text: str) -> dict[str, Any]:
    """For each word that no article has, the nearest that one has."""
    words, _ = split_left_out(text[:LONGEST_TEXT])
    return {"text": words, "words": {"term": {"field": "body", "suggest_mode": "missing", "max_edits": 2, "prefix_length": 1, "size": 1}}}


def corrected(text: str, words: list[dict[str, Any]]) -> str | None:
    """The text with the suggested words in place of those that no article has; None where nothing is suggested.

    >>> corrected("zelenski plan", [{"text": "zelenski", "options": [{"text": "zelensky"}]}])
    'zelensky plan'
    """
    better = text
    for word in words:
        if word["options"]:
            better = re.sub(rf"(?i)(?<!\w){re.escape(word['text'])}(?!\w)", word["options"][0]["text"], better)
    return better if better != text else None
