"""The option `--full-size` for load and kill tests, which are small by default; and the distribution of tests to processes."""

import signal

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full-size", action="store_true", help="run the tests of load and of kills at their full size (an hour)")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "full_size: takes minutes; run with --full-size only")
    # In the background of a shell SIGINT is ignored, and the programs that the tests start would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)


# Before xdist's own hook, which reads the groups.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        item.add_marker(pytest.mark.xdist_group(_process_of(item)))
    if not config.getoption("--full-size"):
        for item in items:
            if item.get_closest_marker("full_size"):
                item.add_marker(pytest.mark.skip(reason="takes minutes: run with --full-size"))


@pytest.fixture(scope="session")
def full_size(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--full-size"))


def _process_of(item: pytest.Item) -> str:
    """The group of tests that runs in one process (`--dist loadgroup`): all tests that use Airflow, or the tests of a file.

    The tests of a file share a server, a model or a home.
    """
    return "airflow" if "desk" in getattr(item, "fixturenames", ()) else item.nodeid.partition("::")[0]
