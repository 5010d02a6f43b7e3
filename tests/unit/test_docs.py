"""Generated pages are up to date, links between pages are valid, and quoted messages and settings exist."""

import ast
import importlib.util
import re
from pathlib import Path

import pytest
import yaml

from newsdesk.ops.freshness import AlertRule
from newsdesk.settings import variables

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


def _texts_in_code() -> str:
    """All strings of the package, with a digit for each placeholder."""
    nodes = (node for path in (ROOT / "plugins/newsdesk").rglob("*.py") for node in ast.walk(ast.parse(path.read_text())))
    texts = (
        node.value
        if isinstance(node, ast.Constant)
        else "".join(str(getattr(part, "value", "")) if isinstance(part, ast.Constant) else "0" for part in node.values)
        for node in nodes
        if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))
    )
    return "\n".join(texts)


def test_messages_in_the_tables_of_operations_are_those_of_the_code():
    """`...` in a quoted message is any text, and so is a number."""
    rows = re.findall(r"^\| ([^|]+) \|", (ROOT / "docs/operations.md").read_text(), re.MULTILINE)
    quoted = {code for row in rows for code in re.findall(r"`([^`]+)`", row) if not code.startswith(("newsdesk ", "newsdesk_"))}
    known = _texts_in_code() + "\n".join(rule.replace("_", " ") for rule in AlertRule)
    parts = {part.strip(" :?") for code in quoted for part in re.sub(r"\d+", "0", code).split("...")}
    assert len(parts) > 20
    assert sorted(part for part in parts if part not in known) == []


@pytest.mark.parametrize("page", [path for path in WRITTEN if path.name != "CHANGELOG.md"], ids=lambda path: path.name)
def test_settings_that_pages_name_exist(page):
    known = variables()
    named = set(re.findall(r"\bNEWSDESK_[A-Z0-9_]+\b", page.read_text())) - {"NEWSDESK_BENCH_DATA"}
    assert sorted(name for name in named if not any(variable.startswith(name) for variable in known)) == []
