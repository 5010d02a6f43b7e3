"""Fixtures for the tests of jobs. The Airflow tasks around them are tested in tests/unit/airflow_tasks and tests/stack."""

import pytest

from newsdesk.settings import load
from newsdesk.store.archive import Archive


@pytest.fixture
def settings(home):
    return load()


@pytest.fixture
def archive(settings):
    return Archive(settings.data_url)
