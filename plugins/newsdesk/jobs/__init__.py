"""What each task of the DAGs does: opens what a step of the pipeline needs, runs it, and stores its outcomes.

Plain functions without Airflow, so that tests and commands call what production calls. References pass between jobs,
never articles: a shard of hosts, a chunk of a WARC file, or a partition's key.

A module for each DAG. Each task is a process that imports one of them, so none imports what only another needs: the client of
Elasticsearch costs two seconds of a processor, the language model three.
"""
