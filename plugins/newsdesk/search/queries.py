"""What a reader asks, as a query for Elasticsearch. Pure.

`language.py` reads what was typed, `fields.py` says what its fields are, `words.py` how one word is looked for.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeGuard

from newsdesk.errors import BadRequest
from newsdesk.fetch.source_names import NO_NAMES, SourceNames
from newsdesk.index.mapping import ANALYZERS, language_field
from newsdesk.records import Verdict
from newsdesk.search.counts import TimelineQuery, build_dates, build_facets, build_places, build_timeline
from newsdesk.search.fields import (
    EVERYWHERE,
    FIELD_NAMES,
    FIELDS,
    Dated,
    Exact,
    Field,
    Names,
    TextFields,
    match_bounds,
    match_exact,
    match_names,
    match_period,
)
from newsdesk.search.language import All, Either, InField, Must, Node, Phrase, Range, Without, Word, is_one_word, parse
from newsdesk.search.periods import require_searchable
from newsdesk.search.regions import read_language
from newsdesk.search.words import match_beginning, match_phrase, match_word

MARK_START, MARK_END = "\ue000", "\ue001"
"""What Elasticsearch puts around a match: private characters, so that no text of an article can imitate them."""

ENOUGH_WORDS = "2<2 4<50%"
"""Two words must be there, of five and more one half. On the judged set 0.936; any one word has 0.971, but a small word such as
"of" then finds everything."""

ENOUGH_BESIDE_MEANING = "2<80%"
"""Where what means the same is found as well, it needs no article that shares only small words with a question."""

MOST_IN_HALVES = 6
"""Parts of a search whose words are looked for in two halves as well."""
LEAST_SHOUTED = 4
"""Letters of a word in capitals that is most likely no acronym beside others."""
MOST_PREFIXES = 5
"""Beginnings of words in one search: each may stand for thousands of words of the index."""

FRESHNESS_SHARE = 0.3
FRESHNESS_SCALE = "30d"
"""An article loses at most 30 % of its score by age, half of that in 30 days."""

FORM_FIELDS = ("language", "source", "country", "verdict", "story", "event", "person", "organization", "place", "credit")
"""Fields of the language that a form or an option may fill as well."""


Choice = str | tuple[str, ...]
"""One value, or several of which any will do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery:
    """A search as a form or a command line gives it. Empty fields do not narrow it.

    `since` is the first moment, `until` the first one after the last. `collapse` shows one article of each story, `by_event` one
    of each event; `paged` keeps the index as it is at the first page; `cursor` is that of the page before, given with the same query.
    `meaning` also finds articles in other words and languages. `event` is an event's id.
    `facets`, `timeline` and `places` ask for counts beside the hits.
    """

    text: str = ""
    language: Choice = ""
    source: Choice = ""
    person: Choice = ""
    organization: Choice = ""
    place: Choice = ""
    credit: Choice = ""
    country: Choice = ""
    verdict: Verdict | tuple[Verdict, ...] | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    story: str = ""
    event: str = ""
    meaning: bool = False
    size: int = 10
    collapse: bool = True
    by_event: bool = False
    newest_first: bool = False
    oldest_first: bool = False
    facets: bool = False
    timeline: TimelineQuery | None = None
    places: bool = False
    cursor: str = ""
    paged: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """A search that has been read: its tree with the fields of its form, and what a reader should be told of how it was understood.

    `sources` are what the index calls sources and `names` what readers do, where the search asks for one.
    """

    tree: All
    now: dt.datetime
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    notes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    names: SourceNames = NO_NAMES

    @property
    def is_scored(self) -> bool:
        """Whether there are words to find, and not only such as are left out: without, every article is as good as another."""
        return any(map(_is_scored, self.tree.parts))

    @property
    def names_source(self) -> bool:
        return any(name == "source" for name, _ in leaves(self.tree))


