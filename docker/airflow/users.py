"""Creates or updates Airflow's users and roles at each start. Passwords are set to those in `.env`.

One process replaces nine calls of `airflow users` and `airflow roles`, which take several seconds each and would have the
passwords on their command lines.
"""

import os

from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder

WORKER_ROLE = "NewsdeskWorker"
PERMISSIONS = {
    # For the search page's entry in the menu: by default only Op and Admin may see plugins.
    "Viewer": [("can_read", "Plugins")],
    "User": [("can_read", "Plugins")],
    # A task writes its run's note and queries failed runs; Airflow has no smaller permission for notes.
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
            raise SystemExit(f"Airflow did not create the user {name}")
        print(f"the user {name} is in place")
