"""Comparison of a translation with its original.

Tests of newsdesk.check.alignment, newsdesk.check.disagreements, newsdesk.check.expressions and newsdesk.check.facts.
"""

import pytest

from newsdesk.check.alignment import align
from newsdesk.check.compare import align_texts
from newsdesk.check.disagreements import LIKE_A_NAME, likeness_to_names
from newsdesk.check.lang import load_any
from newsdesk.check.reading import Reading
from newsdesk.records import Basis, Finding, Original, Verdict
from newsdesk.vectors import encode

SPANISH = (
    "El Ayuntamiento de Lorca aprobó el martes un gasto de 1.250.000 euros para el puente viejo. "
    "La alcaldesa, Inés Robledo, dijo que no subirán los impuestos este año. "
    "Las obras del puente durarán siete meses y terminarán el 14 de octubre.\n"
    "Los vecinos del barrio llevaban años pidiendo una acera más ancha. "
    "Un grupo de pescadores protestó ante la puerta del mercado. "
    "Por la tarde, la orquesta municipal tocó en la plaza."
)
ENGLISH = (
    "Lorca council approved spending of 1,250,000 euros for the old bridge on Tuesday. "
    "The mayor, Inés Robledo, said that taxes will not go up this year. "
    "Work on the bridge will take 7 months and end on 14 October.\n"
    "Residents of the quarter had been asking for a wider pavement for years. "
    "A group of fishermen protested at the door of the market. "
    "In the afternoon, the municipal orchestra played in the square."
)
FISHERMEN = "A group of fishermen protested at the door of the market. "
FOREIGN = "Scientists found traces of water in the rocks that the probe brought back from the moon. "


def compare(check_text, text: str, original: str = SPANISH, language: str = "es") -> tuple[Finding, ...]:
    return check_text(text, original=Original(original, language)).findings


def test_a_sound_translation_agrees_with_its_original(check_text) -> None:
    checked = check_text(ENGLISH, original=Original(SPANISH, "es"))
    assert (checked.findings, checked.verdict, checked.basis) == ((), Verdict.NO_DEFECT_FOUND, Basis.COMPARED)


@pytest.mark.parametrize(
    ("right", "wrong", "rule", "in_source"),
    [
        pytest.param("1,250,000", "1,520,000", "number-differs", "1.250.000", id="a number"),
        pytest.param("7 months", "9 months", "number-differs", "siete", id="a number that the original has in letters"),
        pytest.param("October", "November", "date-differs", "octubre", id="a month"),
        pytest.param("Tuesday", "Thursday", "date-differs", "martes", id="a weekday"),
        pytest.param("1,250,000 euros", "1,250,000 dollars", "unit-differs", "1.250.000", id="a unit"),
        pytest.param("Robledo", "Whitfield", "name-differs", "Robledo", id="a name"),
        pytest.param("will not go up", "will go up", "negation-differs", "no", id="a lost negation"),
        pytest.param("protested", "did not protest", "negation-differs", "protestó", id="a negation that was put in"),
        pytest.param(FISHERMEN, FOREIGN, "meaning-differs", "pescadores", id="another sentence in the place of one"),
    ],
)
def test_an_altered_translation_is_found_with_both_places(check_text, right: str, wrong: str, rule: str, in_source: str) -> None:
    text = ENGLISH.replace(right, wrong)
    (finding,) = compare(check_text, text)
    assert finding.rule == rule
    assert text[finding.start : finding.end] in text.replace(right, "")
    assert in_source in SPANISH[finding.source_start : finding.source_end]


def test_both_texts_are_laid_side_by_side_with_gaps_where_one_side_has_nothing() -> None:
    text = ENGLISH.replace(FISHERMEN, "") + " " + FOREIGN.strip()
    alignment = align_texts(Reading(text, load_any("en"), title="A bridge"), Reading(SPANISH, load_any("es"), title="Un puente"))
    assert alignment is not None
    assert [(pair.text is None, pair.source is None, pair.is_same) for pair in alignment.pairs] == [
        *[(False, False, True)] * 4,
        (True, False, False),
        (False, False, True),
        (False, True, False),
    ]
    lost, added = alignment.pairs[4].source, alignment.pairs[6].text
    assert lost
    assert "pescadores" in SPANISH[slice(*lost)]
    assert added
    assert text[slice(*added)] == FOREIGN.strip()