def read_question(query: SearchQuery, *, now: dt.datetime) -> Question:
    """Raises BadRequest where a field or a date does not exist, only signs were typed, or the search would cost too much."""
    for moment in filter(None, (query.since, query.until)):
        require_searchable(moment)
    parsed = parse(_calm(query.text), FIELD_NAMES)
    if query.text.strip() and not any(leaves(parsed.tree)):
        raise BadRequest(f"There is no word in {query.text.strip()[:40]}")
    typed = parsed.tree if isinstance(parsed.tree, All) else All((parsed.tree,))
    filled = (InField(name, _any_of(values)) for name in FORM_FIELDS if (values := choices(query, name)))
    tree = replace(typed, parts=(*typed.parts, *filled))
    if sum(isinstance(leaf, Word) and leaf.is_prefix for _, leaf in leaves(tree)) > MOST_PREFIXES:
        raise BadRequest(f"A search takes at most {MOST_PREFIXES} beginnings of words such as harb*")
    return Question(tree, now, query.since, query.until, parsed.notes)


def choices(query: SearchQuery, name: str) -> tuple[str, ...]:
    """The values that a field of FORM_FIELDS was given."""
    given = getattr(query, name)
    return tuple(map(str, given if isinstance(given, tuple) else (given,) if given else ()))


def _any_of(values: tuple[str, ...]) -> Node:
    return Phrase(values[0]) if len(values) == 1 else Either(tuple(map(Phrase, values)))


def _calm(text: str) -> str:
    """What was typed in capitals throughout, in small letters but for its operators: its `US` need be no acronym."""
    words = text.split()
    if len(words) < 2 or any(map(str.islower, text)) or max(map(len, words)) < LEAST_SHOUTED:
        return text
    return " ".join(word if word in ("AND", "OR", "NOT", "TO") else word.lower() for word in words)


def describe(query: SearchQuery) -> str:
    """The words and conditions as they would be typed.

    >>> describe(SearchQuery(text="plan", source="EFE", person="Rafael Grossi"))
    'plan source:EFE person:"Rafael Grossi"'
    """
    filled = [(name, " OR ".join(map(_quoted, values))) for name in FORM_FIELDS if (values := choices(query, name))]
    if query.since:
        filled.append(("since", _typed(query.since)))
    if query.until:
        last = query.until - dt.timedelta(days=1)
        filled.append(("until", _typed(last if last.time() == dt.time() else query.until)))
    return " ".join([query.text, *(f"{name}:({value})" if " OR " in value else f"{name}:{value}" for name, value in filled)]).strip()


def _quoted(value: str) -> str:
    return f'"{value}"' if " " in value else value


def _typed(moment: dt.datetime) -> str:
    return moment.isoformat().removesuffix("T00:00:00+00:00")


def build_query(question: Question, *, enough: str = ENOUGH_WORDS) -> dict[str, Any]:
    """The `query` of a search request: text scored and slightly favouring the new, filters beside it. `enough` words must be there.

    Raises BadRequest where a value cannot be.
    """
    compiled = _compile(question, enough=enough)
    if not question.is_scored:
        return compiled
    origin = {"origin": question.now.isoformat(), "scale": FRESHNESS_SCALE, "decay": 0.5}
    return {
        "function_score": {
            "query": compiled,
            "functions": [{"weight": 1 - FRESHNESS_SHARE}, {"exp": {"dated_at": origin}, "weight": FRESHNESS_SHARE}],
            "score_mode": "sum",
            "boost_mode": "multiply",
        }
    }


def _compile(question: Question, *, enough: str = ENOUGH_WORDS) -> dict[str, Any]:
    asked = languages(question.tree)
    compiler = _Compiler(question, tuple(field for each in asked if (field := language_field(each))))
    compiled = compiler.all_of(question.tree, "", EVERYWHERE, enough="100%" if question.tree.is_strict else enough)
    bounds = {"gte": question.since, "lt": question.until}
    if given := {bound: moment for bound, moment in bounds.items() if moment}:
        compiled["bool"]["filter"].append(match_bounds(given))
    return compiled


