"""Translation of users' queries into queries for Elasticsearch.

Tests of newsdesk.search.suggestions.
"""

import contextlib
import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsdesk.errors import BadRequest, SetupError
from newsdesk.records import Verdict
from newsdesk.search.cursor import Page, read_cursor, write_cursor
from newsdesk.search.fields import find_sources
from newsdesk.search.queries import MOST_PREFIXES, SearchQuery, build_highlight, build_query, describe, read_question
from newsdesk.search.run import Part, parse_marked
from newsdesk.search.suggestions import corrected

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)


def asked(text: str = "", **fields: Any) -> dict[str, Any]:
    """Return the clauses of a search."""
    question = read_question(SearchQuery(text=text, **fields), now=NOW)
    query = build_query(question)
    clauses: dict[str, Any] = query.get("function_score", {}).get("query", query)["bool"]
    return clauses


def term(field: str, value: str) -> dict[str, Any]:
    return {"term": {field: {"value": value, "case_insensitive": True}}}


def days(**bounds: str) -> dict[str, Any]:
    """Return the clause for days in UTC or in the page's time zone."""
    limits = {bound: f"{day}T00:00:00+00:00" for bound, day in bounds.items()}
    return {"bool": {"should": [{"range": {name: limits}} for name in ("dated_at", "published_on")]}}


@pytest.mark.parametrize(
    ("typed", "condition"),
    [
        pytest.param("verdict:garbled", term("translation.verdict", "garbled"), id="a verdict"),
        pytest.param('verdict:"no defect found"', term("translation.verdict", "no_defect_found"), id="a verdict in words"),
        pytest.param("basis:compared", term("translation.basis", "compared"), id="what a verdict rests on"),
        pytest.param("credit:EFE", {"match": {"credits.text": {"query": "EFE", "operator": "and"}}}, id="a credit"),
        pytest.param("language:Spanish", term("language", "es"), id="a language by name"),
        pytest.param("country:Ukraine", term("countries", "UA"), id="a country by name"),
        pytest.param("since:2026-11-01", days(gte="2026-11-01"), id="since a day"),
        pytest.param("until:2026-11-01", days(lt="2026-11-02"), id="until a day includes it"),
        pytest.param("since:2026-11-01T18:00", {"range": {"dated_at": {"gte": "2026-11-01T18:00:00+00:00"}}}, id="since a moment"),
        pytest.param(
            "date:yesterday",
            days(gte="2026-11-23", lt="2026-11-24"),
            id="a date by name",
        ),
        pytest.param(
            "date:[2026-10 TO 2026-11-05]",
            days(gte="2026-10-01", lt="2026-11-06"),
            id="a range",
        ),
        pytest.param("person:Grossi", {"match": {"persons.text": {"query": "Grossi", "operator": "and"}}}, id="a part of a name"),
    ],
)
def test_a_field_is_a_condition_beside_the_words(typed: str, condition: dict[str, Any]) -> None:
    assert asked(f"plan {typed}")["filter"] == [condition]
    assert asked(f"plan -{typed}")["must_not"] == [condition]
    assert len(asked(f"plan {typed}")["should"]) == 1


def test_what_is_typed_in_capitals_throughout_holds_no_acronym() -> None:
    assert '"US"' in json.dumps(asked("US sanctions"))
    assert '"us"' in json.dumps(asked("SANCTIONS BY US"))
    assert len(asked("STRIKE OR WALKOUT")["must"]) == 1


def test_what_is_typed_takes_no_condition_of_the_form_away() -> None:
    assert asked("country:ua", country="Spain")["filter"] == [term("countries", "UA"), term("countries", "ES")]


def test_the_bounds_of_a_form_are_moments() -> None:
    bounds = {"gte": NOW.isoformat(), "lt": NOW.isoformat()}
    assert asked(since=NOW, until=NOW)["filter"] == [{"range": {"dated_at": bounds}}]


def test_words_beside_each_other_may_be_missing_but_phrases_and_what_was_joined_by_and_may_not() -> None:
    clauses = asked('one two three "four five"')
    assert (len(clauses["should"]), clauses["minimum_should_match"], len(clauses["must"])) == (3, "2<2 4<50%", 1)
    assert asked("one AND two three")["minimum_should_match"] == "100%"


def test_a_language_narrows_the_stemmed_fields() -> None:
    assert "text.es^0.7" in json.dumps(asked("plan language:Spanish"))
    assert "text.*" not in json.dumps(asked("plan language:Spanish"))
    assert "text.*^0.7" in json.dumps(asked("plan -language:Spanish"))


