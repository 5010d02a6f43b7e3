"""Polls the feeds that are due and captures their new pages.

Runs every few minutes (`NEWSDESK_FETCH_EVERY_MINUTES`). The feeds are divided into shards by host, so that all feeds of a host
are polled by one task. If there are captures, the partition is handed on to `newsdesk_enrich`; otherwise the last task is
skipped.

A feed whose hub announces a change (WebSub) is polled at once by a separate run: `websub__...`.

Trigger without a partition key: fetches what is due now, into the partition of the present interval.

Run again: safe. A page that was captured is not fetched again.
"""

from datetime import UTC, datetime, timedelta

from airflow.sdk import dag, task

from newsdesk.airflow_tasks import report, tasks
from newsdesk.airflow_tasks.alerts import AlertOfFailedRun
from newsdesk.airflow_tasks.schedules import CAPTURES, DEFAULT_ARGS, every_minutes


@dag(
    dag_id="newsdesk_fetch",
    schedule=every_minutes(tasks.settings().fetch.every_minutes),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    on_failure_callback=AlertOfFailedRun(),
    tags=["newsdesk"],
    doc_md=__doc__,
)
def newsdesk_fetch():
    @task
    def plan_shards():
        return tasks.plan_shards()

    @task(execution_timeout=timedelta(minutes=30))
    def fetch_shard(shard, dag_run=None):
        tasks.fetch_shard(shard, tasks.tick_of(dag_run))

    @task(outlets=[CAPTURES], trigger_rule="all_done")
    def hand_on_captures(dag_run=None, outlet_events=None):
        partition = tasks.tick_of(dag_run)
        # A run that was triggered without a key has none that Airflow could hand on by itself.
        outlet_events[CAPTURES].add_partitions(partition)
        outlet_events[CAPTURES].extra = report.note_counts(dag_run, partition)
        tasks.hand_on_captures(partition)

    @task(trigger_rule="one_failed", retries=0)
    def watcher():
        tasks.fail_the_run()

    fetch_shard.expand(shard=plan_shards()) >> [hand_on_captures(), watcher()]


newsdesk_fetch()
