"""Measures how unusual the word order of a text is, compared with sound English.

Bad translations use correct words in an unusual order. Words are represented by their part-of-speech tags, and function words and the
most frequent verbs, nouns and adjectives by themselves. A trigram table (`data/fluency.tsv.gz`, made by `bench/build_fluency.py`)
gives the information gain of a word from the two before it: about 1.3 bits in sound English, and less in bad translations.
"""

import functools
import gzip
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from newsdesk.check.lang import words
from newsdesk.check.reading import Reading
from newsdesk.check.rules import Rule, Span
from newsdesk.records import Severity

_SMALL_TAGS = frozenset(["DT", "IN", "TO", "MD", "PRP", "PRP$", "WDT", "WP", "WP$", "WRB", "CC", "EX", "PDT", "RP", "POS"])
_SMALL_LEMMAS = frozenset({"be", "have", "do", "not"})
_SMALL_ADVERBS = words("not never only also just even very too so as more most still yet now then there here however again already almost")
_SKIPPED_TAGS = frozenset(["``", "''", "-LRB-", "-RRB-", "HYPH", "NFP", "SYM", "XX", "ADD", "FW", "_SP"])
_RUN_TAGS = frozenset({"NNP", "CD"})
"""Names and numbers: consecutive ones are counted once."""

START, END, UNKNOWN = "<s>", "</s>", "?"
LEAST_TOKENS = 80
"""Shorter texts are not measured."""

SOUND_MEAN = -1.30
SOUND_SPREAD = 0.16
TOKEN_SPREAD = 2.6
"""Mean of the bits of texts, standard deviation between texts, and between words of a text, for 550 sound articles (docs/decisions)."""
LEAST_UNSOUND = 2.0
"""Standard deviations above the mean from which the most surprising sentences are findings."""
SURPRISING_SENTENCE = 0.0
"""Bits per word from which a sentence is surprising, and to which they are limited in the measure of the text."""
SCRAMBLED = 0.7
LEAST_SCRAMBLED = 14
"""Bits and words from which a single sentence is a finding: 3 of 12,000 sentences of sound news, and 80 % of shuffled sentences."""


@dataclass(frozen=True, slots=True)
class Table:
    """log2 of the probabilities of uni-, bi- and trigrams, of the back-off by context, and of the frequencies of words."""

    kept: frozenset[str]
    bits: dict[tuple[str, ...], float]
    rest: dict[tuple[str, ...], float]
    alone: dict[str, float]

    def surprise(self, sequence: Sequence[str]) -> list[float]:
        """Return the bits of each word after the two before it, minus its bits without context."""
        known = [word if word in self.alone else UNKNOWN for word in sequence]
        framed = [START, START, *known]
        return [self.alone[framed[at]] - self._log((framed[at - 2], framed[at - 1], framed[at])) for at in range(2, len(framed))]

    def _log(self, run: tuple[str, ...]) -> float:
        found = self.bits.get(run)
        if found is not None:
            return found
        return self.rest.get(run[:-1], 0.0) + self._log(run[1:])


@functools.cache
def load_table() -> Table:
    packed = files("newsdesk.check").joinpath("data/fluency.tsv.gz").read_bytes()
    head, *lines = gzip.decompress(packed).decode().split("\n")
    bits: dict[tuple[str, ...], float] = {}
    rest: dict[tuple[str, ...], float] = {}
    alone: dict[str, float] = {}
    for line in lines:
        run, log, left, *frequency = line.split("\t")
        key = tuple(run.split(" "))
        bits[key] = int(log) / 100
        if left:
            rest[key] = int(left) / 100
        if frequency and frequency[0]:
            alone[run] = int(frequency[0]) / 100
    return Table(frozenset(head.split(" ")), bits, rest, alone)


def sequence_of(tokens: Iterable[Any], kept: frozenset[str]) -> list[str]:
    """Return the tokens of a sentence as the symbols of the table."""
    found: list[str] = []
    for token in tokens:
        tag = token.tag_
        if tag in _SKIPPED_TAGS or token.is_space:
            continue
        tag = "NNP" if tag == "NNPS" else tag
        if not (tag in _RUN_TAGS and found and found[-1] == tag):
            found.append(_name_of(token, tag, kept))
    return found


def _name_of(token: Any, tag: str, kept: frozenset[str]) -> str:
    if tag in _SMALL_TAGS or token.lemma_ in _SMALL_LEMMAS or (tag == "RB" and token.lower_ in _SMALL_ADVERBS):
        small: str = token.lower_
        return small.replace("’", "'")
    lexical = f"{token.lemma_.lower()}/{tag}"
    return lexical if lexical in kept else tag


def measure(reading: Reading) -> float:
    """Return the surprise of the text in standard deviations above that of sound news; 0 for short texts.

    The bits of a sentence are limited: a few inverted or elliptical ones are style, while in a bad translation most are unusual.
    """
    sentences = _sentences(reading).values()
    length = sum(map(len, sentences))
    if length < LEAST_TOKENS:
        return 0.0
    spread = math.hypot(SOUND_SPREAD, TOKEN_SPREAD / math.sqrt(length))
    bits = sum(min(sum(bits), SURPRISING_SENTENCE * len(bits)) for bits in sentences)
    return (bits / length - SOUND_MEAN) / spread


def _sentences(reading: Reading) -> dict[Span, list[float]]:
    """Return the bits of the words of each sentence with at least four words."""
    if "fluency" not in reading.kept:
        table = load_table()
        sequences = {(s.start, s.end): sequence_of(s.tokens, table.kept) for s in reading.sentences if s.paragraph.is_prose}
        reading.kept["fluency"] = {span: table.surprise(sequence) for span, sequence in sequences.items() if len(sequence) > 3}
    found: dict[Span, list[float]] = reading.kept["fluency"]
    return found


def find_broken(reading: Reading) -> Iterable[Span]:
    if measure(reading) >= LEAST_UNSOUND:
        for span, bits in _sentences(reading).items():
            if sum(bits) / len(bits) > SURPRISING_SENTENCE and len(bits) > 6:
                yield span


def find_scrambled(reading: Reading) -> Iterable[Span]:
    for span, bits in _sentences(reading).items():
        if len(bits) >= LEAST_SCRAMBLED and sum(bits) / len(bits) > SCRAMBLED and not reading.is_spoken(span[0]):
            yield span


RULES = (
    Rule(
        id="scrambled-sentence",
        severity=Severity.WEAK,
        message="The words of this sentence are in no English order.",
        fires="The for have council to over river build the decided of bridge new the not whether again has next old year.",
        silent="The council has not decided whether to build the old bridge over the river again, and will not do so before next year.",
        find=find_scrambled,
        languages=frozenset({"en"}),
        needs_analysis=True,
    ),
    Rule(
        id="broken-wording",
        severity=Severity.WEAK,
        message="The words of this sentence rarely follow each other like this in English, and the text has many such sentences.",
        fires=" ".join(["To that it the of is committee who decided has not, in the of for they was river the bridge under again."] * 5),
        silent=" ".join(["The committee has not decided whether the old bridge over the river will be built again next year."] * 5),
        find=find_broken,
        languages=frozenset({"en"}),
        needs_analysis=True,
    ),
)
