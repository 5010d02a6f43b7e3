"""Raises an alert when a source or newsdesk itself has a problem, and ends it when the problem is gone.

Runs every 15 minutes. It looks for sources that have been silent for unusually long, feeds and pages that fail, pages that
are no longer articles, are empty or have become half as long, feeds that are not polled, and DAGs whose latest run failed.
The start and the end of an alert are each notified once: in the log, and by webhook, mail and Airflow's notifiers where
`NEWSDESK_ALERTS_*` configures them. Notifications that fail are sent again by the next run. `newsdesk status` shows active alerts.
It also sends the due messages to subscribers of topics: digests, failed messages, and those that waited for the end of quiet hours.

Run again: safe. An active alert is not raised again, and no notification is sent twice.
"""

from datetime import UTC, datetime, timedelta

from airflow.sdk import CronTriggerTimetable, dag, get_current_context, task

from newsdesk.airflow_tasks import alerts, topics
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

    @task
    def notify_subscribers():
        topics.notify_subscribers(get_current_context())

    raise_alerts()
    notify_subscribers()


newsdesk_alerts()
