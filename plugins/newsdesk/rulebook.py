"""Base classes for the rules of stages: entries of tables, each with two examples that are run as tests.

A stage derives its rule class from `Rule`, or from `Case` where the rules of a table are tried in order and the first one that
applies decides. `docs/generate.py` lists the tables in the documentation.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Subject = TypeVar("Subject")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule of a stage.

    `id` is stable: findings and explanations refer to it. `message` explains the rule in one sentence. `fires` is an example to
    which the rule applies, `silent` a similar one to which it does not apply.
    """

    id: str
    message: str
    fires: str
    silent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case(Rule, Generic[Subject]):
    """A rule of an ordered table. `applies` is called only where no earlier rule applied."""

    applies: Callable[[Subject], bool]


AnyCase = TypeVar("AnyCase", bound=Case[Any])


def first_case(cases: Iterable[AnyCase], subject: object) -> AnyCase | None:
    """The first case that applies to the subject, or None."""
    for case in cases:
        if case.applies(subject):
            return case
    return None
