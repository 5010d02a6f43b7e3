"""A small language model as a second opinion on doubtful texts.

It is used only if the rules found something, but not enough for a verdict, as it is a thousand times slower. Its findings are weak: they
can make a text suspect, but not garbled.
"""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Protocol

from newsdesk.check.reading import Reading, Sentence
from newsdesk.records import Finding, Severity

DOUBTFUL_FROM = 0.5
"""Points from which a text is doubtful. About 20 of 150 sound articles have that many."""
LEAST_TOKENS = 100
"""Shorter texts are not measured."""
SURPRISING = 6.2
"""Mean bits per token from which a text, and a sentence in it, is surprising. With SmolLM2, 49 sound articles have 4.9 on average, with a
standard deviation of 0.5 and a maximum of 5.9, and bad translations 5.7 to 7.6 (docs/decisions)."""


class LanguageModel(Protocol):
    """A language model. `bits` returns the surprise (-log2 of the probability) of each token of each sentence, given all tokens before it.

    The sentences are consecutive in one text. A model can stop after some hundred tokens; later sentences are then empty.
    """

    def bits(self, sentences: Sequence[str]) -> list[list[float]]: ...


def find_surprising(reading: Reading, model: LanguageModel) -> tuple[Finding, ...]:
    """Return findings for the surprising sentences, if the text as a whole is surprising; else none."""
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
