"""Runs the fetch stage for a shard of hosts: polls due feeds, fetches due pages, writes captures, and commits the results in batches.

All due feeds are polled first, and the pages of their entries are queued in the state database. Then the due pages of the queue are
fetched: new ones, failed ones, and revisits. The run can be killed at any point.
"""

import asyncio
import contextlib
import datetime as dt
import errno
import logging
import random
import ssl
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import sqlalchemy as sa

from newsdesk.errors import Reason, SetupError
from newsdesk.fetch import hosts as leases
from newsdesk.fetch import journal, plan
from newsdesk.fetch.allowed_hosts import with_allowed_hosts
from newsdesk.fetch.client import Resolve, open_http_client, user_agent
from newsdesk.fetch.discovery import Sweep, sweep_feed
from newsdesk.fetch.host_scheduler import HostScheduler, HostSession
from newsdesk.fetch.hosts import LeaseLost
from newsdesk.fetch.ledger import Ledger, SourceCounts
from newsdesk.fetch.pages import Page, due_pages, uncaptured_pages
from newsdesk.fetch.parsing import open_parsers
from newsdesk.fetch.polling import Poll, failed_poll, poll_feed
from newsdesk.fetch.state import Feed, is_due, select_feeds
from newsdesk.fetch.tables import FEEDS, PAGES
from newsdesk.fetch.visiting import failed_visit, visit_page
from newsdesk.fetch.websub import Subscriber
from newsdesk.owners import new_owner
from newsdesk.records import Outcome
from newsdesk.settings import FetchSettings
from newsdesk.store.archive import Archive
from newsdesk.store.manifests import parse_manifest, recovered_outcome

log = logging.getLogger(__name__)

COMMIT_AFTER_HOSTS = 200
COMMIT_AFTER_CAPTURES = 500
"""Hosts and captures after which a batch is committed; an uncommitted batch is repeated after a kill. Committing 200 hosts that
responded with 304 takes 10 ms."""

COMMIT_AFTER_SECONDS = 20.0
_NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
_HOSTS_IN_ONE_QUERY = 250

Window = tuple[dt.datetime, dt.datetime]
"""A half-open range of publication times: [since, until)."""

_IS_ACTIVE = FEEDS.c.status == plan.FeedStatus.ACTIVE
_Result = TypeVar("_Result")
_Hosted = TypeVar("_Hosted", Feed, Page)
_Work = Callable[[HostSession, Sequence[_Hosted]], Coroutine[None, None, None]]


@dataclass(frozen=True, slots=True)
class Shard:
    """The hosts whose hash modulo `shards` is `number`. A host belongs to the same shard in every run."""

    number: int
    shards: int

    @property
    def name(self) -> str:
        return f"{self.number:02d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardReport:
    """Result of a run: one outcome per page, and counts per source.

    `busy_hosts` had due feeds or pages, but were leased by other tasks. The next run fetches them; a sweep must be repeated for them.
    """

    partition: str
    shard: Shard
    outcomes: tuple[Outcome, ...] = ()
    sources: Mapping[str, SourceCounts] = field(default_factory=dict)
    busy_hosts: tuple[str, ...] = ()


def plan_shards(engine: sa.Engine, settings: FetchSettings, now: dt.datetime) -> list[Shard]:
    """Return the shards in which feeds or pages are due; one shard if there are none, but files of killed tasks must be recovered."""
    due = sa.union(sa.select(FEEDS.c.host_hash).where(is_due(now)), sa.select(PAGES.c.host_hash).where(PAGES.c.next_fetch_at <= now))
    with engine.connect() as connection:
        numbers = plan.plan_shards(connection.scalars(due), shards=settings.shards)
        if not numbers and journal.has_dead_entries(connection, now):
            numbers = [0]
    return [Shard(number, settings.shards) for number in numbers]


def plan_sweep(engine: sa.Engine, settings: FetchSettings) -> list[Shard]:
    """Return the shards that contain active feeds, for `fetch_shard` with a window."""
    with engine.connect() as connection:
        hashes = connection.scalars(sa.select(FEEDS.c.host_hash).where(_IS_ACTIVE))
        return [Shard(number, settings.shards) for number in plan.plan_shards(hashes, shards=settings.shards)]


