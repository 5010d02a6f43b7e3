"""airflow_tasks: what the DAGs call. The only place that imports airflow."""
