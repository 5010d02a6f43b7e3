"""Compares a text with its original by sentence: what was added, what is missing, and what has another meaning.

Sentences are aligned by their vectors (`alignment`); numbers, names and negations are compared within aligned sentences
(`disagreements`). News translations are often shortened, so missing sentences are not defects if many are missing.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from newsdesk.check.alignment import Group, Vectors, align, cosine, pair_moved
from newsdesk.check.disagreements import Pair, Written, find_disagreements, written_names
from newsdesk.check.facts import facts_of
from newsdesk.check.reading import Paragraph, Reading, Sentence, parts_of
from newsdesk.records import AlignedSentences, Finding, Severity
from newsdesk.vectors import LANGUAGES, encode

MOST_CELLS = 250_000
"""Maximum product of the numbers of sentences; longer texts are not compared. 500 sentences each take two seconds."""
LEAST_WORDS = 4
"""Shorter sentences, such as captions and datelines, are ignored if they are missing or added."""
NEAR = 0.5
FAR = 0.33
"""Similarity from which two sentences have the same meaning, and below which their facts are not compared: 1 % of correct pairs are
below .56, and 95 % of unrelated pairs are below .38."""
MISSING_WEIGHTS = (2.7, -3.9, -4.9, -8.0)
MISSING_FROM = 4.5
FOREIGN_WEIGHTS = (6.8, -13.1, -10.7, -8.0)
FOREIGN_FROM = 11.0
"""Weights of `features_of_missing` and `features_of_foreign`, and the log-odds from which an unaligned sentence is a finding. Made by
`bench/fit_alignment.py`."""
NEARBY = 2
"""Groups before and after an unaligned sentence, of whose sentences it can be a part."""
SHORTENED = 0.25
"""Share of missing sentences of the original from which a translation was shortened on purpose."""


Features = tuple[float, float, float, float]


@dataclass(frozen=True)
class Alignment:
    """The sentences of both texts with their vectors and their alignment."""

    here: Sequence[Sentence]
    there: Sequence[Sentence]
    here_vectors: Vectors
    there_vectors: Vectors
    groups: Sequence[Group]
    languages: tuple[str, str]

    @property
    def coverage(self) -> float:
        """The share of the text's sentences that are aligned with the original."""
        return sum(len(group.target) for group in self.groups if group.source and group.similarity >= NEAR) / max(1, len(self.here))

    @cached_property
    def ratio(self) -> float:
        """The ratio of the lengths of the text and the original in aligned sentences."""
        pairs = [group for group in self.groups if group.target and group.source]
        here, there = [self.here[i] for pair in pairs for i in pair.target], [self.there[j] for pair in pairs for j in pair.source]
        return _letters(here) / _letters(there)

    @property
    def pairs(self) -> list[AlignedSentences]:
        """Return the aligned sentences in the order of the texts, without titles."""
        return [pair for group in self.groups if (pair := self._pair(group)).text or pair.source]

    def _pair(self, group: Group) -> AlignedSentences:
        # The title has an empty range.
        here = [self.here[i] for i in group.target if self.here[i].end > 0]
        there = [self.there[j] for j in group.source if self.there[j].end > 0]
        is_same = group.similarity >= NEAR
        return AlignedSentences(
            text=(here[0].start, here[-1].end) if here else None, source=(there[0].start, there[-1].end) if there else None, is_same=is_same
        )

    def joined(self, number: int, lone: int, *, is_source: bool) -> tuple[float, float]:
        """Return how well an unaligned sentence fits the preceding or following group, whichever is better: the gain in similarity, and the
        gain in balance of lengths.
        """
        around = [
            self._join(group, lone, is_source=is_source)
            for group in (_last(self.groups[:number]), _first(self.groups[number + 1 :]))
            if group
        ]
        return max(around, key=lambda each: each[0] + 0.15 * each[1], default=(-0.3, -0.5))

    def _join(self, group: Group, lone: int, *, is_source: bool) -> tuple[float, float]:
        own, other = (group.source, group.target) if is_source else (group.target, group.source)
        mine, others = (self.there, self.here) if is_source else (self.here, self.there)
        vectors, other_vectors = (self.there_vectors, self.here_vectors) if is_source else (self.here_vectors, self.there_vectors)
        sentence, beside, across = (
            vectors[lone],
            vectors[own.start : own.stop].sum(axis=0),
            other_vectors[other.start : other.stop].sum(axis=0),
        )
        ratio = self.ratio if is_source else 1 / self.ratio
        length = ratio * _letters(mine[own.start : own.stop]) / _letters(others[other.start : other.stop])
        longer = length + ratio * _letters([mine[lone]]) / _letters(others[other.start : other.stop])
        gain = cosine(beside + sentence, across) - cosine(beside, across)
        return gain, abs(math.log(length)) - abs(math.log(longer))

    def likeness_in_part(self, number: int, lone: int, *, is_source: bool) -> float:
        """Return the similarity of an unaligned sentence to the most similar part of a sentence of the other side nearby."""
        around = self.groups[max(0, number - NEARBY) : number + NEARBY + 1]
        near = [self.here[i] for group in around for i in group.target] if is_source else [self.there[j] for g in around for j in g.source]
        vector = (self.there_vectors if is_source else self.here_vectors)[lone]
        return max((float((_encoded_parts(sentence.text) @ vector).max()) for sentence in near), default=0.0)


