#!/bin/bash
# Two databases with an owner each: Airflow's, and newsdesk's state. Run by the image once, when the volume is empty.
set -euo pipefail
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<'SQL'
\getenv airflow_password POSTGRES_AIRFLOW_PASSWORD
\getenv newsdesk_password POSTGRES_NEWSDESK_PASSWORD
CREATE ROLE airflow LOGIN PASSWORD :'airflow_password';
CREATE ROLE newsdesk LOGIN PASSWORD :'newsdesk_password';
CREATE DATABASE airflow OWNER airflow;
CREATE DATABASE newsdesk OWNER newsdesk;
REVOKE CONNECT ON DATABASE airflow, newsdesk FROM PUBLIC;
SQL
