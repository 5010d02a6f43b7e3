"""Each golden case is a small page with its expected result; `note.md` describes its purpose.

Tests of newsdesk.clean.stage and newsdesk.clean.text.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from newsdesk.clean.stage import clean
from newsdesk.records import Cleaned
from newsdesk.settings import CleanSettings
from samples import captured_page

GOLDEN = Path(__file__).parent / "golden"
CASES = sorted(folder.name for folder in GOLDEN.iterdir() if folder.is_dir())


def expected_of(case: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((GOLDEN / case / "expected.json").read_text(encoding="utf-8"))
    return data


@pytest.mark.parametrize("case", CASES)
def test_page_gives_what_its_author_expects(case: str) -> None:
    golden = expected_of(case)
    capture = captured_page(url=golden["url"], body=(GOLDEN / case / "page.html").read_bytes(), content_type=golden["content_type"])
    cleaned = TypeAdapter(Cleaned).dump_python(clean(capture, CleanSettings()), mode="json")
    assert {name: cleaned[name] for name in golden["expected"]} == golden["expected"]


@pytest.mark.parametrize("case", CASES)
def test_golden_case_is_whole(case: str) -> None:
    assert (GOLDEN / case / "note.md").read_text(encoding="utf-8").strip()
    assert expected_of(case)["expected"]
    assert all(value != "" and value is not None for value in expected_of(case)["expected"].values())


def test_golden_cases_speak_eight_languages_in_four_scripts() -> None:
    expected = [expected_of(case)["expected"] for case in CASES]
    assert len({case.get("language") for case in expected} - {None}) >= 8
    assert len({case.get("script") for case in expected} - {None}) >= 4
