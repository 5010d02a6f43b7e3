"""Explains a verdict on a terminal: the text with its findings marked, and the sum of points."""

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from newsdesk.check.verdict import describe, split_score
from newsdesk.records import Checked, Finding, IsTranslation, Severity
from newsdesk.visible import visible, visible_line

_WIDTH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How findings are marked: the signs before one in the text and after it, those of its label below, and of a verdict."""

    marks: Mapping[Severity, str]
    mark_end: str
    labels: Mapping[Severity, str] = field(default_factory=dict)
    tones: Mapping[str, str] = field(default_factory=dict)
    end: str = ""


PLAIN = Style(marks=dict.fromkeys(Severity, "⟨"), mark_end="⟩")
_BACKGROUNDS = {Severity.STRONG: "\x1b[1;97;41m", Severity.WEAK: "\x1b[30;43m"}
COLOURED = Style(
    marks=_BACKGROUNDS,
    mark_end="\x1b[0m",
    labels=_BACKGROUNDS,
    tones={"bad": "\x1b[31m", "warn": "\x1b[33m", "good": "\x1b[32m", "quiet": "\x1b[2m"},
    end="\x1b[0m",
)
"""Strong findings on red, weak ones on yellow."""


def explain(checked: Checked, text: str, style: Style = PLAIN) -> str:
    """Return the text with its findings marked, the findings, the score and the evidence. Unsafe characters of the text are escaped."""
    marked = "\n\n".join(_fold(line) for line in mark(text, checked.findings, style).split("\n"))
    return "\n".join([marked, "", *_verdict_lines(checked, text, style), *_finding_lines(checked, text, style), *_evidence_lines(checked)])


def mark(text: str, findings: tuple[Finding, ...], style: Style) -> str:
    """Return the text with marked findings. Where findings overlap, the strong one is shown."""
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
            parts.append((style.mark_end if now else "") + (style.marks[then] if then else ""))
            now = then
        parts.append(visible(sign))
    return "".join(parts) + (style.mark_end if now else "")


def _fold(line: str) -> str:
    """Wrap a line at about 100 characters, including colour codes."""
    return textwrap.fill(line, _WIDTH, break_long_words=False, break_on_hyphens=False) if line.strip() else ""


def _verdict_lines(checked: Checked, text: str, style: Style) -> Iterator[str]:
    if checked.verdict is None:
        named = checked.language or "of this text"
        yield f"Verdict: none. There are no rules for the language {named}: that does not mean that it is sound."
        return
    said = describe(checked.verdict, checked.basis)
    found = {checked.verdict.value.replace("_", " "): None, said.label: None}  # once, where both are the same
    yield f"Verdict: {style.tones.get(said.tone, '')}{', '.join(found)}{style.end}: {said.meaning}"
    places, measures = split_score(checked.score, checked.findings, words=len(text.split()))
    yield f"Score:   {checked.score:.1f} points: {places:.1f} for places in the text, {measures:.1f} for foreign words and wording"


def _finding_lines(checked: Checked, text: str, style: Style) -> Iterator[str]:
    for finding in checked.findings:
        quoted = textwrap.shorten(text[finding.start : finding.end], 70, placeholder=" ...")
        yield f"  {style.labels.get(finding.severity, '')} {finding.severity} {style.end} {visible_line(quoted)}"
        yield f"           {visible_line(finding.message)} [{finding.rule}]"


def _evidence_lines(checked: Checked) -> Iterator[str]:
    if checked.is_translation is IsTranslation.UNKNOWN:
        yield "Is it a translation: unknown"
    else:
        source = f", from {checked.source_language}" if checked.source_language else ""
        yield f"Is it a translation: {checked.is_translation}{source}"
    for sign in checked.evidence:
        yield f"  {sign.weight:.2f}  {sign.signal}: {visible_line(sign.detail)}"
