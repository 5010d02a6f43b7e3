"""Hits of Elasticsearch's response as records."""

import pytest

from newsdesk.search.queries import MARK_END, MARK_START
from newsdesk.search.run import to_hit


def snippet(*fragments: str) -> str:
    hit = to_hit({"_id": "a1", "_source": {}, "highlight": {"body": list(fragments)}})
    return "".join(part.text for part in hit.snippet)


@pytest.mark.parametrize("end", ["back", "in 2026", "back,", "zurück", "العودة", "กลับ", f"the {MARK_START}ferry{MARK_END}"])
def test_a_snippet_that_is_cut_within_a_sentence_ends_with_an_ellipsis(end: str) -> None:
    assert snippet(f"It brings the ferry {end}").endswith(" …")


@pytest.mark.parametrize("end", ["back.", "back?", "back.”", "back.»", "back)", "结束。", "واپس۔", "वापस।", "back…"])
def test_a_snippet_that_ends_a_sentence_has_none(end: str) -> None:
    assert snippet(f"It brings the ferry {end}") == f"It brings the ferry {end}"


def test_fragments_are_joined_by_an_ellipsis() -> None:
    assert snippet("One  ferry.", "Two.") == "One ferry. … Two."
    assert snippet() == ""
