"""The seed article against its gold, written by hand before the rules were tuned.

EFE is a credit in the dateline and the "victory plan" a common noun in quotation marks: neither is an entity here.
The nationality adjectives (Ukrainian, Russian, Canadian, Greek, Dutch) name no place.
"""

import re
from pathlib import Path

import pytest

from newsdesk.nlp import Analyser
from newsdesk.records import Cleaned, Tagged
from newsdesk.settings import NlpSettings, TagSettings
from newsdesk.tag.gazetteer import load_gazetteer
from newsdesk.tag.stage import tag

ARTICLE = Path(__file__).parents[3] / "seeds/articles/nato-victory-plan.txt"

GOLD = {
    ("person", "Mark Rutte"): ("Mark Rutte", "Rutte"),
    ("person", "Volodymyr Zelensky"): ("Volodymyr Zelensky", "Zelensky"),
    ("person", "Rustam Umirov"): ("Rustam Umirov", "Umirov"),
    ("person", "Bill Blair"): ("Bill Blair",),
    ("person", "Giannis Kefalogiannis"): ("Giannis Kefalogiannis",),
    ("organization", "NATO"): ("NATO",),
    ("organization", "NATO-Ukraine Council"): ("NATO-Ukraine Council",),
    ("organization", "KFOR"): ("KFOR",),
    ("organization", "Kremlin"): ("Kremlin",),
    ("place", "Ukraine"): ("Ukraine",),
    ("place", "Kyiv"): ("Kiev",),
    ("place", "Brussels"): ("Brussels",),
    ("place", "Moscow"): ("Moscow",),
    ("place", "Washington"): ("Washington",),
    ("place", "Kosovo"): ("Kosovo",),
    ("place", "Iraq"): ("Iraq",),
}
"""(type, canonical name) -> the forms in which the text mentions it; every whole-word occurrence is a mention, the longest form wins."""


def gold_mentions(text: str) -> dict[tuple[int, int], tuple[str, str]]:
    entity_of = {form: entity for entity, forms in GOLD.items() for form in forms}
    longest_first = sorted(entity_of, key=len, reverse=True)
    pattern = re.compile(r"\b(?:" + "|".join(map(re.escape, longest_first)) + r")\b")
    return {match.span(): entity_of[match.group()] for match in pattern.finditer(text)}


@pytest.fixture(scope="module")
def text() -> str:
    return ARTICLE.read_text(encoding="utf-8").split("\n", 1)[1]


@pytest.fixture(scope="module")
def tagged(text: str) -> Tagged:
    title = ARTICLE.read_text(encoding="utf-8").split("\n", 1)[0]
    settings = TagSettings()
    doc = Analyser(NlpSettings()).analyse(text, "en")
    return tag(Cleaned(title=title, text=text, language="en"), doc, load_gazetteer(settings), settings)


def test_the_mentions_are_the_gold_ones(text: str, tagged: Tagged) -> None:
    gold = {(start, end, kind) for (start, end), (kind, _name) in gold_mentions(text).items()}
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
        "Rustam Umirov": ["Rustem Umerov"],
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
