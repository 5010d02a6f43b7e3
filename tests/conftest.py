"""The option `--full-size` for load and kill tests, which are small by default; and the distribution of tests to processes."""

import gc
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from xdist.scheduler import LoadScopeScheduling

from newsdesk.database import open_database
from newsdesk.settings import load, variables

if TYPE_CHECKING:
    from newsdesk.enrichment import Tools

FOLDERS = ("tests/stack/airflow/reruns/", "tests/stack/airflow/", "tests/stack/index/", "tests/stack/pages/", "tests/stack/")
"""Folders whose tests share a server. The two of Airflow mostly wait, so each has an Airflow of its own."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full-size", action="store_true", help="run the tests of load and of kills at their full size (an hour)")


def pytest_configure(config: pytest.Config) -> None:
    gc.disable()  # until the tests are collected
    # The settings of whoever runs the tests are not those of the tests. Where Java is on this machine stays.
    for name in variables():
        if not name.endswith("JAVA_HOME"):
            os.environ.pop(name, None)
    config.addinivalue_line("markers", "full_size: takes minutes; run with --full-size only")
    # A process in the background of a shell ignores SIGINT, and the programs that the tests start would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # SIGTERM, which CI sends at a timeout, is treated like Ctrl-C, so that the servers of fixtures are stopped.
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--full-size"):
        for item in items:
            if item.get_closest_marker("full_size"):
                item.add_marker(pytest.mark.skip(reason="takes minutes: run with --full-size"))


def pytest_collection_finish() -> None:
    # What was imported stays to the end, and is left out of searches for garbage. These are rarer than by default, since the models
    # and applications that tests share stay as well. Both together save a tenth of the time of the unit tests.
    gc.freeze()
    gc.enable()
    gc.set_threshold(50_000, 20, 20)


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
