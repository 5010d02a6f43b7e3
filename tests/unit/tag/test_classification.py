"""All occurrences of a name in an article determine its type: one name has one type."""

import pytest

from newsdesk.records import EntityType
from newsdesk.settings import TagSettings
from newsdesk.tag.classification import classify
from newsdesk.tag.detection import LABELS
from newsdesk.tag.gazetteer import Gazetteer, load_gazetteer
from newsdesk.tag.spans import NameSpan


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load_gazetteer(TagSettings())


def types(text: str, labelled: list[tuple[str, str]], gazetteer: Gazetteer) -> list[EntityType]:
    """Return the types of the names, which are given with the model's labels in the order of the text."""
    spans, end = [], 0
    for name, label in labelled:
        start = text.index(name, end)
        end = start + len(name)
        spans.append(NameSpan(start, end, name, LABELS[label], label))
    return [span.type for span in classify(spans, [], text, gazetteer)[0]]


def test_a_word_alone_is_the_organization_whose_name_begins_with_it(gazetteer: Gazetteer) -> None:
    text = "Okolov Cement grew. Later Okolov shrank."
    assert types(text, [("Okolov Cement", "ORG"), ("Okolov", "PERSON")], gazetteer) == [EntityType.ORGANIZATION] * 2


def test_a_person_with_a_title_stays_one_beside_the_firm_of_the_same_name(gazetteer: Gazetteer) -> None:
    text = "Okolov Cement grew. Its founder, Vera Okolov, left. Later Okolov died."
    found = types(text, [("Okolov Cement", "ORG"), ("Vera Okolov", "PERSON"), ("Okolov", "PERSON")], gazetteer)
    assert found == [EntityType.ORGANIZATION, EntityType.PERSON, EntityType.PERSON]


def test_one_mention_that_the_text_explains_decides_for_the_others(gazetteer: Gazetteer) -> None:
    text = "Okolov grew. Okolov shareholders left. Then Okolov shrank. Nobody asked Okolov."
    assert types(text, [("Okolov", "PERSON")] * 4, gazetteer) == [EntityType.ORGANIZATION] * 4


def test_without_an_explanation_most_mentions_decide(gazetteer: Gazetteer) -> None:
    text = "Okolov grew. Okolov left. Then Okolov shrank."
    assert types(text, [("Okolov", "ORG"), ("Okolov", "PERSON"), ("Okolov", "ORG")], gazetteer) == [EntityType.ORGANIZATION] * 3


def test_a_surname_just_behind_the_full_name_is_no_country(gazetteer: Gazetteer) -> None:
    text = "Jordan beat Syria. Then Michael Jordan left. Jordan waved."
    found = types(text, [("Jordan", "GPE"), ("Syria", "GPE"), ("Michael Jordan", "PERSON"), ("Jordan", "GPE")], gazetteer)
    assert found == [EntityType.PLACE, EntityType.PLACE, EntityType.PERSON, EntityType.PERSON]


def test_the_first_words_of_an_organization_are_no_place_though_they_end_in_a_noun_for_places(gazetteer: Gazetteer) -> None:
    text = "Tarn Valley Bancorp grew. Later Tarn Valley shrank."
    assert types(text, [("Tarn Valley Bancorp", "ORG"), ("Tarn Valley", "GPE")], gazetteer) == [EntityType.ORGANIZATION] * 2


def test_a_town_stays_one_beside_the_organization_that_is_named_after_it(gazetteer: Gazetteer) -> None:
    text = "Lagos Observer grew. Later Lagos shrank."
    assert types(text, [("Lagos Observer", "ORG"), ("Lagos", "GPE")], gazetteer) == [EntityType.ORGANIZATION, EntityType.PLACE]


def test_a_name_of_a_place_and_a_surname_beside_a_person_is_a_person(gazetteer: Gazetteer) -> None:
    text = "Sydney Okolov and Ana Prado came. Sydney Okolovs and Ana Prado lost. Sydney Museum and Ana Prado agreed."
    labelled = [(name, "ORG") for name in ("Sydney Okolov", "Sydney Okolovs", "Sydney Museum")]
    found = types(text, [pair for name in labelled for pair in (name, ("Ana Prado", "PERSON"))], gazetteer)
    assert found[::2] == [EntityType.PERSON, EntityType.ORGANIZATION, EntityType.ORGANIZATION]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("MARLOW QUAY — A man was found.", "MARLOW QUAY"),
        ("DAKAR: The president stayed.", "DAKAR"),
        ("READING: Ten books.", None),
        ("MARLOW GIRL: A song.", None),
        ("DAKAR: the president stayed.", None),
    ],
)
def test_dateline_is_a_place_that_is_known_or_ends_in_a_noun_for_places(text: str, place: str | None, gazetteer: Gazetteer) -> None:
    names = classify([], [], text, gazetteer)[0]
    assert [(name.text, name.type) for name in names] == ([(place, EntityType.PLACE)] if place else [])
