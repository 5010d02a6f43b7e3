"""Touches a file at each heartbeat of a Celery worker, so that a health check only needs to test the age of the file.

The workers in docker-compose.yml load this module with Celery's setting `imports`. The loop that receives tasks sends the signal every
two seconds, after the heartbeat was sent to the broker; a worker that hangs or has lost the broker does not send it.
"""

from pathlib import Path

from celery.signals import heartbeat_sent

FILE = Path("/tmp/newsdesk-worker-heartbeat")


def touch_at_heartbeats(file: Path) -> None:
    def touch(**_: object) -> None:
        file.touch()

    heartbeat_sent.connect(touch, weak=False)


touch_at_heartbeats(FILE)
