"""`newsdesk run`: starts everything on one machine, and takes an article from its feed to a search hit.

Starts Elasticsearch, adds the feeds to the state database, starts the seed site and Airflow, and runs the three DAGs for one partition.
At the end of the run, also after an error, everything is stopped in reverse order.
"""

import contextlib
import dataclasses
import datetime as dt
import fcntl
import os
import signal
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import sqlalchemy as sa
from elasticsearch import Elasticsearch
from pydantic import SecretStr

from newsdesk import settings as configuration
from newsdesk.database import open_database
from newsdesk.errors import SetupError, Unavailable
from newsdesk.fetch.opml import parse_opml
from newsdesk.fetch.state import add_feed, import_opml
from newsdesk.index import mapping
from newsdesk.index.aliases import live_version, names, set_up
from newsdesk.index.client import open_client
from newsdesk.jobs.index import migrate_index
from newsdesk.local import airflow, seed_site
from newsdesk.local import elasticsearch as embedded
from newsdesk.local.distribution import refuse_full_disk
from newsdesk.local.processes import Service, require_free_port
from newsdesk.local.steps import Report, Steps
from newsdesk.ops.airflow_api import AirflowApi, DagRun, is_healthy, open_airflow
from newsdesk.partitions import tick_key
from newsdesk.plurals import plural
from newsdesk.search.queries import SearchQuery
from newsdesk.search.run import SearchResults, search
from newsdesk.settings import Settings
from newsdesk.topics.saved import list_topics, save_topic

DAGS = ("newsdesk_index", "newsdesk_enrich", "newsdesk_fetch")
"""In reverse order of the pipeline, as a DAG that is paused when a partition is handed on never runs for it."""

DAILY_DAGS = ("newsdesk_sweep", "newsdesk_maintenance", "newsdesk_alerts")
"""Unpaused last, since Airflow runs their latest interval at once, which would delay the first article."""

QUERY = 'zelensky "victory plan"'
AIRFLOW_START_SECONDS = 600.0
"""Maximum time for the start of Airflow. It takes up to 166 s with a load of 14 on two cores."""

FOLLOW_SECONDS = 600.0
"""Maximum time for the first partition, which has hundreds of pages if the feeds are reachable."""

SCHEDULED_SECONDS = 5.0
"""Time within which the scheduler creates the first run of a DAG that is unpaused."""

STOP_SECONDS = 90.0
"""Time for a run to stop what it started, before its processes are killed."""

Wait = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class RunResult:
    """The search results, and the time until they were found."""

    results: SearchResults
    seconds: float


@contextlib.contextmanager
def run(settings: Settings, *, steps: Steps, wait: Wait = time.sleep) -> Iterator[tuple[Settings, RunResult]]:
    """Start everything and provide the search hit; at the end of the block everything is stopped.

    Raises SetupError if a requirement is missing or a step fails; then everything that was started is stopped.
    """
    with _only_run(settings), contextlib.ExitStack() as started:
        with steps.step("Looking at this machine"):
            _stop_leftovers(settings)
            _require_machine(settings)
        settings = _start_elasticsearch(settings, steps, started)
        # Elasticsearch refuses root, and then runs as another user, who needs to get to its folder.
        shared = os.geteuid() == 0 and not configuration.is_elasticsearch_given()
        started.enter_context(_private_files(settings.home.home, shared=shared))
        with steps.step("Feeds") as report:
            _import_feeds(settings, report=report)
        with steps.step("Seed site"):
            started.callback(seed_site.service(settings).stop)
            seed_site.start(settings)
        with steps.step("Airflow"):
            started.callback(airflow.service(settings).stop)
            running = airflow.start(settings, allowed_hosts=seed_site.hosts(settings))
            _await_airflow(settings, running, wait=wait)
        with steps.step("Following the article from its feed into the index") as report:
            results = _follow(settings, report=report, wait=wait)
        yield settings, RunResult(results, steps.seconds)


def prepare(settings: Settings, *, steps: Steps) -> None:
    """Install what a run downloads: a JDK and Elasticsearch. The other requirements are in the virtual environment.

    Raises SetupError if a download fails or the disk is full.
    """
    with steps.step("Elasticsearch: fetch and install") as report:
        embedded.prepare(settings, report)


def fetch_papers(settings: Settings) -> None:
    """Adds the feeds of the seed site's papers, and topics, and starts a run that fetches them; they are in the index a minute later.

    Not part of the run to the first article, which shows how long that takes.
    """
    with open_database(settings.database_url) as engine:
        for source, url in seed_site.paper_feeds(settings).items():
            add_feed(engine, url, source=source)
        _save_seed_topics(engine)
    with open_airflow(airflow.airflow_url(settings), username=airflow.ADMIN, password=airflow.admin_password(settings)) as api:
        api.trigger("newsdesk_fetch", tick_key(dt.datetime.now(dt.UTC), minutes=1))