def fetch_shard(
    shard: Shard,
    partition: str,
    *,
    archive: Archive,
    engine: sa.Engine,
    settings: FetchSettings,
    now: Callable[[], dt.datetime],
    window: Window | None = None,
    resolve: Resolve | None = None,
    tls: ssl.SSLContext | None = None,
) -> ShardReport:
    """Poll due feeds, fetch due pages, and return the outcome of each page.

    With a `window`, sitemaps and older feed pages are searched for pages of the window instead of polling feeds. The run can be killed
    at any point; what was not committed stays due.

    Raises LeaseLost if the process was suspended until its leases expired; SetupError if the disk is full or the proxy does not work.
    """
    settings = with_allowed_hosts(settings, engine)
    owner = new_owner()
    leases.release_dead_leases(engine)
    recovered = journal.recover(engine, archive, partition, owner=owner, now=now())
    ledger = Ledger(
        engine=engine, archive=archive, partition=partition, shard=shard.name, owner=owner, software=user_agent(settings), now=now
    )
    run = _Run(shard, engine=engine, settings=settings, ledger=ledger, now=now, window=window)
    try:
        asyncio.run(run.work(owner, resolve=resolve, tls=tls))
    except BaseException as error:
        ledger.discard()
        leases.release_all(engine, owner)
        if isinstance(error, OSError) and error.errno in _NO_SPACE:
            raise SetupError(
                f"captures cannot be written: {error.strerror}", "Free space in the data folder; the next run repeats what was not stored"
            ) from error
        raise
    handed_on = [recovered_outcome(entry) for manifest in recovered for entry in parse_manifest(manifest)]
    outcomes = (*handed_on, *ledger.outcomes)
    return ShardReport(
        partition=partition, shard=shard, outcomes=outcomes, sources=ledger.sources, busy_hosts=tuple(dict.fromkeys(run.busy_hosts))
    )


