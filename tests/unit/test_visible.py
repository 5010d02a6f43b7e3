"""Control characters of external text in terminals, logs and pages. Commands: tests/unit/cli/test_terminal.py."""

import json
import logging
import unicodedata
from dataclasses import dataclass

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsdesk.visible import make_logs_visible, visible, visible_fields, visible_line

HOSTILE = {
    "clears the screen": "Ferry\x1b[2J",
    "sets the window's title": "\x1b]0;owned\x07",
    "C1 introducer": "Ferry\x9b31m",
    "overwrites the line": "safe\rEVIL",
    "reversed": "gnp\u202eexe.\u202c",
    "isolate": "\u2066hidden\u2069",
    "line separator": "one\u2028two",
    "half of a pair": "\ud83d",
    "bell and backspace": "a\x07\x08\x7f",
}
KEPT = ["Der Fährmann sagte: „Nein“", "שלום\u200f עולם", "می\u200cخواهم", "👩\u200d🚀", "naïve ½ ™", "line\n\tnext"]
characters = st.text(st.characters(codec=None), max_size=60)


def acts(character: str) -> bool:
    """Return whether a character controls a terminal or the direction of a line."""
    controls = unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} and character not in "\n\t"
    return controls or unicodedata.bidirectional(character) in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_what_would_act_is_shown(text):
    shown = visible(text)
    assert not any(map(acts, shown))
    assert "\\u" in shown


@pytest.mark.parametrize("text", KEPT)
def test_what_languages_need_stays(text):
    assert visible(text) == text


@given(characters)
@example("".join(HOSTILE.values()))
def test_nothing_that_acts_is_left_in_any_text(text):
    assert not any(map(acts, visible(text)))
    assert visible(visible(text)) == visible(text)
    assert "\n" not in visible_line(text)


@given(st.recursive(characters, lambda inner: st.lists(inner) | st.dictionaries(characters, inner), max_leaves=6))
def test_json_means_the_same_after_it(value):
    assert json.loads(visible(json.dumps(value, ensure_ascii=False))) == value


def test_a_record_is_visible_to_its_last_field():
    @dataclass(frozen=True)
    class Inner:
        names: tuple[str, ...]

    @dataclass(frozen=True)
    class Outer:
        title: str
        number: int
        inner: Inner
        counts: dict[str, list[str]]

    shown = visible_fields(Outer("a\x1b", 3, Inner(("\u202eb",)), {"c\r": ["d\x00"]}))
    assert shown == Outer("a\\u001b", 3, Inner(("\\u202eb",)), {"c\\u000d": ["d\\u0000"]})


@pytest.fixture
def logged(caplog):
    factory = logging.getLogRecordFactory()
    make_logs_visible()
    make_logs_visible()
    yield caplog
    logging.setLogRecordFactory(factory)


@pytest.mark.parametrize("text", [*HOSTILE.values(), "news\n2026-11-24 INFO all is well"], ids=[*HOSTILE, "forged line"])
def test_no_text_acts_in_a_log_or_passes_for_a_line_of_its_own(logged, text):
    logging.getLogger("newsdesk.fetch.shard").warning("%s: %s", "a source", text)
    (line,) = logged.text.splitlines()
    assert not any(map(acts, line))


def test_the_text_of_an_exception_does_not_act_either(logged):
    try:
        raise ValueError(HOSTILE["clears the screen"])
    except ValueError:
        logging.getLogger("newsdesk.boundary").exception("a bug met %s", "this")
    assert "ValueError: Ferry\\u001b[2J" in logged.text
    assert not any(map(acts, logged.text))


def test_the_logs_of_others_are_left_alone(logged):
    logging.getLogger("another").warning("two\nlines")
    assert "two\nlines" in logged.text


def test_a_record_without_a_name_is_made(logged):
    """structlog, whose formatter Airflow uses, creates such a record for each one that it formats."""
    assert logging.makeLogRecord({"name": "newsdesk", "msg": "fetched"}).getMessage() == "fetched"