def _last(groups: Sequence[Group]) -> Group | None:
    return next((group for group in reversed(groups) if group.target and group.source), None)


def _first(groups: Sequence[Group]) -> Group | None:
    return next((group for group in groups if group.target and group.source), None)


def _letters(sentences: Sequence[Sentence]) -> int:
    return max(1, sum(len(sentence.text) for sentence in sentences))


def align_texts(reading: Reading, original: Reading) -> Alignment | None:
    """Align two texts; return None if that is not possible: they are too long, empty, or in languages without vectors."""
    here, there = _sentences(reading), _sentences(original)
    if not {reading.language.code, original.language.code} <= LANGUAGES or not 0 < len(here) * len(there) <= MOST_CELLS:
        return None
    vectors, other_vectors = (_encoded(tuple(sentence.text for sentence in side)) for side in (here, there))
    languages = reading.language.code, original.language.code
    groups = pair_moved(align(vectors, other_vectors), vectors, other_vectors)
    return Alignment(here, there, vectors, other_vectors, groups, languages)


@lru_cache(maxsize=2)
def _encoded(sentences: tuple[str, ...]) -> Vectors:
    """Return the vectors of sentences. Cached, as an article is compared with several candidates for its original."""
    return encode(sentences)


@lru_cache(maxsize=64)
def _encoded_parts(sentence: str) -> Vectors:
    return encode([sentence[start:end] for start, end in parts_of(sentence)])


def compare(reading: Reading, original: Reading) -> tuple[Finding, ...] | None:
    """Return a finding for each disagreement; None if the texts cannot be compared."""
    alignment = align_texts(reading, original)
    return find_differences(alignment) if alignment else None


def find_differences(alignment: Alignment) -> tuple[Finding, ...]:
    """Return a finding for each disagreement of two aligned texts."""
    return (*_differences_of_meaning(alignment), *_differences_of_facts(alignment, *alignment.languages))


def _sentences(reading: Reading) -> tuple[Sentence, ...]:
    """Return the sentences, with the title as the first one, with an empty range, unless the text starts with it."""
    title = reading.title.strip()
    if not title or reading.text.startswith(title):
        return reading.sentences
    return (Sentence(0, 0, title, Paragraph(0, 0, title, 0), 0, spoken=False, torn_end=None), *reading.sentences)


def _differences_of_meaning(alignment: Alignment) -> Iterator[Finding]:
    missing = sum(len(group.source) for group in alignment.groups if not group.target)
    severity = Severity.STRONG if missing <= max(2, SHORTENED * len(alignment.there)) else Severity.WEAK
    before = 0
    for number, group in enumerate(alignment.groups):
        if not group.target:
            yield from _missing(alignment, number, before, severity)
            continue
        if not group.source:
            yield from _foreign(alignment, number)
        before = alignment.here[group.target[-1]].end


def _missing(alignment: Alignment, number: int, place: int, severity: Severity) -> Iterator[Finding]:
    """Yield what is missing at this position, unless there is another sentence that replaces it or is a free translation."""
    if any(is_told(alignment.here[i]) for at in _beside(alignment, number) for i in alignment.groups[at].target):
        return
    for j in alignment.groups[number].source:
        sentence = alignment.there[j]
        if is_told(sentence) and is_missing(alignment, number, j):
            source = sentence.start, sentence.end
            yield _finding("missing-from-text", (place, place), source, severity, "A sentence of the original is missing here.")