class _Run:
    """State of one call of `fetch_shard`."""

    def __init__(
        self,
        shard: Shard,
        *,
        engine: sa.Engine,
        settings: FetchSettings,
        ledger: Ledger,
        now: Callable[[], dt.datetime],
        window: Window | None,
    ) -> None:
        self._window = window
        self._shard = shard
        self._engine = engine
        self._settings = settings
        self._ledger = ledger
        self._now = now
        self._ids_of_the_window: set[str] = set()
        self.busy_hosts: list[str] = []
        self._finished: list[HostSession] = []
        self._committed_at = 0.0
        self._commit_lock = asyncio.Lock()
        self._jitter = random.Random()

    async def work(self, owner: str, *, resolve: Resolve | None, tls: ssl.SSLContext | None) -> None:
        async with (
            open_http_client(self._settings, now=self._now, resolve=resolve, tls=tls) as client,
            open_parsers(self._settings) as self._parsers,
        ):
            self._last_page_at = asyncio.get_running_loop().time() + self._settings.run_seconds
            self._scheduler = HostScheduler(client, engine=self._engine, owner=owner, settings=self._settings, now=self._now)
            alive = asyncio.create_task(self._scheduler.keep_alive())
            try:
                if self._window:
                    await self._work_off(self._hosts(FEEDS, _IS_ACTIVE), self._active_feeds, self._sweep_all)
                    await self._work_off(self._hosts_of_the_window(), self._pages_of_the_window, self._visit_all)
                else:
                    await self._work_off(self._hosts(FEEDS, is_due(self._now())), self._feeds, self._poll_all)
                    await self._work_off(self._hosts_with_due_pages(), self._pages, self._visit_all)
            finally:
                alive.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await alive

    async def _work_off(
        self, hosts: Iterator[list[str]], load: Callable[[list[str]], Mapping[str, list[_Hosted]]], work: _Work[_Hosted]
    ) -> None:
        """Process hosts concurrently, each by one worker. Leases are claimed for a batch of hosts at a time, ahead of the workers."""
        self._committed_at = asyncio.get_running_loop().time()
        queue: asyncio.Queue[tuple[HostSession, list[_Hosted]] | None] = asyncio.Queue(self._settings.concurrency)
        try:
            async with asyncio.TaskGroup() as workers:
                workers.create_task(self._claim_all(hosts, load, queue))
                for _ in range(self._settings.concurrency):
                    workers.create_task(self._worker(queue, work))
        except BaseExceptionGroup as group:
            raise group.exceptions[0] from group
        await self._commit()

    async def _claim_all(
        self,
        hosts: Iterator[list[str]],
        load: Callable[[list[str]], Mapping[str, list[_Hosted]]],
        queue: "asyncio.Queue[tuple[HostSession, list[_Hosted]] | None]",
    ) -> None:
        for batch in hosts:
            sessions = await self._scheduler.claim(batch)
            claimed = {name for session in sessions for name in session.hosts}
            self.busy_hosts.extend(name for name in batch if name not in claimed)
            # Loaded after leasing, so that changes by the previous holder of a lease are included.
            todo = await asyncio.to_thread(load, [name for session in sessions for name in session.hosts])
            for session in sessions:
                await queue.put((session, todo.get(next(iter(session.hosts)), [])))
        for _ in range(self._settings.concurrency):
            await queue.put(None)

    async def _worker(self, queue: "asyncio.Queue[tuple[HostSession, list[_Hosted]] | None]", work: _Work[_Hosted]) -> None:
        while (claimed := await queue.get()) is not None:
            session, todo = claimed
            await work(session, todo)
            await self._scheduler.close_connections(session)
            self._finished.append(session)
            if self._is_time_to_commit() and not self._commit_lock.locked():
                await self._commit()

    def _is_time_to_commit(self) -> bool:
        enough = len(self._finished) >= COMMIT_AFTER_HOSTS or self._ledger.captures_waiting >= COMMIT_AFTER_CAPTURES
        return enough or asyncio.get_running_loop().time() - self._committed_at > COMMIT_AFTER_SECONDS

    async def _commit(self) -> None:
        async with self._commit_lock:
            finished, self._finished, self._committed_at = self._finished, [], asyncio.get_running_loop().time()
            released = self._scheduler.end_sessions(finished)
            await self._ledger.commit(released)
            self._scheduler.confirm_release(released)

    async def _poll_all(self, session: HostSession, feeds: Sequence[Feed]) -> None:
        shortest = min(plan.SHORTEST_INTERVAL, dt.timedelta(minutes=self._settings.every_minutes))
        for feed in feeds:
            jitter = self._jitter.random()
            poll = await _isolated(
                poll_feed(
                    feed,
                    session,
                    scheduler=self._scheduler,
                    parsers=self._parsers,
                    engine=self._engine,
                    now=self._now,
                    jitter=jitter,
                    shortest=shortest,
                ),
                lambda error, feed=feed, jitter=jitter: failed_poll(feed, _bug(error), now=self._now(), jitter=jitter),  # type: ignore[misc]
                what=feed.state.url,
            )
            if poll is not None:
                self._ledger.add_poll(poll)
                await self._subscribe(poll, session)

    async def _subscribe(self, poll: Poll, session: HostSession) -> None:
        if self._settings.public_url and not poll.failed:
            subscriber = Subscriber(engine=self._engine, scheduler=self._scheduler, public_url=self._settings.public_url, now=self._now)
            url = poll.feed.state.url
            await _isolated(subscriber.subscribe(poll.feed.id, poll.offer, session), lambda _error: None, what=f"the subscription to {url}")

    async def _sweep_all(self, session: HostSession, feeds: Sequence[Feed]) -> None:
        since, until = self._window or (self._now(), self._now())
        for feed in feeds:
            sweep = await _isolated(
                sweep_feed(
                    feed,
                    session,
                    scheduler=self._scheduler,
                    parsers=self._parsers,
                    engine=self._engine,
                    since=since,
                    until=until,
                    now=self._now,
                ),
                lambda error: Sweep(problems=(_bug(error),)),
                what=feed.state.url,
            )
            log.info("%s: %d pages of the window found, %d of them new", feed.source, len(sweep.ids), sweep.added)
            for problem in sweep.problems:
                log.warning("%s: %s", feed.source, problem)
            self._ids_of_the_window |= sweep.ids

    async def _visit_all(self, session: HostSession, pages: Sequence[Page]) -> None:
        for page in pages:
            if self._scheduler.is_paused(page.host) or asyncio.get_running_loop().time() > self._last_page_at:
                return
            jitter = self._jitter.random()
            failure = await _isolated(
                self._visit(page, session, jitter=jitter),
                lambda error, page=page, jitter=jitter: failed_visit(  # type: ignore[misc]
                    page, Reason.BUG, _bug(error), settings=self._settings, now=self._now(), jitter=jitter
                ),
                what=page.url,
            )
            if failure is not None:
                await self._ledger.add_visit(failure)

    async def _visit(self, page: Page, session: HostSession, *, jitter: float) -> None:
        """Fetch the page and add the result to the ledger. Both process foreign input, and are isolated together."""
        visit = await visit_page(page, session, scheduler=self._scheduler, settings=self._settings, now=self._now, jitter=jitter)
        if visit is not None:
            await self._ledger.add_visit(visit)

    def _feeds(self, hosts: list[str]) -> Mapping[str, list[Feed]]:
        return _by_host(select_feeds(self._engine, hosts, is_due(self._now())))

    def _active_feeds(self, hosts: list[str]) -> Mapping[str, list[Feed]]:
        return _by_host(select_feeds(self._engine, hosts, _IS_ACTIVE))

    def _pages(self, hosts: list[str]) -> Mapping[str, list[Page]]:
        return _by_host(due_pages(self._engine, hosts, self._now(), per_host=self._settings.pages_per_host))

    def _pages_of_the_window(self, hosts: list[str]) -> Mapping[str, list[Page]]:
        """Return the window's pages, not other due ones: pages that a feed listed yesterday must not be captured into an earlier day."""
        pages = uncaptured_pages(self._engine, self._ids_of_the_window, self._now())
        return _by_host(page for page in pages if page.host in hosts)

    def _hosts_of_the_window(self) -> Iterator[list[str]]:
        hosts = sorted({page.host for page in uncaptured_pages(self._engine, self._ids_of_the_window, self._now())})
        yield from (hosts[start : start + _HOSTS_IN_ONE_QUERY] for start in range(0, len(hosts), _HOSTS_IN_ONE_QUERY))

    def _hosts_with_due_pages(self) -> Iterator[list[str]]:
        foreign = [
            host for host in sorted(self._ledger.hosts_with_new_pages) if plan.shard_number(host, self._shard.shards) != self._shard.number
        ]
        yield from self._hosts(PAGES, PAGES.c.next_fetch_at <= self._now())
        # New pages on hosts of other shards, whose runs may have ended already.
        yield from (foreign[start : start + _HOSTS_IN_ONE_QUERY] for start in range(0, len(foreign), _HOSTS_IN_ONE_QUERY))

    def _hosts(self, table: sa.Table, due: sa.ColumnElement[bool]) -> Iterator[list[str]]:
        after = ""
        mine = table.c.host_hash % self._shard.shards == self._shard.number
        while True:
            query = sa.select(table.c.host).where(due, mine, table.c.host > after).distinct().order_by(table.c.host)
            with self._engine.connect() as connection:
                hosts = list(connection.scalars(query.limit(_HOSTS_IN_ONE_QUERY)))
            if not hosts:
                return
            yield hosts
            after = hosts[-1]


def _by_host(found: Iterable[_Hosted]) -> dict[str, list[_Hosted]]:
    grouped: dict[str, list[_Hosted]] = {}
    for one in found:
        grouped.setdefault(one.host, []).append(one)
    return grouped


async def _isolated(work: Coroutine[None, None, _Result], failed: Callable[[BaseException], _Result], *, what: str) -> _Result:
    """Return the result of `work`. An unexpected exception is logged and passed to `failed`, so that only this feed or page fails.

    Errors of the state database, disk or proxy, and lost leases, are raised: they affect the whole run.
    """
    task = asyncio.create_task(work)
    try:
        await asyncio.wait([task])
    finally:
        task.cancel()
    problem = task.exception()
    if problem is None:
        return task.result()
    if isinstance(problem, (sa.exc.SQLAlchemyError, SetupError, LeaseLost, OSError)) or not isinstance(problem, Exception):
        raise problem
    log.error("unexpected exception for %s", what, exc_info=problem)
    return failed(problem)


def _bug(error: BaseException) -> str:
    return f"a bug: {type(error).__name__}: {error}"[:300]
