"""docs/architecture.md names files, jobs and layers that exist."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "plugins/newsdesk"
PAGE = (ROOT / "docs/architecture.md").read_text()


def test_every_module_on_the_page_exists():
    named = re.findall(r"`([\w/]+\.py)`", PAGE)
    assert len(named) > 30
    assert [name for name in named if not (ROOT / name).exists() and not (PACKAGE / name).exists()] == []


def test_every_function_on_the_page_exists():
    named = re.findall(r"`([\w/]+)\.(\w+)`", PAGE)
    functions = [(module, name) for module, name in named if name != "py" and (PACKAGE / f"{module}.py").exists()]
    assert len(functions) >= 4
    assert [pair for pair in functions if f"def {pair[1]}(" not in (PACKAGE / f"{pair[0]}.py").read_text()] == []


def test_the_layers_match_the_import_linter_contract():
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]
    checked = [{name.strip() for name in layer.split("|")} for layer in contract["layers"]]
    lines = [line for line in PAGE.partition("## Layers")[2].splitlines() if re.match(r" {4}\w", line)]
    listed = [set(re.split(r",\s*", line.strip().split("  ")[0])) for line in lines]
    assert listed == checked
