"""Findings of the translation check, marked in the text of an article. Pure."""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass

from newsdesk.search.comparisons import ComparedPair
from newsdesk.search.run import HitFinding


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a paragraph, and the numbers (from 1) of the findings that cover it."""

    text: str
    findings: tuple[int, ...] = ()


def mark_findings(body: str, findings: Iterable[HitFinding]) -> list[list[Segment]]:
    """Split each paragraph where a finding starts or ends. Findings can overlap and cross paragraphs."""
    spans = [
        (max(0, finding.start), min(len(body), finding.end), number)
        for number, finding in enumerate(findings, 1)
        if finding.start < finding.end
    ]
    paragraphs, start = [], 0
    for line in body.split("\n"):
        end = start + len(line)
        paragraphs.append(_segments(body, start, end, [span for span in spans if span[0] < end and span[1] > start]))
        start = end + 1
    return [paragraph for paragraph in paragraphs if paragraph]


def mark_pair(pair: ComparedPair) -> tuple[list[Segment], list[Segment]]:
    """Return the sentences of a pair and those of the original, with the numbers of the findings in them."""
    placed = list(enumerate(pair.findings, 1))
    spans = [(finding.start - (pair.start or 0), finding.end - (pair.start or 0), number) for number, finding in placed]
    source_spans = [
        (finding.source_start - (pair.source_start or 0), finding.source_end - (pair.source_start or 0), number)
        for number, finding in placed
        if finding.source_start is not None and finding.source_end is not None
    ]
    return _marked(pair.text, spans), _marked(pair.source_text, source_spans)


def _marked(text: str, spans: list[tuple[int, int, int]]) -> list[Segment]:
    return _segments(text, 0, len(text), [(max(0, start), min(len(text), end), number) for start, end, number in spans])


def _segments(body: str, start: int, end: int, spans: list[tuple[int, int, int]]) -> list[Segment]:
    cuts = sorted({start, end, *(cut for first, last, _ in spans for cut in (first, last) if start < cut < end)})
    return [
        Segment(body[here:there], tuple(number for first, last, number in spans if first <= here and there <= last))
        for here, there in itertools.pairwise(cuts)
    ]
