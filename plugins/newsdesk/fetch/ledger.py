"""What a run has done and not yet kept: polls, visits, captures. `keep` makes all of it durable, or none of it."""

import contextlib
import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from typing import IO
from uuid import uuid4

import sqlalchemy as sa

from newsdesk.archive import Archive
from newsdesk.errors import Status
from newsdesk.fetch import journal
from newsdesk.fetch.client import Answer
from newsdesk.fetch.hosts import HostState, release_hosts
from newsdesk.fetch.pages import Page, add_aliases, add_pages, is_captured, save_visits
from newsdesk.fetch.plan import FeedStatus
from newsdesk.fetch.polling import Poll
from newsdesk.fetch.state import Feed, save_polls, taken_urls
from newsdesk.fetch.visiting import Visit, known_under_another_address
from newsdesk.fetch.warc import CaptureWriter, ManifestEntry, dump_manifest
from newsdesk.records import Outcome
from newsdesk.urls import article_id, canonical_url


@dataclasses.dataclass(slots=True)
class SourceCounts:
    """What a run did for one source."""

    feeds_polled: int = 0
    feeds_not_modified: int = 0
    feeds_failed: int = 0
    entries_found: int = 0
    pages_fetched: int = 0


class Ledger:
    """Collects a run's results. Not for use by two at once."""

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
        self._polls: list[Poll] = []
        self._visits: list[Visit] = []
        self._entries: list[ManifestEntry] = []
        self._captured: set[str] = set()
        self._aliases: dict[str, Page] = {}
        self._file = contextlib.ExitStack()
        self._path: str | None = None
        self._writer: CaptureWriter | None = None
        self.outcomes: list[Outcome] = []
        self.sources: dict[str, SourceCounts] = {}
        self.hosts_with_new_pages: set[str] = set()

    @property
    def captures_waiting(self) -> int:
        return len(self._entries)

    def add_poll(self, poll: Poll) -> None:
        self._polls.append(poll)

    def add_visit(self, visit: Visit) -> None:
        """Takes the visit and writes its records to the open file."""
        if visit.answer is not None and visit.is_unchanged:
            self._open_file().write_revisit(visit.answer, visit.page)
        elif visit.answer is not None and self._is_known(visit.page, visit.answer):
            visit = known_under_another_address(visit)
        elif visit.answer is not None:
            entry = self._open_file().write_capture(visit.answer, visit.page)
            self._entries.append(entry)
            visit = dataclasses.replace(visit, page=dataclasses.replace(visit.page, capture=str(entry.ref)), answer=None)
        self._visits.append(dataclasses.replace(visit, answer=None))

    def _is_known(self, page: Page, answer: Answer) -> bool:
        """Whether redirects led a new page to one that was captured before. Remembers where they led."""
        if page.visits > 1:
            return False
        final = article_id(canonical_url(answer.url))
        if final in self._captured or is_captured(self._engine, final):
            return True
        self._captured.add(final)
        if final != page.id:
            self._aliases[final] = page
        return False

    def keep(self, released: Sequence[HostState]) -> None:
        """Closes the open file and commits everything, with the hosts that are given back. See `journal` for the order."""
        path, entries = self._path, self._entries
        self._writer = self._path = None
        self._file.close()
        manifest = dump_manifest(self._partition, entries) if path else ""
        with self._engine.begin() as connection:
            if path:
                journal.enter_manifest(connection, path, owner=self._owner, manifest=manifest)
            self._keep_polls(connection)
            save_visits(connection, [visit.page for visit in self._visits])
            if self._aliases:
                add_aliases(connection, self._aliases, self._now())
            release_hosts(connection, released, self._owner)
        if path:
            journal.publish(self._engine, self._archive, path, manifest=manifest)
        self._count()
        self._polls, self._visits, self._entries = [], [], []
        self._captured, self._aliases = set(), {}

    def abandon(self) -> None:
        """Throws the open file away; what it held is still queued."""
        if self._path:
            with contextlib.suppress(_Abandoned):
                self._file.__exit__(_Abandoned, _Abandoned(), None)
            journal.forget(self._engine, self._path)

    def _open_file(self) -> CaptureWriter:
        if self._writer is None:
            moment = self._now().strftime("%Y%m%dT%H%M%S")
            self._path = f"raw/{self._partition}/{self._shard}-{moment}-{uuid4().hex[:8]}.warc.gz"
            journal.enter_file(self._engine, self._path, partition=self._partition, owner=self._owner, now=self._now())
            file: IO[bytes] = self._file.enter_context(self._archive.write_atomically(self._path))
            self._writer = CaptureWriter(file, self._path, software=self._software)
        return self._writer

    def _keep_polls(self, connection: sa.Connection) -> None:
        moved = [poll.feed.state.url for poll in self._polls if poll.moved]
        taken = taken_urls(connection, moved) if moved else set()
        save_polls(connection, [_retired(poll.feed) if poll.moved and poll.feed.state.url in taken else poll.feed for poll in self._polls])
        candidates: list[Page] = [page for poll in self._polls for page in poll.pages]
        if candidates:
            self.hosts_with_new_pages.update(page.host for page in add_pages(connection, candidates, self._now()))

    def _count(self) -> None:
        for poll in self._polls:
            counts = self.sources.setdefault(poll.feed.source, SourceCounts())
            counts.feeds_polled += 1
            counts.feeds_failed += poll.failed
            counts.feeds_not_modified += not poll.failed and not poll.was_modified
            counts.entries_found += len(poll.pages)
        fetched = Counter(visit.outcome.source for visit in self._visits if visit.outcome.status is Status.FETCHED)
        for source, count in fetched.items():
            self.sources.setdefault(source, SourceCounts()).pages_fetched += count
        self.outcomes.extend(visit.outcome for visit in self._visits)


class _Abandoned(Exception):
    """Tells `write_atomically` that the file is not wanted."""


def _retired(feed: Feed) -> Feed:
    state = dataclasses.replace(
        feed.state,
        url=feed.listed_url,
        status=FeedStatus.GONE,
        next_poll_at=None,
        last_error=f"moved to {feed.state.url}, which is polled already",
    )
    return dataclasses.replace(feed, state=state)
