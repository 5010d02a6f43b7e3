"""One Celery worker compared with two: the same captures are enriched and indexed with Airflow, Celery, Redis and Postgres.

python bench/workers.py                  400 captures with one worker, two, two, and one
python bench/workers.py --captures 40    a quick run, dominated by Airflow's overhead
python bench/workers.py --s3             captures and articles in a bucket of a server on loopback

A worker is a process that runs one task at a time. Each run has its own data root, index and state database. Time is measured from
handing the partition to newsdesk_enrich until its last document is found. Postgres and Redis are Debian's programs, started on
loopback; root installs them if they are missing.
"""

import argparse
import contextlib
import datetime as dt
import multiprocessing
import os
import pwd
import secrets
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "plugins")]

import psutil  # noqa: E402
from backfill import free_ports  # noqa: E402
from celery import Celery  # noqa: E402
from elasticsearch import Elasticsearch  # noqa: E402
from newspaper import Newspaper  # noqa: E402
from server import open_elasticsearch  # noqa: E402

from captures import write_captures  # noqa: E402
from fakeweb.postgres import Postgres, find_binaries, run_postgres  # noqa: E402
from newsdesk.chunk_enrichment import enrich_chunk  # noqa: E402
from newsdesk.chunks import Chunk, plan_chunks  # noqa: E402
from newsdesk.database import open_database  # noqa: E402
from newsdesk.enrichment import (  # noqa: E402
    open_tools,
    preload,
)
from newsdesk.errors import Stage  # noqa: E402
from newsdesk.fetch.plan import shard_number  # noqa: E402
from newsdesk.index.aliases import names, set_up  # noqa: E402
from newsdesk.local import airflow  # noqa: E402
from newsdesk.local import elasticsearch as embedded  # noqa: E402
from newsdesk.local.processes import Service  # noqa: E402
from newsdesk.ops.airflow_api import AirflowApi, is_healthy, open_airflow  # noqa: E402
from newsdesk.settings import Settings, load  # noqa: E402
from newsdesk.store.archive import Archive  # noqa: E402
from newsdesk.store.outcomes import read_effort  # noqa: E402
from newsdesk.urls import host_of  # noqa: E402

AT_LEAST = 1.8
DAGS = ("newsdesk_index", "newsdesk_enrich")
"""The order in which DAGs are activated: downstream first, since a paused DAG misses asset events."""
COMPONENTS = ("api-server", "scheduler", "dag-processor")
PLAIN_PART = 4
"""One page in this many is enough to measure the speed-up of two processes without Airflow."""
BUCKET = "newsdesk-bench"
START_SECONDS = 180.0
RUN_SECONDS = 900.0
POLL_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Desk:
    """The services that run during the benchmark. `servers` maps names to the processes of each server."""

    home: Path
    settings: Settings
    environment: Mapping[str, str]
    data_url: str
    api: AirflowApi
    es: Elasticsearch
    postgres: Postgres
    celery: Celery
    servers: Mapping[str, Callable[[], Iterable[psutil.Process]]]


@dataclass(frozen=True, slots=True)
class Span:
    """Start and end of a task instance."""

    start: dt.datetime
    end: dt.datetime

    @property
    def seconds(self) -> float:
        return (self.end - self.start).total_seconds()


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """The times of one run, in seconds.

    `at_work` is what the tasks measured themselves, without the start of their processes and most imports; `waited` is
    how long the worker that had to wait longest was ready to run and had no processor.
    """

    workers: int
    articles: int
    seconds: float
    until_first_chunk: float
    enriching: float
    until_indexing: float
    indexing: float
    chunks: int
    tasks: float
    at_work: float
    waited: float
    processors: Mapping[str, float]

    @property
    def airflow(self) -> float:
        """The time spent in Airflow: before the first chunk, between the two DAGs, and at the start of each task."""
        return self.until_first_chunk + self.until_indexing + (self.tasks - self.at_work) / self.workers

    @property
    def unhindered(self) -> float:
        """The time without waiting for a CPU."""
        return self.seconds - self.waited


