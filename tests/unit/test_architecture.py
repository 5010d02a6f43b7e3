"""docs/architecture.md names files, jobs and layers that exist, and each module has tests that can be found by its name."""

import ast
import functools
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


TESTS = ROOT / "tests"
MODULES = {path.relative_to(PACKAGE).with_suffix("") for path in PACKAGE.rglob("*.py") if path.name != "__init__.py"}
NAMED = re.compile(r"\bnewsdesk((?:\.\w+)+)")


@functools.cache
def modules_of_docstrings() -> dict[Path, Path]:
    """Map the modules and packages that the docstrings of test files name (`Tests of newsdesk.check.facts.`) to such a file."""
    docstrings = {path: ast.get_docstring(ast.parse(path.read_text())) or "" for path in TESTS.rglob("test_*.py")}
    return {Path(*name.split(".")[1:]): path for path, text in docstrings.items() for name in NAMED.findall(text)}


def test_each_module_has_a_test_file_of_its_name_or_is_named_by_its_tests():
    named = modules_of_docstrings()
    without = [
        module
        for module in sorted(MODULES)
        if not (TESTS / "unit" / module.parent / f"test_{module.name}.py").exists() and module not in named and module.parent not in named
    ]
    assert without == []


def test_the_modules_that_test_files_name_exist():
    packages = {module.parent for module in MODULES}
    assert {str(path): str(name) for name, path in modules_of_docstrings().items() if name not in MODULES | packages} == {}


def test_only_packages_of_tables_are_named_as_a_whole():
    packages = {name for name in modules_of_docstrings() if name not in MODULES}
    assert packages == {Path("check/lang"), Path("migrations/versions")}
