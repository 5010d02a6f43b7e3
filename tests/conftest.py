"""The option `--full-size` for load and kill tests, which are small by default; and the distribution of tests to processes."""

import gc
import os
import shutil
import signal
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
import sqlalchemy as sa
from xdist.scheduler import LoadScopeScheduling

from newsdesk.database import open_database
from newsdesk.settings import load, variables

if TYPE_CHECKING:
    from newsdesk.enrichment import Tools

FOLDERS = ("tests/stack/airflow/reruns/", "tests/stack/airflow/", "tests/stack/index/", "tests/stack/pages/", "tests/stack/")
"""Folders whose tests share a server. The two of Airflow mostly wait, so each has an Airflow of its own."""

NO_HOME = "/proc/no-home"
"""The home of tests that need none: nothing can be written there."""

# Times of a busy machine say nothing about the code.
hypothesis.settings.register_profile("any machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("any machine")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full-size", action="store_true", help="run the tests of load and of kills at their full size (an hour)")


def pytest_configure(config: pytest.Config) -> None:
    forget_the_users_settings()
    config.addinivalue_line("markers", "full_size: takes minutes; run with --full-size only")
    # A process in the background of a shell ignores SIGINT, and the programs that the tests start would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # SIGTERM, which CI sends at a timeout, is treated like Ctrl-C, so that the servers of fixtures are stopped.
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def forget_the_users_settings() -> None:
    """Remove settings from the environment, except where Java is. There is no home, and no proxy for servers on loopback."""
    for name in variables():
        if not name.endswith("JAVA_HOME"):
            os.environ.pop(name, None)
    os.environ["NEWSDESK_HOME"] = NO_HOME
    os.environ["no_proxy"] = f"127.0.0.1,localhost,{os.environ.get('no_proxy', '')}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--full-size"):
        for item in items:
            if item.get_closest_marker("full_size"):
                item.add_marker(pytest.mark.skip(reason="takes minutes: run with --full-size"))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    gc.disable()
    collected = yield
    # What was imported stays to the end, and is left out of searches for garbage. These are rarer than by default, since the models
    # and applications that tests share stay as well. Both together save a tenth of the time of the unit tests.
    gc.freeze()
    gc.enable()
    gc.set_threshold(50_000, 20, 20)
    return collected


@pytest.fixture(scope="session")
def full_size(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--full-size"))


@pytest.fixture(scope="session")
def migrated_state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty state database. The migrations take longer than most tests."""
    file = tmp_path_factory.mktemp("state") / "state.db"
    with open_database(f"sqlite:///{file}") as engine, engine.connect() as connection:
        connection.execute(sa.text("PRAGMA wal_checkpoint(TRUNCATE)"))
    return file


@pytest.fixture(scope="session")
def tools() -> "Iterator[Tools]":
    """The models, tables and the cleaning process of enrich, opened once for all tests of a process."""
    from newsdesk.enrichment import open_tools

    with open_tools(load()) as tools:
        yield tools


@pytest.fixture
def home(migrated_state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home in `tmp_path` with an empty state database, as the settings name it."""
    shutil.copy(migrated_state, tmp_path / "state.db")
    monkeypatch.setenv("NEWSDESK_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def engine(home: Path) -> Iterator[sa.Engine]:
    """The empty state database of the home."""
    with open_database(f"sqlite:///{home}/state.db") as engine:
        yield engine


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> "ByServer":
    return ByServer(config, log)


class ByServer(LoadScopeScheduling):
    """Runs the tests of a file, and all tests of one of FOLDERS, in one process, since they share a server, a model or a home."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return next((folder for folder in FOLDERS if file.startswith(folder)), file)
