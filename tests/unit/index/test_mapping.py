"""Which words of a text are indexed in parts."""

import re

import pytest

from newsdesk.index.mapping import WORDS_IN_PARTS, WRITTEN_IN_PARTS


@pytest.mark.parametrize(
    "text",
    [
        "the plain words, of a text. In two sentences\nand lines",
        "AT&T, A & B, fish & chips & peas, a  & b, a&b and S&P,&",
        "the US and the U.S. and U. S. of MPs, EU-, us, USA",
        "C++, C#, c# and .NET or a.NET; then .net again",
        "on 9/11, e-mail and well-being: 1,200 or 1.200 or 1 200",
        "an @name, a#tag, #tag and x@y.example",
        "Øre-ß, naïve-straße: élan & más, Ω-ω, день-ночь",
        "日US本 ا-ب ا@ب ٣/٤ กขUS 🙂US🙂@x",
    ],
)
def test_passing_over_whole_words_finds_the_same_words_in_parts(text: str) -> None:
    skipping = re.finditer(f"(?s){WORDS_IN_PARTS}", text)

    assert [found[1] for found in skipping if found[1]] == [found[0] for found in re.finditer(WRITTEN_IN_PARTS, text)]
