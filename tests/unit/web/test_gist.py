"""The gist of an article: which language it is in, and what happens if the program is missing, slow or refuses."""

import shutil
from pathlib import Path

import pytest

from newsdesk.errors import Unavailable
from newsdesk.web.gist import LONGEST_TEXT, Apertium, choose_target, read_languages

TRANSLATES = 'if [ "$1" = -l ]; then echo "  spa-eng"; echo "  eng-spa"; else tr a-z A-Z; fi'


@pytest.fixture
def program(tmp_path):
    """A function that makes a program in place of Apertium, from the lines of a shell script."""

    def write(script):
        file = Path(tmp_path / f"program-{len(list(tmp_path.iterdir()))}")
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)
        return str(file)

    return write


@pytest.mark.parametrize(
    ("language", "wanted", "target"),
    [
        pytest.param("es", ["en"], "en", id="the reader's language"),
        pytest.param("es", ["de", "fr"], "en", id="English if the reader's is impossible"),
        pytest.param("es", [], "en", id="English for an unknown reader"),
        pytest.param("en", ["es"], "es", id="from English"),
        pytest.param("es", ["en", "es"], None, id="the reader reads it"),
        pytest.param("ar", ["en"], None, id="no pair"),
        pytest.param(None, ["en"], None, id="unknown language"),
    ],
)
def test_the_language_of_a_gist_is_one_that_the_reader_knows(program, language, wanted, target):
    assert choose_target(Apertium(program(TRANSLATES)), language, wanted) == target


@pytest.mark.parametrize(
    ("header", "languages"),
    [("", []), ("*", []), ("es-ES,es;q=0.9,en;q=0.8", ["es", "en"]), ("en;q=0.1,de", ["de", "en"]), ("en;q=x,,fr;q=0", [])],
)
def test_languages_are_those_of_the_browser(header, languages):
    assert read_languages(header) == languages


def test_without_the_program_nothing_can_be_translated():
    assert Apertium("no-such-program").targets("es") == frozenset()


def test_a_long_text_is_translated_as_far_as_the_limit(program):
    translated = Apertium(program(TRANSLATES)).translate("hola\n" + "x" * LONGEST_TEXT, source="es", target="en")
    assert translated.startswith("HOLA\nXXX")
    assert len(translated) == LONGEST_TEXT


@pytest.mark.parametrize(
    ("script", "reason"),
    [("echo 'no mode' >&2; exit 1", "no mode"), ("exit 0", "no translation"), ("exec sleep 30", "no answer within 0 s")],
)
def test_a_program_that_fails_or_is_slow_is_named_with_its_reason(program, script, reason):
    with pytest.raises(Unavailable, match=reason):
        Apertium(program(script), seconds=0.3).translate("hola", source="es", target="en")


def test_a_second_translation_is_possible_after_one_that_failed(program):
    broken = Apertium(program("exit 1"))
    for _ in range(5):
        with pytest.raises(Unavailable, match="no translation"):
            broken.translate("hola", source="es", target="en")


@pytest.mark.skipif(not shutil.which("apertium"), reason="apt-get install apertium apertium-eng-spa")
def test_apertium_translates_line_by_line():
    installed = Apertium()
    if "en" not in installed.targets("es"):
        pytest.skip("apt-get install apertium-eng-spa")
    translated = installed.translate("El plan\nLa OTAN refuerza su apoyo a Ucrania [1] y ^dice$ «no».", source="es", target="en")
    assert translated.splitlines()[0] == "The plan"
    assert "Ukraine [1]" in translated.splitlines()[1]
