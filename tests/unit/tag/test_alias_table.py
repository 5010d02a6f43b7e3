"""The alias tables, and the commands that change the user's own.

Tests of newsdesk.cli.aliases and newsdesk.tag.gazetteer.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from newsdesk.cli.aliases import aliases
from newsdesk.errors import BadRequest, SetupError
from newsdesk.nlp import Analyser, open_analyser
from newsdesk.records import Cleaned, Entity, EntityType
from newsdesk.settings import NlpSettings, TagSettings
from newsdesk.tag.alias_table import conflicts, parse_line, read_aliases, with_entry, without_name
from newsdesk.tag.gazetteer import load_gazetteer, package_aliases
from newsdesk.tag.stage import tag

TEXT = "The harbour of Lima was closed by Ferry Watch. A speaker of FW said that Umirau had left."


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, home: Path) -> Callable[..., Result]:
    monkeypatch.delenv("NEWSDESK_TAG_ALIASES", raising=False)
    return lambda *arguments: CliRunner().invoke(aliases, arguments, catch_exceptions=False)


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    return open_analyser(NlpSettings())


def entities_with(table: Path, analyser: Analyser) -> dict[str, Entity]:
    settings = TagSettings(aliases=table)
    tagged = tag(Cleaned(title="", text=TEXT, language="en"), analyser.analyse(TEXT, "en"), load_gazetteer(settings), settings)
    return {entity.name: entity for entity in tagged.entities}


def test_an_alias_takes_effect_with_the_next_article_and_can_be_undone(
    run: Callable[..., Result], tmp_path: Path, analyser: Analyser
) -> None:
    table = tmp_path / "aliases.tsv"
    before = entities_with(table, analyser)
    run("add", "Ferry Watch", "FW", "--country", "pe", "--lat", "-12", "--lon", "-77")
    run("add", "--type", "person", "Rustem Umerov", "Umirau")
    changed = entities_with(table, analyser)
    assert changed["Ferry Watch"].country == "PE"
    assert (changed["Ferry Watch"].lat, changed["Ferry Watch"].lon) == (-12, -77)
    assert {mention.text for mention in changed["Ferry Watch"].mentions} == {"Ferry Watch", "FW"}
    assert changed["Rustem Umerov"].id == "person:rustem-umerov"
    version = load_gazetteer(TagSettings(aliases=table)).version
    run("remove", "Ferry Watch")
    run("remove", "Rustem Umerov")
    assert entities_with(table, analyser) == before
    assert version != load_gazetteer(TagSettings(aliases=table)).version == load_gazetteer(TagSettings()).version


def test_a_place_of_ones_own_comes_before_the_gazetteer(run: Callable[..., Result], tmp_path: Path, analyser: Analyser) -> None:
    run("add", "--type", "place", "Lima Port", "Lima", "--country", "pe", "--lat", "-12.05", "--lon", "-77.15")
    assert entities_with(tmp_path / "aliases.tsv", analyser)["Lima Port"].lon == -77.15


def test_what_is_added_is_listed_and_survives_a_second_addition(run: Callable[..., Result]) -> None:
    run("add", "Ferry Watch", "FW")
    run("add", "Ferry Watch", "Vigia da Balsa", "--ambiguous")
    assert run("list", "--own").output == "organization\tFerry Watch\tFW|Vigia da Balsa\t\t\t\tambiguous\n"
    assert "Volodymyr Zelenskyy" in run("list", "zelensk").output


def test_a_name_taken_from_somebody_is_told(run: Callable[..., Result]) -> None:
    assert "'nato' now means Nato Vale instead of NATO" in run("add", "Nato Vale", "NATO").output
    assert "'nato' now means Nato Vale instead of NATO" in run("check").output


@pytest.mark.parametrize(
    "arguments",
    [("remove", "Nobody Known"), ("add", "One|Two"), ("add", "Here", "--lat", "5")],
    ids=["not-there", "a-bar-in-a-name", "half-a-point"],
)
def test_a_wrong_command_says_what_to_do(run: Callable[..., Result], arguments: tuple[str, ...]) -> None:
    with pytest.raises((SetupError, BadRequest)):
        run(*arguments)


@pytest.mark.parametrize("line", ["robot\tHal", "person\t", "place\tHere\t\tBR\tnorth\t5", "a\tb\tc\td\te\tf\tg\th"])
def test_an_unreadable_line_is_named(line: str) -> None:
    with pytest.raises(SetupError, match="line 2 of the alias table"):
        list(read_aliases(f"# comment\n{line}\n"))


def test_an_entry_goes_and_comes_without_touching_the_others() -> None:
    table = "# my own\norganization\tRiver Guard\tRG\tBR\n"
    added = with_entry(table, parse_line("person\tJoana Prado\tJ. Prado", 1))
    assert added == table + "person\tJoana Prado\tJ. Prado\n"
    assert without_name(added, "Joana Prado") == table
    assert without_name(added, "J. Prado") == table + "person\tJoana Prado\n"


def test_the_packages_own_table_contradicts_itself_nowhere() -> None:
    entries = package_aliases()
    assert len(entries) > 400
    assert len({entry.id for entry in entries}) == len(entries)
    assert {entry.type for entry in entries} == {EntityType.PERSON, EntityType.ORGANIZATION, EntityType.EVENT, EntityType.OTHER}
    assert not list(conflicts([], entries))
