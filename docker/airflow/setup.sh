#!/bin/bash
# Airflow's tables, roles and users. Repeats without harm.
set -euo pipefail
airflow db migrate
python "$(dirname "$0")/users.py"
