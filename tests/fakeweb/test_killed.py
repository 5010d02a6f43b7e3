"""A task that is killed at any point loses no article, captures none twice, and leaves no host locked.

Tests of newsdesk.fetch.hosts, newsdesk.fetch.journal and newsdesk.fetch.ledger.
"""

import dataclasses
import datetime as dt
import itertools
import os
import random
import signal
from collections import Counter
from collections.abc import Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
import sqlalchemy as sa
from warcio.archiveiterator import ArchiveIterator

from fakeweb import worker
from fakeweb.newsroom import ON_BOTH_DATABASES, TESTING, Newsroom
from fakeweb.server import FakeWeb, Request, Response
from fakeweb.sites import rss, site
from newsdesk.fetch.hosts import LEASE
from newsdesk.fetch.plan import shard_number
from newsdesk.fetch.tables import CAPTURE_FILES, HOSTS
from newsdesk.store.archive import TEMPORARY

STORIES = 12


def paper(request: Request) -> Response:
    return site(request, rss(request.origin, range(1, STORIES + 1)))


@pytest.fixture
def web() -> Iterator[FakeWeb]:
    with FakeWeb({f"paper{number}": paper for number in range(4)}) as web:
        yield web


@pytest.fixture
def room(newsroom: Newsroom) -> Newsroom:
    newsroom.time = dt.datetime.now(dt.UTC)
    newsroom.subscribe(*newsroom.web.sites)
    return newsroom


def start(room: Newsroom, folder: Path, *, shard: tuple[int, int] = (0, 1), die: str = "", **settings: object) -> BaseProcess:
    return worker.start(
        database=room.engine.url.render_as_string(hide_password=False),
        data=str(folder / "data"),
        partition="killed",
        shard=shard,
        settings={**TESTING, "allowed_hosts": room.web.allowed_hosts, **settings},
        die=die,
    )


def status(task: BaseProcess) -> int | None:
    """The exit status of the process, for which this waits; None if it does not end."""
    task.join(60)
    return task.exitcode


def stories_in_files(folder: Path) -> Counter[str]:
    """Count the response records of all WARC files, including those without a manifest."""
    found: Counter[str] = Counter()
    for path in folder.rglob("*.warc.gz"):
        with path.open("rb") as file:
            found.update(
                record.rec_headers.get_header("WARC-Target-URI") for record in ArchiveIterator(file) if record.rec_type == "response"
            )
    return found


def assert_complete(room: Newsroom, folder: Path) -> None:
    expected = {room.web.url(name, f"/news/{number}"): 1 for name in room.web.sites for number in range(1, STORIES + 1)}
    room.partitions = list(dict.fromkeys(["killed", *room.partitions]))
    assert Counter(capture.url for capture in room.captures()) == expected
    assert stories_in_files(folder) == expected
    assert not [path for path in folder.rglob("*") if TEMPORARY in path.name]
    with room.engine.connect() as connection:
        assert connection.scalars(sa.select(HOSTS.c.host).where(HOSTS.c.owner.is_not(None))).all() == []
        assert connection.execute(sa.select(CAPTURE_FILES)).all() == []


@ON_BOTH_DATABASES
@pytest.mark.parametrize("requests", [1, 6, 20, 40])
def test_killed_after_so_many_requests(room: Newsroom, web: FakeWeb, tmp_path: Path, requests: int) -> None:
    task = start(room, tmp_path)
    web.await_requests(requests)
    task.kill()
    task.join()
    room.time = dt.datetime.now(dt.UTC)
    room.run("the-next")
    assert_complete(room, tmp_path)


@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.full_size) for seed in range(2, 50))])
def test_killed_at_a_random_moment(room: Newsroom, web: FakeWeb, tmp_path: Path, seed: int) -> None:
    chosen = random.Random(seed)
    task = start(room, tmp_path)
    web.await_requests(chosen.randint(1, 4 * STORIES))
    # Some of these kills happen between two requests, while a file is written.
    task.join(chosen.uniform(0, 0.2))
    task.kill()
    task.join()
    room.time = dt.datetime.now(dt.UTC)
    room.run(chosen.choice(["killed", "the-next"]))
    assert_complete(room, tmp_path)


