"""Users and roles of Airflow, made or corrected at each start: `.env` is the truth, so a changed password is taken over.

One process instead of nine calls of `airflow users` and `airflow roles`, which take some seconds each, and no password
on a command line.
"""

import os

from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder

WORKER_ROLE = "NewsdeskWorker"
PERMISSIONS = {
    # The menu's entry of the search page: FAB gives the right to see plugins to Op and Admin only.
    "Viewer": [("can_read", "Plugins")],
    "User": [("can_read", "Plugins")],
    # A task writes the note of its run and looks for failed runs; Airflow has no smaller right to write a note.
    WORKER_ROLE: [(action, resource) for action in ("can_read", "can_edit") for resource in ("DAGs", "DAG Runs")],
}
USERS = (
    # name, role, variable of the password
    ("admin", "Admin", "AIRFLOW_ADMIN_PASSWORD"),
    ("newsdesk_worker", WORKER_ROLE, "AIRFLOW_WORKER_PASSWORD"),
)

with get_application_builder() as builder:
    security = builder.sm
    for role, permissions in PERMISSIONS.items():
        found = security.add_role(role)
        for action, resource in permissions:
            security.add_permission_to_role(found, security.create_permission(action, resource))
    for name, role, variable in USERS:
        password = os.environ[variable]
        if user := security.find_user(name):
            security.reset_password(user.id, password)
        elif not security.add_user(name, "News", "Desk", f"{name}@newsdesk.invalid", security.find_role(role), password):
            raise SystemExit(f"Airflow did not take the user {name}")
        print(f"the user {name} is in place")
