"""Chooses the entry of the alias table that a name means in an article, if several have it: RSF is a force in Sudan and an NGO in Paris."""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from newsdesk.records import EntityType
from newsdesk.tag.alias_table import KnownEntity
from newsdesk.tag.coreference import are_spellings
from newsdesk.tag.gazetteer import Gazetteer, fold
from newsdesk.tag.place_linking import PlaceLinker

WORD = re.compile(r"\w+")
SHORTEST_EVIDENCE = 5
"""Minimum number of letters of a word of a name that counts as evidence for its entry."""


class AliasChoice:
    """Looks up names in the alias table, in the context of one article."""

    def __init__(self, gazetteer: Gazetteer, linker: PlaceLinker, text: str) -> None:
        self._gazetteer = gazetteer
        self._linker = linker
        self._text = text

    def entry(self, type_: EntityType, name: str) -> KnownEntity | None:
        """Return the entry of this type for a name; None if there is none, or several between which the article does not decide."""
        key = fold(name)
        entries = [entry for entry in self._gazetteer.known.get(key, ()) if entry.type is type_]
        entries = [entry for entry in entries if entry.is_own] or entries
        if len(entries) < 2:
            return next(iter(entries), None)
        weights = [self._weight(entry, key, entries) for entry in entries]
        best = max(weights)
        return entries[weights.index(best)] if best and weights.count(best) == 1 else None

    def person_by_spelling(self, name: str) -> KnownEntity | None:
        """Return the person whose name is another spelling of this one: Rustem Umerov for Rustam Umirov. None if there are several."""
        entries = {known.id: known for known in self._gazetteer.persons_like(name) if are_spellings(name, known.name)}
        return next(iter(entries.values())) if len(entries) == 1 else None

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(WORD.findall(self._text.casefold()))

    def _weight(self, entry: KnownEntity, key: str, rivals: Sequence[KnownEntity]) -> int:
        """Return the evidence for an entry: one point for its country, and one for each word of its names that other entries lack."""
        others = {word for rival in rivals if rival is not entry for word in _evidence_words(rival)}
        told = self._words & (set(_evidence_words(entry)) - others)
        return len(told) + (self._linker.count_support(entry.country, key) > 0)


def _evidence_words(entry: KnownEntity) -> Iterator[str]:
    for name in (entry.name, *entry.aliases):
        if " " in name:
            yield from (word for word in WORD.findall(name.casefold()) if len(word) >= SHORTEST_EVIDENCE)
