"""Decides the types of names by the names beside them: "Okolov, Prado Energy and the Vale" are three firms if two of them are."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from newsdesk.records import EntityType
from newsdesk.tag.gazetteer import Gazetteer, fold
from newsdesk.tag.spans import LEAST_FULL_NAME, NameSpan
from newsdesk.tag.word_lists import FUNCTION_WORDS

LEAST_LIST = 3
PAIR = (" and ", " or ")
JOINT = re.compile(r"(?:,|,? (?:and|or)) (?:the )?")


def with_types_of_lists(names: Sequence[NameSpan], text: str, gazetteer: Gazetteer) -> list[NameSpan]:
    """Return the names; in a list of three or more persons or organizations, the one name with another type gets theirs.

    A name whose type is from a rule keeps it, as does one that the tables have, or that starts with a given name.
    """
    agreed: list[NameSpan] = []
    for members in _lists(names, text):
        common = _common_type(members)
        agreed += [replace(name, type=common) if common and _is_unsure(name, common, gazetteer) else name for name in members]
    return agreed


def _lists(names: Sequence[NameSpan], text: str) -> Iterator[list[NameSpan]]:
    """Yield the names in lists; a name outside of lists is a list of one."""
    members: list[NameSpan] = []
    for name in names:
        if members and not JOINT.fullmatch(text, members[-1].end, name.start):
            yield members
            members = []
        members.append(name)
    if members:
        yield members


def _common_type(members: Sequence[NameSpan]) -> EntityType | None:
    """Return the type that all names but one have; None for a shorter list, and for places, which lists mix with other names."""
    if len(members) < LEAST_LIST:
        return None
    ((common, count), *_) = Counter(name.type for name in members).most_common(1)
    return common if count == len(members) - 1 and common in (EntityType.PERSON, EntityType.ORGANIZATION) else None


def _is_unsure(name: NameSpan, common: EntityType, gazetteer: Gazetteer) -> bool:
    key = fold(name.text)
    words = key.split()
    if name.sure or name.title or name.type is common or key in gazetteer.known or gazetteer.has_place(key):
        return False
    return len(words) > 1 if common is EntityType.PERSON else words[0] not in gazetteer.given_names


def type_by_neighbours(span: NameSpan, before: NameSpan | None, following: NameSpan | None, text: str, gazetteer: Gazetteer) -> EntityType:
    """Return the type of a name beside persons or places, in pairs and in addresses; that of the span if they do not decide it."""
    pairs = [name for name in (before, following) if name is not None and _are_paired(span, name, text)]
    if _is_beside_person(span, pairs, gazetteer):
        return EntityType.PERSON
    return EntityType.PLACE if _is_beside_place(span, before, pairs, text, gazetteer) else span.type


def _are_paired(one: NameSpan, other: NameSpan, text: str) -> bool:
    """Return whether two names are joined by "and" or "or": "toured Cartagena and Cali"."""
    first, second = (one, other) if one.start < other.start else (other, one)
    return text[first.end : second.start] in PAIR


def _is_beside_person(span: NameSpan, pairs: Sequence[NameSpan], gazetteer: Gazetteer) -> bool:
    """Return whether a name of two words that the model tags as a body or place is a person's: "Sydney Okolov and Ana Prado came".

    The name beside it must be that of a person for sure, or the first word of this one that of a place, which many given names are.
    """
    key = fold(span.text)
    words = key.split()
    if span.type not in (EntityType.ORGANIZATION, EntityType.PLACE) or len(words) != LEAST_FULL_NAME or span.text.endswith("s"):
        return False
    if words[1] in gazetteer.head_nouns or words[0] in FUNCTION_WORDS or key in gazetteer.known or gazetteer.has_place(key):
        return False
    persons = [name for name in pairs if name.type is EntityType.PERSON and " " in name.text]
    return any(name.sure for name in persons) or (bool(persons) and gazetteer.has_place(words[0]))


def _is_beside_place(span: NameSpan, before: NameSpan | None, pairs: Sequence[NameSpan], text: str, gazetteer: Gazetteer) -> bool:
    if span.type is not EntityType.PERSON:
        return False
    if gazetteer.has_place(fold(span.text)) and any(name.type is EntityType.PLACE for name in pairs):
        return True
    return before is not None and before.type is EntityType.PLACE and _is_container(span, before, text, gazetteer)


def _is_container(span: NameSpan, place: NameSpan, text: str, gazetteer: Gazetteer) -> bool:
    """Return whether a name is the region after a place, such as Devon in "Ilfracombe, Devon, when"."""
    if " " in span.text or fold(span.text) in gazetteer.given_names:
        return False
    return text[place.end : span.start] == ", " and text[span.end : span.end + 1] in (",", ".", ";", "\n", "")
