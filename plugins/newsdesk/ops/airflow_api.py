"""Client for the parts of Airflow's REST API that newsdesk uses, as of Airflow 3.3.2."""

import contextlib
import datetime as dt
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from newsdesk.errors import NewsdeskError, SetupError, Unavailable
from newsdesk.settings import Settings

TIMEOUT_SECONDS = 30.0
PAGE = 100
LONGEST_NOTE = 1000
PAUSES_SECONDS = (0.5, 2.0)
"""Pauses before a request is repeated because Airflow's database was busy."""
ENDED = frozenset({"success", "failed"})
"""The final states of a run."""
ACTIVE = frozenset({"queued", "running"})
AWAY = frozenset({httpx.codes.BAD_GATEWAY, httpx.codes.SERVICE_UNAVAILABLE, httpx.codes.GATEWAY_TIMEOUT})
"""Status codes of a proxy while Airflow starts, and of Airflow while its database is locked."""


class AirflowRefused(NewsdeskError):
    """Airflow rejected a request. `status` is the HTTP status, `detail` Airflow's reason."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(status, detail)
        self.status = status
        self.detail = detail

    def __str__(self) -> str:
        return f"Airflow refused ({self.status}): {self.detail}"


@dataclass(frozen=True, slots=True)
class DagRun:
    dag_id: str
    run_id: str
    state: str
    partition_key: str | None
    started_at: str | None = None
    ended_at: str | None = None
    conf: Mapping[str, object] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """A task of a run. `pid` is the id of its process on the worker, also after its end."""

    task_id: str
    state: str | None
    pid: int | None


class AirflowApi:
    """A session with Airflow, opened by `open_airflow`."""

    def __init__(self, client: httpx.Client, *, username: str, password: str, pauses: Sequence[float] = PAUSES_SECONDS) -> None:
        self._client = client
        self._pauses = pauses
        self._login = {"username": username, "password": password}

    def log_in(self) -> None:
        """Request a token. Raises AirflowRefused if the login is wrong."""
        token = self._answered(self._send("POST", "/auth/token", json=self._login))["access_token"]
        self._client.headers["Authorization"] = f"Bearer {token}"

    def dag_ids(self) -> set[str]:
        found = self._get("/api/v2/dags", limit=100)
        return {dag["dag_id"] for dag in found["dags"]}

    def import_errors(self) -> list[str]:
        """Return a message for each DAG file that Airflow could not import."""
        errors = self._get("/api/v2/importErrors")["import_errors"]
        return [f"{error['filename']}: {error['stack_trace'].strip().splitlines()[-1]}" for error in errors]

    def pause(self, dag_id: str) -> None:
        self._call("PATCH", f"/api/v2/dags/{dag_id}", json={"is_paused": True})

    def unpause(self, dag_id: str) -> None:
        self._call("PATCH", f"/api/v2/dags/{dag_id}", json={"is_paused": False})

    def is_paused(self, dag_id: str) -> bool:
        return bool(self._get(f"/api/v2/dags/{dag_id}")["is_paused"])

    def trigger(
        self, dag_id: str, partition_key: str | None, *, run_id: str | None = None, conf: Mapping[str, object] | None = None
    ) -> DagRun:
        """Trigger a run. Raises AirflowRefused with status 409 if a run with this id exists."""
        body = {"logical_date": None, "partition_key": partition_key, "conf": conf or {}, "dag_run_id": run_id}
        return _run(self._call("POST", f"/api/v2/dags/{dag_id}/dagRuns", json=body))

    def clear(self, run: DagRun, *, note: str) -> None:
        """Clear the tasks of a run, so that they run again, and replace its note."""
        self._call("POST", f"/api/v2/dags/{run.dag_id}/dagRuns/{run.run_id}/clear", json={"dry_run": False, "note": note})

    def end(self, run: DagRun, *, note: str) -> None:
        """Mark an active run as failed, which stops its tasks, and replace its note."""
        self._call("PATCH", f"/api/v2/dags/{run.dag_id}/dagRuns/{run.run_id}", json={"state": "failed", "note": note})

    def note(self, dag_id: str, run_id: str, text: str) -> None:
        """Set the note of a run."""
        self._call("PATCH", f"/api/v2/dags/{dag_id}/dagRuns/{run_id}", json={"note": text[:LONGEST_NOTE]})

    def plan_backfill(self, dag_id: str, since: dt.datetime, until: dt.datetime) -> list[str]:
        """Return the partitions that Airflow's backfill of a scheduled DAG would run. Changes nothing."""
        answer = self._call("POST", "/api/v2/backfills/dry_run", json=_backfill(dag_id, since, until))
        return [run["partition_key"] for run in answer["backfills"]]

    def start_backfill(self, dag_id: str, since: dt.datetime, until: dt.datetime, *, newest_first: bool = False) -> int:
        """Start Airflow's backfill of a DAG; return its id. Raises AirflowRefused with status 409 if another one of the DAG is active."""
        body = {**_backfill(dag_id, since, until), "run_backwards": newest_first}
        return int(self._call("POST", "/api/v2/backfills", json=body)["id"])

    def is_backfill_over(self, backfill_id: int) -> bool:
        """Return whether all runs of a backfill have ended. Airflow detects that up to 30 s later."""
        return self._get(f"/api/v2/backfills/{backfill_id}")["completed_at"] is not None

    def backfill_dag(self, backfill_id: int) -> str:
        """Return the DAG of an Airflow backfill. Raises AirflowRefused with status 404 if there is none with this id."""
        return str(self._get(f"/api/v2/backfills/{backfill_id}")["dag_id"])

    def pause_backfill(self, backfill_id: int) -> None:
        """Pause a backfill, so that it starts no more runs. Raises AirflowRefused with status 409 if it has ended."""
        self._call("PUT", f"/api/v2/backfills/{backfill_id}/pause")

    def delete(self, run: DagRun) -> None:
        """Delete a run. Raises AirflowRefused with status 409 if it is running."""
        self._answered_empty(self._send("DELETE", f"/api/v2/dags/{run.dag_id}/dagRuns/{run.run_id}"))

    def cancel_backfill(self, backfill_id: int) -> None:
        self._call("PUT", f"/api/v2/backfills/{backfill_id}/cancel")

    def runs_named(self, dag_id: str, prefix: str, *, states: Collection[str] = ()) -> list[DagRun]:
        """Return all runs of a DAG whose ids start with the prefix, in these states if any are given."""
        query = {"run_id_prefix_pattern": prefix, "state": sorted(states), "limit": PAGE, "order_by": "run_id"}
        found: list[DagRun] = []
        while True:
            page = self._get(f"/api/v2/dags/{dag_id}/dagRuns", **query, offset=len(found))
            found += [_run(run) for run in page["dag_runs"]]
            if len(found) >= page["total_entries"] or not page["dag_runs"]:
                # Airflow strips trailing punctuation from the prefix: `a__` becomes `a`.
                return [run for run in found if run.run_id.startswith(prefix)]

    def run(self, dag_id: str, run_id: str) -> DagRun:
        return _run(self._get(f"/api/v2/dags/{dag_id}/dagRuns/{run_id}"))

    def runs(self, dag_id: str, *, partition_key: str | None = None, states: Collection[str] = (), limit: int = 20) -> list[DagRun]:
        """Return the latest runs of a DAG, newest first, of a partition and in these states if they are given."""
        query: dict[str, object] = {"order_by": "-run_after", "limit": limit, "state": sorted(states)}
        if partition_key is not None:
            query["partition_key_prefix_pattern"] = partition_key
        return [_run(found) for found in self._get(f"/api/v2/dags/{dag_id}/dagRuns", **query)["dag_runs"]]

    def tasks(self, dag_id: str, run_id: str, **wanted: object) -> list[Task]:
        found = self._get(f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances", **wanted)
        return [Task(task["task_id"], task["state"], task["pid"]) for task in found["task_instances"]]

    def failed_tasks(self, dag_id: str, run_id: str) -> list[str]:
        return [task.task_id for task in self.tasks(dag_id, run_id, state="failed")]

    def task_states(self, dag_id: str, run_id: str) -> list[str]:
        """Return the states of the task instances of a run."""
        return [task.state or "none" for task in self.tasks(dag_id, run_id, limit=PAGE)]

    def _get(self, path: str, **query: object) -> Any:
        return self._call("GET", path, params=query)

    def _call(self, method: str, path: str, **arguments: Any) -> Any:
        response = self._send(method, path, **arguments)
        if response.status_code == httpx.codes.UNAUTHORIZED:
            # A token is valid for a day, and a backfill can take longer.
            self.log_in()
            response = self._send(method, path, **arguments)
        return self._answered(response)

    def _send(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        for pause in (*self._pauses, None):
            try:
                response = self._client.request(method, path, **arguments)
            except httpx.TransportError as error:
                raise Unavailable(str(self._client.base_url), f"Airflow does not answer ({error})") from error
            if pause is None or not _is_database_busy(response):
                break
            threading.Event().wait(pause)
        return response

    def _answered_empty(self, response: httpx.Response) -> None:
        if response.status_code in AWAY:
            raise Unavailable(str(self._client.base_url), f"Airflow does not answer (status {response.status_code})")
        if response.is_error:
            raise AirflowRefused(response.status_code, response.text[:500])

    def _answered(self, response: httpx.Response) -> Any:
        self._answered_empty(response)
        try:
            return response.json()
        except ValueError as error:
            raise Unavailable(str(self._client.base_url), "the server is not Airflow") from error


def _is_database_busy(response: httpx.Response) -> bool:
    """Return whether Airflow's database was busy, as SQLite is with concurrent writers. The request had no effect and can be repeated."""
    return response.status_code == httpx.codes.INTERNAL_SERVER_ERROR and "Database error" in response.text


def is_healthy(url: str) -> bool:
    """Return whether Airflow's web server, scheduler and DAG processor are healthy."""
    try:
        parts = httpx.get(f"{url}/api/v2/monitor/health", timeout=5.0, trust_env=False).raise_for_status().json()
    except (httpx.HTTPError, ValueError):
        return False
    return all((parts.get(name) or {}).get("status") == "healthy" for name in ("metadatabase", "scheduler", "dag_processor"))


@contextlib.contextmanager
def open_airflow(url: str, *, username: str, password: str, pauses: Sequence[float] = PAUSES_SECONDS) -> Iterator[AirflowApi]:
    """Open a session and log in. Raises Unavailable if Airflow does not answer, AirflowRefused if the login is wrong."""
    with httpx.Client(base_url=url, timeout=TIMEOUT_SECONDS, trust_env=False) as client:
        api = AirflowApi(client, username=username, password=password, pauses=pauses)
        api.log_in()
        yield api


@contextlib.contextmanager
def open_settings_airflow(settings: Settings) -> Iterator[AirflowApi]:
    """Open a session with the Airflow of the settings. Raises SetupError if none is configured."""
    login = settings.airflow
    if login.url is None or login.password is None:
        raise SetupError("no Airflow is configured", "Run `make run`, or set NEWSDESK_AIRFLOW_URL, _USERNAME and _PASSWORD")
    with open_airflow(login.url, username=login.username, password=login.password.get_secret_value()) as api:
        yield api


def _backfill(dag_id: str, since: dt.datetime, until: dt.datetime) -> dict[str, object]:
    days = {"from_date": since.isoformat(), "to_date": until.isoformat()}
    # One day at a time, since concurrent days would wait for the same hosts.
    return {"dag_id": dag_id, **days, "reprocess_behavior": "completed", "max_active_runs": 1}


def _run(found: Any) -> DagRun:
    return DagRun(
        dag_id=found["dag_id"],
        run_id=found["dag_run_id"],
        state=found["state"],
        partition_key=found.get("partition_key"),
        started_at=found.get("start_date"),
        ended_at=found.get("end_date"),
        conf=found.get("conf") or {},
        note=found.get("note") or "",
    )
