"""What a run did, as a note that Airflow shows beside it."""

import logging
from typing import Any

from newsdesk.airflow_tasks.tasks import settings
from newsdesk.errors import NewsdeskError
from newsdesk.visible import visible

log = logging.getLogger(__name__)


def note_counts(dag_run: Any, partition: str) -> dict[str, dict[str, int]]:
    """Writes what was counted of its partition so far to the run's note and the task's log; gives the sums per stage.

    A task can write a note by Airflow's REST API alone. Where none is known (`NEWSDESK_AIRFLOW_*`), it is in the log.
    """
    from newsdesk.jobs import bookkeeping
    from newsdesk.ops.airflow_api import open_settings_airflow
    from newsdesk.ops.run_counters import describe, sum_stages

    counters = bookkeeping.count_outcomes(partition, settings())
    text = describe(counters)
    for line in text.splitlines():
        log.info("%s", line)
    if text:
        try:
            with open_settings_airflow(settings()) as api:
                api.note(dag_run.dag_id, dag_run.run_id, visible(text))
        except NewsdeskError as error:
            log.warning("the run has no note: %s", error)
    return sum_stages(counters)
