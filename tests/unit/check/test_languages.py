"""Other languages: punctuation and quotations; a language without rules has no verdict.

Tests of newsdesk.check.lang.
"""

import pytest

from newsdesk.records import Verdict

SOUND = {
    "es": "«No subiremos los impuestos», dijo la alcaldesa de Murcia. “Es una promesa”, añadió.\n¿Quién pagará el puente? El Estado.",
    "fr": "« Nous ne céderons pas », a dit la maire de Nantes ; le préfet se tait. Pourquoi ? « C'est simple ! »",
    "de": "„Wir warten nicht“, sagte die Bürgermeisterin von Bremen. »Es reicht«, sagte ein anderer. «Genug», rief die Zürcherin.",
    "pt": "«Não haverá aumentos», disse o vereador do Porto. “É uma promessa”, acrescentou.",
    "it": "«Non temo ritardi», ha detto l'assessora di Bari. “È una promessa”, ha aggiunto.",
}


@pytest.mark.parametrize("language", SOUND)
def test_sound_text_with_the_languages_own_marks_has_no_finding(check_text, language: str) -> None:
    checked = check_text(SOUND[language], language)
    assert (checked.verdict, checked.findings) == (Verdict.NO_DEFECT_FOUND, ())


@pytest.mark.parametrize("language", SOUND)
def test_stranded_punctuation_and_repeated_words_are_found_in_every_language(check_text, language: str) -> None:
    checked = check_text(f"{SOUND[language]} Xa. ,\nAlfa beta gama delta alfa beta gama delta omega.", language)
    assert {finding.rule for finding in checked.findings} >= {"stranded-punctuation", "repeated-clause"}
    assert checked.verdict is Verdict.GARBLED


@pytest.mark.parametrize("language", ["uk", "zh", "hu", None])
def test_a_language_without_rules_has_no_verdict_which_is_not_a_good_one(check_text, language: str | None) -> None:
    checked = check_text("Будь-який текст.", language)
    assert (checked.verdict, checked.findings, checked.is_translation) == (None, (), "unknown")


def test_a_long_spanish_quotation_may_begin_its_paragraphs_with_closing_marks(check_text) -> None:
    assert not check_text("«La primera parte de lo que dijo.\n»La segunda parte de lo que dijo», añadió el alcalde.", "es").findings
