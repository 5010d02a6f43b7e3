"""The check accepts any text, and its findings are within the text.

Tests of newsdesk.check.reading.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsdesk.check.explain import explain
from newsdesk.check.stage import check
from newsdesk.records import Cleaned, Original
from newsdesk.settings import CheckSettings

PIECES = [
    "The mayor ",
    "said ",
    "“",
    "”",
    '"',
    "«",
    "»",
    "‘",
    "’",
    ".",
    ",",
    " ,",
    "\n",
    " ",
    "Could go.",
    "1.000,5 ",
    "año ",
    "🎉",
    "\u00a0",
    "- ",
    "?",
    "…",
    "„",
]
texts = st.one_of(st.lists(st.sampled_from(PIECES), max_size=60).map("".join), st.text(max_size=200))


@settings(max_examples=60)
@given(text=texts, language=st.sampled_from(["en", "es", "fr", "de", "pt", "it"]))
def test_findings_lie_inside_any_text(text: str, language: str) -> None:
    checked = check(Cleaned(title="", text=text, language=language), None, CheckSettings(), original=Original(text[::-1], "es"))
    assert all(0 <= finding.start <= finding.end <= len(text) for finding in checked.findings)
    assert all(finding.start < finding.end for finding in checked.findings if finding.rule != "missing-from-text")
    assert explain(checked, text)


@pytest.mark.parametrize(
    "text", ["“" * 500, "a ” " * 2000, "Could go. " * 500, "x" * 5000, "“The mayor said. ”, " * 300], ids=lambda text: text[:12]
)
def test_texts_that_are_no_prose_are_answered_too(check_text, text: str) -> None:
    assert all(0 <= finding.start < finding.end <= len(text) for finding in check_text(text).findings)


@pytest.mark.parametrize(
    "text", ["The prize went to a teacher. Whose mother of Bergen.", "Which of the cabbages. Whom the teacher of Bergen."]
)
def test_a_relative_clause_without_any_verb_is_read_to_its_end(check_text, text: str) -> None:
    assert any(finding.rule == "torn-relative" for finding in check_text(f"The mayor left early. {text}").findings)
