"""Writes the counts of a run into its note, which Airflow shows with the run."""

import logging
from typing import TYPE_CHECKING

from newsdesk.airflow_tasks.tasks import settings
from newsdesk.errors import NewsdeskError
from newsdesk.visible import visible

if TYPE_CHECKING:
    from airflow.sdk.types import DagRunProtocol

log = logging.getLogger(__name__)


def note_counts(dag_run: "DagRunProtocol", partition: str) -> dict[str, dict[str, int]]:
    """Write the current counts of the partition to the run's note and the task's log; return the sums by stage.

    Tasks can set a note only through Airflow's REST API. If that is not configured (`NEWSDESK_AIRFLOW_*`), the counts are only logged.
    """
    from newsdesk.database import open_database
    from newsdesk.fetch.source_names import load_source_names
    from newsdesk.jobs import bookkeeping
    from newsdesk.ops.airflow_api import open_settings_airflow
    from newsdesk.ops.run_counters import describe, sum_stages

    counters = bookkeeping.count_outcomes(partition, settings())
    if not counters:
        return {}
    with open_database(settings().database_url) as engine:
        text = describe(counters, load_source_names(engine))
    for line in text.splitlines():
        log.info("%s", line)
    try:
        with open_settings_airflow(settings()) as api:
            api.note(dag_run.dag_id, dag_run.run_id, visible(text))
    except NewsdeskError as error:
        log.warning("the note of the run could not be set: %s", error)
    return sum_stages(counters)
