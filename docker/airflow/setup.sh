#!/bin/bash
# Airflow's tables, its administrator, and the right to see plugins for those who may only read. Repeats without harm.
set -euo pipefail
airflow db migrate
airflow users create --role Admin --username admin --firstname News --lastname Desk --email admin@newsdesk.invalid \
    --password "$AIRFLOW_ADMIN_PASSWORD"
# An administrator that is already there keeps its old password when created again: `.env` is the truth.
airflow users reset-password --username admin --password "$AIRFLOW_ADMIN_PASSWORD"
# Without it the menu has no entry for the search page: FAB gives the right to see plugins to Op and Admin only.
for role in Viewer User; do
    airflow roles add-perms "$role" --action can_read --resource Plugins
done
