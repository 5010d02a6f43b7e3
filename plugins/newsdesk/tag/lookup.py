"""Detects names in languages without a model: countries, well-known cities, entries of the alias table, and persons after a title.

Recall is far lower than with a model, but precision is high: see docs/decisions.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from newsdesk.records import EntityType
from newsdesk.tag.gazetteer import Gazetteer, LanguageWords, fold
from newsdesk.tag.spans import NameSpan, Token, end_of_run

WORD = re.compile(r"\b(?:[dlnsmtcj]|qu|all|dell|nell|sull|dall)['’](?=[^\W\d_])|\b[^\W\d_]+(?:['’][^\W\d_]+)*|[^\w\s]", re.IGNORECASE)
BEFORE_AGENCY = re.compile(r"(?:, [^\n()]{1,24})?\s?\([^\n()]{2,30}\)\s?[.:]?\s?[-–—]|\s?[—–] (?=[^\W\d_a-z])")
SENTENCE_END = frozenset('.!?…:\n«“"„-–—')
LONGEST_NAME = 5
"""Maximum number of words of a name in the tables."""
SMALLEST_CITY, SMALLEST_WELL_KNOWN_CITY = 300_000, 1_000_000
"""Population from which a city is detected after a preposition, and without one."""
SMALLEST_CAPITAL = 20_000
SHORTEST_GIVEN_NAME = 3
SHORTEST_NAME = 4
"""Minimum length of a name in the tables that is not in capitals."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """A text with its tokens, the words of its language, and the gazetteer."""

    text: str
    tokens: Sequence[Token]
    language: str
    words: LanguageWords
    gazetteer: Gazetteer

    def between(self, first: int, last: int) -> str:
        """Return the text from the token `first` to the token `last`, inclusive."""
        return self.text[self.tokens[first].start : self.tokens[last].end]

    def gap_before(self, at: int) -> str:
        """Return the text between the token and the one before it."""
        return self.text[self.tokens[at - 1].end : self.tokens[at].start]

    def span(self, first: int, last: int, type_: EntityType, title: str = "") -> NameSpan:
        return NameSpan(self.tokens[first].start, self.tokens[last].end, self.between(first, last), type_, title=title, sure=True)


def detect_by_lookup(text: str, language: str, gazetteer: Gazetteer) -> tuple[list[NameSpan], list[Token]] | None:
    """Return the names and the tokens of the text, or None if the language is not in `data/languages.tsv`."""
    words = gazetteer.languages.get(language)
    if words is None:
        return None
    tokens = _tokens(text)
    reading = _Reading(text, tokens, language, words, gazetteer)
    found = []
    at = 0
    while at < len(tokens):
        span = _known_at(reading, at) or _person_at(reading, at)
        if span is None:
            at += 1
            continue
        found.append(span)
        while at < len(tokens) and tokens[at].start < span.end:
            at += 1
    return found, tokens


def _tokens(text: str) -> list[Token]:
    tokens: list[Token] = []
    for match in WORD.finditer(text):
        before = text[tokens[-1].start : match.start()] if tokens else "\n"
        starts = any(character in SENTENCE_END for character in before[-3:])
        tokens.append(Token(match.start(), match.group(), not starts, starts))
    return tokens


def _known_at(reading: _Reading, at: int) -> NameSpan | None:
    """Return the longest name of the tables that starts at the token."""
    if not reading.tokens[at].is_capitalised:
        return None
    for last in range(min(at + LONGEST_NAME, len(reading.tokens)) - 1, at - 1, -1):
        name = reading.between(at, last)
        if "\n" in name or not name[-1].isalnum():
            continue
        key = fold(name)
        type_ = _type_in_table(key, reading.gazetteer) if len(key) >= SHORTEST_NAME or name.isupper() else None
        if type_ is not None and not _is_cut(reading, at, last):
            return reading.span(at, last, type_)
        if name.isupper() and key in reading.gazetteer.territories(reading.language):
            return reading.span(at, last, EntityType.PLACE)
        if len(key) >= SHORTEST_NAME and not _is_followed_by_capital(reading, last + 1):
            base = next((form for form in _base_forms(key, reading.words) if _is_place(form, at, last, reading)), None)
            if base is not None:
                return replace(reading.span(at, last, EntityType.PLACE), base="" if base == key else base)
    return None


def _is_cut(reading: _Reading, at: int, last: int) -> bool:
    """Return whether a known name that starts later ends later: "La Repubblica" in "la Repubblica Ceca"."""
    if at == last or not _is_followed_by_capital(reading, last + 1):
        return False
    later = _known_at(reading, at + 1)
    return later is not None and later.end > reading.tokens[last].end


def _base_forms(key: str, words: LanguageWords) -> Iterator[str]:
    """Yield a folded name, and the base forms that it can be a case of, if the language declines names."""
    yield key
    for ending, base_ending in words.case_endings:
        stem = key.removesuffix(ending)
        if stem != key and len(stem) >= SHORTEST_NAME - 1:
            yield stem + base_ending


def _type_in_table(key: str, gazetteer: Gazetteer) -> EntityType | None:
    """Return the type of the only unambiguous entry of the alias table with this name; None if there is none or several."""
    entries = [entry for entry in gazetteer.known.get(key, ()) if not entry.is_ambiguous]
    return entries[0].type if len(entries) == 1 else None


def _is_place(key: str, at: int, last: int, reading: _Reading) -> bool:
    if key in reading.gazetteer.territories(reading.language):
        return True
    if _is_before_agency(reading, at, last):
        return _is_large_city(key, reading, least=0)
    if _is_behind_preposition(reading, at):
        return _is_large_city(key, reading, least=SMALLEST_CITY)
    may_be_word = at == last and (reading.tokens[at].starts_sentence or _may_be_surname(reading, at))
    return not may_be_word and _is_large_city(key, reading, least=SMALLEST_WELL_KNOWN_CITY)


def _is_behind_preposition(reading: _Reading, at: int) -> bool:
    before = reading.tokens[at - 1] if at else None
    return before is not None and before.text.casefold() in reading.words.before_places and reading.tokens[at].start - before.end == 1


def _is_before_agency(reading: _Reading, at: int, last: int) -> bool:
    """Return whether a name is the place of a dateline: `Genf (dpa) - `."""
    start = reading.tokens[at].start
    is_first = start == 0 or reading.text[start - 1] == "\n"
    return is_first and BEFORE_AGENCY.match(reading.text, reading.tokens[last].end) is not None


def _is_large_city(key: str, reading: _Reading, *, least: int) -> bool:
    gazetteer = reading.gazetteer
    if key in gazetteer.given_names:
        return False
    others = gazetteer.cities_in_script_of(reading.language)
    cities = (*gazetteer.cities.get(key, ()), *gazetteer.exonyms.get(key, ()), *others.get(key, ()))
    return any(city.population >= least or (city.is_capital and city.population >= SMALLEST_CAPITAL) for city in cities)


def _is_followed_by_capital(reading: _Reading, at: int) -> bool:
    """Return whether another capitalised word follows, which makes it a longer name: Santiago Abascal is not the city."""
    return at < len(reading.tokens) and reading.tokens[at].is_capitalised and reading.gap_before(at) == " "


def _may_be_surname(reading: _Reading, at: int) -> bool:
    """Return whether a capitalised word precedes within the sentence, in a language with cases, in which many surnames are like towns."""
    before = reading.tokens[at - 1] if at and reading.words.case_endings else None
    return before is not None and before.is_capitalised and not before.starts_sentence and reading.gap_before(at) == " "


def _person_at(reading: _Reading, at: int) -> NameSpan | None:
    """Return the person whose name starts at the token, after a title or with a given name."""
    token = reading.tokens[at]
    if not token.is_capitalised or token.text.casefold() in reading.words.titles:
        return None
    title = _title_before(reading, at)
    if not title and not _is_given_name(token.text, reading):
        return None
    after = end_of_run(reading.tokens, at)
    name = reading.between(at, after - 1)
    if after - at < 2 or "\n" in name or name.isupper() or not name[-1].isalnum():
        return None
    return reading.span(at, after - 1, EntityType.PERSON, title)


def _is_given_name(word: str, reading: _Reading) -> bool:
    if len(word) < SHORTEST_GIVEN_NAME:
        return False
    return any(form in reading.gazetteer.given_names for form in _base_forms(fold(word), reading.words))


def _title_before(reading: _Reading, at: int) -> str:
    """Return the title before the token; empty if there is none."""
    if at == 0 or reading.tokens[at - 1].text.casefold() not in reading.words.titles:
        return ""
    return reading.tokens[at - 1].text if reading.gap_before(at) in (" ", ", ", ". ") else ""
