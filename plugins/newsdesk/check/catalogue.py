"""All rules, in the order in which the documents list them."""

from newsdesk.check import fluency, quotations, structure, typography, untranslated, wording
from newsdesk.check.rules import Rule


def list_rules() -> tuple[Rule, ...]:
    return (*structure.RULES, *quotations.RULES, *wording.RULES, *untranslated.RULES, *fluency.RULES, *typography.RULES)
