"""Which entry of the alias table a name means in an article, where several have it: RSF are forces in Sudan, and reporters in Paris."""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from newsdesk.records import EntityType
from newsdesk.tag.alias_table import KnownEntity
from newsdesk.tag.coreference import are_spellings
from newsdesk.tag.gazetteer import Gazetteer, fold
from newsdesk.tag.place_linking import PlaceLinker

WORD = re.compile(r"\w+")
SHORTEST_TELLING = 5
"""Letters of a word of a name that tells what an article is about, at least."""


class AliasChoice:
    """The alias table as one article reads it."""

    def __init__(self, gazetteer: Gazetteer, linker: PlaceLinker, text: str) -> None:
        self._gazetteer = gazetteer
        self._linker = linker
        self._text = text

    def entry(self, type_: EntityType, name: str) -> KnownEntity | None:
        """The entry of that type that the name means, None where there is none or the article does not tell which of several."""
        key = fold(name)
        entries = [entry for entry in self._gazetteer.known.get(key, ()) if entry.type is type_]
        entries = [entry for entry in entries if entry.is_own] or entries
        if len(entries) < 2:
            return next(iter(entries), None)
        weights = [self._weight(entry, key, entries) for entry in entries]
        best = max(weights)
        return entries[weights.index(best)] if best and weights.count(best) == 1 else None

    def person_by_spelling(self, name: str) -> KnownEntity | None:
        """The person whose name is a spelling of this one, both words alike: Rustam Umirov is Rustem Umerov."""
        entries = {known.id: known for known in self._gazetteer.persons_like(name) if are_spellings(name, known.name)}
        return next(iter(entries.values())) if len(entries) == 1 else None

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(WORD.findall(self._text.casefold()))

    def _weight(self, entry: KnownEntity, key: str, rivals: Sequence[KnownEntity]) -> int:
        """How much the article speaks for the entry: a point for its country, and one for each word of its names that no rival has."""
        others = {word for rival in rivals if rival is not entry for word in _telling_words(rival)}
        told = self._words & (set(_telling_words(entry)) - others)
        return len(told) + (self._linker.count_speakers(entry.country, key) > 0)


def _telling_words(entry: KnownEntity) -> Iterator[str]:
    for name in (entry.name, *entry.aliases):
        if " " in name:
            yield from (word for word in WORD.findall(name.casefold()) if len(word) >= SHORTEST_TELLING)