def _save_seed_topics(engine: sa.Engine) -> None:
    """Saves the topics of `seeds/topics.tsv`, unless there are topics already."""
    if list_topics(engine):
        return
    for line in (airflow.ROOT / "seeds" / "topics.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            name, query = line.split("\t")
            save_topic(engine, name, SearchQuery(text=query), now=dt.datetime.now(dt.UTC))


def start_again(settings: Settings, *, report: Report) -> None:
    """Start Elasticsearch and the seed site again if they have ended; `airflow.start` does so for the components of Airflow.

    Raises SetupError if one does not start.
    """
    if not seed_site.service(settings).processes():
        report("the seed site has ended and is started again")
        seed_site.start(settings)
    if not configuration.is_elasticsearch_given() and not embedded.is_running(settings):
        report("Elasticsearch has ended and is started again")
        embedded.start(settings, report)


def stop(settings: Settings) -> list[str]:
    """Stop a run and what a crashed run left; return the names of what was stopped."""
    stopped = ["the run"] if _end_run(settings) else []
    stopped += [service.name for service in (airflow.service(settings), seed_site.service(settings)) if service.stop()]
    if embedded.stop(settings):
        stopped.append("elasticsearch")
    return stopped


def kill(settings: Settings) -> None:
    """Kill all processes of this home. Data that was written is not lost."""
    for service in (airflow.service(settings), seed_site.service(settings)):
        service.stop(grace_seconds=0.0)
    embedded.kill(settings)


@contextlib.contextmanager
def _only_run(settings: Settings) -> Iterator[None]:
    with _lock_file(settings) as file:
        if not _is_free(file):
            raise SetupError(
                f"newsdesk is already running from {settings.home.home} (process {file.read().strip()})",
                f"Use it ({airflow.airflow_url(settings)}), or end it with Ctrl-C first",
            )
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _end_run(settings: Settings) -> bool:
    """Stop the run of this home, if there is one, as Ctrl-C does; return whether there was one. It stops what it started in order."""
    with _lock_file(settings) as file:
        if _is_free(file):
            return False
        os.kill(int(file.read()), signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while not _is_free(file) and time.monotonic() < deadline:
            time.sleep(0.1)
    return True


@contextlib.contextmanager
def _lock_file(settings: Settings) -> Iterator[IO[str]]:
    """Open the file that a run keeps locked, and that contains its process id."""
    path = settings.home.home / "run" / "lock"
    _make_home(path.parent)
    with path.open("a+") as file:
        file.seek(0)
        yield file


def _is_free(file: IO[str]) -> bool:
    """Return whether no run holds the lock on this file. If so, this process now holds it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _make_home(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SetupError(f"the folder {folder} cannot be created: {error.strerror}", "Set NEWSDESK_HOME to a writable folder") from error


@contextlib.contextmanager
def _private_files(home: Path, *, shared: bool) -> Iterator[None]:
    """Deny other users access to the home, and to files that this process and the servers create in the block.

    A `shared` home can be entered, but not listed.
    """
    home.chmod(0o711 if shared else 0o700)
    for path in home.iterdir():
        path.chmod(0o700 if path.is_dir() else 0o600)
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def _stop_leftovers(settings: Settings) -> None:
    # Airflow and the seed site start fast and can be of another version. A healthy Elasticsearch is reused.
    airflow.service(settings).stop()
    seed_site.service(settings).stop()


def _require_machine(settings: Settings) -> None:
    local = settings.local
    for folder in (settings.home.home, settings.home.cache):
        _make_home(folder)
        refuse_full_disk(folder, local.elasticsearch_minimum_free_bytes)
    require_free_port(local.airflow_port, what="Airflow", setting="NEWSDESK_LOCAL_AIRFLOW_PORT")
    require_free_port(local.seed_site_port, what="the seed site", setting="NEWSDESK_LOCAL_SEED_SITE_PORT")
    parse_opml(_read_feeds(settings), name=str(_feeds_file(settings)))


def _feeds_file(settings: Settings) -> Path:
    return settings.local.feeds_file or airflow.ROOT / "seeds" / "feeds.opml"


def _read_feeds(settings: Settings) -> bytes:
    try:
        return _feeds_file(settings).read_bytes()
    except OSError as error:
        raise SetupError(
            f"the feeds file {_feeds_file(settings)} cannot be read: {error.strerror}", "Set NEWSDESK_LOCAL_FEEDS_FILE to an OPML file"
        ) from error


def _start_elasticsearch(settings: Settings, steps: Steps, started: contextlib.ExitStack) -> Settings:
    """Start Elasticsearch, unless one is configured, and set up the index; return the settings with its URL and login."""
    if configuration.is_elasticsearch_given():
        with steps.step("Elasticsearch: index"), open_client(settings.elasticsearch) as es:
            set_up(es, settings.index)
        return settings
    with steps.step("Elasticsearch: fetch and install") as report:
        embedded.install(settings, report)
    with steps.step("Elasticsearch: start") as report:
        server = embedded.start(settings, report)
        started.callback(server.stop)
    settings = _using(settings, server)
    with steps.step("Elasticsearch: index") as report, open_client(settings.elasticsearch) as es:
        set_up_own_index(es, settings, report=report)
    return settings


def set_up_own_index(es: Elasticsearch, settings: Settings, *, report: Report) -> None:
    """Set up the index of the embedded server, and migrate one that an earlier version of newsdesk has made.

    `newsdesk index migrate` could not: the server runs only during this command.
    """
    if live_version(es, names(settings.index)) < mapping.VERSION:
        migrate_index(es, settings, report=report)
    set_up(es, settings.index)


def _using(settings: Settings, server: embedded.RunningElasticsearch) -> Settings:
    login = {"url": server.url, "username": server.username, "password": SecretStr(server.password)}
    return dataclasses.replace(settings, elasticsearch=settings.elasticsearch.model_copy(update=login))


def _import_feeds(settings: Settings, *, report: Report) -> None:
    with open_database(settings.database_url) as engine:
        counts = import_opml(engine, _read_feeds(settings), name=str(_feeds_file(settings)))
        add_feed(engine, seed_site.feed_url(settings), source="seed-post")
    left_out = f", {len(counts.left_out)} left out ({counts.left_out[0]})" if counts.left_out else ""
    report(f"{plural(counts.added, 'feed')} added, {counts.known} known{left_out}, and the seed site's")


def _await_airflow(settings: Settings, running: Service, *, wait: Wait) -> None:
    deadline = time.monotonic() + AIRFLOW_START_SECONDS
    while not is_healthy(airflow.airflow_url(settings)):
        if not running.processes():
            raise SetupError(f"Airflow did not start: {running.last_lines(1)}", f"See the log {running.log}")
        if time.monotonic() > deadline:
            raise SetupError(f"Airflow did not start within {AIRFLOW_START_SECONDS:.0f} s", f"See the log {running.log}, and try again")
        wait(0.5)


def _follow(settings: Settings, *, report: Report, wait: Wait) -> SearchResults:
    key = tick_key(dt.datetime.now(dt.UTC), minutes=settings.fetch.every_minutes)
    password = airflow.admin_password(settings)
    with (
        open_airflow(airflow.airflow_url(settings), username=airflow.ADMIN, password=password) as api,
        open_client(settings.elasticsearch) as es,
    ):
        _await_dags(api, wait=wait)
        said = {run.run_id: run.state for dag_id in DAGS for run in api.runs(dag_id)}
        for dag_id in DAGS:
            api.unpause(dag_id)
        head = _fetch_of(api, key, before=said, wait=wait)
        report(f"partition {key}")
        deadline = time.monotonic() + FOLLOW_SECONDS
        while time.monotonic() < deadline:
            # On a busy machine, requests to Airflow can time out; they are repeated until the deadline.
            with contextlib.suppress(Unavailable):
                head = api.run(head.dag_id, head.run_id)
                _say_changes(api, said, report=report)
            if head.state == "success":
                results = search(es, SearchQuery(text=QUERY), settings)
                if results.total:
                    for dag_id in DAILY_DAGS:
                        api.unpause(dag_id)
                    return results
            wait(0.5)
    raise SetupError(
        f"the article was not found after {FOLLOW_SECONDS:.0f} s", f"The logs are in {settings.home.home / 'airflow' / 'logs'}"
    )


def _fetch_of(api: AirflowApi, key: str, *, before: Collection[str], wait: Wait) -> DagRun:
    """Return the run of newsdesk_fetch that the scheduler creates when the DAG is unpaused, or trigger one if it creates none.

    It creates none if this interval had a scheduled run before. A second run would enrich and index the partition twice at once.
    """
    deadline = time.monotonic() + SCHEDULED_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(Unavailable):
            if found := [run for run in api.runs("newsdesk_fetch", partition_key=key) if run.run_id not in before]:
                return found[0]
        wait(0.5)
    return api.trigger("newsdesk_fetch", key)


def _await_dags(api: AirflowApi, *, wait: Wait) -> None:
    deadline = time.monotonic() + AIRFLOW_START_SECONDS
    while not api.dag_ids().issuperset((*DAGS, *DAILY_DAGS)):
        errors = api.import_errors()
        if errors or time.monotonic() > deadline:
            raise SetupError(
                f"Airflow has not loaded the DAGs: {'; '.join(errors) or 'timeout'}", f"Check the files in {airflow.ROOT / 'dags'}"
            )
        wait(0.5)


def _say_changes(api: AirflowApi, said: dict[str, str], *, report: Report) -> None:
    """Report DAG runs whose state has changed. Raises SetupError if one failed."""
    for dag_id in reversed(DAGS):
        for run in reversed(api.runs(dag_id, limit=3)):
            if said.get(run.run_id) == run.state:
                continue
            said[run.run_id] = run.state
            report(f"{dag_id}  {run.partition_key or run.run_id}  {run.state}")
            if run.state == "failed":
                tasks = ", ".join(api.failed_tasks(dag_id, run.run_id))
                raise SetupError(f"{dag_id} failed for {run.partition_key or run.run_id} in {tasks}", _log_hint(run))


def _log_hint(run: DagRun) -> str:
    return f"See the log in airflow/logs/dag_id={run.dag_id}/run_id={run.run_id} of the home"
