"""newsdesk's plugin for a plugins folder. Where the package is installed, Airflow finds it by its entry point as well."""

from newsdesk.airflow_tasks.plugin import NewsdeskPlugin as NewsdeskPlugin
