"""Rules that decide the type of a name, and the types that they can give.

The types of the model are less reliable than its spans, so the tables `types_by_name`, `types_by_context` and `missed_names` take
precedence. In each table, the first rule that applies decides.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from newsdesk.records import EntityType
from newsdesk.rulebook import Case, Subject, first_case
from newsdesk.tag.candidate import Candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeRule(Case[Subject]):
    """A rule that decides the type. `type_of` returns None if the name does not have a type by this table.

    `is_evidence`: the text states the type, so it has more votes for the other mentions of the name.
    """

    is_evidence: bool = False
    type_of: Callable[[Subject], EntityType | None]


def type_by(rules: Sequence[TypeRule[Subject]], candidate: Subject) -> EntityType | None:
    """Return the type by the first rule that applies; None if there is no such rule, or it gives no type."""
    rule = first_case(rules, candidate)
    return None if rule is None else rule.type_of(candidate)


def to_person(_: Candidate) -> EntityType:
    return EntityType.PERSON


def to_organization(_: Candidate) -> EntityType:
    return EntityType.ORGANIZATION


def to_place(_: Candidate) -> EntityType:
    return EntityType.PLACE


def as_labelled(candidate: Candidate) -> EntityType:
    return candidate.span.type


def to_other(_: Candidate) -> EntityType:
    return EntityType.OTHER


def to_unknown(_: Candidate) -> None:
    return None