def test_a_sentence_that_was_put_in_is_found(check_text) -> None:
    text = ENGLISH.replace(FISHERMEN, FISHERMEN + FOREIGN)
    (finding,) = compare(check_text, text)
    assert (finding.rule, text[finding.start : finding.end], finding.source_start) == ("not-in-original", FOREIGN.strip(), None)


def test_a_sentence_that_is_missing_is_found_where_it_would_stand(check_text) -> None:
    text = ENGLISH.replace(FISHERMEN, "")
    (finding,) = compare(check_text, text)
    assert finding.rule == "missing-from-text"
    assert finding.start == finding.end == text.index("for years.") + len("for years.")
    assert SPANISH[finding.source_start : finding.source_end] == "Un grupo de pescadores protestó ante la puerta del mercado."


def test_a_sentence_that_is_part_of_a_long_one_nearby_is_not_missing(check_text) -> None:
    spanish = (
        f'{SPANISH} "No creo que eso afecte en absoluto a la autonomía del organismo regulador", dijo. Recordó que la planificación de los '
        "sectores estratégicos, como las telecomunicaciones, la energía y el transporte, corresponde por la Constitución al Estado y que nadie "
        "lo ha puesto en duda hasta ahora."
    )
    english = (
        f"{ENGLISH} She recalled that the planning of strategic sectors such as telecommunications, energy and transport belongs to the state "
        "under the constitution and that nobody has ever doubted that, nor did she believe that it would affect the autonomy of the "
        "regulatory body."
    )
    assert compare(check_text, english, spanish) == ()


def test_what_a_shortened_translation_leaves_out_is_shown_and_decides_nothing(check_text) -> None:
    text = ENGLISH.partition("\n")[0]
    checked = check_text(text, original=Original(SPANISH, "es"))
    assert {(finding.rule, finding.severity.value) for finding in checked.findings} == {("missing-from-text", "weak")}
    assert checked.verdict is Verdict.NO_DEFECT_FOUND


def test_sentences_may_be_joined_and_split(check_text) -> None:
    joined = ENGLISH.replace("market. In the afternoon,", "market, and in the afternoon")
    split = ENGLISH.replace("7 months and end on", "7 months. It will end on")
    assert compare(check_text, joined) == compare(check_text, split) == ()


@pytest.mark.parametrize(
    ("original", "language", "text"),
    [
        pytest.param("El tren sale a las 16.45 del andén sur.", "es", "The train leaves at 4:45 p.m. from the south platform.", id="es"),
        pytest.param("Le train part à 16 h 45 du quai sud.", "fr", "The train leaves at 4.45pm from the south platform.", id="fr"),
        pytest.param(
            "Der Zug fährt um halb neun vom Südbahnsteig.", "de", "The train leaves at half past eight from the south platform.", id="de"
        ),
        pytest.param(
            "Поезд отправляется в 16:45 с южной платформы.", "ru", "The train leaves at 4:45 p.m. from the south platform.", id="ru"
        ),
    ],
)
def test_a_time_of_day_is_the_same_in_either_notation(check_text, original: str, language: str, text: str) -> None:
    assert compare(check_text, text, original, language) == ()


def test_a_unit_that_was_converted_is_the_same(check_text) -> None:
    original = "El nuevo camino tiene 16 kilómetros y pasa por el bosque."
    assert compare(check_text, "The new road is 10 miles long and runs through the forest.", original) == ()
    assert [f.rule for f in compare(check_text, "The new road is 16 miles long and runs through the forest.", original)] == ["unit-differs"]


