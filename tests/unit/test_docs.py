"""Generated pages are up to date, and links between pages are valid."""

import importlib.util
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WRITTEN = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


def _generator():
    specification = importlib.util.spec_from_file_location("docs_generate", ROOT / "docs/generate.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def generated():
    return _generator().pages()


@pytest.mark.parametrize("name", ["settings.md", "dags.md", "fields.md", "rules.md", "name-rules.md", "decisions/README.md"])
def test_a_generated_page_is_up_to_date(name, generated):
    assert (ROOT / "docs" / name).read_text() == generated[name], "run `make docs`"


def test_every_setting_is_described():
    rows = [line for line in _generator().settings_page().splitlines() if line.startswith("| `NEWSDESK_")]
    assert len(rows) > 30
    assert [row for row in rows if row.endswith("|  |")] == []


def test_every_dag_has_a_description():
    sections = _generator().dags_page().split("\n## ")[1:]
    assert {section.split("\n")[0] for section in sections} >= {"newsdesk_fetch", "newsdesk_enrich", "newsdesk_index"}
    assert all(len(section.split("\n\n", 1)[1]) > 100 for section in sections)


def test_every_page_is_in_the_navigation_of_the_site():
    def pages(entry):
        if isinstance(entry, str):
            return {entry}
        return set().union(*(pages(inner) for inner in (entry.values() if isinstance(entry, dict) else entry)))

    listed = pages(yaml.safe_load((ROOT / "mkdocs.yml").read_text())["nav"])
    assert listed == {"decisions/README.md", *(path.name for path in ROOT.glob("docs/*.md"))}


@pytest.mark.parametrize("page", WRITTEN, ids=lambda path: path.name)
def test_links_between_pages_are_valid(page):
    links = re.findall(r"]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []
