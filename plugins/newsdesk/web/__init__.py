"""web: the pages that newsdesk adds to Airflow. `pages` is pure; `app` answers requests and knows neither Airflow nor Elasticsearch."""