@pytest.mark.parametrize(
    ("original", "language", "text"),
    [
        pytest.param("El fuego arrasó 8.500 hectáreas de bosque.", "es", "The fire burned 85 square kilometres of forest.", id="hectares"),
        pytest.param(
            "Das Feuer zerstörte 12 Quadratkilometer Wald.", "de", "The fire destroyed 4.6 square miles of forest.", id="German miles"
        ),
        pytest.param(
            "Il fuoco ha distrutto 12 chilometri quadrati di bosco.", "it", "The fire destroyed 1,200 hectares of forest.", id="Italian"
        ),
        pytest.param("Le feu a détruit 12 km² de forêt.", "fr", "The fire destroyed nearly 3,000 acres of forest.", id="a sign"),
        pytest.param("Огонь уничтожил 12 квадратных километров леса.", "ru", "The fire destroyed 4.6 sq miles of forest.", id="Russian"),
        pytest.param("Vor 29 546 Zuschauern siegte der Verein.", "de", "The club won in front of nearly 30,000 fans.", id="rounded up"),
        pytest.param("Au moins 2 012 personnes ont péri.", "fr", "More than 2,000 people have died.", id="rounded down"),
        pytest.param("Эвакуированы 16 538 человек.", "ru", "Some 16,500 people have been evacuated.", id="rounded to hundreds"),
        pytest.param(
            "La final se jugará a las 18.00, hora peninsular.", "es", "The final will be played at 1700 GMT.", id="another time zone"
        ),
    ],
)
def test_a_number_that_was_rounded_or_converted_is_the_same(check_text, original: str, language: str, text: str) -> None:
    assert compare(check_text, text, original, language) == ()


@pytest.mark.parametrize(
    ("original", "text"),
    [
        pytest.param("El fuego arrasó 8.500 hectáreas de bosque.", "The fire burned 58 square kilometres of forest.", id="another area"),
        pytest.param("Acudieron al estadio 29.546 espectadores.", "Nearly 20,000 fans came to the stadium.", id="too far to be rounded"),
        pytest.param("La fábrica abrió sus puertas en 2012.", "The factory opened its doors in 2000.", id="a year"),
    ],
)
def test_another_number_is_not_one_that_was_rounded(check_text, original: str, text: str) -> None:
    assert [finding.rule for finding in compare(check_text, text, original)] == ["number-differs"]


def test_a_sentence_that_was_moved_is_compared_where_it_stands(check_text) -> None:
    moved = "In the afternoon, the municipal orchestra played in the square. "
    text = moved + ENGLISH.replace(" " + moved.strip(), "")
    original = SPANISH.replace("Por la tarde", "A las 17.30")
    assert compare(check_text, text) == ()
    (finding,) = compare(check_text, text.replace("In the afternoon", "At 6.30 p.m."), original)
    assert (finding.rule, original[finding.source_start : finding.source_end]) == ("number-differs", "17.30")


@pytest.mark.parametrize(
    ("original", "language"),
    [
        pytest.param("Die Stadt gab 2,5 Mio. Euro aus, sagte Bürgermeister Jürgen Kolb am Freitag.", "de", id="de"),
        pytest.param("Город потратил 2,5 млн евро, сообщил в пятницу мэр Юрген Кольб.", "ru", id="ru"),
        pytest.param("Miasto wydało 2,5 mln euro, powiedział w piątek burmistrz Jürgen Kolb.", "pl", id="pl"),
    ],
)
def test_numbers_days_and_names_are_read_in_other_languages(check_text, original: str, language: str) -> None:
    text = "The city spent 2.5 million euros, mayor Jürgen Kolb said on Friday."
    assert compare(check_text, text, original, language) == ()
    assert [f.rule for f in compare(check_text, text.replace("2.5", "3.5"), original, language)] == ["number-differs"]
    assert [f.rule for f in compare(check_text, text.replace("Friday", "Monday"), original, language)] == ["date-differs"]


