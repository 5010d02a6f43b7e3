"""Findings marked in a text."""

import pytest

from newsdesk.search.run import HitFinding
from newsdesk.web.findings import Segment, mark_findings


def _finding(start, end):
    return HitFinding(rule="rule", severity="strong", message="It is torn.", text="", start=start, end=end)


def test_findings_are_marked_even_if_they_overlap_or_cross_paragraphs():
    body = "One two three.\n\nFour five."
    marked = mark_findings(body, [_finding(4, 13), _finding(8, 20)])
    assert marked == [
        [Segment("One "), Segment("two ", (1,)), Segment("three", (1, 2)), Segment(".", (2,))],
        [Segment("Four", (2,)), Segment(" five.")],
    ]


@pytest.mark.parametrize("finding", [_finding(-5, 3), _finding(5, 3), _finding(7, 7), _finding(20, 99), _finding(99, 120)])
def test_a_finding_with_invalid_offsets_loses_no_text(finding):
    body = "A body — with 🦜 in it.\nEnd."
    assert "\n".join("".join(stretch.text for stretch in paragraph) for paragraph in mark_findings(body, [finding])) == body
