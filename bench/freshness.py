"""From a changed feed to a search hit: stories found by polling every minute, and stories that a hub announces.

python bench/freshness.py               20 stories each way
python bench/freshness.py --stories 4   a quick look

A complete newsdesk as `make run` starts it, with newsdesk_fetch scheduled every minute. Four busy papers publish a story every
13 s (polling) and every 11 s (WebSub); the time of a story is from its first listing in the feed until a search finds it. The papers and
their hub are reached through the proxy for fetching, so that each has its own host. The tables break down the time: for each
task, the median wait since the task before it ended, and the median time from its start to its end.
"""

import argparse
import contextlib
import dataclasses
import datetime as dt
import email.utils
import hmac
import itertools
import math
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "plugins")]

import httpx  # noqa: E402
import sqlalchemy as sa  # noqa: E402
from backfill import free_ports  # noqa: E402
from elasticsearch import Elasticsearch  # noqa: E402
from newspaper import Newspaper  # noqa: E402

from fakeweb.server import FakeWeb, Request, Response  # noqa: E402
from fakeweb.sites import RSS  # noqa: E402
from newsdesk.database import open_database  # noqa: E402
from newsdesk.fetch.plan import FeedStatus  # noqa: E402
from newsdesk.fetch.state import add_feed, set_status  # noqa: E402
from newsdesk.fetch.tables import SUBSCRIPTIONS  # noqa: E402
from newsdesk.index.aliases import names  # noqa: E402
from newsdesk.index.client import open_client  # noqa: E402
from newsdesk.local import airflow, run  # noqa: E402
from newsdesk.local.steps import Steps  # noqa: E402
from newsdesk.ops.airflow_api import ENDED, AirflowApi, open_airflow  # noqa: E402
from newsdesk.search.queries import SearchQuery  # noqa: E402
from newsdesk.search.run import search  # noqa: E402
from newsdesk.settings import Settings, load  # noqa: E402

PAPERS = 4
OLD_STORIES = 5
"""Stories that a paper lists before the first measured one: one per minute, like a wire service."""
POLLING_LIMIT, WEBSUB_LIMIT = 75.0, 20.0
"""Maximum time in seconds of 95 % of the stories."""
POLLING_GAP, WEBSUB_GAP = 13.0, 11.0
PATIENCE_SECONDS = 300.0
LOOK_SECONDS = 0.5
CHAIN = ("newsdesk_fetch", "newsdesk_enrich", "newsdesk_index")


@dataclass
class Paper:
    """A site whose feed lists what `publish` added. `hub` is the address of its hub, if it has one."""

    name: str
    hub: str = ""
    stories: list[tuple[int, dt.datetime]] = field(default_factory=list)

    def __post_init__(self) -> None:
        begun = dt.datetime.now(dt.UTC)
        self.stories += [(9000 + number, begun - dt.timedelta(minutes=number + 1)) for number in range(OLD_STORIES)]

    def publish(self, number: int) -> None:
        self.stories.insert(0, (number, dt.datetime.now(dt.UTC)))

    def __call__(self, request: Request) -> Response:
        if request.path == "/feed.xml":
            return Response(body=self._feed(request.origin), headers={"Content-Type": RSS})
        known = {f"/news/{number}": (number, moment) for number, moment in self.stories}
        if request.path not in known:
            return Response(status=404)
        number, moment = known[request.path]
        newspaper = Newspaper(hash((self.name, number)))
        return Response(body=newspaper.page(request.origin + request.path, headline=headline(number), published=moment.isoformat()))

    def _feed(self, origin: str) -> bytes:
        items = "".join(
            f"<item><title>{headline(number)}</title><link>{origin}/news/{number}</link>"
            f"<pubDate>{email.utils.format_datetime(moment)}</pubDate></item>"
            for number, moment in self.stories
        )
        links = f'<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="hub" href="{self.hub}"/>' if self.hub else ""
        return f'<rss version="2.0"><channel><title>{self.name}</title>{links}{items}</channel></rss>'.encode()


class Hub:
    """Verifies each subscription, and notifies the subscribers of a topic of changes."""

    def __init__(self) -> None:
        self._subscribed: dict[str, dict[str, str]] = {}
        self._workers = ThreadPoolExecutor(8)

    def __call__(self, request: Request) -> Response:
        form = dict(parse_qsl(request.body.decode()))
        self._begin(self._verify, form)
        return Response(status=202)

    def _begin(self, work: Callable[[dict[str, str]], None], form: dict[str, str]) -> None:
        self._workers.submit(work, form).add_done_callback(lambda done: done.exception() and print(done.exception(), file=sys.stderr))

    def _verify(self, form: dict[str, str]) -> None:
        asked = {"hub.mode": "subscribe", "hub.topic": form["hub.topic"], "hub.challenge": "challenge", "hub.lease_seconds": "864000"}
        answer = httpx.get(form["hub.callback"], params=asked, trust_env=False, timeout=60).raise_for_status()
        if answer.text == "challenge":
            self._subscribed[form["hub.topic"]] = form

    def announce(self, topic: str) -> None:
        self._begin(self._deliver, self._subscribed[topic])

    def _deliver(self, form: dict[str, str]) -> None:
        body = b"changed"
        signature = hmac.new(form["hub.secret"].encode(), body, "sha256").hexdigest()
        httpx.post(
            form["hub.callback"], content=body, headers={"X-Hub-Signature": f"sha256={signature}"}, trust_env=False, timeout=60
        ).raise_for_status()


