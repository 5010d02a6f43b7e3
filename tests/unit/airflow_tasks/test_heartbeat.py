"""A worker's heartbeat and its health check."""

from celery.signals import heartbeat_sent

from newsdesk.airflow_tasks import heartbeat


def test_each_heartbeat_that_celery_sends_touches_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr(heartbeat, "FILE", tmp_path / "heartbeat")
    heartbeat_sent.send(sender=None)
    assert heartbeat.FILE.exists()
