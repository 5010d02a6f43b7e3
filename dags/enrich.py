"""Makes articles of captures: clean, check, tag.

Follows `newsdesk_fetch`, partition by partition. The captures are split into chunks; a capture that fails becomes a
dead letter and costs no other. What is written depends on the captures and the pipeline's version alone.

Run again: safe. The articles of a chunk are made anew and replace the old ones. Clear this DAG's runs over a range of
partitions to make everything in it again, for instance after a rule has changed; `newsdesk_index` follows by itself.
`newsdesk backfill` does the same with a plan, and narrowed to what failed, what is older, a source or a language: a run
started with a partition key and the conf `{"only": "failed", "source": "...", "language": "..."}` does it for one.
"""

from datetime import timedelta

from airflow.sdk import dag, task

from newsdesk.airflow_tasks import report, tasks
from newsdesk.airflow_tasks.alerts import AlertOfFailedRun
from newsdesk.airflow_tasks.assets import ARTICLES, RAW, follows


@dag(
    dag_id="newsdesk_enrich",
    schedule=follows(RAW),
    max_active_runs=tasks.settings().enrich.every_active_runs,
    default_args={"owner": "newsdesk", "retries": 2, "retry_delay": timedelta(seconds=15)},
    on_failure_callback=AlertOfFailedRun(),
    tags=["newsdesk"],
    doc_md=__doc__,
)
def newsdesk_enrich():
    @task
    def plan_chunks(dag_run=None):
        return tasks.plan_chunks(tasks.partition_of(dag_run))

    @task(execution_timeout=timedelta(minutes=60))
    def enrich_chunk(chunk, dag_run=None):
        tasks.enrich_chunk(chunk, dag_run.conf)

    @task(outlets=[ARTICLES])
    def hand_on_articles(dag_run=None):
        report.note_counts(dag_run)
        tasks.hand_on_articles(tasks.partition_of(dag_run))

    enrich_chunk.expand(chunk=plan_chunks()) >> hand_on_articles()


newsdesk_enrich()
