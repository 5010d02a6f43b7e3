"""local: the whole of newsdesk on one machine: embedded Elasticsearch, seed site, Airflow, started and stopped together."""
