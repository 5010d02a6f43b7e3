"""Denials: vectors have a direction in which a clause with a "not" lies before the same without it, in any language."""

import pytest

from newsdesk.check.denials import direction, find_denial
from newsdesk.check.facts import Facts, facts_of
from newsdesk.check.lang import load_any
from newsdesk.check.reading import Reading
from newsdesk.vectors import encode


def facts(text: str, language: str) -> list[Facts]:
    return facts_of(Reading(text, load_any(language)).sentences, language)


@pytest.mark.parametrize(
    ("said", "denied"),
    [
        pytest.param("The ferry will leave at noon.", "The ferry will not leave at noon.", id="en"),
        pytest.param("El puente es seguro.", "El puente no es seguro.", id="es"),
        pytest.param("Die Brücke wurde gesperrt.", "Die Brücke wurde nicht gesperrt.", id="de"),
        pytest.param("Le pont est fermé.", "Le pont n'est pas fermé.", id="fr"),
        pytest.param("Мэр закрыл мост.", "Мэр не закрыл мост.", id="ru"),
        pytest.param("桥已经关闭了。", "桥没有关闭。", id="zh, which the direction was not fitted with"),
    ],
)
def test_a_denial_lies_before_what_it_denies_in_any_language(said: str, denied: str) -> None:
    before, behind = encode([denied, said]) @ direction()
    assert before - behind > 0.1


@pytest.mark.parametrize(
    ("text", "original", "language", "is_put_in"),
    [
        pytest.param("The mayor did not sell the old mill.", "La alcaldesa vendió el viejo molino.", "es", True, id="put in"),
        pytest.param("The bridge will be closed.", "Die Brücke wird nicht gesperrt.", "de", False, id="left out"),
        pytest.param(
            "Residents who did not complain were not heard, and the road will not be built.",
            "Les habitants qui ne se sont pas plaints n'ont pas été entendus, et la route sera construite.",
            "fr",
            True,
            id="put in beside others",
        ),
        pytest.param("The bridge is open on Sundays.", "Le pont n'est ouvert que le dimanche.", "fr", None, id="ne que"),
        pytest.param("The town hall is just a bit larger.", "La mairie n'est qu'un peu plus grande.", "fr", None, id="ne que before plus"),
        pytest.param("The council discussed the bridge.", "El pleno no hizo más que hablar del puente.", "es", None, id="no más que"),
        pytest.param("They decided against closing the bridge.", "Sie haben die Brücke nicht geschlossen.", "de", None, id="against"),
        pytest.param(
            "Although the mayor could confirm the figure, the council met.",
            "Aunque el alcalde no pudo confirmar la cifra, el pleno se reunió.",
            "es",
            False,
            id="left out after although",
        ),
        pytest.param(
            "The mayor, who had little time, said that the bridge is safe.",
            "La alcaldesa dijo que el puente no es seguro.",
            "es",
            False,
            id="left out beside a word that can replace another",
        ),
        pytest.param("They found nothing in the house.", "No encontraron nada en la casa.", "es", None, id="a doubled negation"),
        pytest.param("Is the bridge safe?", "¿No es seguro el puente?", "es", None, id="a question"),
        pytest.param("Other people know it too.", "Auch Nicht-Fachleute kennen es.", "de", None, id="the first part of a compound"),
        pytest.param("She failed to convince the jury.", "Sie konnte die Jury nicht überzeugen.", "de", None, id="said by a verb"),
    ],
)
def test_a_denial_of_one_side_is_found_where_nothing_else_says_it(text: str, original: str, language: str, is_put_in: bool | None) -> None:
    found = find_denial(facts(text, "en"), facts(original, language), 0.8)
    assert (found and found.is_put_in) is is_put_in


def test_a_denial_is_shown_beside_the_clause_that_says_the_opposite() -> None:
    text = "The road is new, the mayor said, but the bridge is not safe."
    original = "La carretera es nueva, dijo la alcaldesa, pero el puente es seguro."
    found = find_denial(facts(text, "en"), facts(original, "es"), 0.8)
    assert found is not None
    assert (text[slice(*found.here)], original[slice(*found.there)]) == ("not", "pero el puente es seguro.")
