"""web: the search page that newsdesk adds to Airflow.

`pages` holds pure functions; `app` serves the routes and depends on neither Airflow nor Elasticsearch; `library` queries Elasticsearch
and the archive.
"""
