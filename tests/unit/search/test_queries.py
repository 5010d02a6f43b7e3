"""What a reader types, taken apart."""

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsdesk.errors import SetupError
from newsdesk.records import Verdict
from newsdesk.search.cursor import Page, read_cursor, write_cursor
from newsdesk.search.queries import SearchQuery, build_filters, build_query, corrected, split_left_out, with_fields
from newsdesk.search.run import Part, parse_marked

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        pytest.param("plan source:EFE", SearchQuery(text="plan", source="EFE"), id="a word"),
        pytest.param('person:"Rafael Grossi" plan', SearchQuery(text="plan", person="Rafael Grossi"), id="a quoted name"),
        pytest.param("since:2026-11-01", SearchQuery(since=dt.datetime(2026, 11, 1, tzinfo=dt.UTC)), id="a date"),
        pytest.param("verdict:garbled", SearchQuery(verdict=Verdict.GARBLED), id="a verdict"),
        pytest.param("verdict:perfect", SearchQuery(text="verdict:perfect"), id="a verdict that there is not"),
        pytest.param("since:yesterday", SearchQuery(text="since:yesterday"), id="a date that is none"),
        pytest.param("score:3 https://a.example", SearchQuery(text="score:3 https://a.example"), id="no field of ours"),
        pytest.param('"source:EFE said"', SearchQuery(text='"source:EFE said"'), id="inside a phrase"),
        pytest.param('"he said source:EFE"', SearchQuery(text='"he said source:EFE"'), id="at the end of a phrase"),
        pytest.param("Source:EFE", SearchQuery(source="EFE"), id="a capital letter"),
        pytest.param("plan -source:EFE", SearchQuery(text="plan", without=(("source", "EFE"),)), id="a field to leave out"),
        pytest.param(
            'person:Grossi person:"Mark Rutte"', SearchQuery(person="Grossi", also=(("person", "Mark Rutte"),)), id="a field given twice"
        ),
    ],
)
def test_fields_are_taken_out_of_the_text(typed: str, expected: SearchQuery) -> None:
    assert with_fields(SearchQuery(text=typed)) == expected


@pytest.mark.parametrize(
    ("typed", "kept", "left_out"),
    [
        ("plan -peace", "plan", ["peace"]),
        ('plan -"cease fire" now', "plan now", ['"cease fire"']),
        ("well-known -x", "well-known", ["x"]),
        ("-", "-", []),
        ('"minus -5 degrees" -x', '"minus -5 degrees"', ["x"]),
        ("grain -(peace | truce)", "grain -(peace | truce)", []),
    ],
)
def test_words_to_leave_out_become_conditions(typed: str, kept: str, left_out: list[str]) -> None:
    assert split_left_out(typed) == (kept, left_out)


def test_what_is_typed_takes_no_condition_of_the_form_away() -> None:
    asked = with_fields(SearchQuery(text="source:EFE", source="Reuters"))
    assert [condition["term"]["source"]["value"] for condition in build_filters(asked)] == ["Reuters", "EFE"]


def test_each_condition_is_asked_for_whatever_its_letters_case() -> None:
    (condition,) = build_filters(SearchQuery(country="ua"))
    assert condition == {"term": {"countries": {"value": "ua", "case_insensitive": True}}}


@given(st.text())
def test_whatever_is_typed_makes_a_query(text: str) -> None:
    json.dumps(build_query(with_fields(SearchQuery(text=text)), now=NOW))


def test_marks_come_back_as_parts() -> None:
    assert parse_marked("the \ue000plan\ue001 of\ue000 x\ue001") == (Part("the "), Part("plan", True), Part(" of"), Part(" x", True))  # noqa: FBT003
    assert parse_marked("") == ()
    assert parse_marked("broken \ue001 mark \ue000 end") == (Part("broken \ue001 mark "), Part(" end"))


def test_a_suggestion_replaces_the_word_alone() -> None:
    assert corrected("planet plan", [{"text": "plan", "options": [{"text": "plane"}]}]) == "planet plane"
    assert corrected("planet", [{"text": "planet", "options": []}]) is None


def test_a_cursor_comes_back_as_it_was() -> None:
    page = Page("pit", NOW.isoformat(), start=20)
    assert read_cursor(write_cursor(page)) == page
    assert read_cursor("") is None


@given(st.text(min_size=1))
def test_no_cursor_breaks_the_search(cursor: str) -> None:
    with pytest.raises(SetupError):
        read_cursor(cursor)
