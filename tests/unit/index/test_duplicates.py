"""Near-duplicate detection: sketches, stories and kinds of copies."""

import datetime as dt
import random
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsdesk.index.duplicates import (
    DuplicateKind,
    Member,
    Sketch,
    containment,
    find_stories,
    is_same_story,
    jaccard,
    kinds_in,
    sketch,
    story_of,
    unpack,
)

NOON = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)


def words(seed: int, count: int) -> str:
    return " ".join(f"w{random.Random(f'{seed}-{number}').randint(0, 9_999)}" for number in range(count))


def member(key: str, text: str, *, story: str = "", minute: int = 0, title: str = "Title", source: str = "A") -> Member:
    moment = NOON + dt.timedelta(minutes=minute)
    return Member(id=key, story_id=story or key, source=source, title=title, dated_at=moment, sketch=sketch(text))


def test_case_punctuation_and_line_breaks_are_ignored() -> None:
    one, other = sketch(words(1, 60)), sketch(words(1, 60).upper().replace(" ", ",\n"))
    assert one
    assert other
    assert jaccard(one, other) == 1


def test_a_short_text_has_no_sketch() -> None:
    assert sketch("Photo: the harbour at dawn") is None


def test_estimates_are_close_to_the_true_similarity() -> None:
    text = words(1, 400)
    half = sketch(f"{text} {words(2, 400)}")
    whole = sketch(text)
    assert whole
    assert half
    assert jaccard(whole, half) == pytest.approx(0.5, abs=0.15)
    assert containment(whole, half) == pytest.approx(1.0, abs=0.2)


def test_unrelated_texts_are_not_one_story() -> None:
    sketches = [sketch(words(seed, 200)) for seed in range(60)]
    pairs = [(one, other) for number, one in enumerate(sketches) for other in sketches[:number] if one and other]
    assert len(pairs) == 1770
    assert not any(is_same_story(one, other) for one, other in pairs)


def test_a_packed_sketch_is_unpacked_unchanged() -> None:
    made = sketch(words(3, 80))
    assert made
    again = unpack(made.packed())
    assert again.bands == made.bands
    assert again.shingle_count == made.shingle_count


def test_a_teaser_shares_a_band_with_its_full_text() -> None:
    for seed in range(50):
        full, teaser = sketch(words(seed, 500)), sketch(" ".join(words(seed, 500).split()[:100]))
        assert full
        assert teaser
        assert set(full.bands) & set(teaser.bands)


def test_a_text_that_copies_only_the_lead_is_another_story() -> None:
    for seed in range(50):
        full = words(seed, 400).split()
        teaser, copier = sketch(" ".join(full[:100])), sketch(" ".join([*full[:75], words(1000 + seed, 250)]))
        assert teaser
        assert copier
        assert is_same_story(teaser, sketch(" ".join(full)) or teaser)
        assert not is_same_story(teaser, copier)


@given(st.text())
def test_any_text_can_be_sketched(text: str) -> None:
    made = sketch(text)
    assert made is None or len(set(made.bands)) == 32


def test_stories_do_not_depend_on_the_order_of_articles() -> None:
    texts = [words(1, 80), words(1, 80), words(2, 80), words(3, 80)]
    members = [member(f"id{number}", text) for number, text in enumerate(texts)]
    groups = {tuple(sorted(one.id for one in group)) for order in permutations(members) for group in find_stories(order)}
    assert groups == {("id0", "id1")}
    assert story_of(members[:2]) == "id0"


def test_a_story_of_many_copies_needs_a_linear_number_of_comparisons() -> None:
    compared: list[int] = []

    def compare(one: Sketch, other: Sketch) -> bool:
        compared.append(1)
        return is_same_story(one, other)

    copies = [member(f"copy-{number}", words(1, 60), story="copy-0") for number in range(50)]
    (group,) = find_stories([*copies, member("new", words(1, 60))], compare=compare)
    assert len(group) == 51
    assert len(compared) == 1
    (group,) = find_stories((member(f"fresh-{number}", words(1, 60)) for number in range(50)), compare=compare)
    assert len(compared) == 1 + 49


def test_articles_with_the_same_story_id_stay_together() -> None:
    (group,) = find_stories([member("a", words(1, 80), story="s"), member("b", words(2, 80), story="s")])
    assert len(group) == 2


FULL = words(9, 300)


@pytest.mark.parametrize(
    ("text", "title", "source", "expected"),
    [
        pytest.param(FULL, "Title", "B", DuplicateKind.EXACT_COPY, id="same text, same headline"),
        pytest.param(FULL, "title!", "B", DuplicateKind.EXACT_COPY, id="same text, headline differs in punctuation"),
        pytest.param(FULL, "Another", "B", DuplicateKind.OTHER_HEADLINE, id="same text, other headline"),
        pytest.param(" ".join(FULL.split()[:120]), "Title", "B", DuplicateKind.TEASER, id="beginning of the text"),
        pytest.param(f"{FULL} {words(8, 150)}", "Title", "A", DuplicateKind.FULLER, id="longer text"),
        pytest.param(" ".join([*FULL.split()[:240], *words(8, 60).split()]), "Title", "A", DuplicateKind.UPDATE, id="same source, changed"),
        pytest.param(
            " ".join([*FULL.split()[:240], *words(8, 60).split()]), "Title", "B", DuplicateKind.EDITED_COPY, id="other source, changed"
        ),
    ],
)
def test_the_kind_of_a_duplicate(text: str, title: str, source: str, expected: DuplicateKind) -> None:
    group = [member("z", FULL), member("a", text, minute=5, title=title, source=source)]
    assert kinds_in(group) == {"z": DuplicateKind.FIRST, "a": expected}
