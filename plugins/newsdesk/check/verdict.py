"""From findings and measures to a score, from a score to a verdict.

The score is a sum of four parts, each in the same points; `CheckSettings` says from how many a text is suspect or garbled.

    places     each place by how much oftener its rule fires on broken than on sound text: the logarithm of that ratio, in
               `data/weights.tsv`, fitted by `bench/fit_weights.py`. Of overlapping findings the heaviest counts; of one family
               of slips two places count at most. What a long text would have by chance is taken off.
    original   5 points for strong disagreements with the original, however many: they make a text suspect, not garbled.
    foreign    words left in another language, by how foreign they look and for each 1,000 words: 10.5 are 5 points.
    wording    how far the order of the words is from that of sound news, in spreads: 2.7 are 5 points.
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
"""Points of one unit of a natural log-likelihood ratio: 3.6 of them outweigh the prior that 2.7 % of articles are broken."""
USUAL_WORDS = 450
FEWEST_WORDS = 180
"""Length of the articles that the weights were fitted on, and the length below which a place weighs no more."""
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
"""Rules that see the same slip: one lost quotation mark makes every later one look wrong."""

MEASURED = frozenset({"unknown-word", "broken-wording", "unlikely-wording"})
"""Rules whose findings show where a measure comes from; they have no points of their own."""


@cache
def weights() -> dict[str, float]:
    """Natural log-likelihood ratio of a place, by rule. A rule that is not listed counts nothing."""
    return {rule: float(weight) for rule, weight, *_ in read_rows("check/data/weights.tsv")}


@dataclass(frozen=True, slots=True)
class Score:
    """The parts of the score, in points; `places` holds the disagreements with the original too."""

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
    """Of a score, the points of the places, and the points of the measures, which nobody need measure again for it."""
    places = _points_of_places(findings, words)
    return places, max(0.0, total - places)


def _points_of_places(findings: Sequence[Finding], words: int) -> float:
    original = any(each.rule in DISAGREEMENTS and each.severity is Severity.STRONG for each in findings)
    return DISAGREEMENT_POINTS * original + POINTS_OF_A_NAT * nats(
        [(each.start, each.end, each.rule) for each in findings], words, weights()
    )


def nats(findings: Iterable[tuple[int, int, str]], words: int, ratios: dict[str, float]) -> float:
    """The log-likelihood ratio of a text of so many words with findings at these places, 0 without any that weighs."""
    found = [weight for weight in _weights_of_places(findings, ratios) if weight > 0]
    return max(0.0, sum(found) - math.log(max(words, FEWEST_WORDS) / USUAL_WORDS)) if found else 0.0


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
    """What a reader is told: a word or two, what they mean, and how alarming they are (`good`, `warn`, `bad` or `quiet`)."""

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
    """In words, what a verdict says on this basis. A document without a basis is older than bases: nobody compared it."""
    if verdict in _BY_VERDICT:
        return _BY_VERDICT[verdict]
    return _BY_BASIS[Basis.NO_RULES if verdict is None else basis or Basis.STRUCTURE_ONLY]
