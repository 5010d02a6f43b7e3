"""Translates a user's query into one for Elasticsearch. Pure.

`language.py` parses it, `fields.py` defines its fields, `words.py` builds the clause of one word.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeGuard

from newsdesk.errors import BadRequest
from newsdesk.fetch.source_names import NO_NAMES, SourceNames
from newsdesk.index.mapping import Json, language_field
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
    stemmed_in,
)
from newsdesk.search.language import All, Either, InField, Must, Node, Phrase, Range, Without, Word, is_one_word, parse, without_quotes
from newsdesk.search.periods import require_searchable
from newsdesk.search.regions import read_language
from newsdesk.search.words import match_beginning, match_phrase, match_word

MARK_START, MARK_END = "\ue000", "\ue001"
"""The marks around a match in a snippet: private-use characters, so that no text of an article can imitate them."""

ENOUGH_WORDS = "2<2 4<50%"
"""Two words must match, and half of five or more. On the judged set 0.936; with any one word it is 0.971, but a word such as
"of" then finds everything."""

ENOUGH_BESIDE_MEANING = "3<90%"
"""In a search by meaning, articles that share only function words with a query are not needed."""

MOST_IN_HALVES = 6
"""Maximum number of parts of a query whose words are also searched as two halves."""
LEAST_SHOUTED = 4
"""Minimum length of a word in capitals that is probably not an acronym if other words are in capitals too."""
MOST_PREFIXES = 5
"""Maximum number of prefixes in a query: each can match thousands of words in the index."""

FRESHNESS_SHARE = 0.3
FRESHNESS_SCALE = "30d"
"""An article loses at most 30 % of its score by age, half of that in 30 days."""

FORM_FIELDS = ("language", "source", "country", "verdict", "story", "event", "person", "organization", "place", "credit")
"""Fields of the query language that can also be set by a form or an option."""


Choice = str | tuple[str, ...]
"""One value, or several of which any may match. A name is found by its words, and after `WHOLE` only as a whole."""
WHOLE = "="


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery:
    """A search from a form or a command line. Empty fields do not restrict it.

    It covers the time from `since` until before `until`. `collapse` shows one article of each story, `by_event` one
    of each event; `paged` keeps the state of the index at the first page; `cursor` is from the previous page of the same query.
    `meaning` also finds articles in other words and languages. `event` is an event's id.
    `facets`, `timeline` and `places` request counts with the hits.
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
    """A parsed search: its tree with the fields of its form, and notes for the user on how it was interpreted.

    `sources` are the sources in the index and `names` their display names, if the search asks for one.
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
        """Whether there are words to find, and not only excluded ones: without them, all articles are equally good."""
        return any(map(_is_scored, self.tree.parts))

    @property
    def names_source(self) -> bool:
        return any(name == "source" for name, _ in leaves(self.tree))


def read_question(query: SearchQuery, *, now: dt.datetime) -> Question:
    """Parse a search. Raises BadRequest for an unknown field or date, a text without words, and a search that would cost too much."""
    for moment in filter(None, (query.since, query.until)):
        require_searchable(moment)
    parsed = parse(_calm(query.text), FIELD_NAMES)
    if query.text.strip() and not any(leaves(parsed.tree)):
        raise BadRequest(f"There is no word in {query.text.strip()[:40]}")
    typed = parsed.tree if isinstance(parsed.tree, All) else All((parsed.tree,))
    filled = (InField(name, _any_of(values)) for name in FORM_FIELDS if (values := choices(query, name)))
    tree = replace(typed, parts=(*typed.parts, *filled))
    if sum(isinstance(leaf, Word) and leaf.is_prefix for _, leaf in leaves(tree)) > MOST_PREFIXES:
        raise BadRequest(f"A search can have at most {MOST_PREFIXES} prefixes such as harb*")
    return Question(tree, now, query.since, query.until, parsed.notes)


def choices(query: SearchQuery, name: str) -> tuple[str, ...]:
    """Return the values of a field of FORM_FIELDS."""
    given = getattr(query, name)
    return tuple(map(str, given if isinstance(given, tuple) else (given,) if given else ()))


def _any_of(values: tuple[str, ...]) -> Node:
    return _chosen(values[0]) if len(values) == 1 else Either(tuple(map(_chosen, values)))


def _chosen(value: str) -> Phrase:
    return Phrase(value.removeprefix(WHOLE), is_whole=value.startswith(WHOLE))


def _calm(text: str) -> str:
    """Return a text that is entirely in capitals in lower case, except its operators: its `US` is not necessarily an acronym."""
    words = text.split()
    if len(words) < 2 or any(map(str.islower, text)) or max(map(len, words)) < LEAST_SHOUTED:
        return text
    return " ".join(word if word in ("AND", "OR", "NOT", "TO") else word.lower() for word in words)


def describe(query: SearchQuery) -> str:
    """Return the words and conditions in the query language.

    >>> describe(SearchQuery(text="plan", source="EFE", person="Rafael Grossi"))
    'plan source:EFE person:"Rafael Grossi"'
    >>> describe(SearchQuery(place="=York"))
    'place:="York"'
    """
    filled = [(name, " OR ".join(map(_quoted, values))) for name in FORM_FIELDS if (values := choices(query, name))]
    if query.since:
        filled.append(("since", _typed(query.since)))
    if query.until:
        last = query.until - dt.timedelta(days=1)
        filled.append(("until", _typed(last if last.time() == dt.time() else query.until)))
    return " ".join([query.text, *(f"{name}:({value})" if " OR " in value else f"{name}:{value}" for name, value in filled)]).strip()


def _quoted(value: str) -> str:
    mark, bare = (WHOLE, value[1:]) if value.startswith(WHOLE) else ("", value)
    if unquoted := without_quotes(bare) != bare:
        # A name with quotation marks cannot be quoted: its words are searched.
        mark, bare = "", without_quotes(bare)
    return f'{mark}"{bare}"' if mark or unquoted or " " in bare else bare


def _typed(moment: dt.datetime) -> str:
    return moment.isoformat().removesuffix("T00:00:00+00:00")


def build_query(question: Question, *, enough: str = ENOUGH_WORDS) -> Json:
    """Return the `query` of a search request: scored text with a small preference for new articles, and filters. `enough` words must match.

    Raises BadRequest for an impossible value.
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