def wording(question: Question) -> str:
    """The words and phrases that are looked for in texts, in the order in which they were typed."""
    return " ".join(_words_of(question.tree))


def _words_of(node: Node) -> Iterator[str]:
    match node:
        case All(parts) | Either(parts):
            for part in parts:
                yield from _words_of(part)
        case InField(name, part) if isinstance(FIELDS[name], TextFields):
            yield from _words_of(part)
        case Must(part):
            yield from _words_of(part)
        case Phrase(text) | Word(text, is_prefix=False):
            yield text


def build_conditions(question: Question) -> dict[str, Any]:
    """What an article must fulfil although it is found by meaning: everything that was asked for but plain words and OR between them.

    Phrases, fields, what is left out and what has a plus or AND keep their meaning.
    """
    tree = question.tree
    kept = tree.parts if tree.is_strict else tuple(part for part in tree.parts if not _may_be_meant(part))
    return _compile(replace(question, tree=replace(tree, parts=kept)))


def _may_be_meant(node: Node) -> bool:
    match node:
        case Word(is_prefix=is_prefix):
            return not is_prefix
        case Either(parts) | All(parts, is_strict=False):
            return all(map(_may_be_meant, parts))
        case _:
            return False


def languages(tree: All) -> tuple[str, ...]:
    """The languages that the articles of a search must be in; none where they may be in any."""
    asked = [part.part for part in tree.parts if isinstance(part, InField) and part.name == "language"]
    return tuple(read_language(leaf.text) for part in asked for _, leaf in leaves(part) if not isinstance(leaf, Range))


@dataclass(frozen=True, slots=True)
class _Compiler:
    """A tree as a query: words scored, fields as filters, what is left out apart."""

    question: Question
    stemmers: tuple[str, ...]

    def node(self, node: Node, name: str, field: Field) -> dict[str, Any]:
        match node:
            case All():
                return self.all_of(node, name, field, enough="100%")
            case Either(parts):
                return {"bool": {"should": [self.node(part, name, field) for part in parts], "minimum_should_match": 1}}
            case Without(part):
                return {"bool": {"must_not": [self.node(part, name, field)]}}
            case Must(part):
                return self.node(part, name, field)
            case InField(inner, part):
                return self.node(part, inner, FIELDS[inner])
            case Word() | Phrase() | Range():
                return self.leaf(node, name, field)

    def all_of(self, node: All, name: str, field: Field, *, enough: str) -> dict[str, Any]:
        found: dict[str, Any] = {"filter": [], "must": [], "must_not": [], "should": []}
        is_short = len(node.parts) <= MOST_IN_HALVES
        for at, part in enumerate(node.parts):
            if isinstance(part, Word) and isinstance(field, TextFields) and not part.is_prefix:
                around = _neighbours(node.parts, at)
                found["should"].append(match_word(part.text, field, self.stemmers, around=around, in_halves=is_short))
            elif isinstance(part, Without):
                found["must_not"].append(self.node(part.part, name, field))
            else:
                found["must" if _is_scored(part) else "filter"].append(self.node(part, name, field))
        if found["should"]:
            found["minimum_should_match"] = enough
        return {"bool": found}

    def leaf(self, leaf: Word | Phrase | Range, name: str, field: Field) -> dict[str, Any]:
        if isinstance(field, Dated):
            return match_period(f"{leaf.first}..{leaf.last}" if isinstance(leaf, Range) else leaf.text, field, now=self.question.now)
        if isinstance(leaf, Range):
            raise BadRequest(f"[{leaf.first} TO {leaf.last}] stands behind date: only")
        is_prefix = isinstance(leaf, Word) and leaf.is_prefix
        match field:
            case Exact():
                sources = self.question.sources if name == "source" else ()
                return match_exact(leaf.text, field, is_prefix=is_prefix, sources=sources, names=self.question.names)
            case Names():
                return match_names(leaf.text, field, is_prefix=is_prefix)
            case TextFields():
                return self.words(leaf, field)

    def words(self, leaf: Word | Phrase, field: TextFields) -> dict[str, Any]:
        if isinstance(leaf, Phrase):
            return match_phrase(leaf.text, field, slop=leaf.slop)
        return match_beginning(leaf.text, field) if leaf.is_prefix else match_word(leaf.text, field, self.stemmers, in_halves=True)


