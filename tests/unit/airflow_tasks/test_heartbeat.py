"""A worker's heartbeat and its health check."""

from celery.signals import heartbeat_sent

from newsdesk.airflow_tasks.heartbeat import touch_at_heartbeats


def test_each_heartbeat_that_celery_sends_touches_the_file(tmp_path):
    touch_at_heartbeats(tmp_path / "heartbeat")
    assert not (tmp_path / "heartbeat").exists()
    heartbeat_sent.send(sender=None)
    assert (tmp_path / "heartbeat").exists()