def _compile(question: Question, *, enough: str = ENOUGH_WORDS) -> Json:
    asked = languages(question.tree)
    compiler = _Compiler(question, tuple(field for each in asked if (field := language_field(each))))
    compiled = compiler.all_of(question.tree, "", EVERYWHERE, enough="100%" if question.tree.is_strict else enough)
    bounds = {"gte": question.since, "lt": question.until}
    if given := {bound: moment for bound, moment in bounds.items() if moment}:
        compiled["bool"]["filter"].append(match_bounds(given))
    return compiled


def wording(question: Question) -> str:
    """Return the words and phrases that are searched in texts, in the order in which they were typed."""
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


def build_conditions(question: Question) -> Json:
    """Return the conditions for articles that are found by meaning: everything except words, phrases and OR between them.

    Fields, excluded words, and what has a plus or AND still apply. A phrase does not, since another language writes it otherwise.
    """
    tree = question.tree
    kept = tree.parts if tree.is_strict else tuple(part for part in tree.parts if not _may_be_meant(part))
    return _compile(replace(question, tree=replace(tree, parts=kept)))


def _may_be_meant(node: Node) -> bool:
    match node:
        case Phrase() | Word(is_prefix=False):
            return True
        case Either(parts) | All(parts, is_strict=False):
            return all(map(_may_be_meant, parts))
        case _:
            return False


def languages(tree: All) -> tuple[str, ...]:
    """Return the languages that a search requires; none if it allows all."""
    asked = [part.part for part in tree.parts if isinstance(part, InField) and part.name == "language"]
    return tuple(read_language(leaf.text) for part in asked for _, leaf in leaves(part) if not isinstance(leaf, Range))