@dataclass(frozen=True, slots=True)
class Newsdesk:
    """The newsdesk under test."""

    settings: Settings
    engine: sa.Engine
    es: Elasticsearch
    api: AirflowApi

    def is_found(self, number: int) -> bool:
        return bool(search(self.es, SearchQuery(text=f'"{headline(number)}"'), self.settings).total)

    def count(self) -> int:
        return int(self.es.count(index=names(self.settings.index).articles)["count"])

    def subscriptions(self) -> int:
        """Return the number of subscriptions that a hub has confirmed."""
        with self.engine.connect() as connection:
            confirmed = sa.select(sa.func.count()).where(SUBSCRIPTIONS.c.lease_until.is_not(None))
            return int(connection.scalar(confirmed) or 0)


@dataclass
class Watch:
    """The stories of one method, from when they were listed until they were found."""

    newsdesk: Newsdesk
    published: dict[int, float] = field(default_factory=dict)
    seconds: dict[int, float] = field(default_factory=dict)

    def look(self, until: float) -> None:
        """Look for the stories that are not found yet, until this time of the monotonic clock."""
        while (now := time.monotonic()) < until:
            for number in [number for number in self.published if number not in self.seconds]:
                if self.newsdesk.is_found(number):
                    self.seconds[number] = time.monotonic() - self.published[number]
            time.sleep(max(0.0, min(now + LOOK_SECONDS, until) - time.monotonic()))

    @property
    def is_over(self) -> bool:
        return len(self.seconds) == len(self.published)


def headline(number: int) -> str:
    return f"Harbour report {number} was read in the council"


def follow(newsdesk: Newsdesk, papers: Sequence[Paper], numbers: Sequence[int], *, gap: float, hub: Hub | None, web: FakeWeb) -> Watch:
    """Publish the stories, one after the other, and wait until all are found."""
    watch = Watch(newsdesk)
    for number, paper in zip(numbers, itertools.cycle(papers)):
        paper.publish(number)
        watch.published[number] = time.monotonic()
        if hub:
            hub.announce(web.url(paper.name))
        watch.look(time.monotonic() + gap)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not watch.is_over and time.monotonic() < deadline:
        watch.look(time.monotonic() + 1.0)
    if not watch.is_over:
        sys.exit(f"not found within {PATIENCE_SECONDS:.0f} s: stories {sorted(set(watch.published) - set(watch.seconds))}")
    return watch


def subscribe(newsdesk: Newsdesk, papers: Sequence[Paper], web: FakeWeb) -> None:
    """Add the feeds, and wait until what they list already is found and their hub, if they have one, has confirmed."""
    expected = newsdesk.count() + OLD_STORIES * len(papers)
    for paper in papers:
        add_feed(newsdesk.engine, web.url(paper.name), source=paper.name)
    hubs = sum(bool(paper.hub) for paper in papers)
    await_condition(lambda: newsdesk.count() >= expected, "what the papers list already")
    await_condition(lambda: newsdesk.subscriptions() >= hubs, "the subscriptions")
    await_condition(lambda: all(run.state in ENDED for dag_id in CHAIN for run in newsdesk.api.runs(dag_id)), "the end of what runs")


