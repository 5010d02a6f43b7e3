"""Runs newsdesk on one machine: embedded Elasticsearch, seed site and Airflow, which are started and stopped together."""
