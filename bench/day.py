"""A newsroom's day: 2,000 feeds and 50,000 articles through Airflow, Celery with two workers, Postgres and Elasticsearch.

python bench/day.py                            one hour of the day, in twenty minutes
python bench/day.py --hours 24 --speed 1       the whole day
python bench/day.py --hours 0.2 --speed 2      a quick look

With `--speed 3` an hour of the day passes in twenty minutes: everything is published, and with it polled and processed, three times as
often. A few feeds are wires, most publish some articles a day. The sites are reached through the proxy for fetching, so that they are 2,000
hosts. What is printed: the lag of an article from its publication to its capture (the rhythm of polling) and from there to the
index (the pipeline); memory, processor time and connections; rows, files and bytes for each article, and what that makes in a day.
"""

import argparse
import contextlib
import datetime as dt
import email.utils
import multiprocessing
import os
import random
import signal
import statistics
import sys
import threading
import time
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "plugins")]

import psutil  # noqa: E402
import sqlalchemy as sa  # noqa: E402
import workers  # noqa: E402
from elasticsearch import helpers  # noqa: E402
from newspaper import Newspaper  # noqa: E402

from fakeweb.server import FakeWeb, Request, Response  # noqa: E402
from fakeweb.sites import RSS, conditional  # noqa: E402
from newsdesk.database import open_database  # noqa: E402
from newsdesk.fetch.opml import Outline  # noqa: E402
from newsdesk.fetch.state import _new_row  # noqa: E402
from newsdesk.fetch.tables import FEEDS, PAGES  # noqa: E402
from newsdesk.index.aliases import names, set_up  # noqa: E402
from newsdesk.local.processes import Service  # noqa: E402
from newsdesk.ops.airflow_api import ENDED  # noqa: E402

FEED_COUNT, ARTICLE_COUNT = 2_000, 50_000
WORKERS, TASKS_PER_WORKER = 2, 2
LISTED = 20
"""How many articles a feed lists."""
WIRE_SHARE = 0.8
"""The weight of the feed of rank n is n to the power of minus this: the busiest of 2,000 publishes 2,000 of 50,000 articles a day."""
SAMPLE_SECONDS = 10.0
DRAIN_SECONDS = 1_800.0
DAGS = ("newsdesk_index", "newsdesk_enrich", "newsdesk_fetch")


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What is to be published: `seconds` of real time pass, from `begun` (seconds since 1970) on."""

    feeds: int
    articles: int
    seconds: float
    begun: float = 0.0

    def schedule(self) -> dict[str, list[float]]:
        """For each site the moments of its articles, in seconds since 1970."""
        chance = random.Random(1)
        sites = [f"paper-{number}" for number in range(self.feeds)]
        weights = [(rank + 1) ** -WIRE_SHARE for rank in range(self.feeds)]
        found: dict[str, list[float]] = {site: [] for site in sites}
        for site in chance.choices(sites, weights, k=self.articles):
            found[site].append(self.begun + chance.uniform(0, self.seconds))
        return {site: sorted(moments) for site, moments in found.items()}


class Paper:
    """A site whose feed lists what was published until now."""

    def __init__(self, moments: Sequence[float]) -> None:
        self._moments = moments

    def __call__(self, request: Request) -> Response:
        published = bisect_right(self._moments, time.time())
        if request.path == "/feed.xml":
            return conditional(request, self._feed(request.origin, published), {"Content-Type": RSS})
        number = int(request.path.rpartition("/")[2]) if request.path.startswith("/news/") else published
        if number >= published:
            return Response(status=404)
        page = Newspaper(hash((request.site, number))).page(
            request.origin + request.path, published=_moment(self._moments[number]).isoformat()
        )
        return Response(body=page)

    def _feed(self, origin: str, published: int) -> bytes:
        items = "".join(
            f"<item><title>Report {number}</title><link>{origin}/news/{number}</link>"
            f"<pubDate>{email.utils.format_datetime(_moment(self._moments[number]))}</pubDate></item>"
            for number in range(max(0, published - LISTED), published)
        )
        return f'<rss version="2.0"><channel><title>Paper</title>{items}</channel></rss>'.encode()


@contextlib.contextmanager
def serving(day: Day) -> Iterator[tuple[int, Callable[[float], None]]]:
    """Run the sites in a process of their own; gives their port, and a function that lets the day begin."""
    context = multiprocessing.get_context("spawn")
    mine, its = context.Pipe()
    process = context.Process(target=serve, args=(day, its))
    process.start()
    try:
        yield mine.recv(), mine.send
    finally:
        mine.send("stop")
        process.join(20)


def serve(day: Day, pipe: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with FakeWeb({}) as web:
        pipe.send(web.port)
        if (begun := pipe.recv()) != "stop":
            day = replace(day, begun=begun)
            web.sites.update({site: Paper(moments) for site, moments in day.schedule().items()})
            pipe.recv()


def subscribe(engine: sa.Engine, day: Day, port: int) -> None:
    """Add the feeds as if they had been polled for long: they are due one after the other."""
    now, chance = dt.datetime.now(dt.UTC), random.Random(2)
    rows = [
        _new_row(Outline(url=f"http://paper-{number}.example:{port}/feed.xml", source=f"paper-{number}"), now)
        for number in range(day.feeds)
    ]
    for row in rows:
        row["next_poll_at"] = now + dt.timedelta(seconds=chance.uniform(0, row["interval_seconds"]))
    with engine.begin() as connection:
        for start in range(0, len(rows), 500):
            connection.execute(sa.insert(FEEDS), rows[start : start + 500])


@dataclass
class Usage:
    """What is taken while the block lasts: memory and processor seconds of each family of processes, connections of each database."""

    families: Mapping[str, Callable[[], Iterable[psutil.Process]]]
    databases: sa.Engine
    memory: dict[str, int] = field(default_factory=dict)
    connections: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def __enter__(self) -> "Usage":
        self._over = threading.Event()
        self._before = self._processor_seconds()
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._over.set()
        self._watcher.join()
        self.seconds = {name: seconds - self._before[name] for name, seconds in self._processor_seconds().items()}

    def _processor_seconds(self) -> dict[str, float]:
        return {name: workers.processor_seconds(processes()) for name, processes in self.families.items()}

    def _watch(self) -> None:
        while not self._over.wait(SAMPLE_SECONDS):
            for name, processes in self.families.items():
                self.memory[name] = max(self.memory.get(name, 0), sum(map(memory_of, processes())))
            with self.databases.connect() as connection:
                counted = "SELECT datname, count(*) FROM pg_stat_activity WHERE datname IS NOT NULL GROUP BY 1"
                for database, count in connection.execute(sa.text(counted)):
                    self.connections[database] = max(self.connections.get(database, 0), count)


def memory_of(process: psutil.Process) -> int:
    """The bytes of a process, what it shares with others divided among them (PSS)."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


