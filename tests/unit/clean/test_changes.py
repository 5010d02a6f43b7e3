from dataclasses import replace

import pytest

from newsdesk.clean.changes import ChangeKind, content_hash, find_changes, summarise
from newsdesk.records import Cleaned

FIRST = "The bridge over the Lenn was closed on Tuesday."
SECOND = "Two lorries are waiting on the far bank, the police said."
THIRD = "It will open again on Friday at noon."
OLDER = Cleaned(title="Bridge closed", text="\n".join((FIRST, SECOND, THIRD)), language="en")


def edited(*paragraphs: str, title: str = "Bridge closed") -> Cleaned:
    return replace(OLDER, title=title, text="\n".join(paragraphs))


@pytest.mark.parametrize(
    ("newer", "summary"),
    [
        pytest.param(OLDER, "no change", id="the same"),
        pytest.param(edited(FIRST, SECOND, THIRD, "The mayor apologised."), "1 paragraph added", id="one more"),
        pytest.param(edited(FIRST, THIRD), "1 paragraph removed", id="one less"),
        pytest.param(edited(FIRST, SECOND.replace("Two", "Three"), THIRD), "1 paragraph changed", id="a word"),
        pytest.param(
            edited(FIRST, SECOND.replace("Two", "Three"), "The mayor apologised.", THIRD), "2 paragraphs: 1 added, 1 changed", id="both"
        ),
        pytest.param(
            edited(FIRST, SECOND, THIRD, title="Bridge shut"), "headline changed from “Bridge closed” to “Bridge shut”", id="headline"
        ),
    ],
)
def test_reader_is_told_what_was_edited(newer: Cleaned, summary: str) -> None:
    assert summarise(OLDER, newer) == summary


def test_changed_paragraph_shows_what_it_said_before() -> None:
    changes = find_changes(OLDER, edited(FIRST, SECOND.replace("Two", "Three"), THIRD))
    assert [(change.kind, change.paragraph, change.before) for change in changes] == [(ChangeKind.CHANGED, 1, SECOND)]
    assert changes[0].after.startswith("Three lorries")


def test_unlike_paragraph_in_the_place_of_another_is_one_removed_and_one_added() -> None:
    changes = find_changes(OLDER, edited(FIRST, "Nobody was hurt when the ferry ran aground.", THIRD))
    assert sorted(change.kind for change in changes) == [ChangeKind.ADDED, ChangeKind.REMOVED]


@pytest.mark.parametrize(
    ("text", "is_same"),
    [
        pytest.param("A bridge, closed.", True, id="the same"),
        pytest.param("A  bridge closed", True, id="spaces and punctuation"),
        pytest.param("A bridge, opened.", False, id="a word"),
        pytest.param("A bridge, not closed.", False, id="a negation"),
    ],
)
def test_content_hash_changes_with_the_words_alone(text: str, is_same: bool) -> None:
    assert (content_hash("Title", text) == content_hash("Title", "A bridge, closed.")) is is_same


def test_change_of_a_vowel_sign_is_an_edit() -> None:
    assert content_hash("", "वह कल गया") != content_hash("", "वह कल गयी")


def test_changed_paragraph_is_told_where_words_are_not_set_apart() -> None:
    older, newer = edited("市议会周二晚间决定修缮这座旧桥"), edited("市议会周三晚间决定修缮这座旧桥")
    assert summarise(older, newer) == "1 paragraph changed"
