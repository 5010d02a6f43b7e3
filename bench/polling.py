"""Speed of polling 2,000 unchanged feeds, compared with a bare httpx loop in the same run.

    python bench/polling.py [feeds]

Both poll the same simulated sites (one host name per feed, on loopback) with the same concurrency, alternating several
times; the bare loop only sends the validators. Then follow the memory with ten times as many feeds, and a run in which every
feed answers 200 with an unchanged body.
"""

import asyncio
import contextlib
import datetime as dt
import json
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import Any

import httpcore
import httpx
import sqlalchemy as sa

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "plugins")]

from fakeweb.server import FakeWeb, Request, Response  # noqa: E402
from fakeweb.sites import RSS, rss, site  # noqa: E402
from newsdesk.database import open_database  # noqa: E402
from newsdesk.fetch.shard import Shard, ShardReport, fetch_shard  # noqa: E402
from newsdesk.fetch.state import add_feed  # noqa: E402
from newsdesk.fetch.tables import FEEDS  # noqa: E402
from newsdesk.settings import FetchSettings  # noqa: E402
from newsdesk.store.archive import Archive  # noqa: E402
from newsdesk.store.manifests import list_captures  # noqa: E402

CONCURRENCY = 64
ROUNDS = 3
BODY = rss("http://unchanged.example", [1, 2, 3])
ETAG = '"the-same"'
NOON = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)


def quiet(request: Request) -> Response:
    """An unchanged feed that answers 304 to requests with validators."""
    if request.headers.get("if-none-match") == ETAG:
        return Response(status=304, headers={"ETag": ETAG})
    return Response(body=BODY, headers={"Content-Type": RSS, "ETag": ETAG})


def forgetful(request: Request) -> Response:
    """An unchanged feed that always answers 200."""
    if request.path == "/feed.xml":
        return Response(body=rss(request.origin, [1, 2]), headers={"Content-Type": RSS})
    return site(request, b"")


def measure(feeds: int = 2_000) -> dict[str, Any]:
    """Feeds per second of both loops, their ratio, peak memory at two sizes, and the results for unchanged bodies."""
    with serving(quiet, feeds) as port:
        bare, ours = [], []
        with newsroom(port, feeds) as run:
            for round_number in range(ROUNDS):
                bare.append(timed(lambda: asyncio.run(bare_loop(port, feeds))))
                ours.append(timed(lambda minutes=round_number: run(NOON + dt.timedelta(hours=3 * minutes + 3))))
    return {
        "feeds": feeds,
        "bare_feeds_per_second": round(feeds / median(bare)),
        "feeds_per_second": round(feeds / median(ours)),
        "ratio": round(median(bare) / median(ours), 2),
        "peak_mb": {count: in_a_process(peak_memory, count) for count in (feeds, 10 * feeds)},
        "unchanged_bodies": in_a_process(unchanged_bodies, feeds),
    }


async def bare_loop(port: int, feeds: int) -> None:
    """The baseline: a client, a queue of URLs, and concurrent workers."""
    transport = httpx.AsyncHTTPTransport(limits=httpx.Limits(max_connections=CONCURRENCY, max_keepalive_connections=CONCURRENCY))
    transport._pool._network_backend = EveryNameIsLoopback()  # type: ignore[attr-defined]
    names = iter(range(feeds))
    async with httpx.AsyncClient(transport=transport, timeout=60) as client:

        async def worker() -> None:
            for number in names:
                response = await client.get(f"http://feed{number}.example:{port}/feed.xml", headers={"If-None-Match": ETAG})
                if response.status_code != 304:
                    raise RuntimeError(response.status_code)

        async with asyncio.TaskGroup() as workers:
            for _ in range(CONCURRENCY):
                workers.create_task(worker())


class EveryNameIsLoopback(httpcore.AnyIOBackend):
    async def connect_tcp(self, host: str, port: int, *rest: Any, **more: Any) -> httpcore.AsyncNetworkStream:
        return await super().connect_tcp("127.0.0.1", port, *rest, **more)


async def resolve(_host: str, _port: int) -> Sequence[str]:
    return ["127.0.0.1"]


