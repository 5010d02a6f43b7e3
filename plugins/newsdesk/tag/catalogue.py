"""The tables of rules, in the order in which they are asked, as the documents list them."""

from collections.abc import Sequence
from dataclasses import dataclass

from newsdesk.rulebook import Rule
from newsdesk.tag.name_rules import CREDIT_RULE, DATELINE_RULE, NAME_RULES
from newsdesk.tag.repeats import REPEAT_RULES
from newsdesk.tag.type_rules import BY_CONTEXT, BY_NAME, OVERLOOKED


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of rules and what it decides."""

    title: str
    decides: str
    rules: Sequence[Rule]


def list_tables() -> tuple[Table, ...]:
    return (
        Table(
            title="Types by the name",
            decides="Asked first for each name. Where no rule applies, or the one that applies cannot tell, the context is asked.",
            rules=BY_NAME,
        ),
        Table(
            title="Types by the context",
            decides="Asked where the name does not tell the type. Where no rule applies the type is the model's.",
            rules=BY_CONTEXT,
        ),
        Table(
            title="Types of overlooked names",
            decides="Asked for capitalised words that the model passed over and that do not tell their type. Without a type it is no name.",
            rules=OVERLOOKED,
        ),
        Table(
            title="Names kept and dropped",
            decides="Asked for each name with its type. Where no rule applies it is kept.",
            rules=NAME_RULES,
        ),
        Table(
            title="Repeated names kept and dropped",
            decides="Asked where the text has a name again that was found elsewhere in it. Where no rule applies it is kept.",
            rules=REPEAT_RULES,
        ),
        Table(
            title="Names dropped for where they stand",
            decides="Both are asked of each name.",
            rules=(DATELINE_RULE, CREDIT_RULE),
        ),
    )
