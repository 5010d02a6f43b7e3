"""What a run did, as a note that Airflow shows beside it."""

import logging
from typing import Any

from newsdesk.airflow_tasks.tasks import open_archive, partition_of, settings, utc_now
from newsdesk.errors import NewsdeskError, Stage

log = logging.getLogger(__name__)


def note_counts(dag_run: Any) -> None:
    """Writes what was counted of the run's partition so far, per stage and source, to the run's note and the task's log.

    Without Airflow's REST API (`NEWSDESK_AIRFLOW_*`) it is in the log alone.
    """
    from newsdesk.ops.airflow_api import open_settings_airflow
    from newsdesk.ops.run_counters import count_partition, describe

    counters = count_partition(open_archive(), partition_of(dag_run), Stage, now=utc_now())
    text = describe(counters)
    if not text:
        return
    for line in text.splitlines():
        log.info("%s", line)
    try:
        with open_settings_airflow(settings()) as api:
            api.note(dag_run.dag_id, dag_run.run_id, text)
    except NewsdeskError as error:
        log.warning("the run has no note: %s", error)
