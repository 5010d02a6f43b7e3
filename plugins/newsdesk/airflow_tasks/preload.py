"""Loads modules and models when a Celery worker or the local executor starts. Tasks are forks of it and share its memory.

Celery imports this module if its setting `imports` names it:
AIRFLOW__CELERY__EXTRA_CELERY_CONFIG={"imports": ["newsdesk.airflow_tasks.preload"]}
"""

import alembic.command  # noqa: F401

from newsdesk.airflow_tasks import tasks
from newsdesk.enrichment import preload
from newsdesk.jobs import enrich, fetch, index, maintenance  # noqa: F401

preload(tasks.settings())
