"""The word lists are plain files: a comment with the source of the words, then one word per line."""

import re
from importlib import resources
from typing import Any

import pytest

from newsdesk.tag.word_lists import any_of, read_list, read_set

FILES = sorted((resources.files("newsdesk.tag") / "data/words").iterdir(), key=lambda file: file.name)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_list_says_where_it_is_from_and_has_each_word_once(file: Any) -> None:
    comment, *_ = file.read_text(encoding="utf-8").splitlines()
    words = read_list(file.name.removesuffix(".txt"))
    assert comment.startswith("# ")
    assert words
    assert len(set(words)) == len(words)
    assert [word for word in words if word != word.strip()] == []


def test_a_comment_is_no_word() -> None:
    assert not any(word.startswith("#") for word in read_set("locatives"))


@pytest.mark.parametrize(
    ("text", "matches"), [("spokesman", True), ("think tank", True), ("carmaker", True), ("maker", False), ("spokes", False)]
)
def test_a_star_stands_for_one_or_more_letters(text: str, matches: bool) -> None:
    pattern = re.compile(f"(?:{any_of('organization_nouns')}|{any_of('employments')})")
    assert (pattern.fullmatch(text) is not None) is matches
