"""The tables of rules in the order in which they are applied, for the reference page docs/rules.md."""

from collections.abc import Sequence
from dataclasses import dataclass

from newsdesk.rulebook import Rule
from newsdesk.tag.missed_names import MISSED_NAMES
from newsdesk.tag.name_rules import CREDIT_RULE, DATELINE_RULE, NAME_RULES
from newsdesk.tag.repeats import REPEAT_RULES
from newsdesk.tag.types_by_context import BY_CONTEXT
from newsdesk.tag.types_by_name import BY_NAME


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of rules with a title and a description of what it decides."""

    title: str
    decides: str
    rules: Sequence[Rule]


def list_tables() -> tuple[Table, ...]:
    return (
        Table(
            title="Types by the name",
            decides="Applied first to each name. If no rule applies, or the rule that applies gives no type, the context decides.",
            rules=BY_NAME,
        ),
        Table(
            title="Types by the context",
            decides="Applied if the name does not decide the type. If no rule applies, the type is that of the model.",
            rules=BY_CONTEXT,
        ),
        Table(
            title="Types of overlooked names",
            decides="Applied to capitalised words that the model did not detect and that do not decide their type. "
            "Without a type they are not a name.",
            rules=MISSED_NAMES,
        ),
        Table(
            title="Names kept and dropped",
            decides="Applied to each name with its type. If no rule applies, it is kept.",
            rules=NAME_RULES,
        ),
        Table(
            title="Repeated names kept and dropped",
            decides="Applied to further occurrences of detected names. If no rule applies, they are kept.",
            rules=REPEAT_RULES,
        ),
        Table(
            title="Names dropped because of their position",
            decides="Both are applied to each name.",
            rules=(DATELINE_RULE, CREDIT_RULE),
        ),
    )
