"""The integration with Airflow: tasks, hooks, notifications and the plugin. The only package that imports airflow."""
