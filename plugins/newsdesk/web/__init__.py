"""web: the pages that newsdesk adds to Airflow."""
