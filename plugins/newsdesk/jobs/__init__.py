"""The work of each DAG task, as plain functions that do not depend on Airflow: tests and commands call them too.

A job opens the resources of a pipeline step, runs it, and stores its outcomes. Jobs pass references to each other, never
articles: a shard of hosts, a chunk of a WARC file, or a partition key.

There is one module per DAG. Each task is a process that imports one of them, so a module imports nothing that only others need:
importing the Elasticsearch client takes two seconds of CPU time, the language model three.
"""
