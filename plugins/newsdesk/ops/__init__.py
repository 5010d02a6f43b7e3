"""Operations: backfills, retries, alerts, retention, verification, status, dashboards, and the client of Airflow's REST API."""
