"""Identifies readers of the web application by Airflow's auth manager. Imported at the first request, as it loads Airflow's API."""

from typing import Any

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.resource_details import AccessView, DagAccessEntity, DagDetails
from airflow.api_fastapi.core_api.security import get_user
from fastapi import Depends, HTTPException

from newsdesk.web.identity import Identity, Reader, Right

STARTED_DAG = "newsdesk_fetch"
"""The DAG for which the right to trigger runs is checked; it stands for all DAGs, since the web application triggers them together."""


def identify(user: Any = Depends(get_user)) -> Reader:  # noqa: B008 a dependency
    """Return the reader for a user of Airflow. Raises HTTPException (403) if the user may not access Airflow."""
    manager = get_auth_manager()
    if not manager.is_authorized_view(access_view=AccessView.WEBSITE, user=user):
        raise HTTPException(403, "Your user may not access Airflow")
    rights = {Right.READ}
    if manager.is_authorized_dag(method="POST", access_entity=DagAccessEntity.RUN, details=DagDetails(id=STARTED_DAG), user=user):
        rights.add(Right.OPERATE)
    # Feeds and retention are configuration of the installation, like Airflow's variables, which Op and Admin may change.
    if manager.is_authorized_variable(method="PUT", user=user):
        rights.add(Right.ADMINISTER)
    return Reader(user.get_name(), frozenset(rights))


AIRFLOW_IDENTITY = Identity(identify=identify, login_address=lambda page: get_auth_manager().get_url_login(next_url=page))
