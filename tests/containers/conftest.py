"""One container engine for all container tests, one production setup, and news sites in its network."""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from containers.engine import Engine, open_engine
from containers.images import provided
from containers.stack import Stack, copy_checkout
from newsdesk.local.steps import Report, Steps
from stack.elasticsearch import free_port

IMAGE = "newsdesk:containers"
# Two sites that use newsdesk's image. The setup starts without feeds, as described in docs/deploy.md.
OVERRIDE = """\
services:
  newsdesk-setup: {command: [newsdesk, index, setup]}
  quick-site: &site
    image: ${IMAGE}
    pull_policy: never
    command: [python, seeds/site.py, --host, 0.0.0.0, --port, "8080"]
    networks: [search]
    stop_grace_period: 1s
  slow-site: *site
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.timeout(7200))


@pytest.fixture(scope="session")
def report(request: pytest.FixtureRequest) -> Report:
    """A function that prints a line with the time of day, even while pytest captures output."""
    capture = request.config.pluginmanager.getplugin("capturemanager")

    def write(line: str) -> None:
        with capture.global_and_fixture_disabled():
            print(f"\n{time.strftime('%H:%M:%S')} {line}", end="", flush=True)  # noqa: T201

    return write


@pytest.fixture(scope="session")
def steps(report: Report) -> Steps:
    return Steps(report)


@pytest.fixture(scope="session")
def engine(report: Report) -> Iterator[Engine]:
    with open_engine(report) as engine, provided(engine, report):
        yield engine


@pytest.fixture(scope="session")
def checkout(engine: Engine) -> Iterator[Callable[[str], Stack]]:
    """A function that creates a Compose project in a copy of the checkout, not started; removed at the end."""
    made: list[Stack] = []
    base = Path(tempfile.mkdtemp(prefix="newsdesk-containers-"))

    def make(name: str) -> Stack:
        stack = Stack(base / name, engine)
        copy_checkout(stack.folder)
        stack.make("env")
        ports = {name: str(free_port()) for name in ("AIRFLOW_PORT", "KIBANA_PORT", "ELASTICSEARCH_PORT")}
        stack.set(".env", COMPOSE_PROJECT_NAME=f"newsdesk-containers-{name}", IMAGE=IMAGE, **ports)
        made.append(stack)
        stack.remove()  # leftovers of a killed run
        return stack

    yield make
    for stack in made:
        stack.remove()
    shutil.rmtree(base)


@pytest.fixture(scope="session")
def stack(checkout: Callable[[str], Stack], steps: Steps) -> Stack:
    """The production setup after its first `make up`, with every service healthy."""
    stack = checkout("stack")
    (stack.folder / "docker-compose.override.yml").write_text(OVERRIDE)
    # A killed task is detected after one minute instead of five; a pause of four seconds between pages leaves time to kill it.
    stack.set(
        "newsdesk.env",
        AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT="60",
        NEWSDESK_FETCH_MINIMUM_GAP_SECONDS="4",
        NEWSDESK_FETCH_EVERY_MINUTES="60",
    )
    with steps.step("the first `make up`"):
        stack.make("up")
    with steps.step("every service becomes healthy"):
        stack.await_health()
    return stack


@pytest.fixture(scope="session")
def image(engine: Engine, checkout: Callable[[str], Stack], steps: Steps) -> str:
    """The name of newsdesk's image, built with Compose as by `make up`."""
    stack = checkout("image")
    with steps.step("the image is built"):
        stack.compose("build")
    return IMAGE
