"""From findings to a score, from a score to a verdict."""

from collections.abc import Sequence

from newsdesk.records import Finding, Severity, Verdict
from newsdesk.settings import CheckSettings

WEIGHTS = {Severity.STRONG: 3.0, Severity.WEAK: 1.0}


def score_findings(findings: Sequence[Finding], *, words: int, settings: CheckSettings) -> float:
    """Weight of the findings for each 1,000 words; a text shorter than `settings.shortest_words` counts as that long."""
    weight = sum(WEIGHTS[finding.severity] for finding in findings)
    return round(1000 * weight / max(words, settings.shortest_words), 2)


def verdict_of(score: float, settings: CheckSettings) -> Verdict:
    if score >= settings.garbled_score:
        return Verdict.GARBLED
    return Verdict.SUSPECT if score >= settings.suspect_score else Verdict.NO_DEFECT_FOUND
