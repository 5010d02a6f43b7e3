"""Triggers a run of `newsdesk_fetch` between its scheduled runs.

Called in Airflow's API server, which has access to Airflow's database, so that no login for the REST API is needed.
"""

import datetime as dt
import logging
from collections.abc import Sequence

from newsdesk.partitions import tick_key

log = logging.getLogger(__name__)

FETCH = "newsdesk_fetch"
MAXIMUM_WAITING = 2
"""Maximum number of queued runs, however many deliveries arrive; each run polls all feeds that are due when it starts."""


def request_fetch(due: dt.datetime) -> bool:
    """Queue a run of `newsdesk_fetch` that starts at `due` (UTC), unless a queued run will poll the feed; return whether it was queued.

    Errors are logged, as the next scheduled run polls the feed.
    """
    from airflow.api.common.trigger_dag import trigger_dag
    from airflow.exceptions import AirflowException, DagRunAlreadyExists
    from airflow.models import DagRun
    from airflow.utils.session import create_session
    from airflow.utils.state import DagRunState
    from airflow.utils.types import DagRunTriggeredByType
    from sqlalchemy import select
    from sqlalchemy.exc import SQLAlchemyError

    try:
        with create_session() as session:
            queued = select(DagRun.run_after).where(DagRun.dag_id == FETCH, DagRun.state == DagRunState.QUEUED)
            if not is_run_needed(session.scalars(queued).all(), due, now=dt.datetime.now(dt.UTC)):
                return False
            trigger_dag(
                FETCH,
                triggered_by=DagRunTriggeredByType.REST_API,
                triggering_user_name="websub",
                # At most one run per second, also with several processes of the API server.
                run_id=f"websub__{due:%Y-%m-%dT%H:%M:%S}",
                run_after=due,
                partition_key=tick_key(due, minutes=1),
                session=session,
            )
    except DagRunAlreadyExists:
        return False
    except (AirflowException, SQLAlchemyError):
        log.exception("a run of %s could not be queued after a hub announced a change; the next scheduled run polls the feed", FETCH)
        return False
    return True


def is_run_needed(waiting: Sequence[dt.datetime], due: dt.datetime, *, now: dt.datetime) -> bool:
    """Return whether a feed that is due at `due` needs another run, given the earliest start times of the queued runs."""
    return len(waiting) < MAXIMUM_WAITING and not any(max(begins, now) >= due for begins in waiting)
