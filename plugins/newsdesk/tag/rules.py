"""Names in languages without a model: countries, well-known cities, organisations and persons, and persons behind a title.

Far less than a model finds, and little that is wrong: see the figures in `docs/decisions`.
"""

import re
from collections.abc import Sequence

from newsdesk.records import EntityType
from newsdesk.tag.gazetteer import Gazetteer, LanguageWords, Place, fold
from newsdesk.tag.names import Named, Token, run_from

WORD = re.compile(r"\b(?:[dlnsmtcj]|qu|all|dell|nell|sull|dall)['’](?=[^\W\d_])|\b[^\W\d_]+(?:['’][^\W\d_]+)*|[^\w\s]", re.IGNORECASE)
SENTENCE_END = frozenset('.!?…:\n«“"„-–—')
LONGEST_NAME = 5
SMALLEST_CITY = 300_000
"""Behind a preposition a city of this size is taken for itself; without one only capitals and cities of a million."""


def find_by_rules(text: str, language: str, gazetteer: Gazetteer) -> tuple[list[Named], list[Token]] | None:
    """The names and the tokens of the text, or None where there are no rules for its language."""
    words = gazetteer.languages.get(language)
    if words is None:
        return None
    tokens = _tokens(text)
    found = []
    at = 0
    while at < len(tokens):
        named = _known_at(tokens, at, text, language, words, gazetteer) or _person_at(tokens, at, text, words, gazetteer)
        if named is None:
            at += 1
            continue
        found.append(named)
        while at < len(tokens) and tokens[at].start < named.end:
            at += 1
    return found, tokens


def _tokens(text: str) -> list[Token]:
    tokens: list[Token] = []
    for match in WORD.finditer(text):
        before = text[tokens[-1].start : match.start()] if tokens else "\n"
        starts = any(character in SENTENCE_END for character in before[-3:])
        tokens.append(Token(match.start(), match.group(), not starts, starts))
    return tokens


def _known_at(tokens: Sequence[Token], at: int, text: str, language: str, words: LanguageWords, gazetteer: Gazetteer) -> Named | None:
    if not tokens[at].is_capitalised:
        return None
    behind_preposition = at > 0 and tokens[at - 1].text.casefold() in words.before_places and tokens[at].start - tokens[at - 1].end == 1
    territories = gazetteer.territories(language)
    for length in range(min(LONGEST_NAME, len(tokens) - at), 0, -1):
        name = text[tokens[at].start : tokens[at + length - 1].end]
        if "\n" in name or not name[-1].isalnum():
            continue
        key = fold(name)
        entries = [entry for entry in gazetteer.known.get(key, ()) if not entry.is_ambiguous]
        if len(entries) == 1 and (len(key) > 3 or name.isupper()):
            return Named(tokens[at].start, tokens[at + length - 1].end, name, entries[0].type, sure=True)
        if len(key) < 4 or _goes_on(tokens, at + length, text):
            continue
        named = Named(tokens[at].start, tokens[at + length - 1].end, name, EntityType.PLACE, sure=True)
        if key in territories:
            return named
        stands_out = behind_preposition or length > 1 or not tokens[at].starts_sentence
        if stands_out and _is_large_city(key, gazetteer, least=SMALLEST_CITY if behind_preposition else 1_000_000):
            return named
    return None


def _is_large_city(key: str, gazetteer: Gazetteer, *, least: int) -> bool:
    cities: tuple[Place, ...] = (*gazetteer.cities.get(key, ()), *gazetteer.exonyms.get(key, ()))
    is_large = any(city.population >= least or (city.is_capital and city.population >= 20_000) for city in cities)
    return is_large and key not in gazetteer.given_names


def _goes_on(tokens: Sequence[Token], at: int, text: str) -> bool:
    """Whether another capitalised word follows, which makes it a longer name: Santiago Abascal is not in Chile."""
    return at < len(tokens) and tokens[at].is_capitalised and text[tokens[at - 1].end : tokens[at].start] == " "


def _person_at(tokens: Sequence[Token], at: int, text: str, words: LanguageWords, gazetteer: Gazetteer) -> Named | None:
    token = tokens[at]
    title = ""
    if at > 0 and tokens[at - 1].text.casefold() in words.titles and text[tokens[at - 1].end : token.start] in (" ", ", ", ". "):
        title = tokens[at - 1].text
    is_given_name = fold(token.text) in gazetteer.given_names and len(token.text) > 2
    if not token.is_capitalised or not (title or is_given_name) or token.text.casefold() in words.titles:
        return None
    after = run_from(tokens, at)
    if "\n" in text[token.start : tokens[after - 1].end] if after > at else True:
        return None
    name = text[token.start : tokens[after - 1].end]
    if after - at < 2 or name.isupper() or not name[-1].isalnum():
        return None
    return Named(token.start, tokens[after - 1].end, name, EntityType.PERSON, title=title, sure=True)