@pytest.mark.parametrize(
    ("original", "language", "text"),
    [
        pytest.param(
            "El equipo no faltará a la final de Oporto.", "es", "The team will play in the final in Porto.", id="not to be missing"
        ),
        pytest.param("Cela ne pourra se faire qu'avec une Europe unie.", "fr", "This can only be done with a united Europe.", id="only"),
        pytest.param(
            "Es ist nicht auszuschließen, dass die Wahl verschoben wird.", "de", "The election may be postponed.", id="not to be ruled out"
        ),
        pytest.param("Он не только хорошо поёт, но и танцует.", "ru", "He sings well and is a dancer too.", id="not only"),
        pytest.param("Übt das nicht ein wenig Druck auf Sie aus?", "de", "Does this put a little pressure on you?", id="a question"),
        pytest.param("La empresa rechazó hacer comentarios.", "es", "The company would not comment.", id="to refuse"),
    ],
)
def test_what_a_language_says_by_a_negation_another_may_say_without(check_text, original: str, language: str, text: str) -> None:
    assert compare(check_text, text, original, language) == ()


@pytest.mark.parametrize(
    ("original", "language", "text"),
    [
        pytest.param("Анджелина Джоли приехала во Францию в мае.", "ru", "Angelina Jolie came to France in May.", id="transcribed"),
        pytest.param(
            "Мэр Мюнхена Кристиан Уде встретил Уильяма Хейга.", "ru", "Munich mayor Christian Ude met William Hague.", id="in cases"
        ),
        pytest.param("Die Angelsachsen kamen nach Köln und Wien.", "de", "The Anglo-Saxons came to Cologne and Vienna.", id="translated"),
    ],
)
def test_a_name_is_the_same_in_the_form_that_another_language_gives_it(check_text, original: str, language: str, text: str) -> None:
    assert compare(check_text, text, original, language) == ()


def test_a_name_that_stands_nearby_too_is_missed_where_another_stands_for_it(check_text) -> None:
    original = "Inés Robledo visitó el mercado. Los vecinos recibieron a Robledo con aplausos. Después, Robledo habló del puente viejo."
    text = "Inés Robledo visited the market. Residents received Robledo with applause. Afterwards, Whitfield spoke about the old bridge."
    (finding,) = compare(check_text, text, original)
    assert (finding.rule, text[finding.start : finding.end]) == ("name-differs", "Whitfield")


def test_a_capital_of_a_german_noun_does_not_tell_a_name(check_text) -> None:
    original = "Die Stadt baut eine Brücke. Am Freitag sprach Robledo vor dem Rathaus über die Kosten. Viele Bürger kamen."
    text = "The town is building a bridge. On Friday, Whitfield talked about its costs at the town hall. Many citizens came."
    assert compare(check_text, text, original, "de") == ()


@pytest.mark.parametrize(
    ("original", "language", "text"),
    [
        pytest.param(
            "Die Brücke plante der Ingenieur Anton Vogler im vorigen Jahr.",
            "de",
            "The engineer Anton Kellner planned the bridge last year.",
            id="a name in a language that writes all nouns with capitals",
        ),
        pytest.param(
            "La alcaldesa de Lorca llamó a Lorca la ciudad más cálida del sur.",
            "es",
            "The mayor of Lorca called Whitby the warmest town of the south.",
            id="one of two places of a name",
        ),
        pytest.param(
            "Die Brücke plante der Ingenieur Anton Voglerow im vorigen Jahr.",
            "de",
            "The engineer Kurt Voglerov planned the bridge last year.",
            id="beside a name in another spelling",
        ),
        pytest.param(
            "Die Brücke plante Anton Vogler im vorigen Jahr. Sie kostete sehr viel Geld. Am Ende baute Kurt Weber sie.",
            "de",
            "The bridge was planned by Kurt Vogler last year. It cost a lot of money. In the end, Kurt Weber built it.",
            id="a given name that another person of the original has",
        ),
    ],
)
def test_another_name_beside_or_instead_of_a_known_one_is_found(check_text, original: str, language: str, text: str) -> None:
    assert [(f.rule, f.severity.value) for f in compare(check_text, text, original, language)] == [("name-differs", "strong")]


