"""Loads what tasks need, once, where a Celery worker starts: each task is a fork of the worker and has it.

Celery imports this module where its setting `imports` names it:
AIRFLOW__CELERY__EXTRA_CELERY_CONFIG={"imports": ["newsdesk.airflow_tasks.preload"]}
"""

import alembic.command  # noqa: F401

from newsdesk.airflow_tasks import tasks
from newsdesk.enrichment import preload
from newsdesk.jobs import enrich, fetch, index, maintenance  # noqa: F401

preload(tasks.settings())