def measure(desk: Desk, workers: int, pages: Sequence[tuple[str, bytes]], *, partition: str) -> Run:
    """Process the pages as one partition with this many new workers, and wait until all articles are found."""
    name = f"{partition}-by-{workers}"
    archive = Archive(f"{desk.data_url}/{name}")
    capture(archive, partition, pages, shards=desk.settings.fetch.shards)
    index = desk.settings.index.model_copy(update={"prefix": f"{name}-"})
    set_up(desk.es, index)
    database = desk.postgres.new_database()
    with open_database(database):
        pass
    own = {"NEWSDESK_DATA_URL": f"{desk.data_url}/{name}", "NEWSDESK_DATABASE_URL": database, "NEWSDESK_INDEX_PREFIX": index.prefix}
    with contextlib.ExitStack() as started:
        services = [
            start_airflow(started, Service(f"{name}-{number}", desk.home), {**desk.environment, **own}, *worker_command(number))
            for number in range(workers)
        ]
        await_condition(lambda: len(desk.celery.control.ping(timeout=1.0)) == workers, what="the workers", services=services)
        families = {"workers": lambda: [process for service in services for process in service.processes()], **desk.servers}
        before = {family: processor_seconds(processes()) for family, processes in families.items()}
        waits = [Waits(service) for service in services]
        handed_over, begun = dt.datetime.now(dt.UTC), time.perf_counter()
        desk.api.trigger("newsdesk_enrich", partition, run_id=name)

        def is_found() -> bool:
            for wait in waits:
                wait.look()
            return int(desk.es.count(index=names(index).articles, ignore_unavailable=True)["count"]) >= len(pages)

        await_condition(is_found, what=f"{len(pages)} documents", services=services, seconds=RUN_SECONDS)
        seconds = time.perf_counter() - begun
        processors = {family: processor_seconds(processes()) - before[family] for family, processes in families.items()}
        follower = desk.api.runs("newsdesk_index", partition_key=partition)[0].run_id
        await_condition(lambda: desk.api.run("newsdesk_index", follower).state == "success", what="newsdesk_index", services=services)
    chunks = spans(desk.api, "newsdesk_enrich", name, "enrich_chunk")
    (indexing,) = spans(desk.api, "newsdesk_index", follower, "index_partition")
    last_chunk = max(chunk.end for chunk in chunks)
    return Run(
        workers=workers,
        articles=len(pages),
        seconds=seconds,
        until_first_chunk=(min(chunk.start for chunk in chunks) - handed_over).total_seconds(),
        enriching=Span(min(chunk.start for chunk in chunks), last_chunk).seconds,
        until_indexing=Span(last_chunk, indexing.start).seconds,
        indexing=indexing.seconds,
        chunks=len(chunks),
        tasks=sum(chunk.seconds for chunk in chunks),
        at_work=read_effort(archive, partition, Stage.ENRICH).seconds,
        waited=max(wait.seconds for wait in waits),
        processors=processors,
    )