@contextlib.contextmanager
def newsroom(port: int, feeds: int, *, known: bool = True) -> Iterator[Any]:
    """A function that polls every feed at a given time. With `known`, the feeds' bodies were read an hour before."""
    settings = FetchSettings(allowed_hosts=("*.example",), minimum_gap_seconds=0, concurrency=CONCURRENCY, shards=1)
    with tempfile.TemporaryDirectory() as folder, open_database(f"sqlite:///{folder}/state.db") as engine:
        subscribe(engine, port, feeds, known=known)
        archive = Archive(f"{folder}/data")

        def run(moment: dt.datetime) -> ShardReport:
            partition = f"{moment:%Y-%m-%dT%H%M}"
            report = fetch_shard(
                Shard(0, 1), partition, archive=archive, engine=engine, settings=settings, now=lambda: moment, resolve=resolve
            )
            polled = sum(source.feeds_polled - source.feeds_failed for source in report.sources.values())
            if polled != feeds:
                raise RuntimeError(f"{polled} of {feeds} feeds answered")
            return report

        run.archive = archive  # type: ignore[attr-defined]
        yield run


def subscribe(engine: sa.Engine, port: int, feeds: int, *, known: bool) -> None:
    add_feed(engine, f"http://feed0.example:{port}/feed.xml", source="quiet", now=NOON)
    from newsdesk.fetch.opml import Outline
    from newsdesk.fetch.state import _new_row

    with engine.begin() as connection:
        for start in range(1, feeds, 500):
            urls = (f"http://feed{number}.example:{port}/feed.xml" for number in range(start, min(start + 500, feeds)))
            connection.execute(sa.insert(FEEDS), [_new_row(Outline(url=url, source="quiet"), NOON) for url in urls])
        if known:
            connection.execute(sa.update(FEEDS).values(etag=ETAG, read_at=NOON))


def peak_memory(feeds: int) -> int:
    """Peak resident memory in MB of a process that polls this many feeds once."""
    with serving(quiet, feeds) as port, newsroom(port, feeds) as run:
        run(NOON + dt.timedelta(hours=1))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def unchanged_bodies(feeds: int) -> dict[str, int]:
    """Two runs over feeds that answer 200 with the same body: the number of captures, and of captures of the most frequent story."""
    with serving(forgetful, feeds) as port, newsroom(port, feeds, known=False) as run:
        first, second = run(NOON), run(NOON + dt.timedelta(minutes=40))
        captures = [
            ref for moment in (NOON, NOON + dt.timedelta(minutes=40)) for ref in list_captures(run.archive, f"{moment:%Y-%m-%dT%H%M}")
        ]
    return {"stories": 2 * feeds, "captured_first": len(first.outcomes), "captured_again": len(second.outcomes), "captures": len(captures)}


def timed(work: Any) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


@contextlib.contextmanager
def serving(behaviour: Any, feeds: int) -> Iterator[int]:
    """Run the simulated sites in a separate process; returns their port."""
    context = multiprocessing.get_context("spawn")
    mine, its = context.Pipe()
    process = context.Process(target=serve, args=(behaviour.__name__, feeds, its), daemon=False)
    process.start()
    try:
        yield mine.recv()
    finally:
        mine.send("stop")
        process.join(20)


def serve(behaviour: str, feeds: int, pipe: Connection) -> None:
    with FakeWeb(dict.fromkeys((f"feed{number}" for number in range(feeds)), globals()[behaviour])) as web:
        pipe.send(web.port)
        pipe.recv()


def in_a_process(work: Any, *arguments: Any) -> Any:
    """Run a function in a new process, so that its peak memory can be measured; returns its result."""
    context = multiprocessing.get_context("spawn")
    mine, its = context.Pipe()
    process = context.Process(target=answer, args=(work.__name__, arguments, its), daemon=False)
    process.start()
    try:
        return mine.recv()
    finally:
        process.join()


def answer(work: str, arguments: tuple[Any, ...], pipe: Connection) -> None:
    pipe.send(globals()[work](*arguments))


def main() -> None:
    print(json.dumps(measure(*map(int, sys.argv[1:])), indent=2))


if __name__ == "__main__":
    main()
