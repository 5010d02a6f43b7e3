"""How large the tests of load and of kills are: small ones by default, the whole measure with `--full-size`."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full-size", action="store_true", help="run the tests of load and of kills at their full size (an hour)")


@pytest.fixture(scope="session")
def full_size(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--full-size"))
