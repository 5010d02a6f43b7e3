"""The seed article against its gold, written by hand before the rules were tuned: see gold/seed.tsv."""

from pathlib import Path

import pytest

from marked_text import find_forms, parse_forms
from newsdesk.nlp import open_analyser
from newsdesk.records import Cleaned, Tagged
from newsdesk.settings import NlpSettings, TagSettings
from newsdesk.tag.gazetteer import load_gazetteer
from newsdesk.tag.stage import tag

ARTICLE = Path(__file__).parents[3] / "seeds/articles/nato-victory-plan.txt"

GOLD = parse_forms((Path(__file__).parent / "gold/seed.tsv").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def text() -> str:
    return ARTICLE.read_text(encoding="utf-8").split("\n", 1)[1]


@pytest.fixture(scope="module")
def tagged(text: str) -> Tagged:
    title = ARTICLE.read_text(encoding="utf-8").split("\n", 1)[0]
    settings = TagSettings()
    doc = open_analyser(NlpSettings()).analyse(text, "en")
    return tag(Cleaned(title=title, text=text, language="en"), doc, load_gazetteer(settings), settings)


def test_the_mentions_are_the_gold_ones(text: str, tagged: Tagged) -> None:
    gold = {(start, end, kind) for (start, end), (kind, _) in find_forms(text, GOLD).items()}
    found = {(mention.start, mention.end, str(entity.type)) for entity in tagged.entities for mention in entity.mentions}
    right = len(gold & found)
    assert 2 * right / (len(gold) + len(found)) >= 0.95, {
        "missed": sorted(text[start:end] for start, end, _ in gold - found),
        "invented": sorted(text[start:end] for start, end, _ in found - gold),
    }


def test_each_person_is_named_once_and_in_full(tagged: Tagged) -> None:
    persons = [entity for entity in tagged.entities if entity.type == "person"]
    known_as = {
        gold: [entity.name for entity in persons if gold in (entity.name, *entity.aliases)] for kind, gold in GOLD if kind == "person"
    }
    assert known_as == {
        "Mark Rutte": ["Mark Rutte"],
        "Volodymyr Zelensky": ["Volodymyr Zelensky"],
        "Rustem Umerov": ["Rustem Umerov"],
        "Bill Blair": ["Bill Blair"],
        "Giannis Kefalogiannis": ["Giannis Kefalogiannis"],
    }
    assert len(persons) == len(known_as)


def test_kiev_is_kyiv_on_the_map(tagged: Tagged) -> None:
    kyiv = next(entity for entity in tagged.entities if entity.name == "Kyiv")
    assert {mention.text for mention in kyiv.mentions} == {"Kiev"}
    assert (kyiv.country, round(kyiv.lat or 0), round(kyiv.lon or 0)) == ("UA", 50, 31)


@pytest.mark.parametrize("name", ["Moscow", "Kremlin", "Brussels", "Kosovo", "Iraq", "Washington", "Ukraine", "NATO"])
def test_the_well_known_are_linked(tagged: Tagged, name: str) -> None:
    assert [entity.id for entity in tagged.entities if entity.name == name and entity.id]


def test_offsets_are_those_of_the_text(text: str, tagged: Tagged) -> None:
    for entity in tagged.entities:
        for mention in entity.mentions:
            assert text[mention.start : mention.end] == mention.text


def test_the_spelling_of_the_text_stays_an_alias(tagged: Tagged) -> None:
    assert [entity.aliases for entity in tagged.entities if entity.name == "Rustem Umerov"] == [("Rustam Umirov", "Umirov")]
