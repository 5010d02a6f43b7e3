"""From findings to a score, from a score to a verdict.

A strong finding decides alone. Weak ones are slips that sound pages have too: they count only in company, that is when
findings of another family are there, and a family of them counts for two at the most (a single lost quotation mark makes
every later one look wrong).
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from newsdesk.records import Finding, Severity, Verdict
from newsdesk.settings import CheckSettings

STRONG_WEIGHT = 5.0
WEAK_WEIGHT = 1.0
MOST_WEAK_IN_A_FAMILY = 2
SHORTEST_WORDS = 1000
"""Texts are scored as if they had at least so many words: a defect weighs the same in a short text as in one of this length."""

FAMILIES = {
    "orphan-quotation-end": "quotation",
    "reopened-quotation": "quotation",
    "unclosed-quotation": "quotation",
}
"""Weak rules that see the same slip; any other rule is a family of its own."""


def score_findings(findings: Sequence[Finding], *, words: int) -> float:
    """Weight of the findings for each 1,000 words."""
    strong = len(_places(finding for finding in findings if finding.severity is Severity.STRONG))
    weak = Counter(FAMILIES.get(finding.rule, finding.rule) for finding in findings if finding.severity is Severity.WEAK)
    weight = STRONG_WEIGHT * strong
    if strong or len(weak) > 1:
        weight += WEAK_WEIGHT * sum(min(count, MOST_WEAK_IN_A_FAMILY) for count in weak.values())
    return round(1000 * weight / max(words, SHORTEST_WORDS), 2)


def _places(findings: Iterable[Finding]) -> list[tuple[int, int]]:
    """The findings' places, those that overlap taken as one."""
    places: list[tuple[int, int]] = []
    for start, end in sorted((finding.start, finding.end) for finding in findings):
        if places and start < places[-1][1]:
            places[-1] = (places[-1][0], max(end, places[-1][1]))
        else:
            places.append((start, end))
    return places


def verdict_of(score: float, findings: Sequence[Finding], settings: CheckSettings) -> Verdict:
    if score >= settings.garbled_score:
        return Verdict.GARBLED
    strong = any(finding.severity is Severity.STRONG for finding in findings)
    return Verdict.SUSPECT if strong or score >= settings.suspect_score else Verdict.NO_DEFECT_FOUND
