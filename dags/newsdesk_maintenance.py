"""Removes what is old, brings the dead letters to Kibana, and names articles that were lost between stages.

Runs daily. How long things are kept is set by `NEWSDESK_RETENTION_*`; by default for ever. `newsdesk retention` shows
what would go. Captures stay while a document was made from them. Airflow's own rows and logs are removed outside of Airflow,
since a task has no way to its database: `newsdesk retention --airflow`.

Run again: safe. What is gone is gone, what is written is written over.
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
