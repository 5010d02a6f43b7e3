"""What is asked of the index, and what makes a story the original of another."""

import dataclasses
import datetime as dt

import pytest

from newsdesk.search.originals import Story, _forms, _points, _traits

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
ENGLISH = Story(
    id="1",
    url="",
    source="",
    title="",
    language="en",
    text="The council of Lorca spent 1,520,000 euros on Tuesday, said Inés Robledo. The company Ferrovial builds until October.",
    dated_at=NOW,
    story_id="1",
    places=frozenset({"2514891"}),
)


def spanish(text: str, *places: str) -> Story:
    return dataclasses.replace(ENGLISH, id="2", story_id="2", language="es", text=text, places=frozenset(places))


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


def test_the_same_event_shares_names_dates_and_linked_places() -> None:
    same = spanish(
        "El concejo gastó 1.250.000 euros el martes en Lorca, dijo Inés Robledo. La empresa Ferrovial trabaja hasta octubre.", "2514891"
    )
    assert _points(ENGLISH, _traits(ENGLISH), same) >= 5


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "La alcaldesa Inés Robledo recibió el jueves en Lorca a los bomberos de Totana y a los vecinos de Mazarrón.", id="same mayor"
        ),
        pytest.param("En Murcia llovió el martes. Según Javier Ortega, en octubre cayeron 540 litros.", id="same days"),
    ],
)
def test_another_event_of_the_same_people_or_days_is_none(text: str) -> None:
    assert _points(ENGLISH, _traits(ENGLISH), spanish(text)) == 0