def test_a_german_noun_that_is_like_a_name_is_compared_as_a_hint(check_text) -> None:
    original = "Das Heft wird jetzt auch in den Buchhandlungen von Zenica verkauft."
    text = "The notebook is now also sold in the bookshops of Florence."
    assert [(f.rule, f.severity.value) for f in compare(check_text, text, original, "de")] == [("name-differs", "weak")]


@pytest.mark.parametrize(
    ("word", "is_name"),
    [
        pytest.param("Zenica", True, id="a place"),
        pytest.param("Samaras", True, id="a person"),
        pytest.param("Auswahl", False, id="a German noun"),
        pytest.param("Tecnologías", False, id="a word of a title"),
    ],
)
def test_names_lie_before_other_words_in_a_direction_of_their_vectors(word: str, is_name: bool) -> None:
    assert (likeness_to_names(word) > LIKE_A_NAME) is is_name


@pytest.mark.parametrize(
    ("original", "language", "text", "text_language"),
    [
        pytest.param("Karel Vogler plante die Brücke.", "de", "The bridge was planned by Charles Vogler.", "en", id="a given name"),
        pytest.param(
            "Les habitants de Nouvelle Galles manifestent.", "fr", "Los vecinos de Nueva Gales se manifiestan.", "es", id="a place"
        ),
    ],
)
def test_a_translated_word_beside_the_same_name_is_no_other_name(
    check_text, original: str, language: str, text: str, text_language: str
) -> None:
    findings = check_text(text, text_language, original=Original(original, language)).findings
    assert [finding for finding in findings if finding.rule == "name-differs"] == []


def test_a_title_that_another_language_joins_with_the_office_is_no_name(check_text) -> None:
    original = "Verteidigungsminister Anton Vogler sprach am Montag vor dem Kongress über den Haushalt."
    text = "Defense Secretary Anton Vogler spoke to Congress about the budget on Monday."
    assert compare(check_text, text, original, "de") == ()


@pytest.mark.parametrize(
    ("original", "language", "text", "text_language"),
    [
        pytest.param("The Parliament met in Vienna.", "en", "Das Parlament tagte in Wien.", "de", id="German nouns"),
        pytest.param("Social Security pays in Munich.", "en", "La Seguridad Social paga en Múnich.", "es", id="a body"),
    ],
)
def test_capitals_of_other_languages_are_not_taken_for_names(
    check_text, original: str, language: str, text: str, text_language: str
) -> None:
    checked = check_text(text, text_language, original=Original(original, language))
    assert [finding.rule for finding in checked.findings if finding.rule == "name-differs"] == []


@pytest.mark.parametrize(
    ("original", "language"),
    [
        pytest.param("Der Verein hat siebenundzwanzig Mitglieder aus Köln.", "de", id="de"),
        pytest.param("De vereniging heeft zevenentwintig leden uit Keulen.", "nl", id="nl"),
        pytest.param("В клубе двадцать семь членов из Кёльна.", "ru", id="ru"),
        pytest.param("La asociación tiene veintisiete socios de Colonia.", "es", id="es"),
    ],
)
def test_numbers_in_words_are_compared(check_text, original: str, language: str) -> None:
    assert compare(check_text, "The club has 27 members from Cologne.", original, language) == ()
    assert [f.rule for f in compare(check_text, "The club has 29 members from Cologne.", original, language)] == ["number-differs"]


@pytest.mark.parametrize(
    ("original", "text"),
    [
        pytest.param("Er unterschrieb einen 200-Millionen-Vertrag.", "He signed a contract worth 200 million.", id="joined by a hyphen"),
        pytest.param("Das Flugzeug ist eine Casa C-295M.", "The aircraft is a Casa C-295.", id="the letter of a model"),
        pytest.param("Sie gewann über 100 Meter.", "She won the 100 m.", id="the letter of a unit"),
    ],
)
def test_a_magnitude_is_told_from_letters_that_are_none(check_text, original: str, text: str) -> None:
    assert compare(check_text, text, original, "de") == ()


