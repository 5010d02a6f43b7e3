"""One engine for all container tests, one production set-up, and sites inside its network."""

import shutil
import signal
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
# Two sites of the same image. A desk of its own begins empty: docs/deploy.md says how.
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
    """Prints a line with the time of day, also while pytest keeps what tests print."""
    capture = request.config.pluginmanager.getplugin("capturemanager")

    def write(line: str) -> None:
        with capture.global_and_fixture_disabled():
            print(f"\n{time.strftime('%H:%M:%S')} {line}", end="", flush=True)  # noqa: T201

    return write


@pytest.fixture(scope="session")
def steps(report: Report) -> Steps:
    return Steps(report)


@pytest.fixture(scope="session", autouse=True)
def _a_termination_tidies_up() -> Iterator[None]:
    """A CI that gives up sends SIGTERM, which would leave everything running."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture(scope="session")
def engine(report: Report) -> Iterator[Engine]:
    with open_engine(report) as engine, provided(engine, report):
        yield engine


@pytest.fixture(scope="session")
def checkout(engine: Engine) -> Iterator[Callable[[str], Stack]]:
    """Gives a project of the name in a copy of the checkout, not started; removed at the end."""
    made: list[Stack] = []
    base = Path(tempfile.mkdtemp(prefix="newsdesk-containers-"))

    def make(name: str) -> Stack:
        stack = Stack(base / name, engine)
        copy_checkout(stack.folder)
        stack.make("env")
        ports = {name: str(free_port()) for name in ("AIRFLOW_PORT", "KIBANA_PORT", "ELASTICSEARCH_PORT")}
        stack.set(".env", COMPOSE_PROJECT_NAME=f"newsdesk-containers-{name}", IMAGE=IMAGE, **ports)
        made.append(stack)
        stack.remove()  # what a run that was killed has left
        return stack

    yield make
    for stack in made:
        stack.remove()
    shutil.rmtree(base)


@pytest.fixture(scope="session")
def stack(checkout: Callable[[str], Stack], steps: Steps) -> Stack:
    """The production set-up after its first `make up`, every service healthy."""
    stack = checkout("stack")
    (stack.folder / "docker-compose.override.yml").write_text(OVERRIDE)
    # A killed task is missed after a minute instead of five, and a page every four seconds gives time to kill one.
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
    """The name of the project's image, built by Compose as `make up` builds it."""
    stack = checkout("image")
    with steps.step("the image is built"):
        stack.compose("build")
    return IMAGE
