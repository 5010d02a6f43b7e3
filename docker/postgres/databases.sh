#!/bin/bash
# Creates the databases airflow and newsdesk, each with its own role, and sets the roles' passwords to those in `.env`. Idempotent, so
# the next start completes an interrupted one.
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
