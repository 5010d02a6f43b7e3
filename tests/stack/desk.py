"""A running newsdesk for the stack tests, and functions to await and compare results."""

import os
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from elasticsearch import Elasticsearch

from newsdesk.local import run
from newsdesk.ops.airflow_api import ENDED, AirflowApi, DagRun
from newsdesk.settings import Settings
from stack import command

PATIENCE_SECONDS = 180.0


def await_condition(condition: Callable[[], object], *, what: str, seconds: float = PATIENCE_SECONDS) -> object:
    """Call the condition until it returns something true, and return that. Fails, naming `what`, after `seconds`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.2)
    return pytest.fail(f"{what}: not within {seconds:.0f} s")


@dataclass(frozen=True)
class Desk:
    """A running newsdesk with Airflow and Elasticsearch."""

    settings: Settings
    found: run.RunResult
    airflow: AirflowApi
    lines: list[str]

    def run_dag(self, dag_id: str, partition: str, *, expect: str = "success", seconds: float = PATIENCE_SECONDS) -> DagRun:
        """Trigger the DAG for a partition and wait for the end of the run."""
        triggered = self.airflow.trigger(dag_id, partition)
        return self.await_run(triggered, expect=expect, seconds=seconds)

    def await_run(self, awaited: DagRun, *, expect: str = "success", seconds: float = PATIENCE_SECONDS) -> DagRun:
        def ended():
            now = self.airflow.run(awaited.dag_id, awaited.run_id)
            return now if now.state in {"success", "failed"} else None

        ended_run = await_condition(ended, what=f"{awaited.dag_id} for {awaited.partition_key}", seconds=seconds)
        assert ended_run.state == expect, self.airflow.failed_tasks(awaited.dag_id, awaited.run_id)
        return ended_run

    def await_follower(self, dag_id: str, partition: str, *, besides: set[str] = frozenset()) -> DagRun:
        """Wait for the end of a run of the DAG for this partition, other than those in `besides`."""

        def appeared():
            return next((r for r in self.airflow.runs(dag_id, partition_key=partition) if r.run_id not in besides), None)

        return self.await_run(await_condition(appeared, what=f"{dag_id} following {partition}"))

    def is_idle(self, *dag_ids: str) -> bool:
        return all(run.state in ENDED for dag_id in dag_ids for run in self.airflow.runs(dag_id))

    def newsdesk(self, *arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        """Run the command as an operator of this installation, with further environment variables."""
        ours = {"NEWSDESK_HOME": str(self.settings.home.home), "NEWSDESK_LOCAL_AIRFLOW_PORT": str(self.settings.local.airflow_port)}
        return command.newsdesk(*arguments, environment={**os.environ, **ours, **variables})

    def run_ids(self, dag_id: str, partition: str) -> set[str]:
        return {r.run_id for r in self.airflow.runs(dag_id, partition_key=partition)}


def everything_in(es: Elasticsearch, index: str = "articles") -> dict[str, tuple[int, dict]]:
    """Map the id of each document of the index to its sequence number, which changes with each write, and its source."""
    es.indices.refresh(index=index)
    answer = es.search(index=index, size=10_000, seq_no_primary_term=True)
    return {hit["_id"]: (hit["_seq_no"], hit["_source"]) for hit in answer["hits"]["hits"]}
