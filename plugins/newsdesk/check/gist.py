"""A gist of the original, to see whether a sentence says something else altogether.

The gist is a rough machine translation of the original. Two sentences that belong together share most of their content
words with it, in whatever order; a pair that shares hardly any is a weak finding, since a free translation does so too.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Protocol

from newsdesk.check.compare import align
from newsdesk.check.parts import Part, parts_of
from newsdesk.check.reading import Reading
from newsdesk.records import Finding, Severity

LEAST_WORDS = 5
LEAST_SHARED = 0.15
"""Content words that both sentences must have, and the share of them below which they say different things. Of 30 sentences
translated from Spanish the lowest share was 0.2, the next 0.6; of pairs that do not belong together 92 % were below (docs/decisions)."""
STEM = 5
_CONTENT = re.compile(r"[^\W\d_]{4,}")


class Translator(Protocol):
    """A machine translation program. `gist` gives a line for each line, or None for a pair of languages that it has not."""

    def gist(self, lines: Sequence[str], *, source: str, target: str) -> list[str] | None: ...


def find_other_meanings(reading: Reading, original: Reading, translator: Translator) -> Iterable[Finding]:
    """The sentences that share hardly a word with the gist of what the original says in their place."""
    target, source = parts_of(reading), parts_of(original)
    lines = translator.gist([part.text for part in source], source=original.language.code, target=reading.language.code)
    if lines is None:
        return
    gists = {part.start: line for part, line in zip(source, lines, strict=True)}
    for here, there in align(target, source):
        if here and there and _share([part.text for part in here], [gists[part.start] for part in there]) < LEAST_SHARED:
            yield _finding(here, there)


def _share(here: Sequence[str], gist: Sequence[str]) -> float:
    ours, theirs = _stems(here), _stems(gist)
    fewer = min(len(ours), len(theirs))
    return len(ours & theirs) / fewer if fewer >= LEAST_WORDS else 1.0


def _stems(texts: Sequence[str]) -> frozenset[str]:
    return frozenset(word.lower()[:STEM] for text in texts for word in _CONTENT.findall(text))


def _finding(here: Sequence[Part], there: Sequence[Part]) -> Finding:
    return Finding(
        start=here[0].start,
        end=here[-1].end,
        rule="meaning-differs",
        severity=Severity.WEAK,
        message="This sentence shares hardly a word with what a rough translation gives for the original in its place.",
        source_start=there[0].start,
        source_end=there[-1].end,
    )
