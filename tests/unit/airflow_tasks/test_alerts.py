"""Alerts that are sent by Airflow: through an SMTP connection and by notifiers."""

import json
from types import SimpleNamespace

import pytest
from airflow.sdk import BaseNotifier

from newsdesk.airflow_tasks import alerts
from newsdesk.airflow_tasks.tasks import settings
from newsdesk.database import open_database
from newsdesk.ops.alerts import Alert, list_alerts
from newsdesk.ops.freshness import AlertRule
from samples import NOW

SILENT = Alert(rule=AlertRule.SILENCE, subject="marlow-post", message="nothing new for 9 h & more", raised_at=NOW)


@pytest.fixture(autouse=True)
def alert_settings(monkeypatch):
    """Set the variables of the alerts' settings."""

    def change(**variables):
        for name, value in variables.items():
            monkeypatch.setenv(f"NEWSDESK_ALERTS_{name.upper()}", value)
        settings.cache_clear()

    yield change
    settings.cache_clear()


def test_alerts_are_mailed_through_airflows_connection(mails, alert_settings):
    alert_settings(mail_to='["ops@example.org", "night@example.org"]')
    alerts.channels({})["mail"]([SILENT])
    ((receivers, mail),) = mails
    assert receivers == ["ops@example.org", "night@example.org"]
    assert mail["Subject"] == "newsdesk: marlow-post: raised: silence: nothing new for 9 h & more"
    assert mail["From"] == "desk@example.org"
    assert "nothing new for 9 h &amp; more" in mail.get_payload()[0].get_payload(decode=True).decode()


def test_many_alerts_are_one_mail(mails, alert_settings):
    alert_settings(mail_to='["ops@example.org"]')
    alerts.channels({})["mail"]([SILENT, SILENT])
    ((_, mail),) = mails
    assert mail["Subject"] == "newsdesk: 2 alerts"


class Collecting(BaseNotifier):
    template_fields = ("text",)
    said: list = []  # noqa: RUF012 emptied by the test

    def __init__(self, text):
        super().__init__()
        self.text = text

    def notify(self, context):
        self.said.append(self.text)


def test_any_notifier_of_airflow_can_be_told(alert_settings, monkeypatch):
    monkeypatch.setattr(Collecting, "said", [])
    monkeypatch.setattr("builtins.Collecting", Collecting, raising=False)
    alert_settings(notifiers=json.dumps({"builtins.Collecting": {"text": "News from the desk: {{ alert_text }}"}}))
    alerts.channels({})["Collecting"]([SILENT])
    assert Collecting.said == [f"News from the desk: {SILENT.line}"]


def test_the_log_is_always_told():
    assert list(alerts.channels({})) == ["log"]


def test_a_failed_run_is_one_alert_however_often_it_fails(alert_settings, home):
    alert_settings()
    failed = SimpleNamespace(dag_id="newsdesk_index", run_id="manual__1", partition_key="2026-11-24T1205")
    for _ in range(2):
        alerts.AlertOfFailedRun()({"dag_run": failed})
    with open_database(settings().database_url) as engine:
        (alert,) = list_alerts(engine)
    assert (alert.rule, alert.subject, alert.owed) == (AlertRule.RUN_FAILED, "newsdesk_index", frozenset())
    assert "2026-11-24T1205" in alert.message
