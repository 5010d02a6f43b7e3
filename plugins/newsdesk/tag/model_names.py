"""Adds the names that an optional model found (`newsdesk.name_models`) to those that lookup found.

Lookup makes fewer errors, so its spans take precedence over overlapping ones of the model. Spans and types of the model are corrected
with the words of the language in `data/languages.tsv`.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from newsdesk.records import EntityType, ModelName
from newsdesk.tag.gazetteer import LanguageWords, fold
from newsdesk.tag.spans import EDGES, NameSpan

MIDDLE_DOTS = ("・", "＝")
ELIDED_AT_END = re.compile(r"\s+[^\W\d_]{1,4}['’]$")


def add_model_names(looked_up: Sequence[NameSpan], found: Iterable[ModelName], text: str, words: LanguageWords | None) -> list[NameSpan]:
    """Return the names of both in the order of the text. Names of the model that overlap one that was looked up are omitted.

    `words` are those of the language; if they are None, the names of the model are not corrected.
    """
    names = [name for name in (_as_span(one, text, words) for one in _joined(found, text)) if name is not None]
    surnames = {fold(name.text).rpartition(" ")[2] for name in [*looked_up, *names] if name.type is EntityType.PERSON}
    names = [replace(name, type=EntityType.PERSON) if fold(name.text) in surnames else name for name in names]
    taken = {offset for name in looked_up for offset in range(name.start, name.end)}
    return sorted([*looked_up, *(name for name in names if taken.isdisjoint(range(name.start, name.end)))], key=lambda name: name.start)


def _joined(found: Iterable[ModelName], text: str) -> list[ModelName]:
    """Join two persons with a middle dot between them, which is a foreign name in Japanese: アンナ・ベルグ."""
    joined: list[ModelName] = []
    for name in found:
        before = joined[-1] if joined else None
        if before and before.type is name.type is EntityType.PERSON and text[before.end : name.start] in MIDDLE_DOTS:
            joined[-1] = replace(before, end=name.end)
        else:
            joined.append(name)
    return joined


def _as_span(found: ModelName, text: str, words: LanguageWords | None) -> NameSpan | None:
    """Return a corrected name of the model, without punctuation at its edges; None if it is not a name."""
    name, type_ = text[found.start : found.end], found.type
    if words is not None:
        name = ELIDED_AT_END.sub("", name)  # "FC Nantes s’" of "FC Nantes s’est imposé"
        first = name.partition(" ")[0].casefold()
        if first in words.titles and name[0].islower():
            return None  # "ministre des Transports"
        if first in words.organizations:
            type_ = EntityType.ORGANIZATION
    start = found.start + _length_before_name(name, type_)
    name = text[start : found.start + len(name)]
    start, name = start + len(name) - len(name.lstrip(EDGES)), name.strip(EDGES)
    return NameSpan(start, start + len(name), name, type_, base=found.base) if name else None


def _length_before_name(name: str, type_: EntityType) -> int:
    """Return the length of lower-case words before the name of a place: 8 in "gare de Guéret"."""
    first = next((at for at, character in enumerate(name) if character.isupper()), 0)
    return first if type_ is EntityType.PLACE else 0
