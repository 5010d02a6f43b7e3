"""The types of names in lists, and beside persons and places."""

import pytest

from newsdesk.records import EntityType
from newsdesk.settings import TagSettings
from newsdesk.tag.gazetteer import Gazetteer, load_gazetteer
from newsdesk.tag.lists import type_by_neighbours, with_types_of_lists
from newsdesk.tag.spans import NameSpan

PERSON, ORGANIZATION, PLACE, OTHER = EntityType.PERSON, EntityType.ORGANIZATION, EntityType.PLACE, EntityType.OTHER


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load_gazetteer(TagSettings())


def types(text: str, named: list[tuple[str, EntityType]], gazetteer: Gazetteer, *, sure: str = "") -> list[EntityType]:
    """Return the types of the names, which are given with the types of the model in the order of the text."""
    spans = [NameSpan(text.index(name), text.index(name) + len(name), name, type_, sure=name == sure) for name, type_ in named]
    return [span.type for span in with_types_of_lists(spans, text, gazetteer)]


@pytest.mark.parametrize(
    "text", ["Tarnex, Okolov and Vale Oil fell.", "Tarnex, Okolov, and the Vale Oil fell.", "Tarnex or Okolov or Vale Oil fell."]
)
def test_one_of_three_firms_is_no_person(text: str, gazetteer: Gazetteer) -> None:
    assert types(text, [("Tarnex", ORGANIZATION), ("Okolov", PERSON), ("Vale Oil", ORGANIZATION)], gazetteer) == [ORGANIZATION] * 3


def test_one_of_three_persons_is_no_place(gazetteer: Gazetteer) -> None:
    text = "She met Ana Prado, Tarn Okolov and Vera Lund."
    assert types(text, [("Ana Prado", PERSON), ("Tarn Okolov", PLACE), ("Vera Lund", PERSON)], gazetteer) == [PERSON] * 3


@pytest.mark.parametrize(
    ("text", "named"),
    [
        pytest.param("Tarnex and Okolov fell.", [("Tarnex", ORGANIZATION), ("Okolov", PERSON)], id="two names"),
        pytest.param("Tarnex, Ana Okolov and Vale Oil", [("Tarnex", ORGANIZATION), ("Ana Okolov", PERSON), ("Vale Oil", ORGANIZATION)], id="a given name"),
        pytest.param("Tarnex, Angela Merkel and Vale Oil", [("Tarnex", ORGANIZATION), ("Angela Merkel", PERSON), ("Vale Oil", ORGANIZATION)], id="a known name"),
        pytest.param("Ana Prado, Porto Alegre and Vera Lund", [("Ana Prado", PERSON), ("Porto Alegre", PLACE), ("Vera Lund", PERSON)], id="a town"),
        pytest.param("Ana Prado, Tarnex and Vera Lund", [("Ana Prado", PERSON), ("Tarnex", ORGANIZATION), ("Vera Lund", PERSON)], id="one word"),
        pytest.param("Kisumu, Okolov and Porto", [("Kisumu", PLACE), ("Okolov", PERSON), ("Porto", PLACE)], id="places"),
        pytest.param("Tarnex, Okolov, Vera Lund, Vale Oil", [("Tarnex", ORGANIZATION), ("Okolov", PERSON), ("Vera Lund", PERSON), ("Vale Oil", ORGANIZATION)], id="two of each"),
    ],
)  # fmt: skip
def test_types_stay_where_the_list_does_not_decide(text: str, named: list[tuple[str, EntityType]], gazetteer: Gazetteer) -> None:
    assert types(text, named, gazetteer) == [type_ for _, type_ in named]


def test_type_from_a_rule_stays(gazetteer: Gazetteer) -> None:
    named = [("Tarnex", ORGANIZATION), ("Okolov", PERSON), ("Vale Oil", ORGANIZATION)]
    assert types("Tarnex, Okolov and Vale Oil fell.", named, gazetteer, sure="Okolov") == [ORGANIZATION, PERSON, ORGANIZATION]


@pytest.mark.parametrize(
    ("text", "name", "type_", "other", "other_type", "expected"),
    [
        ("Sydney Okolov and Ana Prado came.", "Sydney Okolov", ORGANIZATION, "Ana Prado", PERSON, PERSON),
        ("Sydney Okolov, and Ana Prado, came.", "Sydney Okolov", ORGANIZATION, "Ana Prado", PERSON, ORGANIZATION),
        ("Sydney Okolov and Austin Prado came.", "Sydney Okolov", ORGANIZATION, "Austin Prado", PERSON, PERSON),
        ("Vale Okolov and Ana Prado came.", "Vale Okolov", ORGANIZATION, "Ana Prado", PERSON, ORGANIZATION),
        ("They toured Cartagena and Cali.", "Cali", PERSON, "Cartagena", PLACE, PLACE),
        ("They toured Cartagena or Okolov.", "Okolov", PERSON, "Cartagena", PLACE, PERSON),
        ("He left Ilfracombe and Okolina, when it rained.", "Okolina", PERSON, "Ilfracombe", PLACE, PERSON),
        ("He left Ilfracombe, Okolina, late.", "Okolina", PERSON, "Ilfracombe", PLACE, PLACE),
    ],
)
def test_a_name_beside_a_person_or_place(
    text: str, name: str, type_: EntityType, other: str, other_type: EntityType, expected: EntityType, gazetteer: Gazetteer
) -> None:
    span, neighbour = (
        NameSpan(text.index(word), text.index(word) + len(word), word, kind) for word, kind in ((name, type_), (other, other_type))
    )
    before, following = (neighbour, None) if neighbour.start < span.start else (None, neighbour)
    assert type_by_neighbours(span, before, following, text, gazetteer) is expected
