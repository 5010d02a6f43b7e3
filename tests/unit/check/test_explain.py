"""The explanation of a verdict on a terminal."""

import re

import pytest

from newsdesk.check.explain import COLOURED, PLAIN, explain

TEXT = "The mayor was tired. Could agree on nothing. She went home."


def plain(shown: str) -> str:
    return re.sub(r"\x1b\[[\d;]*m", "", shown)


def test_the_finding_is_marked_in_the_text_and_explained(check_text) -> None:
    shown = explain(check_text(TEXT), TEXT, COLOURED)
    assert re.search(r"tired\. \x1b\[[\d;]+mCould agree on nothing\.\x1b\[0m She", shown)
    assert "Verdict: suspect" in plain(shown)
    assert re.search(r"Score: +(\d\.\d) points: \1 for places", plain(shown))
    assert "[bare-auxiliary]" in plain(shown)


def test_without_colours_the_finding_is_in_brackets(check_text) -> None:
    shown = explain(check_text(TEXT), TEXT)
    assert "tired. ⟨Could agree on nothing.⟩ She" in shown
    assert "\x1b" not in shown


@pytest.mark.parametrize("style", [PLAIN, COLOURED])
def test_the_text_cannot_act_on_the_terminal(check_text, style) -> None:
    hostile = TEXT.replace("mayor", "\x1b[2Jmayor \u202egnp").replace("nothing", "\x1b[2Jnothing")
    shown = explain(check_text(hostile), hostile, style)
    assert r"\u001b[2Jmayor \u202egnp" in shown
    assert "\x1b" not in plain(shown)


def test_nothing_found_is_no_promise(check_text) -> None:
    assert "nobody compared what the text says" in plain(explain(check_text("The mayor went home."), "The mayor went home."))


def test_a_language_without_rules_is_named_and_not_called_good(check_text) -> None:
    shown = plain(explain(check_text("Будь-який текст.", "uk"), "Будь-який текст."))
    assert "Verdict: none" in shown
    assert "no rules for the language uk" in shown
