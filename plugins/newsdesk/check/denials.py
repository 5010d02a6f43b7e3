"""Finds sentences that deny what their counterpart says.

Languages often express another one's "not" otherwise ("failed to", "unfinished"), so words alone do not decide. The vectors of sentences
have a direction of denial: those of clauses with a "not" differ from those without it by nearly the same vector in all languages. So each
clause with a denial is compared with the most similar part of the other sentence, which must lie clearly behind it in that direction.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from newsdesk.check.facts import Facts, Place
from newsdesk.check.reading import clauses_of, parts_of
from newsdesk.data_files import read_lines
from newsdesk.vectors import encode, unpack

if TYPE_CHECKING:
    from numpy.typing import NDArray

ALIKE = 0.5
"""Similarity of sentences from which their denials are compared."""
ALIKE_IN_PART = 0.4
"""Similarity of a clause and the part of the other side, apart from denial."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """How much more a clause must deny than the part of the other side, in the direction of denial, and by how much the two must be more
    similar without one denial."""

    denial: float
    gain: float


PUT_IN = Evidence(denial=0.07, gain=-0.01)
LEFT_OUT = Evidence(denial=0.18, gain=-0.05)
"""A negation is more often translated by something else than put in."""


@dataclass(frozen=True, slots=True)
class Denial:
    """The places in the text and in the original where one denies what the other says."""

    here: Place
    there: Place
    is_put_in: bool


def find_denial(here: Sequence[Facts], there: Sequence[Facts], similarity: float) -> Denial | None:
    """Return where the text denies what the original says, or says what the original denies."""
    if not all(each.expressions.can_deny for each in (*here, *there)) or similarity < ALIKE or _is_asked((*here, *there)):
        return None
    if _softeners(here) >= _softeners(there) and (found := _find_denied(here, there, PUT_IN)):
        return Denial(*found, is_put_in=True)
    if found := _find_denied(there, here, LEFT_OUT):
        return Denial(*found[::-1], is_put_in=False)
    return None


def _is_asked(facts: Sequence[Facts]) -> bool:
    """Return whether there is a question, which can be asked with or without a negation."""
    return any(each.sentence.text.rstrip("”\"'» ").endswith(("?", "？", "؟")) for each in facts)


def _find_denied(side: Sequence[Facts], other: Sequence[Facts], least: Evidence) -> tuple[Place, Place] | None:
    """Return a denial of one side, and the part of the other side that says the opposite.

    The side must have more negations than the other, and its clause more than the part. The part may only have a word that can replace a
    negation if both sides have as many of these.
    """
    if _denied(side) <= sum(each.negations for each in other):
        return None
    spare = _softeners(side) - _softeners(other)
    parts = [part for each in other for part in _parts_of(each)]
    for clause in (clause for each in side for clause in _clauses_of(each) if clause.denials):
        part = _part_without(clause, parts, least)
        if part is not None and _denied([clause]) > part.negations and not (part.softeners and spare):
            return clause.denials[0], (part.sentence.start, part.sentence.end)
    return None


def _denied(facts: Sequence[Facts]) -> int:
    """Return how often something is denied: a language that doubles negations ("no ... nada") denies once for each verb."""
    return sum(len(each.denials) if each.expressions.doubles_negations else each.negations for each in facts)


def _softeners(facts: Sequence[Facts]) -> int:
    return sum(each.softeners for each in facts)


def _part_without(clause: Facts, parts: Sequence[Facts], least: Evidence) -> Facts | None:
    """Return the part that is most similar to the clause apart from denial, if it does not have the clause's denial."""
    said_plainly = [clause.without([place]) for place in clause.denials]
    vectors = encode([clause.sentence.text, *said_plainly, *(part.sentence.text for part in parts)])
    first = 1 + len(said_plainly)
    neutral = vectors - np.outer(vectors @ direction(), direction())
    neutral /= np.maximum(np.linalg.norm(neutral, axis=1, keepdims=True), 1e-9)
    similar = neutral[first:] @ neutral[0]
    nearest = int(similar.argmax())
    beside = vectors[first + nearest]
    more, gain = float((vectors[0] - beside) @ direction()), float(((vectors[1:first] - vectors[0]) @ beside).max())
    return parts[nearest] if similar[nearest] > ALIKE_IN_PART and more > least.denial and gain > least.gain else None


@cache
def direction() -> "NDArray[np.float32]":
    """The mean difference of the vectors of clauses with and without a "not", of length 1. Made by `bench/fit_directions.py`."""
    return unpack(read_lines("check/data/denial.txt")[0])


def _parts_of(facts: Facts) -> list[Facts]:
    return [_between(facts, *place) for place in parts_of(facts.sentence.text)]


def _clauses_of(facts: Facts) -> list[Facts]:
    return [_between(facts, *place) for place in clauses_of(facts.sentence.text)]


def _between(facts: Facts, first: int, last: int) -> Facts:
    sentence = facts.sentence
    part = replace(sentence, start=sentence.start + first, end=sentence.start + last, text=sentence.text[first:last])
    return Facts(part, facts.expressions)
