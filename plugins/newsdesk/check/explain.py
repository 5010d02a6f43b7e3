"""Explains a verdict on a terminal: the text with its findings marked, and the sum of points."""

import textwrap
from collections.abc import Iterator

from newsdesk.check.verdict import describe, split_score
from newsdesk.records import Checked, Finding, IsTranslation, Severity

_RESET = "\x1b[0m"
_MARKS = {Severity.STRONG: "\x1b[1;97;41m", Severity.WEAK: "\x1b[30;43m"}
_COLOURS = {"bad": "\x1b[31m", "warn": "\x1b[33m", "good": "\x1b[32m", "quiet": "\x1b[2m"}
_WIDTH = 100


def explain(checked: Checked, text: str) -> str:
    """Return the text with strong findings on red and weak ones on yellow (ANSI), the findings, the score and the evidence."""
    marked = "\n\n".join(_fold(line) for line in mark(text, checked.findings).split("\n"))
    return "\n".join([marked, "", *_verdict_lines(checked, text), *_finding_lines(checked, text), *_evidence_lines(checked)])


def mark(text: str, findings: tuple[Finding, ...]) -> str:
    """Return the text with coloured findings. Where findings overlap, the strong one is shown."""
    severity: dict[int, Severity] = {}
    for finding in findings:
        for place in range(finding.start, min(finding.end, len(text))):
            if severity.get(place) is not Severity.STRONG:
                severity[place] = finding.severity
    parts: list[str] = []
    now: Severity | None = None
    for place, sign in enumerate(text):
        then = None if sign == "\n" else severity.get(place)
        if then is not now:
            parts.append((_RESET if now else "") + (_MARKS[then] if then else ""))
            now = then
        parts.append(sign)
    return "".join(parts) + (_RESET if now else "")


def _fold(line: str) -> str:
    """Wrap a line at about 100 characters, including colour codes."""
    return textwrap.fill(line, _WIDTH, break_long_words=False, break_on_hyphens=False) if line.strip() else ""


def _verdict_lines(checked: Checked, text: str) -> Iterator[str]:
    if checked.verdict is None:
        named = checked.language or "of this text"
        yield f"Verdict: none. There are no rules for the language {named}: that does not mean that it is sound."
        return
    said = describe(checked.verdict, checked.basis)
    found = {checked.verdict.value.replace("_", " "): None, said.label: None}  # once, where both are the same
    yield f"Verdict: {_COLOURS[said.tone]}{', '.join(found)}{_RESET}: {said.meaning}"
    places, measures = split_score(checked.score, checked.findings, words=len(text.split()))
    yield f"Score:   {checked.score:.1f} points: {places:.1f} for places in the text, {measures:.1f} for foreign words and wording"


def _finding_lines(checked: Checked, text: str) -> Iterator[str]:
    for finding in checked.findings:
        quoted = textwrap.shorten(text[finding.start : finding.end], 70, placeholder=" ...")
        yield f"  {_MARKS[finding.severity]} {finding.severity} {_RESET} {quoted}"
        yield f"           {finding.message} [{finding.rule}]"


def _evidence_lines(checked: Checked) -> Iterator[str]:
    if checked.is_translation is IsTranslation.UNKNOWN:
        yield "Is it a translation: unknown"
    else:
        source = f", from {checked.source_language}" if checked.source_language else ""
        yield f"Is it a translation: {checked.is_translation}{source}"
    for sign in checked.evidence:
        yield f"  {sign.weight:.2f}  {sign.signal}: {sign.detail}"
