"""Alerts with Airflow's means: the task that looks for trouble, mail through a connection, notifiers in both directions."""

import html
import logging
from collections.abc import Collection, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseNotifier

from newsdesk.airflow_tasks.tasks import open_archive, settings, utc_now

if TYPE_CHECKING:
    import sqlalchemy as sa

    from newsdesk.ops.alerts import Alert, Channel
    from newsdesk.ops.freshness import Finding, Rule

log = logging.getLogger(__name__)


class AlertOfFailedRun(BaseNotifier):
    """For a DAG's `on_failure_callback`: raises the alert at once. It is over when a later run of the DAG succeeds."""

    def notify(self, context: Any) -> None:
        from newsdesk.database import open_database
        from newsdesk.ops.freshness import run_failed

        run = context["dag_run"]
        with open_database(settings().database_url) as engine:
            _raise(engine, [run_failed(run.dag_id, run.partition_key)], (), context)


def raise_alerts(context: Any) -> None:
    """Looks at every source and at newsdesk itself, raises what is new, and tells what is raised or over."""
    from newsdesk.airflow_tasks.hook import ElasticsearchHook
    from newsdesk.database import open_database
    from newsdesk.index.aliases import names
    from newsdesk.ops.airflow_api import open_settings_airflow
    from newsdesk.ops.alerts import list_alerts
    from newsdesk.ops.freshness import find_trouble
    from newsdesk.ops.source_facts import read_facts, rules_asked

    own = settings()
    with open_database(own.database_url) as engine, ElasticsearchHook(own).get_conn() as es:
        facts = read_facts(
            engine=engine,
            es=es,
            open_airflow=lambda: open_settings_airflow(own),
            names=names(own.index),
            settings=own.alerts,
            now=utc_now(),
        )
        _raise(engine, find_trouble(facts, own.alerts, now=utc_now()), rules_asked(facts), context)
        log.info("%d sources looked at, %d alerts are raised", len(facts.sources), len(list_alerts(engine)))


def name_missing_articles(context: Any) -> None:
    """Compares the stages of the partitions of two days that are an hour old; what is missing is logged and one alert."""
    import datetime as dt

    from newsdesk.airflow_tasks.hook import ElasticsearchHook
    from newsdesk.database import open_database
    from newsdesk.ops.backfill import list_partitions
    from newsdesk.ops.freshness import Rule, missing_articles
    from newsdesk.ops.reconciliation import reconcile

    archive, now = open_archive(), utc_now()
    keys = list_partitions(archive, since=now - dt.timedelta(days=2), until=now - dt.timedelta(hours=1))
    with ElasticsearchHook(settings()).get_conn() as es:
        found = {key: reconcile(archive, key, es=es, settings=settings().index).missing for key in keys}
    for key, missing in found.items():
        for article in missing:
            log.warning("%s: %s: %s: %s", key, article.stage, article.trouble, article.url)
    counts = {key: len(missing) for key, missing in found.items() if missing}
    log.info("%d partitions compared, %d articles missing", len(keys), sum(counts.values()))
    with open_database(settings().database_url) as engine:
        _raise(engine, missing_articles(counts), {Rule.MISSING_ARTICLES}, context)


def _raise(engine: "sa.Engine", found: "Sequence[Finding]", rules: "Collection[Rule]", context: Any) -> None:
    """Records what was found, and what these rules looked for in vain, and tells whoever is to be told."""
    from newsdesk.ops.alerts import record_findings, tell

    ways = channels(context)
    record_findings(engine, found, rules=rules, channels=ways, now=utc_now())
    tell(engine, ways)


def channels(context: Any) -> "dict[str, Channel]":
    """The ways of telling that the settings name."""
    from newsdesk.ops.channels import tell_log, webhook

    own = settings().alerts
    ways: dict[str, Channel] = {"log": tell_log}
    if own.webhook_url:
        ways["webhook"] = webhook(own.webhook_url)
    if own.mail_to:
        ways["mail"] = send_mail
    for path, arguments in own.notifiers.items():
        ways[path.rpartition(".")[2]] = notifier(path, arguments, context)
    return ways


def send_mail(alerts: "Sequence[Alert]") -> None:
    """One mail for all of them, through Airflow's SMTP connection."""
    from airflow.providers.smtp.hooks.smtp import SmtpHook

    own = settings().alerts
    subject = alerts[0].line if len(alerts) == 1 else f"newsdesk: {len(alerts)} alerts"
    body = "".join(f"<p>{html.escape(alert.line)}</p>" for alert in alerts)
    with SmtpHook(smtp_conn_id=own.smtp_connection) as smtp:
        smtp.send_email_smtp(to=list(own.mail_to), subject=" ".join(subject.split())[:200], html_content=body)


def notifier(path: str, arguments: dict[str, Any], context: Any) -> "Channel":
    """A channel of any notifier of Airflow; the name `alert_text` stands for the alerts in its templated arguments."""

    def tell(alerts: "Sequence[Alert]") -> None:
        module, _, name = path.rpartition(".")
        text = "\n".join(alert.line for alert in alerts)
        getattr(import_module(module), name)(**arguments)({**context, "alert_text": text})

    return tell
