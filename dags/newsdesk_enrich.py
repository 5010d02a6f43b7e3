"""Makes articles from captures: clean, check, tag.

Runs for each partition that `newsdesk_fetch` or `newsdesk_sweep` hands on. The captures are divided into chunks. A capture that
fails becomes a dead letter, and the others continue. The articles depend only on the captures and the version of the pipeline.

Run again: safe. The articles of a chunk replace its old ones. To enrich a range of partitions again, for instance after a
rule has changed, clear their runs of this DAG; `newsdesk_index` follows automatically. `newsdesk backfill` does the same with a
plan, and can select failed captures, older articles, a source or a language. The form of a manually triggered run offers the
same filters (conf: `{"only": "failed", "source": "..."}`).
"""

from datetime import timedelta

from airflow.sdk import dag, task

from newsdesk.airflow_tasks import replay, report, tasks
from newsdesk.airflow_tasks.alerts import AlertOfFailedRun
from newsdesk.airflow_tasks.schedules import ARTICLES, CAPTURES, DEFAULT_ARGS, follows


@dag(
    dag_id="newsdesk_enrich",
    schedule=follows(CAPTURES),
    max_active_runs=tasks.settings().enrich.every_active_runs,
    default_args=DEFAULT_ARGS,
    params=replay.SCOPE_PARAMS,
    on_failure_callback=AlertOfFailedRun(),
    tags=["newsdesk"],
    doc_md=__doc__,
)
def newsdesk_enrich():
    @task
    def plan_chunks(dag_run=None):
        return tasks.plan_chunks(tasks.partition_of(dag_run))

    @task(execution_timeout=timedelta(minutes=60), max_active_tis_per_dag=tasks.settings().enrich.maximum_tasks)
    def enrich_chunk(chunk, dag_run=None):
        tasks.enrich_chunk(chunk, dag_run.conf)

    @task(outlets=[ARTICLES])
    def hand_on_articles(dag_run=None, outlet_events=None):
        outlet_events[ARTICLES].extra = report.note_counts(dag_run, tasks.partition_of(dag_run))
        tasks.hand_on_articles(tasks.partition_of(dag_run))

    enrich_chunk.expand(chunk=plan_chunks()) >> hand_on_articles()


newsdesk_enrich()
