"""One Elasticsearch for the stack tests of a process."""

import shutil

import pytest

from newsdesk.local.run import kill
from stack.elasticsearch import *  # noqa: F403 the fixtures
from stack.elasticsearch import HOMES, prefix_of_homes, settings_of


def pytest_unconfigure(config: pytest.Config) -> None:
    # At Ctrl-C xdist gives its processes 10 s, which is too short to stop an Airflow and an Elasticsearch.
    if not hasattr(config, "workerinput"):
        for home in HOMES.glob(f"{prefix_of_homes(config)}*"):
            kill(settings_of(home))
            shutil.rmtree(home, ignore_errors=True)
