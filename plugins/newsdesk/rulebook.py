"""How a rule of a stage is written: an entry of a table, with two examples that are run as tests.

A stage derives its own kind of rule from `Rule`, or from `Case` where the rules of a table are asked in order and the first
that applies decides. The documents list the tables; `docs/generate.py` names them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Subject = TypeVar("Subject")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What every rule has.

    `id` is stable: findings and explanations refer to it. `message` says what the rule is about, in one sentence. `fires` is
    a text to which the rule applies, `silent` one that resembles it and to which it does not apply.
    """

    id: str
    message: str
    fires: str
    silent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case(Rule, Generic[Subject]):
    """A rule of an ordered table. `applies` is asked only where no rule before it applied."""

    applies: Callable[[Subject], bool]


AnyCase = TypeVar("AnyCase", bound=Case[Any])


def first_case(cases: Iterable[AnyCase], subject: Any) -> AnyCase | None:
    """The first of the cases that applies to the subject, None where none does."""
    for case in cases:
        if case.applies(subject):
            return case
    return None
