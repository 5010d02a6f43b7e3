"""Removes old data, copies dead letters to Kibana, and reports articles that were lost between stages.

Runs daily. `NEWSDESK_RETENTION_*` sets how long data is kept; by default it is kept for ever. `newsdesk retention` shows what
would be removed. A capture is kept while the index holds a document made from it. Old rows and logs of Airflow are removed by
the command `newsdesk retention --airflow`, since tasks cannot access Airflow's database.

Run again: safe.
"""

from datetime import UTC, datetime, timedelta

from airflow.sdk import CronTriggerTimetable, dag, get_current_context, task

from newsdesk.airflow_tasks import alerts, tasks
from newsdesk.airflow_tasks.schedules import DEFAULT_ARGS


@dag(
    dag_id="newsdesk_maintenance",
    schedule=CronTriggerTimetable("15 3 * * *", timezone="UTC"),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args={**DEFAULT_ARGS, "retries": 3, "retry_delay": timedelta(minutes=5)},
    on_failure_callback=alerts.AlertOfFailedRun(),
    tags=["newsdesk"],
    doc_md=__doc__,
)
def newsdesk_maintenance():
    @task
    def remove_old():
        tasks.remove_old()

    @task
    def copy_dead_letters():
        tasks.copy_dead_letters()

    @task
    def report_missing_articles():
        alerts.report_missing_articles(get_current_context())

    remove_old() >> copy_dead_letters() >> report_missing_articles()


newsdesk_maintenance()