@dataclass(frozen=True, slots=True)
class _Compiler:
    """A query built from a tree: scored words, fields as filters, and exclusions."""

    question: Question
    stemmers: tuple[str, ...]

    def node(self, node: Node, name: str, field: Field) -> Json:
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

    def all_of(self, node: All, name: str, field: Field, *, enough: str) -> Json:
        found: Json = {"filter": [], "must": [], "must_not": [], "should": []}
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

    def leaf(self, leaf: Word | Phrase | Range, name: str, field: Field) -> Json:
        if isinstance(field, Dated):
            return match_period(f"{leaf.first}..{leaf.last}" if isinstance(leaf, Range) else leaf.text, field, now=self.question.now)
        if isinstance(leaf, Range):
            raise BadRequest(f"[{leaf.first} TO {leaf.last}] can only follow date:")
        is_prefix = isinstance(leaf, Word) and leaf.is_prefix
        match field:
            case Exact():
                sources = self.question.sources if name == "source" else ()
                return match_exact(leaf.text, field, is_prefix=is_prefix, sources=sources, names=self.question.names)
            case Names():
                return match_names(leaf.text, field, is_prefix=is_prefix, is_whole=isinstance(leaf, Phrase) and leaf.is_whole)
            case TextFields():
                return _match_text(leaf, field, self.stemmers)


def _match_text(leaf: Word | Phrase, fields: TextFields, stemmers: tuple[str, ...] = ()) -> Json:
    if isinstance(leaf, Phrase):
        return match_phrase(leaf.text, fields, slop=leaf.slop)
    return match_beginning(leaf.text, fields) if leaf.is_prefix else match_word(leaf.text, fields, stemmers, in_halves=True)


def _neighbours(parts: tuple[Node, ...], at: int) -> tuple[tuple[str, str], ...]:
    """Return the pairs of a word with the preceding and with the following word."""
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
    """Yield each word, phrase and range with the name of its field."""
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


def build_highlight(question: Question | None = None, language: str | None = None) -> Json:
    """Return the request for one snippet of the body with the question's words marked, also in their other forms in this language.

    Elasticsearch analyses each text again for each of these fields, so that only the language of the text is requested.
    """
    title, body = [f"headline.{language}"] if language else [], [f"text.{language}"] if language else []
    request: Json = {
        "type": "unified",
        "pre_tags": [MARK_START],
        "post_tags": [MARK_END],
        "max_analyzed_offset": 200_000,
        "fields": {
            "title": {"number_of_fragments": 0, "matched_fields": ["title", "title.joined", *title]},
            "body": {
                "number_of_fragments": 2,
                "fragment_size": 160,
                "no_match_size": 200,
                "matched_fields": ["body", "body.joined", *body],
            },
        },
    }
    if question is not None:
        request["highlight_query"] = {"bool": {"should": list(_marks(question.tree, _marked_fields(EVERYWHERE, language), language))}}
    return request


def _marks(node: Node, fields: TextFields, language: str | None) -> Iterator[Json]:
    """Yield a clause for each word and phrase that can be in a snippet. None is required, since an article can have it elsewhere."""
    match node:
        case All(parts):
            is_short = len(parts) <= MOST_IN_HALVES
            for at, part in enumerate(parts):
                if isinstance(part, Word) and not part.is_prefix:
                    yield match_word(part.text, fields, around=_neighbours(parts, at), in_halves=is_short)
                else:
                    yield from _marks(part, fields, language)
        case Either(parts):
            for part in parts:
                yield from _marks(part, fields, language)
        case Must(part):
            yield from _marks(part, fields, language)
        case InField(name, part):
            if isinstance(inner := FIELDS[name], TextFields):
                yield from _marks(part, _marked_fields(inner, language), language)
        case Word() | Phrase():
            yield _match_text(node, fields)
        case Without() | Range():
            pass


def _marked_fields(fields: TextFields, language: str | None) -> TextFields:
    plain = tuple(field for field in fields.plain if field.partition("^")[0] in ("title", "body"))
    return replace(fields, plain=plain, stemmed=stemmed_in(fields, (language,) if language else ()))


def build_counts(query: SearchQuery, question: Question) -> Json:
    """Return the aggregations that a search requests, by name."""
    counts: Json = {}
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


def _query_without(name: str, query: SearchQuery, question: Question) -> Json:
    unset: Json = {name: ()}
    return build_query(replace(question, tree=read_question(replace(query, **unset), now=question.now).tree))


def build_sort(query: SearchQuery, *, by_score: bool) -> list[Json]:
    """Return the order: best, newest or oldest first, equal ones by id, so that two runs have the same order."""
    by_date = {"dated_at": "asc" if query.oldest_first else "desc"}
    first: Json = {"_score": "desc"} if by_score and not (query.newest_first or query.oldest_first) else by_date
    return [first, {"id": "asc"}]