def _foreign(alignment: Alignment, number: int) -> Iterator[Finding]:
    """Yield what was added, with the sentence of the original that it replaces, if there is one."""
    replaced = next((alignment.there[alignment.groups[at].source[0]] for at in _beside(alignment, number)), None)
    for i in alignment.groups[number].target:
        sentence = alignment.here[i]
        if not is_told(sentence) or not is_foreign(alignment, number, i):
            continue
        place = sentence.start, sentence.end
        if replaced is not None and replaced.end > 0:
            yield _finding("meaning-differs", place, (replaced.start, replaced.end), Severity.STRONG, OTHER_MEANING)
        else:
            yield _finding("not-in-original", place, None, Severity.STRONG, "The original has no such sentence.")


OTHER_MEANING = "This sentence says something else than the one that stands in its place in the original."


def _beside(alignment: Alignment, number: int) -> list[int]:
    """Return the adjacent groups that have only sentences of the other side."""
    groups, around = alignment.groups, range(max(0, number - 1), min(len(alignment.groups), number + 2))
    if groups[number].target:
        return [at for at in around if not groups[at].target]
    return [at for at in around if not groups[at].source]


def is_told(sentence: Sentence) -> bool:
    """Return whether a sentence is compared: it is not a title, and not too short."""
    return sentence.end > 0 and size_of(sentence) >= LEAST_WORDS


def size_of(sentence: Sentence) -> float:
    """Return the number of words; in scripts without spaces, two characters count as one."""
    return max(len(sentence.text.split()), sum(sign >= "\u0e00" and sign.isalpha() for sign in sentence.text) / 2)


def is_missing(alignment: Alignment, number: int, j: int) -> bool:
    """Return whether the unaligned sentence `j` of the original is missing, rather than part of a sentence of the text nearby."""
    return _weighted(features_of_missing(alignment, number, j), MISSING_WEIGHTS) > MISSING_FROM


def is_foreign(alignment: Alignment, number: int, i: int) -> bool:
    """Return whether the unaligned sentence `i` of the text was added, rather than part of a sentence of the original nearby."""
    return _weighted(features_of_foreign(alignment, number, i), FOREIGN_WEIGHTS) > FOREIGN_FROM


def features_of_missing(alignment: Alignment, number: int, j: int) -> Features:
    """Return the logarithm of its size, how well it fits a group beside it, and its similarity to a part of the text nearby."""
    gain, balance = alignment.joined(number, j, is_source=True)
    return math.log(size_of(alignment.there[j])), gain, balance, alignment.likeness_in_part(number, j, is_source=True)


def features_of_foreign(alignment: Alignment, number: int, i: int) -> Features:
    """Return the same of a sentence of the text, but its similarity to the most similar sentence of the whole original for its balance."""
    gain, _ = alignment.joined(number, i, is_source=False)
    part = alignment.likeness_in_part(number, i, is_source=False)
    anywhere = float((alignment.there_vectors @ alignment.here_vectors[i]).max())
    return math.log(size_of(alignment.here[i])), gain, part, anywhere


def _weighted(features: Features, weights: Features) -> float:
    return sum(weight * feature for weight, feature in zip(weights, features, strict=True))


def _differences_of_facts(alignment: Alignment, code: str, other: str) -> Iterator[Finding]:
    here, there = facts_of(alignment.here, code), facts_of(alignment.there, other)
    written = Written(written_names(here), written_names(there))
    pairs = [
        Pair(
            [here[i] for i in group.target],
            [there[j] for j in group.source],
            here[max(0, group.target.start - 1) : group.target.stop + 1],
            there[max(0, group.source.start - 1) : group.source.stop + 1],
            similarity=group.similarity,
            is_compared=bool(group.target and group.source) and group.similarity >= FAR and alignment.here[group.target[0]].end > 0,
        )
        for group in alignment.groups
    ]
    yield from find_disagreements(pairs, written)


def _finding(rule: str, place: tuple[int, int], source: tuple[int, int] | None, severity: Severity, message: str) -> Finding:
    start, end = source if source else (None, None)
    return Finding(start=place[0], end=place[1], rule=rule, severity=severity, message=message, source_start=start, source_end=end)
