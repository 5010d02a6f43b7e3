"""DAG files contain wiring only: the work of each task is in the package.

Tests of newsdesk.airflow_tasks.schedules.
"""

import ast
from pathlib import Path

import pytest

DAGS = Path(__file__).parents[2] / "dags"
FILES = sorted(DAGS.glob("*.py"))
ALLOWED = {"airflow", "newsdesk", "datetime"}
LONGEST_TASK_BODY = 8


def test_there_are_dags():
    assert [file.stem for file in FILES] != []


def imports(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            yield node.module.split(".")[0]


def task_functions(tree):
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            yield from (inner for inner in function.body if isinstance(inner, ast.FunctionDef))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_dag_file_imports_only_airflow_and_newsdesk(file):
    assert set(imports(ast.parse(file.read_text()))) <= ALLOWED


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_task_only_calls_the_package(file):
    tasks = list(task_functions(ast.parse(file.read_text())))
    assert tasks
    assert all(task.end_lineno - task.lineno < LONGEST_TASK_BODY for task in tasks)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_dag_documents_what_happens_when_it_runs_again(file):
    manual = ast.get_docstring(ast.parse(file.read_text()))
    assert "Run again" in manual