def _neighbours(parts: tuple[Node, ...], at: int) -> tuple[tuple[str, str], ...]:
    """The word with the one before it, and with the one behind it."""
    pairs = [pair for pair in (parts[max(0, at - 1) : at + 1], parts[at : at + 2]) if len(pair) == 2]
    return tuple((first.text, second.text) for first, second in pairs if _is_whole(first) and _is_whole(second))


def _is_whole(node: Node) -> TypeGuard[Word]:
    return isinstance(node, Word) and not node.is_prefix and is_one_word(node.text)


def _is_scored(node: Node) -> bool:
    match node:
        case Word() | Phrase() | Range():
            return True
        case All(parts) | Either(parts):
            return any(map(_is_scored, parts))
        case InField(name, _):
            return isinstance(FIELDS[name], TextFields)
        case Must(part):
            return _is_scored(part)
        case Without():
            return False


def leaves(node: Node, name: str = "") -> Iterator[tuple[str, Word | Phrase | Range]]:
    """Each word, phrase and range, with the name of the field that it stands in."""
    match node:
        case All(parts) | Either(parts):
            for part in parts:
                yield from leaves(part, name)
        case Without(part) | Must(part):
            yield from leaves(part, name)
        case InField(inner, part):
            yield from leaves(part, inner)
        case Word() | Phrase() | Range():
            yield name, node


def build_highlight(stemmers: tuple[str, ...] = tuple(ANALYZERS)) -> dict[str, Any]:
    """One snippet of the body in which the matches are marked, matches in these languages' stemmed forms too."""
    # Named one by one: `matched_fields` takes no wildcard. A field that a document lacks costs nothing.
    return {
        "type": "unified",
        "pre_tags": [MARK_START],
        "post_tags": [MARK_END],
        "max_analyzed_offset": 200_000,
        "fields": {
            "title": {"number_of_fragments": 0, "matched_fields": ["title", "title.joined", *(f"headline.{each}" for each in stemmers)]},
            "body": {
                "number_of_fragments": 2,
                "fragment_size": 160,
                "no_match_size": 200,
                "matched_fields": ["body", "body.joined", *(f"text.{each}" for each in stemmers)],
            },
        },
    }


def build_counts(query: SearchQuery, question: Question) -> dict[str, Any]:
    """The aggregations that a search asks for, by name; empty where it asks for none."""
    counts: dict[str, Any] = {}
    if query.facets:
        chosen = frozenset(name for name in FORM_FIELDS if getattr(query, name))
        counts |= build_facets(chosen, lambda name: _query_without(name, query, question))
    if query.timeline:
        counts["timeline"] = build_timeline(query.timeline)
    elif query.facets:
        counts["dates"] = build_dates(question.since, question.until or question.now)
    if query.places:
        counts["places_on_map"] = build_places()
    return counts


def _query_without(name: str, query: SearchQuery, question: Question) -> dict[str, Any]:
    unset: dict[str, Any] = {name: ()}
    return build_query(replace(question, tree=read_question(replace(query, **unset), now=question.now).tree))


def build_sort(query: SearchQuery, *, by_score: bool) -> list[dict[str, Any]]:
    """Best, newest or oldest first; the article's id decides between equals, so that two runs give the same order."""
    by_date = {"dated_at": "asc" if query.oldest_first else "desc"}
    first: dict[str, Any] = {"_score": "desc"} if by_score and not (query.newest_first or query.oldest_first) else by_date
    return [first, {"id": "asc"}]
