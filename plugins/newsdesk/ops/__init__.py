"""ops: what operators need: dead letters, run metrics, and the REST API of Airflow."""
