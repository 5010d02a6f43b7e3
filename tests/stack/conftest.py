"""One Elasticsearch and one Airflow for all stack tests of a run."""

import dataclasses
from collections.abc import Iterator

import pytest

from newsdesk.local import airflow, run
from newsdesk.local.elasticsearch import RunningElasticsearch
from newsdesk.local.steps import Steps
from newsdesk.ops.airflow_api import open_airflow
from newsdesk.settings import Settings
from stack.desk import Desk
from stack.elasticsearch import *  # noqa: F403 the fixtures
from stack.elasticsearch import free_port


@pytest.fixture(scope="session")
def desk(stack_settings: Settings, elasticsearch_server: RunningElasticsearch) -> Iterator[Desk]:
    local = stack_settings.local.model_copy(update={"airflow_port": free_port(), "seed_site_port": free_port()})
    settings = dataclasses.replace(stack_settings, local=local)
    lines: list[str] = []
    with (
        run.run(settings, steps=Steps(lines.append)) as (running, found),
        open_airflow(airflow.airflow_url(running), username=airflow.ADMIN, password=airflow.admin_password(running)) as api,
    ):
        yield Desk(running, found, api, lines)