def test_a_number_that_stands_twice_is_missed_where_it_stands_once(check_text) -> None:
    original = "Más de un tercio de los niños de 9 a 13 años tiene sobrepeso, y el 9 por ciento de las niñas."
    text = "More than a third of children aged 9 to 13 are overweight, and 4 per cent of girls."
    assert [finding.rule for finding in compare(check_text, text, original)] == ["number-differs"]


def test_a_number_of_the_next_sentence_is_missed_where_another_stands_for_it(check_text) -> None:
    original = "El ayuntamiento convocó 16 concursos este otoño. Los arquitectos participaron en los 16 concursos con gusto."
    text = "The town council called 16 competitions this autumn. The architects took part in the 19 competitions with pleasure."
    (finding,) = compare(check_text, text, original)
    assert (finding.rule, text[finding.start : finding.end]) == ("number-differs", "19")


@pytest.mark.parametrize(
    ("original", "language"),
    [
        pytest.param("El puente costará entre 400 y 600 euros, según el gobierno.", "es", id="left out"),
        pytest.param("Die Brücke kostet nach Angaben der Regierung zwischen 400 und 600 Billionen Euro.", "de", id="confused"),
    ],
)
def test_the_same_digits_with_another_word_for_their_size_are_a_hint(check_text, original: str, language: str) -> None:
    text = "The bridge will cost between 400 billion and 600 billion euros, according to the government."
    checked = check_text(text, original=Original(original, language))
    assert {(finding.rule, finding.severity.value) for finding in checked.findings} == {("number-differs", "weak")}
    assert checked.verdict is Verdict.NO_DEFECT_FOUND


@pytest.mark.parametrize(
    ("original", "language", "right", "wrong"),
    [
        pytest.param(
            "Elle n'est pas seule à défendre le vieux pont.",
            "fr",
            "She is not alone in defending the old bridge.",
            "",
            id="not alone",
        ),
        pytest.param(
            "Les habitants ne venaient que rarement, et la mairie ne pouvait y suffire.",
            "fr",
            "Residents came only rarely, and the town hall could not cope.",
            "",
            id="ne without pas",
        ),
        pytest.param("La sentencia aún no es firme.", "es", "The verdict is not yet final.", "The verdict is final.", id="not yet"),
        pytest.param("Siria no se doblegará.", "es", "Syria will not bend.", "Syria will bend.", id="es"),
        pytest.param("Der Stadtrat wird die Brücke nicht sperren.", "de", "The council will not close the bridge.", "", id="de"),
        pytest.param("Мэр не закроет старый мост.", "ru", "The mayor will not close the old bridge.", "", id="ru"),
        pytest.param(
            "Мэр закроет старый мост.",
            "ru",
            "The mayor will close the old bridge.",
            "The mayor will not close the old bridge.",
            id="put in, ru",
        ),
        pytest.param(
            "La mairie a vendu le vieux moulin sans contrat.",
            "fr",
            "The town hall has sold the old mill without a contract.",
            "The town hall has not sold the old mill without a contract.",
            id="put in beside a word that could replace it",
        ),
        pytest.param(
            "Die Feuerwehr sperrt die Brücke, weil sie nicht sicher ist.",
            "de",
            "The fire brigade is closing the bridge because it is not safe.",
            "The fire brigade is not closing the bridge because it is not safe.",
            id="put in beside another",
        ),
    ],
)
def test_a_negation_is_the_same_in_the_words_of_either_language(check_text, original: str, language: str, right: str, wrong: str) -> None:
    assert compare(check_text, right, original, language) == ()
    assert not wrong or [finding.rule for finding in compare(check_text, wrong, original, language)] == ["negation-differs"]


@pytest.mark.parametrize(
    ("original", "language", "text"),
    [
        pytest.param(
            "Le maire déplore que les efforts du conseil se soient soldés par un échec.",
            "fr",
            "The mayor regrets that the efforts of the council did not succeed.",
            id="a failure",
        ),
        pytest.param(
            "Die Mannschaft wird bei der Meisterschaft in Porto nicht fehlen.",
            "de",
            "The team will again play at the championship in Porto.",
            id="not to be absent",
        ),
        pytest.param(
            "Man lebt hier mit den Krähen. Man wird sie nicht mehr los.",
            "de",
            "People here live with the crows. Getting rid of them is not possible.",
            id="the same place",
        ),
        pytest.param(
            "El juego no está terminado.",
            "es",
            "The game is unfinished.",
            id="a prefix",
        ),
    ],
)
def test_what_one_language_denies_another_may_say_by_a_word(check_text, original: str, language: str, text: str) -> None:
    assert compare(check_text, text, original, language) == ()


