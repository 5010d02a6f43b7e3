"""What a small language model says of a text that rules and measures leave in doubt.

It is asked only where they found something, but too little for a verdict, since it is a thousand times slower than they are.
What it finds is weak: it can make a text suspect, never garbled.
"""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Protocol

from newsdesk.check.reading import Reading, Sentence
from newsdesk.records import Finding, Severity

DOUBTFUL_FROM = 0.5
"""Points of a text that is doubtful, below those of a suspect one. Of 150 sound articles about 20 have so many."""
LEAST_TOKENS = 100
"""A shorter text is not judged."""
SURPRISING = 6.2
"""Mean bits of a token from which a text, and in it a sentence, is surprising: for SmolLM2 49 sound news articles have 4.9 with a
spread of 0.5 and 5.9 at most, translations that are plainly broken 5.7 to 7.6 (docs/decisions)."""


class LanguageModel(Protocol):
    """`bits` gives for each sentence how surprising (-log2 of the probability) each of its tokens is after all before it.

    The sentences follow each other in one text; a model may stop after the first few hundred tokens, then the later ones are empty.
    """

    def bits(self, sentences: Sequence[str]) -> list[list[float]]: ...


def find_surprising(reading: Reading, model: LanguageModel) -> tuple[Finding, ...]:
    """The surprising sentences of a text that is surprising as a whole; none in any other."""
    sentences = [sentence for sentence in reading.sentences if sentence.paragraph.is_prose]
    bits = model.bits([sentence.text for sentence in sentences])
    every = list(chain.from_iterable(bits))
    if len(every) < LEAST_TOKENS or _mean(every) < SURPRISING:
        return ()
    return tuple(_findings(sentences, bits))


def _findings(sentences: Sequence[Sentence], bits: Sequence[Sequence[float]]) -> Iterator[Finding]:
    for sentence, found in zip(sentences, bits, strict=True):
        if found and _mean(found) >= SURPRISING:
            yield Finding(
                start=sentence.start,
                end=sentence.end,
                rule="unlikely-wording",
                severity=Severity.WEAK,
                message="A language model finds it unlikely that these words follow each other, and the text has many such sentences.",
            )


def _mean(bits: Sequence[float]) -> float:
    return sum(bits) / len(bits)