def footprint(desk: workers.Desk, databases: Mapping[str, sa.Engine]) -> dict[str, float]:
    """What there is now: rows of each table, files and bytes of each folder, documents and bytes of the index."""
    found: dict[str, float] = {}
    for name, engine in databases.items():
        with engine.connect() as connection:
            for table in sa.inspect(engine).get_table_names():
                found[f"{name}: rows of {table}"] = int(connection.scalar(sa.text(f'SELECT count(*) FROM "{table}"')) or 0)
            found[f"{name}: bytes"] = int(connection.scalar(sa.text("SELECT pg_database_size(current_database())")) or 0)
    for folder in (*sorted((desk.home / "data").glob("*")), desk.home / "airflow" / "logs"):
        files = [path for path in folder.rglob("*") if path.is_file()]
        found[f"{folder.name}: files"] = len(files)
        found[f"{folder.name}: folders"] = sum(path.is_dir() for path in folder.iterdir())
        found[f"{folder.name}: bytes"] = sum(path.stat().st_size for path in files)
    for index, stats in desk.es.indices.stats(metric="docs,store").body["indices"].items():
        found[f"{index}: documents"] = stats["primaries"]["docs"]["count"]
        found[f"{index}: bytes"] = stats["primaries"]["store"]["size_in_bytes"]
    return found


def lags(desk: workers.Desk) -> tuple[list[float], list[float]]:
    """For each article the seconds from its publication to its capture, and from there to the index."""
    captured, indexed = [], []
    fields = ["published_at", "fetched_at", "indexed_at"]
    for hit in helpers.scan(desk.es, index=names(desk.settings.index).articles, _source=fields):
        published, fetched, written = (dt.datetime.fromisoformat(hit["_source"][name]) for name in fields)
        captured.append((fetched - published).total_seconds())
        indexed.append((written - fetched).total_seconds())
    return captured, indexed


