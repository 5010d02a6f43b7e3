"""The fields and spellings in which a word is searched."""

import json
from typing import Any

import pytest

from newsdesk.errors import BadRequest
from newsdesk.search.fields import TextFields
from newsdesk.search.words import match_beginning, match_phrase, match_word
from newsdesk.urls import article_id

FIELDS = TextFields(plain=("plain",), joined=("joined",), stemmed=("stemmed.*",))


def asked(text: str, **options: Any) -> set[tuple[str, str]]:
    """Return each field that is searched, with the searched text."""
    clause = match_word(text, FIELDS, **options)
    clauses = clause["dis_max"]["queries"] if "dis_max" in clause else [clause]
    return {(field, each["multi_match"]["query"]) for each in clauses for field in each["multi_match"]["fields"]}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        pytest.param("plan", {("plain", "plan"), ("joined", "plan"), ("stemmed.*", "plan")}, id="a word"),
        pytest.param("हिन्दी", {("plain", "हिन्दी"), ("joined", "हिन्दी"), ("stemmed.*", "हिन्दी")}, id="a word with vowel signs"),
        pytest.param(
            "e-mail", {("plain", "e-mail"), ("plain", "email"), ("joined", "email")}, id="a compound, joined too, never its stemmed parts"
        ),
        pytest.param("C++", {("joined", "C++")}, id="with its sign only"),
        pytest.param("AT&T", {("joined", "AT&T")}, id="an ampersand"),
        pytest.param("9/11", {("joined", "9/11")}, id="a slash"),
        pytest.param("@name", {("joined", "@name")}, id="a handle"),
        pytest.param("US", {("joined", "US")}, id="a short acronym: us is another word"),
        pytest.param("U.S", {("joined", "U.S")}, id="an acronym with dots"),
        pytest.param("NATO", {("plain", "NATO"), ("joined", "NATO"), ("stemmed.*", "NATO")}, id="a long acronym may be written Nato"),
        pytest.param("1,200", {("plain", "1200"), ("joined", "1200")}, id="a number in groups"),
        pytest.param("2.5", {("plain", "2.5")}, id="a decimal"),
        pytest.param("O’Neil", {("plain", "O’Neil"), ("stemmed.*", "O’Neil")}, id="an apostrophe"),
        pytest.param("Duarte's", {("plain", "Duarte"), ("joined", "Duarte"), ("stemmed.*", "Duarte")}, id="a possessive"),
        pytest.param("東京", {("plain", "東京"), ("joined", "東京"), ("stemmed.*", "東京")}, id="a word of two signs"),
    ],
)
def test_a_word_is_looked_for_as_it_may_be_written(typed: str, expected: set[tuple[str, str]]) -> None:
    assert asked(typed) == expected


def test_a_long_run_of_signs_is_looked_for_in_pairs_as_well() -> None:
    assert asked("上海交通政策") == {("plain", "上海交通政策"), *((f"stemmed.{code}", "上海交通政策") for code in ("ja", "ko", "zh"))}
    assert asked("上海交通政策", stemmers=("zh",)) == {("plain", "上海交通政策"), ("stemmed.zh", "上海交通政策")}
    assert asked("上海交通政策", stemmers=("en",)) == {("plain", "上海交通政策")}


def test_a_language_narrows_the_stemmed_fields() -> None:
    assert ("stemmed.es", "plan") in asked("plan", stemmers=("es",))
    assert ("stemmed.*", "plan") not in asked("plan", stemmers=("es",))


def test_neighbours_are_looked_for_as_one_word() -> None:
    assert {("plain", "ceasefire"), ("joined", "ceasefire")} <= asked("cease", around=(("cease", "fire"),))


@pytest.mark.parametrize(
    ("word", "halves"),
    [
        ("ceasefire", {"cea sefire", "ceas efire", "cease fire", "ceasef ire"}),
        ("therapist", {"ther apist", "thera pist", "therap ist"}),
        ("shortly", set()),
        ("F35", {"F 35"}),
        ("2027", set()),
    ],
)
def test_a_long_word_is_looked_for_in_two_halves_unless_one_is_a_word_that_stands_anywhere(word: str, halves: set[str]) -> None:
    assert {text for _, text in asked(word, in_halves=True)} - {word} == halves
    assert {text for _, text in asked(word)} == {word}


@pytest.mark.parametrize("typed", ["https://a.example/b?c=d", "http://www.a.example/b?c=d", "a.example/b?c=d", "ann@mail.example"])
def test_an_address_is_looked_for_in_texts_and_among_the_articles(typed: str) -> None:
    phrase, *addresses = match_word(typed, FIELDS)["bool"]["should"]
    assert phrase == match_phrase(typed, FIELDS)
    assert ({"term": {"id": article_id("https://a.example/b?c=d")}} in addresses) is ("a.example/b" in typed)


def test_a_phrase_is_looked_for_word_for_word() -> None:
    assert match_phrase("the who", FIELDS, slop=99)["multi_match"]["fields"] == ["plain"]
    assert match_phrase("the who", FIELDS, slop=99)["multi_match"]["slop"] == 20


def test_an_acronym_in_a_phrase_is_looked_for_with_and_without_dots() -> None:
    spellings = [
        {clause["multi_match"]["query"] for clause in match_phrase(text, FIELDS)["dis_max"]["queries"]} for text in ("US-led", "U.S. army")
    ]
    assert spellings == [{"US-led", "U.S-led"}, {"U.S. army", "US. army"}]


def test_a_beginning_is_looked_for_in_the_plain_fields_alone() -> None:
    assert match_beginning("harb", FIELDS)["simple_query_string"]["fields"] == ["joined", "plain"]
    assert match_beginning("#qu", FIELDS)["simple_query_string"]["fields"] == ["joined"]
    assert match_beginning("well-b", FIELDS)["multi_match"]["type"] == "phrase_prefix"
    assert "京*" in json.dumps(match_beginning("京", FIELDS), ensure_ascii=False)
    with pytest.raises(BadRequest, match="too short"):
        match_beginning("a", FIELDS)
