"""Each rule fires on its own example, and not on the correct one.

Tests of newsdesk.check.catalogue, newsdesk.check.quotations, newsdesk.check.structure, newsdesk.check.typography,
newsdesk.check.untranslated, newsdesk.check.vocabulary and newsdesk.check.wording.
"""

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


@pytest.mark.parametrize(
    ("rule", "text", "place"),
    [
        pytest.param(
            "untranslated-word", "The mayor said that the Regierung pays for the road.", "Regierung", id="a German noun, in capitals"
        ),
        pytest.param("untranslated-word", "The mayor said that it pays for además 20 roads.", "además", id="before a number"),
        pytest.param(
            "small-start", "They had no reason to. agreed to the plan after a debate.", "to. agreed", id="after a word of two letters"
        ),
        pytest.param("small-start", "They spoke of joining the EU. agreed to the plan later.", "EU. agreed", id="after an acronym"),
        pytest.param("cut-end", "On Monday six members of. Staff have been treated in the clinic for burns.", "of.", id="of nothing"),
    ],
)
def test_a_place_that_a_rule_once_passed_over(check_text, rule: str, text: str, place: str) -> None:
    assert [text[finding.start : finding.end] for finding in check_text(text).findings if finding.rule == rule] == [place]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("It was more than they could have dreamt of. Work begins in May.", id="a clause that lends the object"),
        pytest.param("The house had a garden to be proud of. Work begins in May.", id="an infinitive"),
        pytest.param("The old were taken care of. Work begins in May.", id="a passive"),
        pytest.param("The film La Regierung was shown in May, and the band Nach Oktober sang.", id="titles"),
    ],
)
def test_english_that_only_looks_cut_is_no_finding(check_text, text: str) -> None:
    assert check_text(text).findings == ()
