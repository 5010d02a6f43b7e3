"""Each rule fires on its own example and is silent on the sound one beside it."""

import pytest

from newsdesk.check.catalogue import list_rules
from newsdesk.check.lang import load
from newsdesk.check.reading import Reading
from newsdesk.check.rules import Rule
from newsdesk.nlp import Analyser

RULES = list_rules()


def read(text: str, rule: Rule, analyser: Analyser) -> Reading:
    code = min(rule.languages, default="en")
    language = load(code)
    assert language is not None
    return Reading(text, language, analyser.analyse(text, code))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_fires_on_its_example(rule: Rule, analyser: Analyser) -> None:
    assert list(rule.find(read(rule.fires, rule, analyser)))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_is_silent_on_the_sound_text_beside_it(rule: Rule, analyser: Analyser) -> None:
    assert not list(rule.find(read(rule.silent, rule, analyser)))


def test_rule_names_are_unique_and_messages_are_sentences() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES) > 5
    assert all(rule.message[0].isupper() and rule.message.endswith(".") for rule in RULES)
