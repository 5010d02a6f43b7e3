"""The transcripts in docs/airflow.md are those of a real Airflow."""

import importlib.util
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[3] / "docs"


@pytest.fixture(scope="module")
def script():
    specification = importlib.util.spec_from_file_location("docs_transcripts", DOCS / "transcripts.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_the_transcripts_are_what_airflow_answers(desk, script):
    page = (DOCS / "airflow.md").read_text()
    assert script.written(page, script.transcripts(desk.airflow)) == page, "run docs/transcripts.py beside `make run`"
