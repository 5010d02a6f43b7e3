"""Updates the transcripts in docs/airflow.md from the Airflow of `make run`: .venv/bin/python docs/transcripts.py

A transcript follows its mark, `<!-- transcript: NAME -->`. Times and the partition are replaced by those of an example, so that a
transcript is the same for each run: tests/stack/airflow/test_transcripts.py compares them.
"""

import re
import sys
import threading
from collections.abc import Callable, Mapping
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from newsdesk.ops.airflow_api import ENDED, AirflowApi, DagRun, open_settings_airflow
from newsdesk.settings import load

PAGE = Path(__file__).parent / "airflow.md"
PARTITION = "2026-11-24T1205"
_TRANSCRIPT = re.compile(r"(<!-- transcript: ([a-z-]+) -->\n\n)(?: {4}.*\n)*")
_SECONDS = re.compile(r"\b\d+\.\d s\b")
LOOK_SECONDS = 1.0


def transcripts(api: AirflowApi) -> dict[str, str]:
    """Return all transcripts by name: of the first fetch and the runs after it, and of a failing run of newsdesk_enrich."""
    fetch = first_run(api)
    partition = fetch.partition_key or ""
    enrich, index = (api.runs(dag_id, partition_key=partition)[-1] for dag_id in ("newsdesk_enrich", "newsdesk_index"))
    failed = run_to_its_end(api, api.trigger("newsdesk_enrich", None))
    told = {
        "dags": dags(api),
        "fetch-run": describe_run(api, fetch, "fetch"),
        "fetch-tasks": describe_tasks(api, fetch),
        "captures": describe_event(api, fetch),
        "enrich-run": describe_run(api, enrich, "fetch", "enrich"),
        "enrich-tasks": describe_tasks(api, enrich),
        "index-run": describe_run(api, index, "fetch", "enrich", "index"),
        "failed-tasks": describe_tasks(api, failed),
        "failed-log": last_error(api, failed, "plan_chunks"),
    }
    return {name: _SECONDS.sub("1.0 s", text.replace(partition, PARTITION)) for name, text in told.items()}


def first_run(api: AirflowApi) -> DagRun:
    """Return the first fetch with a capture: the one that `make run` triggers, or a scheduled one."""
    runs = reversed(api.runs("newsdesk_fetch", limit=100, states=["success"]))
    return next(
        run for run in runs if any(task.task_id == "fetch_shard" and task.state == "success" for task in api.tasks(run.dag_id, run.run_id))
    )


def run_to_its_end(api: AirflowApi, run: DagRun) -> DagRun:
    while run.state not in ENDED:
        threading.Event().wait(LOOK_SECONDS)
        run = api.run(run.dag_id, run.run_id)
    return run


def dags(api: AirflowApi) -> str:
    found = api._get("/api/v2/dags", limit=100, order_by="dag_id")["dags"]
    return "\n".join(f"{dag['dag_id']:22} {dag['timetable_summary'] or dag['timetable_description']}" for dag in found)


def describe_run(api: AirflowApi, run: DagRun, *stages: str) -> str:
    """Return the content of the run's page. Of the counts in the note only those of these stages, since a later one may have started."""
    found = api._get(f"/api/v2/dags/{run.dag_id}/dagRuns/{run.run_id}")
    note = "\n".join(line for line in (found["note"] or "").split("\n") if line.startswith(stages))
    shown = {"state": found["state"], "partition key": found["partition_key"], "note": note.replace("\n", f"\n{'':15} ")}
    return "\n".join(f"{name:15} {value}" for name, value in shown.items())


def describe_tasks(api: AirflowApi, run: DagRun) -> str:
    """List each task once for each state of its instances, since the number of shards and chunks differs between machines."""
    found = api._get(f"/api/v2/dags/{run.dag_id}/dagRuns/{run.run_id}/taskInstances", limit=100)["task_instances"]
    lines = {f"{task['task_id'] + (' []' if task['map_index'] >= 0 else ''):20} {task['state']}" for task in found}
    order = in_order({task["task_id"]: task["downstream_task_ids"] for task in api._get(f"/api/v2/dags/{run.dag_id}/tasks")["tasks"]})
    return "\n".join(sorted(lines, key=lambda line: (order.index(line.split()[0]), line)))


def in_order(followers: Mapping[str, list[str]]) -> list[str]:
    """Return the tasks in the order in which they run, concurrent ones by name."""
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for task, its_followers in followers.items():
        sorter.add(task)
        for follower in its_followers:
            sorter.add(follower, task)
    sorter.prepare()
    order: list[str] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        order += ready
        sorter.done(*ready)
    return order


def describe_event(api: AirflowApi, run: DagRun) -> str:
    """Return the asset event that the run wrote."""
    found = api._get("/api/v2/assets/events", source_dag_id=run.dag_id, source_run_id=run.run_id, limit=1)["asset_events"][0]
    return "\n".join(
        f"{name:15} {found[field]}" for name, field in (("asset", "name"), ("partition key", "partition_key"), ("extra", "extra"))
    )


def last_error(api: AirflowApi, run: DagRun, task_id: str) -> str:
    """Return the message of the last error in the log of a task."""
    log: Mapping[str, Any] = api._get(f"/api/v2/dags/{run.dag_id}/dagRuns/{run.run_id}/taskInstances/{task_id}/logs/1", full_content=True)
    errors = [line for line in log["content"] if isinstance(line, dict) and line.get("error_detail")]
    detail = errors[-1]["error_detail"][0]
    return f"{detail['exc_type']}: {detail['exc_value']}"


def written(page: str, told: Mapping[str, str]) -> str:
    """Return the page with these transcripts."""

    def replace(found: re.Match[str]) -> str:
        return found[1] + "".join(f"    {line}".rstrip() + "\n" for line in told[found[2]].split("\n"))

    return _TRANSCRIPT.sub(replace, page)


def main(open_api: Callable[..., Any] = open_settings_airflow) -> None:
    with open_api(load()) as api:
        told = transcripts(api)
    PAGE.write_text(written(PAGE.read_text(), told))
    sys.stderr.write(f"{len(told)} transcripts in {PAGE.name}\n")


if __name__ == "__main__":
    main()