@pytest.mark.parametrize(
    ("query", "told"),
    [
        (SearchQuery(text="verdict:garbeld"), "garbeld is not a verdict: did you mean garbled?"),
        (SearchQuery(text="country:Ukrania"), "did you mean Ukraine"),
        (SearchQuery(country="Ukrania"), "did you mean Ukraine"),
        (SearchQuery(text="since:gestern"), "gestern is not a date"),
        (SearchQuery(text="date:9999-12-31"), "out of range"),
        (SearchQuery(text="since:0001-01-01T00:00+14:00"), "out of range"),
        (SearchQuery(since=dt.datetime(1, 1, 1, tzinfo=dt.UTC)), "out of range"),
        (SearchQuery(until=dt.datetime(8999, 12, 31, tzinfo=dt.UTC)), "out of range"),
        (SearchQuery(text='((( ||| "'), "There is no word in"),
        (SearchQuery(text="a*"), r"a\* is too short"),
        (SearchQuery(text="abc* " * (MOST_PREFIXES + 1)), "at most 5 prefixes"),
        (SearchQuery(text="source:[a TO b]"), "can only follow date:"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(query: SearchQuery, told: str) -> None:
    with pytest.raises(BadRequest, match=told) as refused:
        build_query(read_question(query, now=NOW))
    assert "\n" not in str(refused.value)


def test_a_source_is_found_however_its_name_is_written() -> None:
    sources = ("UN News", "UN News in Arabic", "L’Équipe")
    assert find_sources("un-news", sources) == ["UN News"]
    assert find_sources("l'equipe", sources) == ["L’Équipe"]
    with pytest.raises(BadRequest, match=r"No source is called UN Mews: did you mean UN News\?"):
        find_sources("UN Mews", sources)


@given(st.text())
def test_whatever_is_typed_makes_a_query_or_is_refused(text: str) -> None:
    with contextlib.suppress(BadRequest):
        assert json.dumps(build_query(read_question(SearchQuery(text=text), now=NOW)))


def test_a_search_is_described_as_it_would_be_typed() -> None:
    query = SearchQuery(text="plan", person="Ana Duarte", verdict=Verdict.GARBLED, until=dt.datetime(2026, 11, 2, tzinfo=dt.UTC))
    assert describe(query) == 'plan verdict:garbled person:"Ana Duarte" until:2026-11-01'
    assert describe(SearchQuery(place=("=York", "=New York"))) == 'place:(="York" OR ="New York")'
    assert describe(SearchQuery(person='=Oda "Pier" Haugen')) == 'person:"Oda Pier Haugen"'


def marked_words(text: str, language: str | None = None) -> list[dict[str, Any]]:
    """Return the fields and words that are marked in a snippet, without the other spellings."""
    question = read_question(SearchQuery(text=text), now=NOW)
    clauses = build_highlight(question, language)["highlight_query"]["bool"]["should"]
    return [clause.get("dis_max", {}).get("queries", [clause])[0]["multi_match"] for clause in clauses]


def test_a_snippet_marks_words_that_are_wanted_wherever_they_are_typed() -> None:
    words = [clause["query"] for clause in marked_words('strike +(port OR ships) "victory plan" person:Duarte -peace NOT (war OR truce)')]

    assert words == ["strike", "port", "ships", "victory plan"]


def test_a_snippet_is_analysed_in_the_language_of_its_text_only() -> None:
    (clause,) = marked_words("strikes", "en")
    assert {field.partition("^")[0] for field in clause["fields"]} == {
        "title", "body", "title.joined", "body.joined", "headline.en", "text.en",
    }  # fmt: skip
    assert build_highlight(None, "en")["fields"]["body"]["matched_fields"] == ["body", "body.joined", "text.en"]
    assert build_highlight()["fields"]["body"]["matched_fields"] == ["body", "body.joined"]


def test_a_field_of_the_query_marks_its_own_part_of_the_article() -> None:
    (clause,) = marked_words("title:strikes", "en")
    assert {field.partition("^")[0] for field in clause["fields"]} == {"title", "title.joined", "headline.en"}


def test_marks_come_back_as_parts() -> None:
    assert parse_marked("the \ue000plan\ue001 of\ue000 x\ue001") == (Part("the "), Part("plan", True), Part(" of"), Part(" x", True))  # noqa: FBT003
    assert parse_marked("") == ()
    assert parse_marked("broken \ue001 mark \ue000 end") == (Part("broken \ue001 mark "), Part(" end"))


def test_a_suggestion_replaces_the_word_alone() -> None:
    assert corrected("planet plan", {"plan": "plane"}) == "planet plane"
    assert corrected("planet", {}) == "planet"


def test_a_cursor_comes_back_as_it_was() -> None:
    page = Page("pit", NOW.isoformat(), after=[1.5, "id"])
    assert read_cursor(write_cursor(page)) == page
    assert read_cursor("") is None


@given(st.text(min_size=1))
def test_no_cursor_breaks_the_search(cursor: str) -> None:
    with pytest.raises(SetupError):
        read_cursor(cursor)
