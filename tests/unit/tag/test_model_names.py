"""Names found by an optional model are added to those found by lookup."""

import pytest

from newsdesk.records import EntityType, ModelName
from newsdesk.settings import TagSettings
from newsdesk.tag.gazetteer import LanguageWords, load_gazetteer
from newsdesk.tag.model_names import add_model_names
from newsdesk.tag.spans import NameSpan

PERSON, PLACE, ORGANIZATION = EntityType.PERSON, EntityType.PLACE, EntityType.ORGANIZATION


@pytest.fixture(scope="module")
def french() -> LanguageWords:
    return load_gazetteer(TagSettings()).languages["fr"]


def added(text: str, words: LanguageWords | None, *found: tuple[str, EntityType], looked_up: tuple[tuple[str, EntityType], ...] = ()):
    names = [ModelName(text.index(name), text.index(name) + len(name), type_) for name, type_ in found]
    known = [NameSpan(text.index(name), text.index(name) + len(name), name, type_) for name, type_ in looked_up]
    result = add_model_names(known, names, text, words)
    assert all(text[name.start : name.end] == name.text for name in result)
    return [(name.text, name.type) for name in result]


def test_names_are_in_the_order_of_the_text(french):
    text = "Lyon reçoit Anne Morel et Metz."
    found = added(text, french, ("Anne Morel", PERSON), ("Metz", PLACE), looked_up=(("Lyon", PLACE),))
    assert found == [("Lyon", PLACE), ("Anne Morel", PERSON), ("Metz", PLACE)]


def test_a_name_that_was_looked_up_is_kept_where_the_model_cuts_it_otherwise(french):
    text = "La Banque centrale européenne se tait."
    found = added(text, french, ("Banque", ORGANIZATION), looked_up=(("Banque centrale européenne", ORGANIZATION),))
    assert found == [("Banque centrale européenne", ORGANIZATION)]


@pytest.mark.parametrize(
    ("text", "found", "name"),
    [
        ("Le FC Nantes s’est imposé.", ("FC Nantes s’", ORGANIZATION), ("FC Nantes", ORGANIZATION)),
        ("Le FC Metz n'a pas joué.", ("FC Metz n'", ORGANIZATION), ("FC Metz", ORGANIZATION)),
        ("Devant la gare de Guéret.", ("gare de Guéret", PLACE), ("Guéret", PLACE)),
        ("Le « Figaro » écrit.", ("« Figaro »", ORGANIZATION), ("Figaro", ORGANIZATION)),
        ("Le Stade rennais gagne.", ("Stade rennais", PLACE), ("Stade rennais", ORGANIZATION)),
        ("À l’université de Caen.", ("université de Caen", PLACE), ("université de Caen", ORGANIZATION)),
    ],
)
def test_a_models_name_is_corrected(french, text, found, name):
    assert added(text, french, found) == [name]


def test_a_role_in_lower_case_is_no_name(french):
    assert added("Le ministre des Transports part.", french, ("ministre des Transports", ORGANIZATION)) == []


def test_the_surname_of_a_person_of_the_text_is_that_person(french):
    text = "Anne Guéret parle. Puis Guéret part."
    names = [ModelName(0, 11, PERSON), ModelName(24, 30, PLACE)]
    assert [name.type for name in add_model_names([], names, text, french)] == [PERSON, PERSON]


@pytest.mark.parametrize("text", ["アンナ・ベルグ氏", "アンナ＝ベルグ氏"])
def test_a_foreign_name_with_a_middle_dot_is_one_person(text):
    names = [ModelName(0, 3, PERSON), ModelName(4, 7, PERSON)]
    assert [name.text for name in add_model_names([], names, text, None)] == [text[:7]]


def test_two_persons_with_a_comma_between_them_are_two():
    names = [ModelName(0, 3, PERSON), ModelName(4, 7, PERSON)]
    assert len(add_model_names([], names, "アンナ、ベルグ氏", None)) == 2
