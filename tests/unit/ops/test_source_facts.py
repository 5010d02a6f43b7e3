import contextlib

import pytest

from newsdesk.database import open_database
from newsdesk.index.aliases import names
from newsdesk.ops.airflow_api import DagRun
from newsdesk.ops.backfill import CALLED_OFF
from newsdesk.ops.source_facts import read_source_facts
from newsdesk.settings import AlertSettings, IndexSettings
from samples import NOW


class NoIndex:
    def search(self, **_):
        return {}


class Airflow:
    """Knows these runs of newsdesk_enrich, the newest first."""

    def __init__(self, *states):
        ends = {state: ("failed", CALLED_OFF) if state == "called off" else (state, "") for state in states}
        self._runs = [
            DagRun("newsdesk_enrich", f"run-{n}", ends[state][0], f"2026-11-24T120{n}", note=ends[state][1])
            for n, state in enumerate(states)
        ]

    def runs(self, dag_id, *, states, limit):
        return [run for run in self._runs if run.dag_id == dag_id and run.state in states][:limit]


@pytest.mark.parametrize(
    ("states", "failed"),
    [
        (("running",) * 8 + ("failed", "success"), {"newsdesk_enrich": "2026-11-24T1208"}),
        (("running", "success", "failed"), {}),
        (("called off", "called off", "success"), {}),
        (("called off", "failed"), {"newsdesk_enrich": "2026-11-24T1201"}),
        ((), {}),
    ],
    ids=["failed behind many that run", "mended", "called off", "failed before one was called off", "never ran"],
)
def test_a_dag_has_failed_where_its_latest_run_that_ended_did(tmp_path, states, failed):
    with open_database(f"sqlite:///{tmp_path}/state.db") as engine:
        facts = read_source_facts(
            engine=engine,
            es=NoIndex(),
            open_airflow=lambda: contextlib.nullcontext(Airflow(*states)),
            names=names(IndexSettings()),
            settings=AlertSettings(),
            now=NOW,
        )
    assert facts.failed_runs == failed
