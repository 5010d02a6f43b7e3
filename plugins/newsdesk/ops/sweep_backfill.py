"""Airflow's backfill of the sweep DAG, which `newsdesk history load` uses for past days."""

from dataclasses import dataclass

from newsdesk.errors import SetupError
from newsdesk.ops.airflow_api import AirflowApi, AirflowRefused, DagRun

SWEEP = "newsdesk_sweep"
PREFIX = "backfill__"
"""Prefix of the run ids of Airflow's backfills. Airflow allows one active backfill per DAG."""

_NOT_FOUND, _CONFLICT = 404, 409


@dataclass(frozen=True, slots=True)
class Cancelled:
    """Numbers of days that were not started when a backfill was cancelled, and of days that were being swept."""

    not_started: int
    running: int


def cancel_sweep_backfill(api: AirflowApi, backfill_id: int) -> Cancelled:
    """Cancel a backfill of the sweep DAG. Days that are being swept are finished.

    Airflow would mark the runs that were not started as failed, so they are deleted first.
    Raises SetupError if there is no such backfill, or if it has ended.
    """
    try:
        if api.backfill_dag(backfill_id) != SWEEP:
            raise _unknown(backfill_id)
        api.pause_backfill(backfill_id)
        not_started = sum(_delete(api, run) for run in api.runs_named(SWEEP, PREFIX, states={"queued"}))
        running = len(api.runs_named(SWEEP, PREFIX, states={"running"}))
        api.cancel_backfill(backfill_id)
    except AirflowRefused as refusal:
        if refusal.status == _NOT_FOUND:
            raise _unknown(backfill_id) from refusal
        if refusal.status == _CONFLICT:
            raise SetupError(f"backfill {backfill_id} has already ended", "Its captures are kept") from refusal
        raise
    return Cancelled(not_started, running)


def _unknown(backfill_id: int) -> SetupError:
    return SetupError(f"there is no backfill {backfill_id} of {SWEEP}", "`newsdesk history load` prints the number when it starts one")


def _delete(api: AirflowApi, run: DagRun) -> bool:
    """Delete a queued run; return False if it was started in the meantime."""
    try:
        api.delete(run)
    except AirflowRefused as refusal:
        if refusal.status not in (_NOT_FOUND, _CONFLICT):
            raise
        return False
    return True
