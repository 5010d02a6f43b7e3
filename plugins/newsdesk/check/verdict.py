"""From findings and measures to a score, from a score to a verdict.

The score is a sum of three parts, each in the same points; `CheckSettings` says from how many a text is suspect or garbled.

    places    a strong finding decides alone: 5 points. Weak ones are slips that sound pages have too: 1 point each, only in
              company, and at most 2 for a family (one lost quotation mark makes every later one look wrong). In a text
              of more than 1,500 words they weigh less by so much.
    foreign   words left in another language, by how foreign they look and for each 1,000 words: 10.5 are 5 points.
    wording   how far the order of the words is from that of sound news, in spreads: 2.1 are 5 points.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from newsdesk.records import Basis, Finding, Severity, Verdict
from newsdesk.settings import CheckSettings

STRONG_POINTS = 5.0
WEAK_POINTS = 1.0
MOST_WEAK_IN_A_FAMILY = 2
FULL_WEIGHT_WORDS = 1500

FOREIGN_FOR_5_POINTS = 10.5
WORDING_FROM = 0.5
WORDING_FOR_5_POINTS = 2.1
LEAST_COMPANY = 3.0
"""Points of the measures that are company for weak findings."""

FAMILIES = {
    "orphan-quotation-end": "quotation",
    "reopened-quotation": "quotation",
    "unclosed-quotation": "quotation",
}
"""Weak rules that see the same slip; any other rule is a family of its own."""

MEASURED = frozenset({"unknown-word", "broken-wording", "unlikely-wording"})
"""Rules whose findings show where a measure comes from; they have no points of their own."""


@dataclass(frozen=True, slots=True)
class Score:
    """The three parts of the score, in points."""

    places: float
    foreign: float
    wording: float

    @property
    def total(self) -> float:
        return round(self.places + self.foreign + self.wording, 2)


def score(findings: Sequence[Finding], *, words: int, foreign_for_1000: float, wording_spreads: float) -> Score:
    foreign = 5 * foreign_for_1000 / FOREIGN_FOR_5_POINTS
    wording = max(0.0, 5 * (wording_spreads - WORDING_FROM) / (WORDING_FOR_5_POINTS - WORDING_FROM))
    return Score(_points_of_places(findings, words, company=foreign + wording >= LEAST_COMPANY), foreign, wording)


def split_score(total: float, findings: Sequence[Finding], *, words: int) -> tuple[float, float]:
    """Of a score, the points of the places, and the points of the measures, which nobody need measure again for it."""
    in_company = _points_of_places(findings, words, company=True)
    places = in_company if total - in_company >= LEAST_COMPANY else _points_of_places(findings, words, company=False)
    return places, max(0.0, total - places)


def _points_of_places(findings: Sequence[Finding], words: int, *, company: bool) -> float:
    if not words:
        return 0.0
    findings = [finding for finding in findings if finding.rule not in MEASURED]
    strong = len(_places(finding for finding in findings if finding.severity is Severity.STRONG))
    weak = Counter(FAMILIES.get(finding.rule, finding.rule) for finding in findings if finding.severity is Severity.WEAK)
    points = STRONG_POINTS * strong
    if strong or company or len(weak) > 1:
        points += WEAK_POINTS * sum(min(count, MOST_WEAK_IN_A_FAMILY) for count in weak.values())
    return points * min(1.0, FULL_WEIGHT_WORDS / words)


def _places(findings: Iterable[Finding]) -> list[tuple[int, int]]:
    """The findings' places, those that overlap taken as one."""
    places: list[tuple[int, int]] = []
    for start, end in sorted((finding.start, finding.end) for finding in findings):
        if places and start < places[-1][1]:
            places[-1] = (places[-1][0], max(end, places[-1][1]))
        else:
            places.append((start, end))
    return places


def verdict_of(total: float, findings: Sequence[Finding], settings: CheckSettings) -> Verdict:
    if total >= settings.garbled_score:
        return Verdict.GARBLED
    strong = any(finding.severity is Severity.STRONG for finding in findings)
    return Verdict.SUSPECT if strong or total >= settings.suspect_score else Verdict.NO_DEFECT_FOUND


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
