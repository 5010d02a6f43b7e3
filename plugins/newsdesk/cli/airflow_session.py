"""The session with Airflow of a command."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import click

from newsdesk.ops.airflow_api import AirflowApi, open_settings_airflow
from newsdesk.settings import Settings

OpenAirflow = Callable[[Settings], AbstractContextManager[AirflowApi]]


def open_airflow(settings: Settings) -> AbstractContextManager[AirflowApi]:
    """Open a session with the Airflow of the settings. A caller can pass another function as `obj` of click's context."""
    given: OpenAirflow | None = click.get_current_context().obj
    return (given or open_settings_airflow)(settings)
