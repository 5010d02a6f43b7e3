"""The option `--full-size` for load and kill tests, which are small by default; and the distribution of tests to processes."""

import signal
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

AIRFLOW = "tests/stack/airflow/"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full-size", action="store_true", help="run the tests of load and of kills at their full size (an hour)")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "full_size: takes minutes; run with --full-size only")
    # In the background of a shell SIGINT is ignored, and the programs that the tests start would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--full-size"):
        for item in items:
            if item.get_closest_marker("full_size"):
                item.add_marker(pytest.mark.skip(reason="takes minutes: run with --full-size"))


@pytest.fixture(scope="session")
def full_size(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--full-size"))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> "ByServer":
    return ByServer(config, log)


class ByServer(LoadScopeScheduling):
    """Gives the tests of a file to one process, since they share a server, a model or a home, and so those of one Airflow."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return AIRFLOW if file.startswith(AIRFLOW) else file