def plain_loop(pages: Sequence[tuple[str, bytes]], processes: int) -> float:
    """The time to enrich the pages in this many processes without Airflow or Elasticsearch, which is the limit of this machine."""
    with (
        tempfile.TemporaryDirectory() as folder,
        ProcessPoolExecutor(processes, multiprocessing.get_context("fork")) as pool,
    ):
        archive = Archive(folder)
        capture(archive, "2020-01-01", pages, shards=load().fetch.shards)
        chunks = plan_chunks(archive, "2020-01-01", size=max(1, len(pages) // 8))
        begun = time.perf_counter()
        for made in pool.map(partial(enrich_plainly, folder), chunks):
            assert made
        return time.perf_counter() - begun


def enrich_plainly(folder: str, chunk: Chunk) -> int:
    settings = load()
    with open_tools(settings) as tools:
        report = enrich_chunk(chunk, archive=Archive(folder), tools=tools, settings=settings, now=dt.datetime.now(dt.UTC))
    return len(report.outcomes)


def capture(archive: Archive, partition: str, pages: Sequence[tuple[str, bytes]], *, shards: int) -> None:
    """Write the pages as fetch does: one file per shard of hosts."""
    by_shard: dict[int, list[tuple[str, bytes]]] = {}
    for url, body in pages:
        by_shard.setdefault(shard_number(host_of(url), shards), []).append((url, body))
    for number, its_pages in by_shard.items():
        write_captures(archive, partition, its_pages, shard=f"shard-{number}")


class Waits:
    """How long the processes of a worker have waited for a CPU while runnable, as counted by Linux."""

    def __init__(self, worker: Service) -> None:
        self._worker = min(worker.processes(), key=lambda process: process.create_time())
        self._seconds: dict[int, float] = {}
        self.look()
        self._before = dict(self._seconds)

    def look(self) -> None:
        """Read the current values. Has to be called repeatedly, since the counter of a process is lost when it ends."""
        with contextlib.suppress(psutil.Error):
            for process in self._worker.children(recursive=True):
                with contextlib.suppress(OSError):
                    self._seconds[process.pid] = int(Path(f"/proc/{process.pid}/schedstat").read_text().split()[1]) / 1e9

    @property
    def seconds(self) -> float:
        return sum(self._seconds.values()) - sum(self._before.values())


def processor_seconds(processes: Iterable[psutil.Process]) -> float:
    """The CPU time of these processes and of their ended children."""
    total = 0.0
    for process in processes:
        with contextlib.suppress(psutil.Error):
            times = process.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total


def family(pid: int) -> list[psutil.Process]:
    process = psutil.Process(pid)
    return [process, *process.children(recursive=True)]


def spans(api: AirflowApi, dag_id: str, run_id: str, task_id: str) -> list[Span]:
    found = api._get(f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances", limit=100)["task_instances"]
    mine = [task for task in found if task["task_id"] == task_id]
    return [Span(dt.datetime.fromisoformat(task["start_date"]), dt.datetime.fromisoformat(task["end_date"])) for task in mine]


@contextlib.contextmanager
def open_desk(*, s3: bool, dags: Sequence[str] = DAGS) -> Iterator[Desk]:
    """Run Elasticsearch, Postgres, Redis and Airflow without workers, in a temporary folder, with these DAGs active."""
    binaries, redis = find_programs()
    with contextlib.ExitStack() as started:
        es, settings = started.enter_context(open_elasticsearch())
        home = settings.home.home
        redis_port, airflow_port, s3_port = free_ports(3)
        settings = replace(settings, local=settings.local.model_copy(update={"airflow_port": airflow_port}))
        postgres = started.enter_context(run_postgres(binaries))
        broker = started.enter_context(run_redis(redis, redis_port))
        data_url, bucket = str(home / "data"), {}
        servers = {
            "Elasticsearch": lambda: embedded._processes(home / "elasticsearch"),
            "Postgres": lambda: family(postgres.pid),
            "Redis": lambda: family(broker.pid),
        }
        if s3:
            data_url, bucket = run_bucket(started, home, s3_port)
            servers["bucket"] = Service("bucket", home).processes
        environment = airflow_environment(settings, postgres, redis_port) | bucket
        run_airflow_command(environment, "db", "migrate")
        components = [start_airflow(started, Service(name, home), environment, name) for name in COMPONENTS]
        servers |= {component.name: component.processes for component in components} | {"this program": lambda: [psutil.Process()]}
        url = airflow.airflow_url(settings)
        await_condition(lambda: is_healthy(url), what="Airflow", services=components)
        api = started.enter_context(open_airflow(url, username=airflow.ADMIN, password=airflow.admin_password(settings)))
        await_condition(lambda: api.dag_ids().issuperset(dags), what="the DAGs", services=components)
        for dag_id in dags:
            api.unpause(dag_id)
        celery = Celery(broker=f"redis://127.0.0.1:{redis_port}/0")
        started.callback(celery.close)
        yield Desk(home, settings, environment, data_url, api, es, postgres, celery, servers)


def airflow_environment(settings: Settings, postgres: Postgres, redis_port: int) -> dict[str, str]:
    """The environment as in docker-compose.yml, with the logins of `make run`."""
    airflow.admin_password(settings)
    database = postgres.new_database()
    return airflow._environment(settings, ()) | {
        "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_urlsafe(64),
        "AIRFLOW__API__SECRET_KEY": secrets.token_urlsafe(32),
        "AIRFLOW__CELERY__BROKER_URL": f"redis://127.0.0.1:{redis_port}/0",
        "AIRFLOW__CELERY__EXTRA_CELERY_CONFIG": '{"imports": ["newsdesk.airflow_tasks.preload"]}',
        "AIRFLOW__CELERY__RESULT_BACKEND": f"redis://127.0.0.1:{redis_port}/1",
        "AIRFLOW__CORE__EXECUTOR": "CeleryExecutor",
        "AIRFLOW__CORE__PARALLELISM": "32",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": database,
    }


def worker_command(number: int, *, tasks: int = 1) -> list[str]:
    return ["celery", "worker", "--concurrency", str(tasks), "--celery-hostname", f"worker-{number}@%h", "--skip-serve-logs"]


def airflow_program() -> str:
    return str(Path(sys.executable).with_name("airflow"))


def run_airflow_command(environment: Mapping[str, str], *command: str) -> None:
    done = subprocess.run([airflow_program(), *command], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"airflow {' '.join(command)} failed: {done.stderr[-2000:]}")


def start_airflow(started: contextlib.ExitStack, service: Service, environment: Mapping[str, str], *command: str) -> Service:
    started.callback(service.stop)
    # The API server overwrites its environment, which identifies the service: the shell in its session keeps it.
    service.start(["/bin/sh", "-c", '"$0" "$@" & wait', airflow_program(), *command], environment=environment)
    return service


@contextlib.contextmanager
def run_redis(program: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    user = pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None
    command = [program, "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no", "--dir", "/tmp"]
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True, user=user
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def run_bucket(started: contextlib.ExitStack, home: Path, port: int) -> tuple[str, dict[str, str]]:
    """The URL of an empty bucket, and the variables with which workers reach it."""
    import fsspec

    url = f"http://127.0.0.1:{port}"
    service = Service("bucket", home)
    started.callback(service.stop)
    service.start([str(Path(sys.executable).with_name("moto_server")), "-H", "127.0.0.1", "-p", str(port)], environment=dict(os.environ))
    await_condition(lambda: is_listening(port), what="the bucket", services=[service])
    fsspec.config.conf["s3"] = {"key": "k", "secret": "s", "endpoint_url": url, "client_kwargs": {"region_name": "eu-west-1"}}
    fsspec.filesystem("s3").mkdir(BUCKET)
    reached = {"AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s", "AWS_ENDPOINT_URL_S3": url, "AWS_DEFAULT_REGION": "eu-west-1"}
    return f"s3://{BUCKET}", reached


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def find_programs() -> tuple[Path, str]:
    """The folder of Postgres's programs and the path of redis-server, installed if missing and possible."""
    if (find_binaries() is None or shutil.which("redis-server") is None) and os.geteuid() == 0 and shutil.which("apt-get"):
        command = ["apt-get", "install", "--yes", "--quiet=2", "--no-install-recommends", "postgresql", "redis-server"]
        subprocess.run(command, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, capture_output=True, check=False)
    binaries, redis = find_binaries(), shutil.which("redis-server")
    if binaries is None or redis is None:
        sys.exit("Postgres and Redis are needed: install Debian's packages postgresql and redis-server")
    return binaries, redis


def await_condition(condition: Callable[[], bool], *, what: str, services: Sequence[Service], seconds: float = START_SECONDS) -> None:
    begun = time.monotonic()
    while not condition():
        if time.monotonic() - begun > seconds:
            said = "\n".join(f"{service.log}:\n{service.last_lines(15)}" for service in services)
            sys.exit(f"{what}: not within {seconds:.0f} s\n{said}")
        time.sleep(POLL_SECONDS)
    print(f"{what}: {time.monotonic() - begun:.1f} s", file=sys.stderr, flush=True)


def show(run: Run) -> None:
    used = sum(run.processors.values())
    print(
        f"{run.workers} worker{'s' if run.workers > 1 else ' '} {run.seconds:7.1f} s  {run.articles / run.seconds:5.2f} articles/s  "
        f"{run.chunks} chunks, {run.until_first_chunk:.1f} s until the first, {run.enriching:.1f} s enriching, "
        f"{run.until_indexing:.1f} s until indexing, {run.indexing:.1f} s indexing; "
        f"Airflow's part {run.airflow:.1f} s = {run.airflow / run.seconds:.0%}"
    )
    shares = ", ".join(f"{name} {seconds:.1f}" for name, seconds in run.processors.items())
    print(
        f"          processor seconds: {shares}; {used / run.seconds:.2f} of {psutil.cpu_count()} processors; "
        f"a worker waited {run.waited:.1f} s for one",
        flush=True,
    )


def conclude(runs: Sequence[Run]) -> None:
    one, two = ([run for run in runs if run.workers == workers] for workers in (1, 2))

    def ratio(of: Callable[[Run], float]) -> float:
        return statistics.mean(map(of, one)) / statistics.mean(map(of, two))

    print(f"two workers are {ratio(lambda run: run.seconds):.2f} times as fast as one (at least {AT_LEAST})")
    print(f"{ratio(lambda run: run.unhindered):.2f} times without the seconds in which a worker waited for a processor")
    print(f"{ratio(lambda run: run.seconds - run.airflow):.2f} times without Airflow's part")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--captures", type=int, default=400)
    parser.add_argument("--order", type=int, nargs="+", default=[1, 2, 2, 1], choices=(1, 2), help="workers of each run")
    parser.add_argument("--s3", action="store_true", help="captures and articles in a bucket instead of a folder")
    options = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, _frame: sys.exit(128 + received))
    pages = Newspaper().pages(options.captures)
    preload(load())
    one, two = (plain_loop(pages[: len(pages) // PLAIN_PART], processes) for processes in (1, 2))
    print(
        f"load {os.getloadavg()[0]:.1f}; two plain processes, without Airflow, are {one / two:.2f} times as fast as one on this machine",
        flush=True,
    )
    with open_desk(s3=options.s3) as desk:
        runs = []
        for number, workers in enumerate(options.order, start=1):
            runs.append(measure(desk, workers, pages, partition=f"2020-01-{number:02}"))
            show(runs[-1])
    if {1, 2} <= set(options.order):
        conclude(runs)


if __name__ == "__main__":
    main()