def run(day: Day, *, hours: float, speed: float) -> None:
    every = max(1, round(5 / speed))
    with serving(day) as (port, begin), contextlib.ExitStack() as started:
        # Airflow's processes read the settings from their environment.
        os.environ |= {
            "NEWSDESK_FETCH_EVERY_MINUTES": str(every),
            "NEWSDESK_FETCH_PROXY": f"http://127.0.0.1:{port}",
            "NEWSDESK_FETCH_PROXY_RESOLVES": "true",
        }
        desk = started.enter_context(workers.open_desk(s3=False, dags=DAGS))
        set_up(desk.es, desk.settings.index)
        state_url = desk.postgres.new_database()
        state = started.enter_context(open_database(state_url))
        databases = {"newsdesk": state, "Airflow": sa.create_engine(desk.environment["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"])}
        started.callback(databases["Airflow"].dispose)
        environment = {**desk.environment, "NEWSDESK_DATA_URL": desk.data_url, "NEWSDESK_DATABASE_URL": state_url}
        services = [
            workers.start_airflow(
                started, Service(f"worker-{number}", desk.home), environment, *workers.worker_command(number, tasks=TASKS_PER_WORKER)
            )
            for number in range(WORKERS)
        ]
        workers.await_condition(lambda: len(desk.celery.control.ping(timeout=1.0)) == WORKERS, what="the workers", services=services)
        families = {**desk.servers, **{service.name: service.processes for service in services}}
        subscribe(state, day, port)
        before = footprint(desk, databases)
        begun = time.time()
        begin(begun)
        with Usage(families, databases["Airflow"]) as usage:
            time.sleep(day.seconds)
            backlog = captures(state) - documents(desk)
            drained = await_all(desk, state)
        after = footprint(desk, databases)
        took = time.time() - begun
        show_lag(desk, day, hours=hours, speed=speed, backlog=backlog, drained=drained)
        show_usage(usage, took, articles=documents(desk))
        show_growth(before, after, articles=documents(desk), hours=hours)
        show_runs(desk)


def documents(desk: workers.Desk) -> int:
    return int(desk.es.count(index=names(desk.settings.index).articles, ignore_unavailable=True)["count"])


def captures(state: sa.Engine) -> int:
    with state.connect() as connection:
        return int(connection.scalar(sa.select(sa.func.count()).where(PAGES.c.capture.is_not(None))) or 0)


def await_all(desk: workers.Desk, state: sa.Engine) -> float:
    """The seconds until all that was captured is found. What slow feeds list since their last poll is not waited for."""
    begun = time.monotonic()
    while documents(desk) < captures(state) and time.monotonic() - begun < DRAIN_SECONDS:
        time.sleep(5.0)
    return time.monotonic() - begun


def show_lag(desk: workers.Desk, day: Day, *, hours: float, speed: float, backlog: int, drained: float) -> None:
    print(
        f"{hours:g} h of the day in {day.seconds / 60:.0f} min ({speed:g} times as fast): {documents(desk)} of {day.articles} articles of "
        f"{day.feeds} feeds are found; {backlog} that were captured were not when the day ended, {drained:.0f} s later all were; "
        f"load {os.getloadavg()[0]:.1f}"
    )
    for name, seconds in zip(("from publication to capture", "from capture to the index"), lags(desk), strict=True):
        ordered = sorted(seconds) or [0.0]
        p95 = ordered[int(0.95 * (len(ordered) - 1))]
        print(f"    {name}: median {statistics.median(ordered):.0f} s, p95 {p95:.0f} s, longest {ordered[-1]:.0f} s")


def show_usage(usage: Usage, took: float, *, articles: int) -> None:
    memory, seconds = usage.memory | {"altogether": sum(usage.memory.values())}, usage.seconds | {"altogether": sum(usage.seconds.values())}
    for name, used in seconds.items():
        size = memory.get(name, 0) / 1e6
        print(f"    {name:16} {size:7.0f} MB at most, {used / took:5.2f} processors, {used / max(articles, 1):5.2f} s by article")
    print(f"    connections to Postgres at most: {sum(usage.connections.values())}")


def show_growth(before: Mapping[str, float], after: Mapping[str, float], *, articles: int, hours: float) -> None:
    print("    growth by article, and in a day:")
    for name, amount in after.items():
        if grown := amount - before.get(name, 0):
            print(f"    {name:48} {grown / max(articles, 1):12.3f} {grown * 24 / hours:16,.0f}")


def show_runs(desk: workers.Desk) -> None:
    for dag_id in reversed(DAGS):
        runs = desk.api.runs(dag_id, limit=100)
        ended = [found for found in runs if found.state in ENDED and found.started_at and found.ended_at]
        failed = sum(found.state == "failed" for found in ended)
        if ended:
            spans = [workers.Span(*map(dt.datetime.fromisoformat, (found.started_at, found.ended_at))).seconds for found in ended]  # type: ignore[arg-type]
            print(
                f"    {dag_id}: {len(runs)} runs (at most 100 counted), {failed} failed, median {statistics.median(spans):.0f} s, "
                f"longest {max(spans):.0f} s"
            )


def _moment(seconds: float) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, dt.UTC)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hours", type=float, default=1.0, help="hours of the day")
    parser.add_argument("--speed", type=float, default=3.0, help="how many times as fast they pass")
    parser.add_argument("--feeds", type=int, default=FEED_COUNT)
    parser.add_argument("--articles", type=int, default=ARTICLE_COUNT, help="articles of a whole day")
    options = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit("ended by a signal"))
    day = Day(feeds=options.feeds, articles=round(options.articles * options.hours / 24), seconds=options.hours * 3600 / options.speed)
    run(day, hours=options.hours, speed=options.speed)


if __name__ == "__main__":
    main()
