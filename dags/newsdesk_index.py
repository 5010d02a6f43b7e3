"""Indexes articles in Elasticsearch, under the alias `articles`.

Runs for each partition that `newsdesk_enrich` hands on. An article has one document, even if several feeds list it; an older
capture never overwrites a newer one. Elasticsearch is reached through the connection `elasticsearch_default`; while it is
unavailable, the task is retried with growing pauses for about an hour. Then the topics of the articles are found, and messages
sent to their subscribers; failed messages, digests, and messages that wait for the end of quiet hours are sent by `newsdesk_alerts`.

Run again: safe. Unchanged documents are not written, and no message is sent twice.
"""

from datetime import timedelta

from airflow.sdk import dag, get_current_context, task

from newsdesk.airflow_tasks import report, tasks, topics
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

    @task(execution_timeout=timedelta(minutes=20))
    def follow_topics(dag_run=None):
        topics.follow_topics(tasks.partition_of(dag_run), get_current_context())

    index_partition() >> follow_topics()


newsdesk_index()
