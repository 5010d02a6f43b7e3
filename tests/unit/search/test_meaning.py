"""Combination of searches by words and by meaning."""

import datetime as dt
from typing import Any

import pytest

from newsdesk.search.meaning import Candidate, FoundBy, Ranked, fuse, order
from newsdesk.search.queries import SearchQuery, build_conditions, read_question, wording

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)


def candidate(id: str, group: str = "", dated_at: int = 0) -> Candidate:
    return Candidate(id, group or id, dated_at)


def candidates(ids: str) -> list[Candidate]:
    return [candidate(id) for id in ids]


def places(ranked: list[Ranked]) -> str:
    return "".join(one.candidate.id for one in ranked)


@pytest.mark.parametrize(
    ("by_words", "by_meaning", "expected"),
    [
        pytest.param("ab", "", "ab", id="words alone keep their order"),
        pytest.param("", "ab", "ab", id="meaning alone keeps its order"),
        pytest.param("ab", "bc", "bca", id="what both lists have comes first"),
        pytest.param("ab", "cd", "cdab", id="meaning counts more than words"),
    ],
)
def test_lists_are_joined_by_rank(by_words: str, by_meaning: str, expected: str) -> None:
    assert places(fuse(candidates(by_words), candidates(by_meaning))) == expected


def test_each_article_tells_which_list_it_is_from() -> None:
    reasons = {one.candidate.id: one.found_by for one in fuse(candidates("ab"), candidates("bc"))}
    assert reasons == {"a": FoundBy.WORDS, "b": FoundBy.BOTH, "c": FoundBy.MEANING}


def test_one_article_of_a_story_is_shown_and_that_with_the_words() -> None:
    spanish, english = candidate("es", "story"), candidate("en", "story")
    (shown,) = fuse([english], [spanish])
    assert (shown.candidate, shown.found_by) == (english, FoundBy.BOTH)


def test_what_was_found_can_be_ordered_by_date() -> None:
    ranked = fuse([candidate("old", dated_at=1), candidate("new", dated_at=3)], [candidate("mid", dated_at=2)])
    assert [one.candidate.id for one in order(ranked, newest_first=True, oldest_first=False)] == ["new", "mid", "old"]
    assert [one.candidate.id for one in order(ranked, newest_first=False, oldest_first=True)] == ["old", "mid", "new"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        pytest.param("harbour strike", "harbour strike", id="words"),
        pytest.param('strike "night shift" -pay person:Duarte language:es', "strike night shift", id="neither fields nor what is left out"),
        pytest.param("(strike OR walkout) title:harbour", "strike walkout harbour", id="groups and fields of texts"),
        pytest.param("harb*", "", id="the beginning of a word means nothing"),
        pytest.param("source:EFE", "", id="a field alone"),
    ],
)
def test_the_words_that_have_a_meaning(typed: str, expected: str) -> None:
    assert wording(read_question(SearchQuery(text=typed), now=NOW)) == expected


def conditions(typed: str, **fields: Any) -> dict[str, Any]:
    found: dict[str, Any] = build_conditions(read_question(SearchQuery(text=typed, **fields), now=NOW))["bool"]
    return found


def test_plain_words_may_be_other_words() -> None:
    assert not any(conditions("harbour strike").values())
    assert not any(conditions("strike OR walkout").values())
    assert not any(conditions('"harbour strike" ferry').values())


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        pytest.param('+"harbour strike"', "must", id="a phrase with a plus"),
        pytest.param("+strike harbour", "must", id="a word with a plus"),
        pytest.param("title:strike", "must", id="a word in a field"),
        pytest.param("harbour -strike", "must_not", id="a word that is left out"),
        pytest.param("harbour person:Duarte", "filter", id="a person"),
        pytest.param("harbour since:yesterday", "filter", id="a date"),
        pytest.param("harbour AND strike", "should", id="AND"),
    ],
)
def test_what_must_be_there_must_be_there_for_the_meaning_too(typed: str, kind: str) -> None:
    assert conditions(typed)[kind]
