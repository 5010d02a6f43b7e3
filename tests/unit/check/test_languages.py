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


@pytest.mark.parametrize(
    ("language", "damaged", "rule"),
    [
        pytest.param("es", "La ministra dijo que afectará a dos millones de\nEl plan sigue.", "lost-end", id="Spanish, cut"),
        pytest.param("fr", "Plus de 400 000 foyers sont privés d'. Le préfet a parlé.", "lost-end", id="French, cut at an elision"),
        pytest.param("it", "L'opposizione chiede che il ministro venga in\nIl voto è rinviato.", "lost-end", id="Italian, cut"),
        pytest.param("pt", "A visita do ministro ao porto termina no dia 3 de. O prefeito não falou.", "lost-end", id="Portuguese, cut"),
        pytest.param("en", "The officers want to speak to a woman near the\nAnyone may call.", "lost-end", id="English, cut"),
        pytest.param("es", "Volvió. The leaders of the party said that they agree. Sigue.", "english-sentence", id="Spanish, English left"),
        pytest.param("fr", "Il revient. The launch was delayed because of the rain. Fin.", "english-sentence", id="French, English left"),
        pytest.param(
            "pt", "Voltou. Workers say that they have not been paid since June. Fim.", "english-sentence", id="Portuguese, English left"
        ),
        pytest.param(
            "it", "\n".join(["Il treno è deragliato alle otto e i feriti sono quattro, pare."] * 2), "repeated-paragraph", id="twice"
        ),
        pytest.param("es", "El alcalde de MÃ¡laga no vino.", "broken-encoding", id="Spanish, decoded wrongly"),
        pytest.param("fr", "Fran?ois vit au Qu?bec, pr?s de Montr?al.", "broken-encoding", id="French, letters lost"),
    ],
)
def test_damage_of_a_kind_is_found_in_other_languages(check_text, language: str, damaged: str, rule: str) -> None:
    assert rule in {finding.rule for finding in check_text(f"{SOUND.get(language, '')}\n{damaged}", language).findings}


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        pytest.param("es", "¿Por qué no vino a la plaza? Porque sí. No sabe qué ni con quién. Eran más de una.", id="Spanish small words"),
        pytest.param(
            "fr", "Fais-le donc avec lui, dit-elle, ou sans. C'est bien sûr. Je ne sais pas. Viens avec.", id="French small words"
        ),
        pytest.param(
            "de", "Er lädt alle Nachbarn ein. Da kommt sie an. Wer ist das. Sie hört nicht auf. Gib sie mir oder ihm. Komm mit.", id="verbs"
        ),
        pytest.param("it", "Non so che dire, tira su. Che vuoi che sia, dice Carlo. Ce n'è più di una.", id="Italian small words"),
        pytest.param(
            "pt", "Não sei o quê, disse o prefeito. Quero mais um. Disse que não para. Ela vive por aí.", id="Portuguese small words"
        ),
        pytest.param(
            "es", "Vio «The Lord of the Rings» y This Is the End of the World en el Festival of the Arts.", id="titles in English"
        ),
        pytest.param("fr", "Pourquoi?Parce que. Il a écrit à l'adresse page.fr?id=3 et au n° 4.", id="question marks without a blank"),
    ],
)
def test_sound_sentences_of_other_languages_have_no_finding(check_text, language: str, sentence: str) -> None:
    assert check_text(sentence, language).findings == ()


@pytest.mark.parametrize("language", ["uk", "zh", "hu", None])
def test_a_language_without_rules_has_no_verdict_which_is_not_a_good_one(check_text, language: str | None) -> None:
    checked = check_text("Будь-який текст.", language)
    assert (checked.verdict, checked.findings, checked.is_translation) == (None, (), "unknown")


def test_a_long_spanish_quotation_may_begin_its_paragraphs_with_closing_marks(check_text) -> None:
    assert not check_text("«La primera parte de lo que dijo.\n»La segunda parte de lo que dijo», añadió el alcalde.", "es").findings
