"""What is asked of the index for the original of an article."""

import datetime as dt

import pytest

from newsdesk.search.originals import LEAST_COVERED, Story, _asked_for, _coverage, _forms

ENGLISH = Story(
    id="1",
    url="",
    source="",
    title="",
    language="en",
    text="The council of Lorca spent 1,520,000 euros on Tuesday, said Inés Robledo. The company Ferrovial builds until October.",
    dated_at=dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC),
    story_id="1",
    countries=frozenset({"ES"}),
)


def spanish(text: str) -> Story:
    return Story(
        id="2", url="", source="", title="", language="es", text=text, dated_at=ENGLISH.dated_at, story_id="2", countries=frozenset()
    )


@pytest.mark.parametrize(
    ("number", "forms"),
    [
        (1_250_000.0, ["1,250,000", "1.250.000", "1250000"]),
        (2026.0, ["2,026", "2.026", "2026"]),
        (184.5, ["184.5", "184,5"]),
    ],
)
def test_a_number_is_asked_for_as_languages_write_it(number: float, forms: list[str]) -> None:
    assert list(_forms(number)) == forms


def test_names_and_telling_numbers_are_asked_for() -> None:
    assert {"1.520.000", "Robledo", "Ferrovial"} <= set(_asked_for(ENGLISH))


def test_the_same_event_covers_the_article_and_another_of_the_same_people_does_not() -> None:
    same = spanish("El concejo de Lorca gastó 1.250.000 euros el martes, dijo Inés Robledo. La empresa Ferrovial construye hasta octubre.")
    other = spanish("La alcaldesa Inés Robledo recibió el jueves en Lorca a los bomberos. Llovió mucho en Mazarrón.")
    assert _coverage(ENGLISH, other) < LEAST_COVERED < _coverage(ENGLISH, same)
