"""Indexes articles in Elasticsearch, behind the alias `articles`.

Runs for each partition that `newsdesk_enrich` hands on. An article has one document, even if several feeds list it; an older
capture never overwrites a newer one. Elasticsearch is reached through the connection `elasticsearch_default`; while it is
unavailable, the task is retried with growing pauses for about an hour.

Run again: safe. Unchanged documents are not written.
"""

from datetime import timedelta

from airflow.sdk import dag, task

from newsdesk.airflow_tasks import report, tasks
from newsdesk.airflow_tasks.alerts import AlertOfFailedRun
from newsdesk.airflow_tasks.schedules import ARTICLES, DEFAULT_ARGS, follows


@dag(
    dag_id="newsdesk_index",
    schedule=follows(ARTICLES),
    max_active_runs=tasks.settings().enrich.every_active_runs,
    default_args={
        **DEFAULT_ARGS,
        "retries": 8,
        "retry_exponential_backoff": True,
        "max_retry_delay": timedelta(minutes=15),
    },
    on_failure_callback=AlertOfFailedRun(),
    tags=["newsdesk"],
    doc_md=__doc__,
)
def newsdesk_index():
    @task(execution_timeout=timedelta(minutes=60))
    def index_partition(dag_run=None):
        tasks.index_partition(tasks.partition_of(dag_run))
        report.note_counts(dag_run, tasks.partition_of(dag_run))

    index_partition()


newsdesk_index()
