"""The image as Kubernetes runs it: as the user of Airflow's chart, and as an arbitrary user."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from containers.engine import Engine

ROOT = Path(__file__).parents[2]
WRITTEN_TO = ("/opt/airflow", "/opt/airflow/logs", "/var/lib/newsdesk", "/var/lib/newsdesk/data", "/var/cache/newsdesk", "/tmp")

Run = Callable[..., str]


@pytest.fixture(params=["50000:0", "1234567890:0"], ids=["the chart's user", "an arbitrary user"])
def run(request: pytest.FixtureRequest, engine: "Engine", image: str) -> Run:
    """A function that runs a command in a container with the permissions of docker/helm/values.yaml."""
    rights = ["--user", request.param, "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--network", "none"]

    def run(*command: str, text: str = "") -> str:
        return engine.docker("run", "--rm", "--interactive", *rights, image, *command, text=text)

    return run


def test_airflow_starts(run: Run) -> None:
    locked = re.search(r"^apache-airflow==(\S+) ", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    assert locked
    assert run("bash", "-c", "exec airflow version").strip() == locked[1]


def test_the_charts_probe_and_wait_commands_work(run: Run) -> None:
    assert run("sh", "-c", "CONNECTION_CHECK_MAX_COUNT=0 exec /entrypoint python -Wignore -c 'print(\"asked\")'") == "asked\n"
    # By default Airflow's database is a file in its home.
    assert "Connection successful" in run("bash", "-c", "airflow db check 2>&1")


def test_written_files_are_group_writable(run: Run) -> None:
    for line in run("sh", "-c", f"for folder in {' '.join(WRITTEN_TO)}; do touch $folder/x; stat -c '%a %g' $folder/x; done").splitlines():
        assert line == "664 0"
    assert run("sh", "-c", "cd ~ && pwd") == "/var/lib/newsdesk\n"
    assert run("python", "-c", "import getpass; print(getpass.getuser())") == "newsdesk\n"


def test_the_program_is_read_only(run: Run) -> None:
    assert run("find", "/opt/newsdesk", "/entrypoint", "/clean-logs", "-writable", "!", "-type", "l") == ""
    assert run("find", "/opt/newsdesk", "!", "-readable") == ""


def test_tagging_works_without_the_files_removed_from_packages(run: Run) -> None:
    """Packages' tests and unused tables are removed from the image; tagging reads most of the remaining files."""
    text = {
        "id": "1",
        "language": "en",
        "title": "",
        "text": "The minister met the mayor of Lisbon in Portugal on Monday. Nothing was signed.",
    }
    tagged = json.loads(run("newsdesk", "tag", text=json.dumps(text)))
    assert "Lisbon" in json.dumps(tagged)


def test_development_tools_are_not_in_the_image(run: Run) -> None:
    names = ("pytest", "mypy", "ruff", "moto", "hypothesis", "pip", "uv")
    assert run("python", "-c", f"import importlib.util as u; print([name for name in {names} if u.find_spec(name)])") == "[]\n"


def test_the_init_process_reaps_zombies(run: Run) -> None:
    assert run("cat", "/proc/1/comm") == "tini\n"
