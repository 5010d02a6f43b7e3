"""All rules, in the order of docs/rules.md."""

from newsdesk.check import fluency, quotations, structure, typography, untranslated, wording
from newsdesk.check.rules import Rule


def list_rules() -> tuple[Rule, ...]:
    return (*structure.RULES, *quotations.RULES, *wording.RULES, *untranslated.RULES, *fluency.RULES, *typography.RULES)
