"""Collects the results of a run (polls, visits, captures) and commits them in batches. Each batch is committed completely or not at all."""

import asyncio
import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from uuid import uuid4

import sqlalchemy as sa

from newsdesk.errors import Status
from newsdesk.fetch import journal
from newsdesk.fetch.client import Response
from newsdesk.fetch.hosts import HostState, release_hosts
from newsdesk.fetch.listing import save_listings
from newsdesk.fetch.pages import Page, add_aliases, is_captured, mark_listed, save_visits
from newsdesk.fetch.plan import FeedStatus
from newsdesk.fetch.polling import Poll
from newsdesk.fetch.state import Feed, existing_urls, save_polls
from newsdesk.fetch.visiting import Visit, already_captured
from newsdesk.fetch.warc import CaptureWriter
from newsdesk.records import Outcome
from newsdesk.store.archive import Archive
from newsdesk.store.manifests import dump_manifest
from newsdesk.urls import article_id


@dataclasses.dataclass(slots=True)
class SourceCounts:
    """Counts of a run for one source."""

    feeds_polled: int = 0
    feeds_not_modified: int = 0
    feeds_failed: int = 0
    entries_found: int = 0
    pages_fetched: int = 0


@dataclasses.dataclass(slots=True)
class _Batch:
    """Results since the last commit. `aliases` maps ids of redirect targets to the pages that led to them."""

    polls: list[Poll] = dataclasses.field(default_factory=list)
    visits: list[Visit] = dataclasses.field(default_factory=list)
    aliases: dict[str, Page] = dataclasses.field(default_factory=dict)
    writer: CaptureWriter | None = None


class Ledger:
    """Collects results while the previous batch is being committed. Only one `commit` may run at a time."""

    def __init__(
        self,
        *,
        engine: sa.Engine,
        archive: Archive,
        partition: str,
        shard: str,
        owner: str,
        software: str,
        now: Callable[[], dt.datetime],
    ) -> None:
        self._engine = engine
        self._archive = archive
        self._partition = partition
        self._shard = shard
        self._owner = owner
        self._software = software
        self._now = now
        self._open = _Batch()
        self._writing = asyncio.Lock()
        self._captured: set[str] = set()
        self.outcomes: list[Outcome] = []
        self.sources: dict[str, SourceCounts] = {}
        self.hosts_with_new_pages: set[str] = set()

    @property
    def captures_waiting(self) -> int:
        return len(self._open.writer.entries) if self._open.writer else 0

    def add_poll(self, poll: Poll) -> None:
        self._open.polls.append(poll)

    async def add_visit(self, visit: Visit) -> None:
        """Add a visit and write its WARC records, in a thread, since this compresses data and queries the database."""
        async with self._writing:
            await asyncio.to_thread(self._write_visit, visit)

    def _write_visit(self, visit: Visit) -> None:
        if visit.response is not None and visit.is_unchanged:
            self._writer().write_revisit(visit.response, visit.page)
        elif visit.response is not None and self._is_known(visit.page, visit.response):
            visit = already_captured(visit)
        elif visit.response is not None:
            entry = self._writer().write_capture(visit.response, visit.page)
            self._remember(visit.page, visit.response)
            visit = dataclasses.replace(visit, page=dataclasses.replace(visit.page, capture=str(entry.ref)))
        self._open.visits.append(dataclasses.replace(visit, response=None))

    async def commit(self, released: Sequence[HostState]) -> None:
        """Commit the current batch, and release these hosts in the same transaction. See `journal` for the steps."""
        async with self._writing:
            batch, self._open = self._open, _Batch()
        await asyncio.to_thread(self._commit, batch, released)
        self._count(batch)

    def discard(self) -> None:
        """Discard the uncommitted batch; its feeds and pages stay due."""
        if self._open.writer:
            self._open.writer.discard()
            journal.delete_entry(self._engine, self._open.writer.path)

    def _commit(self, batch: _Batch, released: Sequence[HostState]) -> None:
        writer, manifest = batch.writer, ""
        if writer:
            writer.commit()
            manifest = dump_manifest(self._partition, writer.entries)
        with self._engine.begin() as connection:
            if writer:
                journal.store_manifest(connection, writer.path, owner=self._owner, manifest=manifest)
            self._save_polls(connection, batch.polls)
            save_visits(connection, [visit.page for visit in batch.visits])
            if batch.aliases:
                add_aliases(connection, batch.aliases, self._now())
            release_hosts(connection, released, self._owner)
        if writer:
            journal.publish(self._engine, self._archive, writer.path, manifest=manifest)

    def _save_polls(self, connection: sa.Connection, polls: Sequence[Poll]) -> None:
        moved = [poll.feed.state.url for poll in polls if poll.moved_from]
        taken = existing_urls(connection, moved) if moved else set()
        feeds = []
        for poll in polls:
            if poll.moved_from:
                feeds.append(_retired(poll.feed, poll.moved_from) if poll.feed.state.url in taken else poll.feed)
                taken.add(poll.feed.state.url)
            else:
                feeds.append(poll.feed)
        save_polls(connection, feeds)
        mark_listed(connection, [id for poll in polls for id in poll.listing.known_ids], self._now())
        self.hosts_with_new_pages.update(save_listings(connection, [poll.listing for poll in polls], self._now()))

    def _writer(self) -> CaptureWriter:
        if self._open.writer is None:
            moment = self._now().strftime("%Y%m%dT%H%M%S")
            path = f"raw/{self._partition}/{self._shard}-{moment}-{uuid4().hex[:8]}.warc.gz"
            journal.add_entry(self._engine, path, partition=self._partition, owner=self._owner, now=self._now())
            self._open.writer = CaptureWriter(self._archive, path, software=self._software)
        return self._open.writer

    def _is_known(self, page: Page, response: Response) -> bool:
        """Return whether the redirects of a new page led to a page that was captured before."""
        final = article_id(response.url)
        return page.visits == 1 and (final in self._captured or is_captured(self._engine, final))

    def _remember(self, page: Page, response: Response) -> None:
        """Record where the redirects of a captured new page led."""
        final = article_id(response.url)
        if page.visits == 1:
            self._captured.add(final)
            if final != page.id:
                self._open.aliases[final] = page

    def _count(self, batch: _Batch) -> None:
        for poll in batch.polls:
            counts = self.sources.setdefault(poll.feed.source, SourceCounts())
            counts.feeds_polled += 1
            counts.feeds_failed += poll.failed
            counts.feeds_not_modified += not poll.failed and not poll.was_modified
            counts.entries_found += len(poll.listing.new)
        fetched = Counter(visit.outcome.source for visit in batch.visits if visit.outcome.status is Status.FETCHED)
        for source, count in fetched.items():
            self.sources.setdefault(source, SourceCounts()).pages_fetched += count
        self.outcomes.extend(visit.outcome for visit in batch.visits)


def _retired(feed: Feed, url: str) -> Feed:
    error = f"moved to {feed.state.url}, which is the URL of another feed"
    state = dataclasses.replace(feed.state, url=url, status=FeedStatus.GONE, next_poll_at=None, last_error=error)
    return dataclasses.replace(feed, state=state)
