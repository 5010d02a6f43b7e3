"""What a run did, as a note that Airflow shows beside it."""

import logging
from typing import Any

from newsdesk.airflow_tasks.tasks import partition_of, settings
from newsdesk.errors import NewsdeskError

log = logging.getLogger(__name__)


def note_counts(dag_run: Any) -> None:
    """Writes what was counted of the run's partition so far, per stage and source, to the run's note and the task's log.

    Without Airflow's REST API (`NEWSDESK_AIRFLOW_*`) it is in the log alone.
    """
    from newsdesk import jobs
    from newsdesk.ops.airflow_api import open_settings_airflow

    text = jobs.describe_partition(partition_of(dag_run), settings())
    if not text:
        return
    for line in text.splitlines():
        log.info("%s", line)
    try:
        with open_settings_airflow(settings()) as api:
            api.note(dag_run.dag_id, dag_run.run_id, text)
    except NewsdeskError as error:
        log.warning("the run has no note: %s", error)
