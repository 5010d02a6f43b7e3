"""The document fields of the translation check."""

import dataclasses

from newsdesk.index.document import to_document
from newsdesk.records import Evidence, Finding, Severity
from samples import NOW, numbered


def test_a_disagreement_keeps_its_place_in_the_original_and_evidence_its_weight() -> None:
    made = numbered(1, text="It costs 7 euros.")
    finding = Finding(start=9, end=10, rule="test", severity=Severity.STRONG, message="Other.", source_start=11, source_end=12)
    found = Evidence(signal="original", detail="the original was given", weight=1.0)
    made = dataclasses.replace(made, checked=dataclasses.replace(made.checked, findings=(finding,), evidence=(found,), rules_version=2))
    translation = to_document(made, now=NOW)["translation"]
    assert (translation["findings"][0]["source_start"], translation["findings"][0]["source_end"]) == (11, 12)
    assert (translation["evidence"][0]["weight"], translation["rules_version"]) == (1.0, 2)
