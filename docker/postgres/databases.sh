#!/bin/bash
# Two databases with an owner each: Airflow's, and newsdesk's state. Repeats without harm, so an interrupted start is
# made good by the next one, and a password that was changed in `.env` is taken over.
set -euo pipefail
psql --quiet --set ON_ERROR_STOP=1 --dbname postgres <<'SQL'
\getenv airflow_password POSTGRES_AIRFLOW_PASSWORD
\getenv newsdesk_password POSTGRES_NEWSDESK_PASSWORD
SELECT format('CREATE ROLE %I LOGIN', name) FROM unnest(ARRAY['airflow', 'newsdesk']) AS name
    WHERE name NOT IN (SELECT rolname FROM pg_roles) \gexec
ALTER ROLE airflow PASSWORD :'airflow_password';
ALTER ROLE newsdesk PASSWORD :'newsdesk_password';
SELECT format('CREATE DATABASE %I OWNER %I', name, name) FROM unnest(ARRAY['airflow', 'newsdesk']) AS name
    WHERE name NOT IN (SELECT datname FROM pg_database) \gexec
REVOKE CONNECT ON DATABASE airflow, newsdesk FROM PUBLIC;
SQL
echo "the databases airflow and newsdesk are in place"
