"""The guides of CONTRIBUTING.md name files and symbols that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GUIDES = dict(section.split("\n", 1) for section in (ROOT / "CONTRIBUTING.md").read_text().split("\n## ")[1:])
SYMBOL_OF_FILE = re.compile(r"`(\w+)` of\s+`([\w./]+)`")


@pytest.mark.parametrize("guide", GUIDES)
def test_the_files_of_a_guide_exist(guide):
    named = re.findall(r"`((?:plugins|tests|bench|seeds|docs)/[\w./-]+)`", GUIDES[guide])
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_symbols_of_a_guide_exist_in_their_files():
    found = [pair for guide in GUIDES.values() for pair in SYMBOL_OF_FILE.findall(guide)]
    assert len(found) >= 4
    assert [pair for pair in found if not re.search(rf"^(?:def )?{pair[0]}\b", (ROOT / pair[1]).read_text(), re.MULTILINE)] == []


@pytest.mark.parametrize(
    "subject", ["a source", "a cleaning rule", "a rule of the translation check", "a language", "an alias of an entity", "an index field"]
)
def test_there_is_a_guide(subject):
    assert f"Add {subject}" in GUIDES
