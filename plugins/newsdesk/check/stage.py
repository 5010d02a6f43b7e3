"""Decides whether a text is a translation, and whether its sentences are sound."""

import itertools
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from newsdesk.check.catalogue import list_rules
from newsdesk.check.compare import compare
from newsdesk.check.evidence import collect_evidence, judge
from newsdesk.check.fluency import measure
from newsdesk.check.lang import load, load_any
from newsdesk.check.language_model import DOUBTFUL_FROM, LanguageModel, find_surprising
from newsdesk.check.reading import Reading
from newsdesk.check.untranslated import unknown_for_1000
from newsdesk.check.verdict import Score, score, verdict_of
from newsdesk.records import Basis, Checked, Cleaned, Evidence, Finding, Original
from newsdesk.settings import CheckSettings

if TYPE_CHECKING:
    from spacy.tokens import Doc

VERSION = 6

MOST_FINDINGS_OF_A_RULE = 200
"""Maximum number of findings per rule. A text that is not prose could have one for each word."""


def check(
    cleaned: Cleaned,
    doc: "Doc | None",
    settings: CheckSettings,
    *,
    original: Original | None = None,
    feed_language: str | None = None,
    language_model: LanguageModel | None = None,
) -> Checked:
    """Return the verdict on the text, with a finding for each defect and the evidence that it is a translation.

    `doc` is spaCy's analysis of exactly `cleaned.text`, or None for a language without a model. The verdict is None if there are no rules
    for the language and the text could not be compared with its `original`. The `language_model` is used for English texts that are
    doubtful, but not suspect. `feed_language` is the language that the feed declares ("es-ES").
    """
    rules = load(cleaned.language)
    reading = Reading(cleaned.text, rules or load_any(cleaned.language or ""), doc, title=cleaned.title)
    differences = find_disagreements(reading, original) if original is not None else None
    if rules is None and differences is None:
        return Checked(language=cleaned.language, verdict=None)
    findings = _in_order((*(find_defects(reading) if rules else ()), *(differences or ())))
    total = score_text(reading, findings).total
    is_doubtful = reading.language.code == "en" and DOUBTFUL_FROM <= total < settings.suspect_score
    if language_model and is_doubtful and (surprising := find_surprising(reading, language_model)):
        findings, total = _in_order((*findings, *surprising)), settings.suspect_score
    evidence, source_language = collect_evidence(cleaned, reading, original, feed_language=feed_language)
    return Checked(
        language=cleaned.language,
        verdict=verdict_of(total, settings),
        basis=_basis(cleaned, evidence, is_compared=differences is not None),
        findings=findings,
        score=total,
        is_translation=judge(evidence),
        source_language=source_language if evidence else None,
        evidence=evidence,
        rules_version=VERSION,
    )


def _basis(cleaned: Cleaned, evidence: Sequence[Evidence], *, is_compared: bool) -> Basis:
    if is_compared:
        return Basis.COMPARED
    declared = (cleaned.declared_language or "").split("-")[0].lower()
    return Basis.NOT_A_TRANSLATION if declared == cleaned.language and not evidence else Basis.STRUCTURE_ONLY


def score_text(reading: Reading, findings: Sequence[Finding]) -> Score:
    """Return the parts of the text's score."""
    english = reading.language.code == "en"
    return score(
        findings,
        words=reading.word_count,
        foreign_for_1000=unknown_for_1000(reading) if english else 0.0,
        wording_spreads=measure(reading) if english and reading.doc is not None else 0.0,
    )


def find_defects(reading: Reading) -> tuple[Finding, ...]:
    """Return the findings of the rules, in the order of the text."""
    return _in_order(
        Finding(start=start, end=end, rule=rule.id, severity=rule.severity, message=rule.message)
        for rule in list_rules()
        if rule.applies(reading)
        for start, end in itertools.islice(rule.find(reading), MOST_FINDINGS_OF_A_RULE)
    )


def find_disagreements(reading: Reading, original: Original) -> tuple[Finding, ...] | None:
    """Return the disagreements with the original; None if the two cannot be compared."""
    return compare(reading, Reading(original.text, load_any(original.language or "")))


def _in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda finding: (finding.start, finding.end, finding.rule)))
