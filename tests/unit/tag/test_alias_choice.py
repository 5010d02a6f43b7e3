"""The choice between several entries of the alias table with the same name.

Tests of newsdesk.tag.place_linking.
"""

from pathlib import Path

import pytest

from newsdesk.records import EntityType
from newsdesk.settings import TagSettings
from newsdesk.tag.alias_choice import AliasChoice
from newsdesk.tag.gazetteer import Gazetteer, load_gazetteer
from newsdesk.tag.place_linking import PlaceLinker
from newsdesk.tag.spans import NameSpan

TABLE = """\
organization	Tamarind Growers Board	TGB	KE
organization	Transit Guard Brigade	TGB	PE
organization	Lantern Guild	LG
"""


@pytest.fixture(scope="module")
def gazetteer(tmp_path_factory: pytest.TempPathFactory) -> Gazetteer:
    path: Path = tmp_path_factory.mktemp("aliases") / "aliases.tsv"
    path.write_text(TABLE, encoding="utf-8")
    return load_gazetteer(TagSettings(aliases=path))


@pytest.mark.parametrize(
    ("text", "places", "meant"),
    [
        pytest.param("TGB met in Lima.", ("Lima",), "Transit Guard Brigade", id="by a place of its country"),
        pytest.param("TGB wants higher prices for tamarind.", (), "Tamarind Growers Board", id="by a word of its name"),
        pytest.param("TGB met.", (), None, id="by nothing"),
        pytest.param("TGB sent growers to Lima.", ("Lima",), None, id="as much for one as for the other"),
        pytest.param("LG met.", (), None, id="a name of no type that was asked for"),
    ],
)
def test_the_article_decides(gazetteer: Gazetteer, text: str, places: tuple[str, ...], meant: str | None) -> None:
    names = [NameSpan(text.index(place), text.index(place) + len(place), place, EntityType.PLACE) for place in places]
    linker = PlaceLinker(gazetteer, names, (), None, "en")
    type_ = EntityType.PERSON if text.startswith("LG") else EntityType.ORGANIZATION
    entry = AliasChoice(gazetteer, linker, text).entry(type_, text.split()[0])
    assert (entry and entry.name) == meant
