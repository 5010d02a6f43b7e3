"""Readers of the web application as Airflow's auth manager knows them. Imported at the first request: it loads all of Airflow's API."""

from typing import Any

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.resource_details import AccessView, DagAccessEntity, DagDetails
from airflow.api_fastapi.core_api.security import get_user
from fastapi import Depends, HTTPException

from newsdesk.web.identity import Identity, Reader, Right

STARTED_DAG = "newsdesk_fetch"
"""Who may trigger this DAG may trigger the others: they are started together."""


def identify(user: Any = Depends(get_user)) -> Reader:  # noqa: B008 a dependency
    """The user of Airflow. Raises 403 where that user may not see Airflow."""
    manager = get_auth_manager()
    if not manager.is_authorized_view(access_view=AccessView.WEBSITE, user=user):
        raise HTTPException(403, "You may not see Airflow")
    rights = {Right.READ}
    if manager.is_authorized_dag(method="POST", access_entity=DagAccessEntity.RUN, details=DagDetails(id=STARTED_DAG), user=user):
        rights.add(Right.OPERATE)
    # Feeds and retention belong to the installation, as Airflow's variables do: its Op and Admin may change them.
    if manager.is_authorized_variable(method="PUT", user=user):
        rights.add(Right.ADMINISTER)
    return Reader(user.get_name(), frozenset(rights))


AIRFLOW_IDENTITY = Identity(identify=identify, login_address=lambda page: get_auth_manager().get_url_login(next_url=page))
