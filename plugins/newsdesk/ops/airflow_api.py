"""Airflow's REST API, as far as newsdesk drives it. Paths and behaviour: Airflow 3.3.2."""

import contextlib
import datetime as dt
import threading
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from newsdesk.errors import NewsdeskError, SetupError, Unavailable
from newsdesk.settings import Settings

TIMEOUT_SECONDS = 30.0
PAGE = 100
LONGEST_NOTE = 1000
PAUSES_SECONDS = (0.5, 2.0)
"""Before a request is sent again that Airflow's database was too busy for."""
ENDED = frozenset({"success", "failed"})
"""The states in which a run stays."""
ACTIVE = frozenset({"queued", "running"})
AWAY = frozenset({httpx.codes.BAD_GATEWAY, httpx.codes.SERVICE_UNAVAILABLE, httpx.codes.GATEWAY_TIMEOUT})
"""What is answered in Airflow's stead while it starts, or by itself while its database is locked."""


class AirflowRefused(NewsdeskError):
    """Airflow understood the request and said no; `status` is the HTTP status, `detail` Airflow's reason."""

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
    conf: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """A task of a run; `pid` is that of its process on its worker, while it runs and afterwards."""

    task_id: str
    state: str | None
    pid: int | None


class AirflowApi:
    """A session with one Airflow: opened by `open_airflow`, which also logs in."""

    def __init__(self, client: httpx.Client, *, username: str, password: str) -> None:
        self._client = client
        self._login = {"username": username, "password": password}

    def log_in(self) -> None:
        """Takes a token. Raises AirflowRefused where Airflow does not know the login."""
        token = self._answered(self._send("POST", "/auth/token", json=self._login))["access_token"]
        self._client.headers["Authorization"] = f"Bearer {token}"

    def dag_ids(self) -> set[str]:
        found = self._get("/api/v2/dags", limit=100)
        return {dag["dag_id"] for dag in found["dags"]}

    def import_errors(self) -> list[str]:
        """A line for each DAG file that Airflow could not import."""
        errors = self._get("/api/v2/importErrors")["import_errors"]
        return [f"{error['filename']}: {error['stack_trace'].strip().splitlines()[-1]}" for error in errors]

    def pause(self, dag_id: str) -> None:
        self._call("PATCH", f"/api/v2/dags/{dag_id}", json={"is_paused": True})

    def unpause(self, dag_id: str) -> None:
        self._call("PATCH", f"/api/v2/dags/{dag_id}", json={"is_paused": False})

    def is_paused(self, dag_id: str) -> bool:
        return bool(self._get(f"/api/v2/dags/{dag_id}")["is_paused"])

    def trigger(self, dag_id: str, partition_key: str | None, *, run_id: str | None = None, conf: dict[str, Any] | None = None) -> DagRun:
        """Starts a run. Raises AirflowRefused with status 409 where a run of this id is there already."""
        body = {"logical_date": None, "partition_key": partition_key, "conf": conf or {}, "dag_run_id": run_id}
        return _run(self._call("POST", f"/api/v2/dags/{dag_id}/dagRuns", json=body))

    def clear(self, run: DagRun, *, note: str) -> None:
        """Runs a run's tasks again; its note is replaced."""
        self._call("POST", f"/api/v2/dags/{run.dag_id}/dagRuns/{run.run_id}/clear", json={"dry_run": False, "note": note})

    def end(self, run: DagRun, *, note: str) -> None:
        """Ends a run that has not ended: its tasks are stopped and it counts as failed; its note is replaced."""
        self._call("PATCH", f"/api/v2/dags/{run.dag_id}/dagRuns/{run.run_id}", json={"state": "failed", "note": note})

    def note(self, dag_id: str, run_id: str, text: str) -> None:
        """Writes the note of a run, which Airflow's pages show beside it; an older note is replaced."""
        self._call("PATCH", f"/api/v2/dags/{dag_id}/dagRuns/{run_id}", json={"note": text[:LONGEST_NOTE]})

    def plan_backfill(self, dag_id: str, since: dt.datetime, until: dt.datetime) -> list[str]:
        """The partitions that Airflow's own backfill of a DAG that runs by the clock would run. Changes nothing."""
        answer = self._call("POST", "/api/v2/backfills/dry_run", json=_backfill(dag_id, since, until))
        return [run["partition_key"] for run in answer["backfills"]]

    def start_backfill(self, dag_id: str, since: dt.datetime, until: dt.datetime, *, newest_first: bool = False) -> int:
        """Starts it and gives its id. Raises AirflowRefused with status 409 while another of this DAG is active."""
        body = {**_backfill(dag_id, since, until), "run_backwards": newest_first}
        return int(self._call("POST", "/api/v2/backfills", json=body)["id"])

    def is_backfill_over(self, backfill_id: int) -> bool:
        """Whether its runs are over. Airflow notes that up to 30 s later; what follows the runs is not part of it."""
        return self._get(f"/api/v2/backfills/{backfill_id}")["completed_at"] is not None

    def backfill_dag(self, backfill_id: int) -> str:
        """The DAG that a backfill of Airflow's runs. Raises AirflowRefused with status 404 where there is none of this number."""
        return str(self._get(f"/api/v2/backfills/{backfill_id}")["dag_id"])

    def pause_backfill(self, backfill_id: int) -> None:
        """No further run of it is started. Raises AirflowRefused with status 409 where it is over."""
        self._call("PUT", f"/api/v2/backfills/{backfill_id}/pause")

    def delete(self, run: DagRun) -> None:
        """Removes a run that does not run. Raises AirflowRefused with status 409 where it does."""
        self._answered_empty(self._send("DELETE", f"/api/v2/dags/{run.dag_id}/dagRuns/{run.run_id}"))

    def cancel_backfill(self, backfill_id: int) -> None:
        self._call("PUT", f"/api/v2/backfills/{backfill_id}/cancel")

    def runs_named(self, dag_id: str, prefix: str, *, states: Collection[str] = ()) -> list[DagRun]:
        """All runs of a DAG whose ids begin with the prefix; only those in these states where any are given."""
        query = {"run_id_prefix_pattern": prefix, "state": sorted(states), "limit": PAGE, "order_by": "run_id"}
        found: list[DagRun] = []
        while True:
            page = self._get(f"/api/v2/dags/{dag_id}/dagRuns", **query, offset=len(found))
            found += [_run(run) for run in page["dag_runs"]]
            if len(found) >= page["total_entries"] or not page["dag_runs"]:
                # Airflow strips what is no letter or digit from the prefix's end: it takes `a__` for `a`.
                return [run for run in found if run.run_id.startswith(prefix)]

    def run(self, dag_id: str, run_id: str) -> DagRun:
        return _run(self._get(f"/api/v2/dags/{dag_id}/dagRuns/{run_id}"))

    def runs(self, dag_id: str, *, partition_key: str | None = None, states: Collection[str] = (), limit: int = 20) -> list[DagRun]:
        """The latest runs of a DAG, newest first; only those of one partition, or in these states, where any are given."""
        query: dict[str, Any] = {"order_by": "-run_after", "limit": limit, "state": sorted(states)}
        if partition_key is not None:
            query["partition_key_prefix_pattern"] = partition_key
        return [_run(found) for found in self._get(f"/api/v2/dags/{dag_id}/dagRuns", **query)["dag_runs"]]

    def tasks(self, dag_id: str, run_id: str, **wanted: Any) -> list[Task]:
        found = self._get(f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances", **wanted)
        return [Task(task["task_id"], task["state"], task["pid"]) for task in found["task_instances"]]

    def failed_tasks(self, dag_id: str, run_id: str) -> list[str]:
        return [task.task_id for task in self.tasks(dag_id, run_id, state="failed")]

    def task_states(self, dag_id: str, run_id: str) -> list[str]:
        """The state of each task instance of a run."""
        return [task.state or "none" for task in self.tasks(dag_id, run_id, limit=PAGE)]

    def _get(self, path: str, **query: Any) -> Any:
        return self._call("GET", path, params=query)

    def _call(self, method: str, path: str, **arguments: Any) -> Any:
        response = self._send(method, path, **arguments)
        if response.status_code == httpx.codes.UNAUTHORIZED:
            # A token is good for a day, and a backfill may take longer.
            self.log_in()
            response = self._send(method, path, **arguments)
        return self._answered(response)

    def _send(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        for pause in (*PAUSES_SECONDS, None):
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
            raise Unavailable(str(self._client.base_url), "what answers there is not Airflow") from error


def _is_database_busy(response: httpx.Response) -> bool:
    """Whether Airflow's database gave way, as SQLite does to parallel writers: the request was taken back, and may come again."""
    return response.status_code == httpx.codes.INTERNAL_SERVER_ERROR and "Database error" in response.text


def is_healthy(url: str) -> bool:
    """Whether Airflow's web server, scheduler and DAG processor are all up."""
    try:
        parts = httpx.get(f"{url}/api/v2/monitor/health", timeout=5.0, trust_env=False).raise_for_status().json()
    except (httpx.HTTPError, ValueError):
        return False
    return all((parts.get(name) or {}).get("status") == "healthy" for name in ("metadatabase", "scheduler", "dag_processor"))


@contextlib.contextmanager
def open_airflow(url: str, *, username: str, password: str) -> Iterator[AirflowApi]:
    """A logged-in session. Raises Unavailable where Airflow does not answer, AirflowRefused where the login is wrong."""
    with httpx.Client(base_url=url, timeout=TIMEOUT_SECONDS, trust_env=False) as client:
        api = AirflowApi(client, username=username, password=password)
        api.log_in()
        yield api


@contextlib.contextmanager
def open_settings_airflow(settings: Settings) -> Iterator[AirflowApi]:
    """A session with the Airflow that the settings name. Raises SetupError where they name none."""
    login = settings.airflow
    if login.url is None or login.password is None:
        raise SetupError("no Airflow is known", "Run `make run`, or set NEWSDESK_AIRFLOW_URL, _USERNAME and _PASSWORD")
    with open_airflow(login.url, username=login.username, password=login.password.get_secret_value()) as api:
        yield api


def _backfill(dag_id: str, since: dt.datetime, until: dt.datetime) -> dict[str, Any]:
    days = {"from_date": since.isoformat(), "to_date": until.isoformat()}
    # One day at a time: two would only wait for each other's hosts.
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
