"""Captures the pages of a day that the feeds missed. Also used to load history.

Runs each night for the previous day: reads the sites' sitemaps and the older pages of their feeds, captures the pages of that
day that are not known yet, and hands the partition on to `newsdesk_enrich`. `newsdesk history load` is a backfill of this DAG over
past days. A day that was swept before is handed on again without any request to a publisher.

Trigger without a partition key: sweeps the day before.

Run again: safe. A page that was captured is not fetched again.
"""

from datetime import UTC, datetime, timedelta

from airflow.sdk import dag, task

from newsdesk.airflow_tasks import report, tasks
from newsdesk.airflow_tasks.alerts import AlertOfFailedRun
from newsdesk.airflow_tasks.schedules import CAPTURES, DEFAULT_ARGS, every_night


@dag(
    dag_id="newsdesk_sweep",
    schedule=every_night(),
    start_date=datetime(2000, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args={**DEFAULT_ARGS, "retries": 10, "retry_delay": timedelta(seconds=20)},
    on_failure_callback=AlertOfFailedRun(),
    tags=["newsdesk"],
    doc_md=__doc__,
)
def newsdesk_sweep():
    @task
    def plan_sweep(dag_run=None):
        return tasks.plan_sweep(tasks.swept_day_of(dag_run))

    @task(execution_timeout=timedelta(hours=2))
    def sweep_shard(shard, dag_run=None):
        tasks.sweep_shard(shard, tasks.swept_day_of(dag_run))

    @task(outlets=[CAPTURES], trigger_rule="all_done")
    def hand_on_captures(dag_run=None, outlet_events=None):
        partition = tasks.swept_day_of(dag_run)
        # A run that was triggered without a key has none that Airflow could hand on by itself.
        outlet_events[CAPTURES].add_partitions(partition)
        outlet_events[CAPTURES].extra = report.note_counts(dag_run, partition)
        tasks.hand_on_captures(partition)

    @task(trigger_rule="one_failed", retries=0)
    def watcher():
        tasks.fail_the_run()

    sweep_shard.expand(shard=plan_sweep()) >> [hand_on_captures(), watcher()]


newsdesk_sweep()
