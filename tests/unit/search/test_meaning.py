"""Combination of searches by words and by meaning."""

import datetime as dt
from typing import Any

import pytest

from newsdesk.search.meaning import Candidate, FoundBy, Ranked, fuse, order
from newsdesk.search.queries import SearchQuery, build_conditions, read_question, wording

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)


def candidate(id: str, group: str = "", dated_at: int = 0, score: float = 0.5) -> Candidate:
    return Candidate(id, group or id, dated_at, score)


def candidates(ids: str, *scores: float) -> list[Candidate]:
    return [candidate(id, score=score) for id, score in zip(ids, scores, strict=True)]


def places(ranked: list[Ranked]) -> str:
    return "".join(one.candidate.id for one in ranked)


@pytest.mark.parametrize(
    ("by_words", "by_meaning", "expected"),
    [
        pytest.param([candidate("a", score=9), candidate("b", score=8)], [], "ab", id="words alone keep their order"),
        pytest.param([], [candidate("a", score=0.6), candidate("b", score=0.5)], "ab", id="meaning alone keeps its order"),
        pytest.param(
            [candidate("b", score=9)], [candidate("a", score=0.55), candidate("b", score=0.5)], "ba", id="words decide between like"
        ),
        pytest.param([candidate("b", score=9)], [candidate("a", score=0.7), candidate("b", score=0.5)], "ab", id="nearness counts more"),
        pytest.param([candidate("b", score=9)], [candidate("a", score=0.6)], "ab", id="words alone are less than a near article"),
        pytest.param([candidate("b", score=9)], [candidate("a", score=0.3)], "ba", id="and more than a distant one"),
        pytest.param(
            [candidate("x", score=9)],
            [candidate(f"{number:02}", score=0.5 - number / 1000) for number in range(100)],
            "x" + "".join(f"{number:02}" for number in range(100)),
            id="a name that is near to much and to nothing in particular",
        ),
        pytest.param([candidate("a", score=0.0)], [candidate("b", score=0.4)], "ba", id="words without a score"),
    ],
)
def test_words_add_to_nearness(by_words: list[Candidate], by_meaning: list[Candidate], expected: str) -> None:
    assert places(fuse(by_words, by_meaning)) == expected


def test_each_article_tells_which_list_it_is_from() -> None:
    reasons = {one.candidate.id: one.found_by for one in fuse(candidates("ab", 9, 8), candidates("bc", 0.6, 0.5))}
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
