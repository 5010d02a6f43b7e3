"""The heartbeat of a Celery worker as a file, so that a health check costs next to nothing.

Celery's setting `imports` names this module in the workers of docker-compose.yml. The signal is sent every two seconds by the
loop that also takes tasks, after the heartbeat went to the broker: a worker that hangs or has lost its broker sends none.
"""

from pathlib import Path

from celery.signals import heartbeat_sent

FILE = Path("/tmp/newsdesk-worker-heartbeat")


def touch(**_: object) -> None:
    FILE.touch()


heartbeat_sent.connect(touch)
