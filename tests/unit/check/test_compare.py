"""A translation beside its original."""

import pytest

from newsdesk.records import Original, Verdict

SPANISH = (
    "El Ayuntamiento de Lorca aprobó el martes un gasto de 1.250.000 euros. La alcaldesa, Inés Robledo, dijo que no subirán los impuestos. "
    "Las obras del puente durarán siete meses y terminarán el 14 de octubre."
)
ENGLISH = (
    "Lorca council approved spending of 1,250,000 euros on Tuesday. The mayor, Inés Robledo, said that taxes will not go up. "
    "Work on the bridge will take 7 months and end on 14 October."
)


def test_a_sound_translation_agrees_with_its_original(check_text) -> None:
    checked = check_text(ENGLISH, original=Original(SPANISH, "es"))
    assert (checked.findings, checked.verdict) == ((), Verdict.NO_DEFECT_FOUND)


@pytest.mark.parametrize(
    ("right", "wrong", "rule", "in_source"),
    [
        pytest.param("1,250,000", "1,520,000", "number-differs", "1.250.000", id="a number"),
        pytest.param("7 months", "9 months", "number-differs", "siete", id="a number that the original has in letters"),
        pytest.param("October", "November", "date-differs", "octubre", id="a month"),
        pytest.param("Tuesday", "Thursday", "date-differs", "martes", id="a weekday"),
        pytest.param("Robledo", "Whitfield", "name-differs", "Robledo", id="a name"),
        pytest.param("will not go up", "will go up", "negation-differs", "no subirán", id="a lost negation"),
    ],
)
def test_an_altered_translation_is_found_with_both_places(check_text, right: str, wrong: str, rule: str, in_source: str) -> None:
    text = ENGLISH.replace(right, wrong)
    (finding,) = check_text(text, original=Original(SPANISH, "es")).findings
    assert finding.rule == rule
    assert wrong.split()[0] in text[finding.start : finding.end]
    assert in_source in SPANISH[finding.source_start : finding.source_end]


def test_the_language_of_the_original_need_not_be_told(check_text) -> None:
    text = ENGLISH.replace("will not go up", "will go up")
    assert [finding.rule for finding in check_text(text, original=Original(SPANISH)).findings] == ["negation-differs"]


def test_an_original_in_a_language_without_data_is_not_compared(check_text) -> None:
    checked = check_text(ENGLISH, original=Original("Міська рада схвалила витрати.", "uk"))
    assert (checked.findings, checked.source_language) == ((), "uk")
