"""Gives the names in a list one type: "Okolov, Prado Energy and the Vale" are three firms if two of them are."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from newsdesk.records import EntityType
from newsdesk.tag.gazetteer import Gazetteer, fold
from newsdesk.tag.spans import NameSpan

LEAST_LIST = 3
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