@pytest.mark.parametrize("point", ["before .warc.gz", "after .warc.gz", "before .json", "after .json"])
@pytest.mark.parametrize("partition", ["killed", "the-next"], ids=["retried", "the next run"])
def test_killed_while_it_keeps_what_it_has(room: Newsroom, tmp_path: Path, point: str, partition: str) -> None:
    assert status(start(room, tmp_path, die=point)) == -signal.SIGKILL
    room.time = dt.datetime.now(dt.UTC)
    room.run(partition)
    assert_complete(room, tmp_path)


@ON_BOTH_DATABASES
def test_what_a_killed_task_had_captured_is_counted_by_the_next(room: Newsroom, tmp_path: Path) -> None:
    assert status(start(room, tmp_path, die="before .json")) == -signal.SIGKILL
    room.time = dt.datetime.now(dt.UTC)
    outcomes = room.outcomes("the-next")
    assert len(outcomes) == STORIES * len(room.web.sites)
    assert {str(outcome.status) for outcome in outcomes} == {"fetched"}


@ON_BOTH_DATABASES
def test_a_lease_of_another_machine_runs_out(room: Newsroom, web: FakeWeb) -> None:
    with room.engine.begin() as connection:
        host = web.allowed_hosts[0]
        row = {"host": host, "owner": "another-machine:17:0123456789ab", "leased_until": room.time + LEASE}
        connection.execute(sa.insert(HOSTS), [row])
    room.run()
    assert not web.requests("paper0")
    room.wait(seconds=LEASE.total_seconds() + 1)
    room.run()
    assert len(web.requests("paper0")) == STORIES + 2


@ON_BOTH_DATABASES
def test_a_task_that_stood_still_too_long_keeps_nothing(room: Newsroom, tmp_path: Path) -> None:
    """A task that was suspended and replaced must not commit when it continues."""
    task = start(room, tmp_path)
    room.web.await_requests(20)
    os.kill(task.pid or 0, signal.SIGSTOP)
    room.time = dt.datetime.now(dt.UTC) + 2 * LEASE
    room.run("the-next")
    os.kill(task.pid or 0, signal.SIGCONT)
    assert status(task) is not None
    assert_complete(room, tmp_path)


@ON_BOTH_DATABASES
def test_two_shards_at_once_never_ask_one_host_together(web: FakeWeb, room: Newsroom, tmp_path: Path) -> None:
    """Each shard has its own feeds, and all of them list pages of one slow host."""

    def agency(request: Request) -> Response:
        return dataclasses.replace(site(request, b""), delay_seconds=0.1)

    def client_of_the_agency(request: Request) -> Response:
        return site(request, rss(web.url("agency", ""), [1, 2, 3, 4, 5], path=f"/news/{request.site}-{{number}}"))

    clients: dict[int, list[str]] = {0: [], 1: []}
    for name in (f"client{number}" for number in itertools.count()):
        clients[shard_number(f"{name}.example:{web.port}", 2)].append(name)
        if min(map(len, clients.values())) >= 2:
            break
    web.sites = {"agency": agency} | dict.fromkeys(itertools.chain(*clients.values()), client_of_the_agency)
    room.subscribe(*itertools.chain(*clients.values()))
    tasks = [start(room, tmp_path, shard=(number, 2), contact=f"shard {number}") for number in (0, 1)]
    assert [status(task) for task in tasks] == [0, 0]
    assert len({request.headers["user-agent"] for request in web.log}) == 2
    requests = sorted(web.requests("agency"), key=lambda request: request.started_at)
    assert len(requests) > 5
    together = [(one.path, other.path) for one, other in itertools.pairwise(requests) if (one.ended_at or 0) > other.started_at]
    assert together == []
    room.time = dt.datetime.now(dt.UTC)
    room.change(allowed_hosts=web.allowed_hosts, shards=2)
    room.run("the-next")
    room.partitions = ["killed", "the-next"]
    captured = Counter(capture.url for capture in room.captures())
    assert set(captured.values()) == {1}
    assert len(captured) == 5 * sum(map(len, clients.values()))


def test_the_gap_between_two_requests_holds_across_tasks(web: FakeWeb, room: Newsroom, tmp_path: Path) -> None:
    for number in range(2):
        room.settings = room.settings.model_copy(update={"pages_per_host": 2})
        assert status(start(room, tmp_path, pages_per_host=2, minimum_gap_seconds=0.3)) == 0, number
    for name in web.sites:
        requests = sorted(web.requests(name), key=lambda request: request.started_at)
        gaps = [after.started_at - (before.ended_at or 0) for before, after in itertools.pairwise(requests)]
        assert min(gaps) >= 0.29, name
