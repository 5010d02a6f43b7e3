"""Rules about quotations. Machine translation can move parts of a sentence without their quotation marks."""

import re
from collections.abc import Iterable

from newsdesk.check.reading import Reading, Sentence
from newsdesk.check.rules import Rule, Span
from newsdesk.records import Severity

_SAYING = re.compile(r"[,:]\s*$")


def find_torn_ends(reading: Reading) -> Iterable[Span]:
    for sentence in reading.sentences:
        if sentence.torn_end is not None and sentence.torn_end >= sentence.end - 2 and is_fragment(sentence):
            yield sentence.start, sentence.torn_end


def is_fragment(sentence: Sentence) -> bool:
    return not (sentence.has_subject and sentence.has_finite_verb)


def find_orphan_ends(reading: Reading) -> Iterable[Span]:
    torn = {end for _, end in find_torn_ends(reading)} if reading.doc is not None else set()
    for quotation in reading.quotations:
        if quotation.start is not None or quotation.end is None or quotation.end in torn:
            continue
        if not _closes_paragraph(reading, quotation.end):
            start = max(reading.text.rfind("\n", 0, quotation.end), reading.text.rfind(". ", 0, quotation.end - 2) + 1, quotation.end - 60)
            yield max(start, 0) + _blanks(reading.text, max(start, 0)), quotation.end


def _closes_paragraph(reading: Reading, end: int) -> bool:
    """Return whether a closing mark is at the end of the paragraph, where a missing opening mark is a common error of sound texts."""
    return reading.text[end : end + 1] in ("", "\n")


def find_reopened(reading: Reading) -> Iterable[Span]:
    for quotation in reading.quotations:
        if quotation.reopened is not None:
            clause = reading.text.rfind(". ", 0, quotation.reopened)
            start = max(clause + 2 if clause >= 0 else 0, quotation.reopened - 40, quotation.start or 0)
            yield start, quotation.reopened + 1 + len(reading.text[quotation.reopened + 1 : quotation.reopened + 21].split("\n")[0])


def find_unclosed(reading: Reading) -> Iterable[Span]:
    for quotation in reading.quotations:
        if quotation.start is not None and quotation.end is None and quotation.reopened is None:
            yield quotation.start, min(quotation.start + 30, len(reading.text))


def _blanks(text: str, start: int) -> int:
    near = text[start : start + 80]
    return len(near) - len(near.lstrip())


RULES = (
    Rule(
        id="torn-quotation-end",
        severity=Severity.STRONG,
        message="A part of a sentence closes a quotation that was never opened: its start is missing or elsewhere.",
        fires="The minister spoke of a “difficult year” for farmers at the meeting. Must pay for it.” Prices rose again in May.",
        silent="The minister spoke of a “difficult year” for farmers. “They must not pay for it,” she said. “Not again.”",
        find=find_torn_ends,
        languages=frozenset({"en"}),
        needs_analysis=True,
    ),
    Rule(
        id="orphan-quotation-end",
        severity=Severity.WEAK,
        message="A quotation is closed here that was never opened.",
        fires="The farmers are tired of promises,” the minister said in Lisbon.",
        silent="“The farmers are tired of promises,” the minister said in Lisbon.",
        find=find_orphan_ends,
    ),
    Rule(
        id="reopened-quotation",
        severity=Severity.WEAK,
        message="A quotation is opened inside an open one: it is not clear who is speaking.",
        fires="“The harvest was poor this year. She added, “we expect little from the next one.”",
        silent="“The harvest was poor this year.” She added, “we expect little from the next one.”",
        find=find_reopened,
    ),
    Rule(
        id="unclosed-quotation",
        severity=Severity.WEAK,
        message="A quotation is opened here and never closed.",
        fires="“The harvest was poor, the minister said.\nPrices rose again in May.",
        silent="“The harvest was poor,” the minister said.\nPrices rose again in May.",
        find=find_unclosed,
    ),
)
