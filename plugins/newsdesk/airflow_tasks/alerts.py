"""Alerts through Airflow: a callback for failed runs, and channels for mail and for Airflow's notifiers."""

import html
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseNotifier

from newsdesk.airflow_tasks.tasks import open_es, settings

if TYPE_CHECKING:
    from airflow.sdk import Context

    from newsdesk.ops.alerts import Alert, Channel


class AlertOfFailedRun(BaseNotifier):
    """For `on_failure_callback` of a DAG: raises an alert at once. It ends when a later run of the DAG succeeds."""

    def notify(self, context: "Context") -> None:
        from newsdesk.jobs import maintenance

        run = context["dag_run"]
        maintenance.raise_failed_run(run.dag_id, run.partition_key, settings(), channels(context))


def raise_alerts(context: "Context") -> None:
    from newsdesk.jobs import maintenance

    maintenance.raise_alerts(settings(), open_es(), channels(context))


def report_missing_articles(context: "Context") -> None:
    from newsdesk.jobs import maintenance

    maintenance.report_missing_articles(settings(), open_es(), channels(context))


def channels(context: "Context") -> "dict[str, Channel]":
    """Return the channels of the settings by name."""
    from newsdesk.ops.channels import tell_log, webhook

    own = settings().alerts
    found: dict[str, Channel] = {"log": tell_log}
    if own.webhook_url:
        found["webhook"] = webhook(own.webhook_url)
    if own.mail_to:
        found["mail"] = mail(context)
    for path, arguments in own.notifiers.items():
        found[path.rpartition(".")[2]] = notifier(path, arguments, context)
    return found


def mail(context: "Context") -> "Channel":
    """Return a channel that sends one mail with all alerts through Airflow's SMTP connection."""

    def tell(alerts: "Sequence[Alert]") -> None:
        from airflow.providers.smtp.notifications.smtp import SmtpNotifier

        own = settings().alerts
        subject = alerts[0].line if len(alerts) == 1 else f"newsdesk: {len(alerts)} alerts"
        body = "".join(f"<p>{html.escape(alert.line)}</p>" for alert in alerts)
        # Not a call of the notifier itself, which would render the text of the alert as a template.
        SmtpNotifier(
            to=list(own.mail_to), subject=" ".join(subject.split())[:200], html_content=body, smtp_conn_id=own.smtp_connection
        ).notify(context)

    return tell


def notifier(path: str, arguments: dict[str, Any], context: "Context") -> "Channel":
    """Return a channel for a notifier of Airflow, given by its import path. Templates in its arguments can use `alert_text`."""

    def tell(alerts: "Sequence[Alert]") -> None:
        module, _, name = path.rpartition(".")
        text = "\n".join(alert.line for alert in alerts)
        getattr(import_module(module), name)(**arguments)({**context, "alert_text": text})

    return tell
