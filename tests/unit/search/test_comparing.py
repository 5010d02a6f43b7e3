"""Changes by a comparison in the documents of both articles."""

from typing import Any

import pytest

from newsdesk.records import ComparisonRecord, Finding, Severity
from newsdesk.search.comparing import link
from newsdesk.settings import CheckSettings

BODY = "It costs 7 euros."
OWN = {"start": 0, "end": 2, "rule": "bare-auxiliary", "severity": "strong", "message": "No subject.", "text": "It"}
CHECKED = {"verdict": "no_defect_found", "basis": "structure_only", "score": 1.5, "findings": [OWN], "rules": ["bare-auxiliary"]} | {
    "findings_count": 1,
    "is_translation": "likely",
    "rules_version": 3,
}
DOCUMENT = {"id": "1", "body": BODY, "translation": CHECKED}


def record(*findings: Finding) -> ComparisonRecord:
    return ComparisonRecord(
        article_id="1",
        article_content="a",
        original_id="2",
        original_content="b",
        coverage=0.9,
        sentences=(),
        findings=findings,
        rules_version=3,
    )


def different(severity: Severity = Severity.STRONG) -> Finding:
    return Finding(start=9, end=10, rule="number-differs", severity=severity, message="Other.", source_start=11, source_end=12)


def linked(document: dict[str, Any], comparison: ComparisonRecord | None, translations: tuple[str, ...] = ()) -> dict[str, Any]:
    return link(document, comparison, translations, CheckSettings())


def test_the_original_the_coverage_and_the_differences_can_be_searched() -> None:
    document = linked(DOCUMENT, record(different()))
    translation = document["translation"]
    assert document["original_id"] == "2"
    assert (translation["coverage"], translation["rules"]) == (0.9, ["bare-auxiliary", "number-differs"])
    assert translation["findings"][1] == {
        "start": 9,
        "end": 10,
        "rule": "number-differs",
        "severity": "strong",
        "message": "Other.",
        "text": "7",
        "source_start": 11,
        "source_end": 12,
    }


@pytest.mark.parametrize(
    ("findings", "verdict", "score"),
    [
        pytest.param((), "no_defect_found", 1.5, id="nothing differs"),
        pytest.param((different(Severity.WEAK),), "no_defect_found", 1.5, id="what differs decides nothing"),
        pytest.param((different(), different()), "suspect", 6.5, id="differences have five points together"),
    ],
)
def test_verdict_and_basis_follow(findings: tuple[Finding, ...], verdict: str, score: float) -> None:
    translation = linked(DOCUMENT, record(*findings))["translation"]
    assert (translation["verdict"], translation["basis"], translation["score"]) == (verdict, "compared", score)


def test_a_comparison_that_is_gone_leaves_what_was_there_before_it() -> None:
    assert linked(linked(DOCUMENT, record(different())), None) == DOCUMENT


def test_another_comparison_takes_the_place_of_the_one_before() -> None:
    assert linked(linked(DOCUMENT, record(different())), record()) == linked(DOCUMENT, record())


def test_a_language_without_rules_has_a_verdict_while_it_is_compared() -> None:
    unchecked = {"id": "1", "body": BODY, "translation": {"basis": "no_rules", "score": 0.0, "findings_count": 0, "is_translation": "yes"}}
    compared = linked(unchecked, record())
    assert compared["translation"]["verdict"] == "no_defect_found"
    assert linked(compared, None) == unchecked


def test_an_original_lists_its_translations_and_keeps_its_verdict() -> None:
    assert linked(DOCUMENT, None, ("9", "3")) == {**DOCUMENT, "translations": ["3", "9"]}


def test_a_document_that_was_compared_with_nothing_stays_as_it_is() -> None:
    assert linked(DOCUMENT, None) == DOCUMENT