def await_condition(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            sys.exit(f"{what}: not within {PATIENCE_SECONDS:.0f} s")
        time.sleep(LOOK_SECONDS)
    print(f"{what}: done", file=sys.stderr, flush=True)


def show(name: str, watch: Watch, limit: float) -> bool:
    """Print how long the stories took; return whether 95 % were within the limit."""
    taken = sorted(watch.seconds.values())
    p95 = taken[math.ceil(0.95 * len(taken)) - 1]
    load = os.getloadavg()[0]
    print(
        f"{name}: {len(taken)} stories, median {statistics.median(taken):.1f} s, p95 {p95:.1f} s (at most {limit:.0f}), "
        f"longest {taken[-1]:.1f} s; load {load:.1f}",
        flush=True,
    )
    return p95 <= limit


def show_steps(api: AirflowApi, since: dt.datetime) -> None:
    """Print the time of each task, for the runs that reached the index."""
    waits: dict[str, list[float]] = {}
    works: dict[str, list[float]] = {}
    indexed = [found for found in api.runs("newsdesk_index", limit=100) if found.state == "success" and moment(found.started_at) >= since]
    for partition in {found.partition_key for found in indexed if found.partition_key}:
        before = None
        for task_id, begun, ended in chain(api, partition, since):
            if before is not None:
                waits.setdefault(task_id, []).append((begun - before).total_seconds())
            works.setdefault(task_id, []).append((ended - begun).total_seconds())
            before = ended
    for task_id, seconds in works.items():
        wait = f"{statistics.median(waits[task_id]):5.1f} s" if task_id in waits else "       "
        print(f"    {task_id:42} waits {wait}, runs {statistics.median(seconds):5.1f} s")


def chain(api: AirflowApi, partition: str, since: dt.datetime) -> list[tuple[str, dt.datetime, dt.datetime]]:
    """Return the tasks that ran for a partition in their order: name, start and end."""
    found = []
    for dag_id in CHAIN:
        for dag_run in api.runs(dag_id, partition_key=partition):
            answer = api._get(f"/api/v2/dags/{dag_id}/dagRuns/{dag_run.run_id}/taskInstances", limit=100)
            found += [
                (f"{dag_id}.{task['task_id']}", moment(task["start_date"]), moment(task["end_date"]))
                for task in answer["task_instances"]
                if task["state"] == "success" and task["end_date"]
            ]
    return sorted((task for task in found if task[1] >= since), key=lambda task: task[1])


def moment(text: str | None) -> dt.datetime:
    return dt.datetime.fromisoformat(text) if text else dt.datetime.min.replace(tzinfo=dt.UTC)


@contextlib.contextmanager
def open_newsdesk(proxy: str) -> Iterator[Newsdesk]:
    """Run a complete newsdesk with its own home that fetches every minute through this proxy."""
    home = Path(tempfile.mkdtemp(prefix="newsdesk-bench-", dir="/var/tmp"))
    home.chmod(0o755)
    feeds = home / "feeds.opml"
    feeds.write_text('<opml version="2.0"><body><outline xmlUrl="http://newsdesk.invalid/feed.xml"/></body></opml>')
    ports = dict(zip(("elasticsearch_port", "airflow_port", "seed_site_port"), free_ports(3), strict=True))
    # Airflow's processes read the settings from their environment.
    os.environ |= {
        "NEWSDESK_HOME": str(home),
        "NEWSDESK_FETCH_EVERY_MINUTES": "1",
        "NEWSDESK_FETCH_PROXY": proxy,
        "NEWSDESK_FETCH_PROXY_RESOLVES": "true",
        "NEWSDESK_FETCH_PUBLIC_URL": f"http://127.0.0.1:{ports['airflow_port']}/newsdesk",
    }
    settings = load()
    settings = dataclasses.replace(settings, local=settings.local.model_copy(update={**ports, "feeds_file": feeds}))
    try:
        with contextlib.ExitStack() as started:
            running, _ = started.enter_context(run.run(settings, steps=Steps(lambda line: print(line, file=sys.stderr, flush=True))))
            login = {"username": airflow.ADMIN, "password": airflow.admin_password(running)}
            yield Newsdesk(
                running,
                started.enter_context(open_database(running.database_url)),
                started.enter_context(open_client(running.elasticsearch)),
                started.enter_context(open_airflow(airflow.airflow_url(running), **login)),
            )
    finally:
        shutil.rmtree(home, ignore_errors=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stories", type=int, default=20)
    parser.add_argument("--ways", nargs="+", choices=("polling", "websub"), default=["polling", "websub"])
    options = parser.parse_args()
    hub = Hub()
    sites = {f"{way}-{number}": Paper(f"{way}-{number}") for way in options.ways for number in range(PAPERS)}
    within = []
    with FakeWeb({**sites, "hub": hub}) as web, open_newsdesk(f"http://127.0.0.1:{web.port}") as newsdesk:
        for way in options.ways:
            papers = [paper for name, paper in sites.items() if name.startswith(way)]
            is_websub = way == "websub"
            for paper in papers:
                paper.hub = web.url("hub", "/") if is_websub else ""
            subscribe(newsdesk, papers, web)
            begun = dt.datetime.now(dt.UTC)
            numbers = range(1000 * (1 + is_websub), 1000 * (1 + is_websub) + options.stories)
            gap = WEBSUB_GAP if is_websub else POLLING_GAP
            watch = follow(newsdesk, papers, numbers, gap=gap, hub=hub if is_websub else None, web=web)
            within.append(show(way, watch, WEBSUB_LIMIT if is_websub else POLLING_LIMIT))
            show_steps(newsdesk.api, begun)
            for paper in papers:
                set_status(newsdesk.engine, paper.name, FeedStatus.DISABLED, now=dt.datetime.now(dt.UTC))
    sys.exit(not all(within))


if __name__ == "__main__":
    main()
