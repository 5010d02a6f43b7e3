"""A run of newsdesk_fetch between its scheduled ones.

Called in Airflow's API server, which has Airflow's database open: no login is needed, in any deployment.
"""

import datetime as dt
import logging
from collections.abc import Sequence

from newsdesk.partitions import tick_key

log = logging.getLogger(__name__)

FETCH = "newsdesk_fetch"
MAXIMUM_WAITING = 2
"""However many hubs deliver, no more runs than this wait: each polls all that is due when it begins."""


def request_fetch(due: dt.datetime) -> bool:
    """Queue a run of newsdesk_fetch that begins at `due` (UTC), unless one that waits polls the feed as well.

    A run that cannot be queued is logged; the next scheduled run polls the feed then.
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
                # One a second at most, in whichever process of the API server.
                run_id=f"websub__{due:%Y-%m-%dT%H:%M:%S}",
                run_after=due,
                partition_key=tick_key(due, minutes=1),
                session=session,
            )
    except DagRunAlreadyExists:
        return False
    except (AirflowException, SQLAlchemyError):
        log.exception("a hub announced a change, and %s could not be queued: its next scheduled run polls the feed", FETCH)
        return False
    return True


def is_run_needed(waiting: Sequence[dt.datetime], due: dt.datetime, *, now: dt.datetime) -> bool:
    """Whether a feed that is due then needs a run besides those that wait, given the times from which these may begin."""
    return len(waiting) < MAXIMUM_WAITING and not any(max(begins, now) >= due for begins in waiting)
