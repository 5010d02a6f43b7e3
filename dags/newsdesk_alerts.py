"""Tells when a source or newsdesk itself goes wrong, and when that is over.

Runs every quarter of an hour. Looked for: sources that are silent for longer than ever, feeds and pages that fail,
pages that are no articles any more, are empty or give half the text, feeds that nobody polls, DAGs whose latest run
failed. Each is one alert, told once by the log, and by webhook, mail and Airflow's notifiers where `NEWSDESK_ALERTS_*`
names them; `newsdesk status` shows what is raised. What could not be told is told the next time.

Run again: safe. An alert that is raised is not raised again.
"""

from datetime import UTC, datetime, timedelta

from airflow.sdk import CronTriggerTimetable, dag, get_current_context, task

from newsdesk.airflow_tasks import alerts
from newsdesk.airflow_tasks.schedules import DEFAULT_ARGS


@dag(
    dag_id="newsdesk_alerts",
    schedule=CronTriggerTimetable("*/15 * * * *", timezone="UTC"),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args={**DEFAULT_ARGS, "retries": 1, "retry_delay": timedelta(minutes=1)},
    on_failure_callback=alerts.AlertOfFailedRun(),
    tags=["newsdesk"],
    doc_md=__doc__,
)
def newsdesk_alerts():
    @task
    def raise_alerts():
        alerts.raise_alerts(get_current_context())

    raise_alerts()


newsdesk_alerts()
