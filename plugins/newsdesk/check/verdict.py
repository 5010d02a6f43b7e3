"""Computes the score of a text from findings and measures, and the verdict from the score.

The score is the sum of four parts in points; `CheckSettings` defines from which score a text is suspect or garbled.

    places     the log-likelihood ratio of each finding's rule between bad and sound texts, in `data/weights.tsv`, fitted by
               `bench/fit_weights.py`. Of overlapping findings the heaviest counts, and of one family at most two. The expected value
               for a sound text of that length is subtracted.
    original   5 points if there are strong disagreements with the original: they make a text suspect, not garbled.
    foreign    untranslated words, by their foreignness per 1,000 words: 10.5 are 5 points.
    wording    distance of the word order from that of sound news, in standard deviations: 2.7 are 5 points.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from newsdesk.data_files import read_rows
from newsdesk.records import Basis, Finding, Severity, Verdict
from newsdesk.settings import CheckSettings

POINTS_OF_A_NAT = 5 / 3.6
"""Points per unit of a natural log-likelihood ratio. 3.6 units outweigh the prior, by which 2.7 % of articles are bad translations."""
USUAL_WORDS = 450
FEWEST_WORDS = 180
"""Mean length of the articles for which the weights were fitted, and length below which the weight of a finding no longer increases."""
MOST_OF_A_FAMILY = 2

DISAGREEMENT_POINTS = 5.0
DISAGREEMENTS = frozenset(
    {
        "not-in-original",
        "missing-from-text",
        "meaning-differs",
        "number-differs",
        "unit-differs",
        "date-differs",
        "name-differs",
        "negation-differs",
    }
)

FOREIGN_FOR_5_POINTS = 10.5
WORDING_FROM = 1.14
WORDING_FOR_5_POINTS = 2.74

FAMILIES = {
    "orphan-quotation-end": "quotation",
    "reopened-quotation": "quotation",
    "unclosed-quotation": "quotation",
}
"""Rules that find the same error: after one missing quotation mark, all later ones look wrong."""

MEASURED = frozenset({"unknown-word", "broken-wording", "unlikely-wording"})
"""Rules whose findings show what contributes to a measure. They have no points of their own."""


@cache
def weights() -> dict[str, float]:
    """Return the natural log-likelihood ratios of findings by rule. Rules that are not listed have no weight."""
    return {rule: float(weight) for rule, weight, *_ in read_rows("check/data/weights.tsv")}


@dataclass(frozen=True, slots=True)
class Score:
    """The parts of the score in points; `places` includes the disagreements with the original."""

    places: float
    foreign: float
    wording: float

    @property
    def total(self) -> float:
        return round(self.places + self.foreign + self.wording, 2)


def score(findings: Sequence[Finding], *, words: int, foreign_for_1000: float, wording_spreads: float) -> Score:
    foreign = 5 * foreign_for_1000 / FOREIGN_FOR_5_POINTS
    wording = max(0.0, 5 * (wording_spreads - WORDING_FROM) / (WORDING_FOR_5_POINTS - WORDING_FROM))
    return Score(_points_of_places(findings, words), foreign, wording)


def split_score(total: float, findings: Sequence[Finding], *, words: int) -> tuple[float, float]:
    """Split a score into the points of the findings and those of the measures, without measuring again."""
    places = _points_of_places(findings, words)
    return places, max(0.0, total - places)


def _points_of_places(findings: Sequence[Finding], words: int) -> float:
    original = any(each.rule in DISAGREEMENTS and each.severity is Severity.STRONG for each in findings)
    return DISAGREEMENT_POINTS * original + POINTS_OF_A_NAT * nats(
        [(each.start, each.end, each.rule) for each in findings], words, weights()
    )


def nats(findings: Iterable[tuple[int, int, str]], words: int, ratios: dict[str, float]) -> float:
    """Return the log-likelihood ratio of a text with `words` words and these findings; 0 without findings that have a weight."""
    found = [weight for weight in _weights_of_places(findings, ratios) if weight > 0]
    return max(0.0, sum(found) - _nats_by_chance(words)) if found else 0.0


def _nats_by_chance(words: int) -> float:
    """Return how much more the findings of a sound text of this length weigh than those of a usual one: the longer it is, the more it has,
    in proportion; below the usual length, the logarithm of the ratio, which meets this line there."""
    ratio = max(words, FEWEST_WORDS) / USUAL_WORDS
    return ratio - 1 if ratio > 1 else math.log(ratio)


def _weights_of_places(findings: Iterable[tuple[int, int, str]], ratios: dict[str, float]) -> list[float]:
    counts: Counter[str] = Counter()
    places: list[tuple[int, float]] = []  # end, weight
    for start, end, rule in sorted(findings):
        family = FAMILIES.get(rule, "")
        counts[family] += 1
        weight = ratios.get(rule, 0.0) if not family or counts[family] <= MOST_OF_A_FAMILY else 0.0
        if places and start < places[-1][0]:
            places[-1] = (max(end, places[-1][0]), max(weight, places[-1][1]))
        else:
            places.append((end, weight))
    return [weight for _, weight in places]


def verdict_of(total: float, settings: CheckSettings) -> Verdict:
    if total >= settings.garbled_score:
        return Verdict.GARBLED
    return Verdict.SUSPECT if total >= settings.suspect_score else Verdict.NO_DEFECT_FOUND


@dataclass(frozen=True, slots=True)
class Wording:
    """Text for readers: a short label, its meaning, and its level (`good`, `warn`, `bad` or `quiet`)."""

    label: str
    meaning: str
    tone: str


_BY_VERDICT = {
    Verdict.GARBLED: Wording("garbled", "Several sentences are broken: read the original before you use this text", "bad"),
    Verdict.SUSPECT: Wording("suspect", "The marked places may be wrong", "warn"),
}
_BY_BASIS = {
    Basis.COMPARED: Wording(
        "compared",
        "Beside its original, sentence by sentence, nothing was found that differs; that is no promise that nothing does",
        "good",
    ),
    Basis.STRUCTURE_ONLY: Wording(
        "not compared", "No damaged sentence was found; nobody compared what the text says with an original", "quiet"
    ),
    Basis.NOT_A_TRANSLATION: Wording(
        "not a translation", "No damaged sentence was found, and nothing points to another language; what it says was not checked", "quiet"
    ),
    Basis.NO_RULES: Wording("not checked", "There are no rules for this language", "quiet"),
}


def describe(verdict: Verdict | None, basis: Basis | None) -> Wording:
    """Return the text for a verdict on this basis. Documents without a basis are from earlier versions, and were not compared."""
    if verdict in _BY_VERDICT:
        return _BY_VERDICT[verdict]
    return _BY_BASIS[Basis.NO_RULES if verdict is None else basis or Basis.STRUCTURE_ONLY]
