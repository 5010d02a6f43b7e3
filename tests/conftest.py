"""How large the tests of load and of kills are (small by default, the whole measure with `--full-size`), and which run together."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full-size", action="store_true", help="run the tests of load and of kills at their full size (an hour)")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "full_size: takes minutes; run with --full-size only")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    # One process starts Airflow and Elasticsearch and waits for them most of the time; the other one runs the rest meanwhile.
    items.sort(key=lambda item: not _is_stack(item))
    for item in items:
        item.add_marker(pytest.mark.xdist_group("stack" if _is_stack(item) else str(item.path)))
    if not config.getoption("--full-size"):
        for item in items:
            if item.get_closest_marker("full_size"):
                item.add_marker(pytest.mark.skip(reason="takes minutes: run with --full-size"))


def _is_stack(item: pytest.Item) -> bool:
    return item.path.parent.name == "stack"


@pytest.fixture(scope="session")
def full_size(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--full-size"))
