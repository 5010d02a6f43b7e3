"""A rough translation of the original beside the text."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from newsdesk.check.apertium import Apertium, open_translator
from newsdesk.check.gist import Translator
from newsdesk.check.lang import load
from newsdesk.check.reading import Reading
from newsdesk.check.stage import find_disagreements
from newsdesk.errors import SetupError
from newsdesk.records import Original
from newsdesk.settings import CheckSettings

SPANISH = "El alcalde inauguró la nueva biblioteca municipal. Los vecinos protestaron contra el ruido de los bares nocturnos."
SOUND = "The mayor opened the new municipal library. Residents protested against the noise of the bars at night."
OTHER = "The mayor opened the new municipal library. Several hospitals bought modern equipment during winter holidays there."


class Parrot:
    """A translator that knows the one text."""

    def gist(self, lines: Sequence[str], *, source: str, target: str) -> list[str] | None:
        return ["The mayor opened the new municipal library.", "The neighbours protested against the noise of the nocturnal bars."]


def disagreements(text: str, translator: Translator) -> list[tuple[str, str]]:
    english = load("en")
    assert english is not None
    found = find_disagreements(Reading(text, english), Original(SPANISH, "es"), translator)
    return [(text[each.start : each.end][:7], SPANISH[each.source_start : each.source_end][:10]) for each in found]


def program(folder: Path, script: str) -> str:
    path = folder / "apertium"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def test_a_sentence_that_says_something_else_is_found_with_its_place_in_the_original() -> None:
    assert disagreements(SOUND, Parrot()) == []
    assert disagreements(OTHER, Parrot()) == [("Several", "Los vecino")]


@pytest.mark.skipif(shutil.which("apertium") is None, reason="apertium is not installed")
def test_apertium_finds_the_same() -> None:
    translator = open_translator(CheckSettings(translator="apertium"))
    assert translator is not None
    assert disagreements(SOUND, translator) == []
    assert disagreements(OTHER, translator) == [("Several", "Los vecino")]


def test_each_line_is_a_line_of_the_program(tmp_path: Path) -> None:
    echo = Apertium(5, program(tmp_path, 'echo "$2" >&2; cat'))
    assert echo.gist(["uno\ndos", "tres"], source="es", target="en") == ["uno dos", "tres"]


def test_languages_without_a_pair_get_no_gist(tmp_path: Path) -> None:
    assert Apertium(5, program(tmp_path, "exit 1")).gist(["eins"], source="de", target="en") is None


def test_a_program_that_hangs_is_ended_and_gives_no_gist(tmp_path: Path) -> None:
    assert Apertium(0.2, program(tmp_path, "exec sleep 60")).gist(["uno"], source="es", target="en") is None


def test_a_pair_that_is_not_installed_is_named_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"Mode spa-eng does not exist.*Install apertium-eng-spa"):
        Apertium(5, program(tmp_path, "echo Mode spa-eng does not exist >&2; exit 1")).gist(["uno"], source="es", target="en")


def test_a_program_that_is_not_installed_is_named_with_the_remedy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SetupError, match="apt-get install apertium"):
        open_translator(CheckSettings(translator="apertium"))


def test_no_translator_is_opened_unless_one_is_named() -> None:
    assert open_translator(CheckSettings()) is None
