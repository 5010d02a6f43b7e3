#!/bin/bash
# Creates or updates Airflow's tables, roles and users. Idempotent.
set -euo pipefail
airflow db migrate
python "$(dirname "$0")/users.py"