@pytest.mark.parametrize(("original", "language"), [("Міська рада схвалила витрати.", "uk"), ("Une phrase.", None), ("", "es")])
def test_an_original_in_a_language_without_vectors_is_not_compared(check_text, original: str, language: str | None) -> None:
    checked = check_text(ENGLISH, original=Original(original, language))
    assert (checked.findings, checked.basis) == ((), Basis.STRUCTURE_ONLY)


def test_a_text_in_a_language_without_rules_can_be_compared(check_text) -> None:
    original = "The mayor opened a school on Monday. Three hundred children came. A band played in the yard."
    text = "Мэр открыл школу в понедельник. Пришли триста детей. Во дворе играл оркестр."
    assert check_text(text, "ru", original=Original(original, "en")).verdict is Verdict.NO_DEFECT_FOUND


@pytest.mark.parametrize(
    ("fields", "basis"),
    [
        pytest.param({"declared_language": "en-GB"}, Basis.NOT_A_TRANSLATION, id="the page's own language"),
        pytest.param({"declared_language": "es"}, Basis.STRUCTURE_ONLY, id="a page of another language"),
        pytest.param({}, Basis.STRUCTURE_ONLY, id="a page that does not say"),
    ],
)
def test_without_an_original_the_basis_tells_that_nobody_compared(check_text, fields: dict[str, str], basis: Basis) -> None:
    assert check_text(ENGLISH, language_confidence=0.99, **fields).basis is basis


def test_groups_follow_the_order_and_leave_out_what_has_no_counterpart() -> None:
    target = encode(["The dog sleeps.", "Prices rose in May.", "The rocket exploded after its launch."])
    source = encode(["El perro duerme.", "Los precios subieron en mayo."])
    assert [(list(g.target), list(g.source)) for g in align(target, source)] == [([0], [0]), ([1], [1]), ([2], [])]


def test_many_disagreements_make_a_text_suspect_and_its_sentences_are_not_broken(check_text) -> None:
    text = ENGLISH.replace("1,250,000", "1,520,000").replace("Tuesday", "Thursday").replace(FISHERMEN, FOREIGN)
    checked = check_text(text, original=Original(SPANISH, "es"))
    assert (checked.verdict, len(checked.findings)) == (Verdict.SUSPECT, 3)


DATES = [
    ("de", "Der Vertrag gilt seit dem 12.05.2020.", "May 12, 2020"),
    ("de", "Der Vertrag gilt seit dem 12. 5. 2020.", "12 May 2020"),
    ("ru", "Договор действует с 12.05.2020.", "12 May 2020"),
    ("es", "El contrato rige desde el 12/05/2020.", "12 May 2020"),
    ("es", "El contrato rige desde el 12/05/2020.", "5/12/2020"),
    ("fr", "Le contrat court depuis le 12-05-2020.", "2020-05-12"),
]


@pytest.mark.parametrize(("language", "original", "date"), DATES)
def test_date_in_digits_is_the_same_date_in_words(check_text, language: str, original: str, date: str) -> None:
    assert compare(check_text, f"The contract has been in force since {date}.", original, language) == ()


@pytest.mark.parametrize(
    ("date", "rule"), [("13 May 2020", "number-differs"), ("12 June 2020", "date-differs"), ("12 May 2021", "number-differs")]
)
def test_another_date_than_the_one_in_digits_is_found(check_text, date: str, rule: str) -> None:
    found = compare(check_text, f"The contract has been in force since {date}.", "Der Vertrag gilt seit dem 12.05.2020.", "de")
    assert [finding.rule for finding in found] == [rule]
