"""Rebuilds a lost state database from the archive, so that no page is fetched again.

Captured pages and their keys are restored from manifests and captures, rejected pages and dead letters from the outcomes of fetch, and
endings from the articles. Feeds must be imported before (`newsdesk feeds import`). Other data is lost: see docs/backup.md.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from newsdesk.clean.article_endings import save_endings
from newsdesk.errors import ArticleRejected, Stage, Status
from newsdesk.fetch.identity import story_keys
from newsdesk.fetch.pages import Page, add_aliases, add_keys, restore_pages
from newsdesk.fetch.state import feed_ids
from newsdesk.fetch.warc import read_capture
from newsdesk.partitions import partition_moment
from newsdesk.records import Capture, DeadLetter, FeedItem, ManifestEntry, Outcome
from newsdesk.stage_report import dead_letter_of
from newsdesk.store.archive import Archive
from newsdesk.store.articles import list_article_files, read_partition
from newsdesk.store.dead_letters import list_dead_letters, record_dead_letters
from newsdesk.store.manifests import read_manifests
from newsdesk.store.outcomes import read_outcomes
from newsdesk.urls import article_id, canonical_url, host_key

PASSED = frozenset(Status) - {Status.DEAD, Status.FAILED}
"""Statuses that resolve the dead letter of an earlier visit."""


@dataclass(slots=True, kw_only=True)
class Rebuilt:
    """What a rebuild has restored, and what it could not: unreadable captures, and feeds that are not in the database."""

    partitions: int = 0
    pages: int = 0
    dead_letters: int = 0
    unreadable: int = 0
    unknown_feeds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Captured:
    """A capture and its manifest entry; `capture` is None if its record cannot be read."""

    entry: ManifestEntry
    capture: Capture | None
    feed_id: int

    @property
    def url(self) -> str:
        return self.capture.requested_url if self.capture else self.entry.url

    @property
    def item(self) -> FeedItem:
        return (self.capture and self.capture.item) or FeedItem(id=self.url, url=self.url)

    @property
    def first_url(self) -> str | None:
        """The URL of the page's first capture, if it is known: of this capture if it is the first, else as stored in its metadata."""
        if self.capture and self.capture.identity_url:
            return self.capture.identity_url
        is_renamed = article_id(self.url) != self.entry.id
        return None if is_renamed else canonical_url(self.entry.url)

    def as_page(self) -> Page:
        return Page(
            id=self.entry.id,
            url=self.url,
            host=host_key(self.url),
            feed_id=self.feed_id,
            feed_url=self.entry.feed_url,
            source=self.entry.source,
            item=self.item,
            first_url=self.first_url,
            visits=1,
            digest=self.entry.digest,
            captured_at=self.entry.fetched_at,
            capture=str(self.entry.ref),
        )


def rebuild(engine: sa.Engine, archive: Archive, *, now: dt.datetime) -> Iterator[Rebuilt]:
    """Restore the state from the archive, oldest partition first; yield the progress after each partition.

    Existing rows are kept, so that it can be repeated, and applied to an incomplete database.
    """
    feeds = feed_ids(engine)
    rebuilt, keys, letters, unknown = Rebuilt(), _Keys(), dict[str, DeadLetter](), dict[str, None]()
    for partition in _partitions(archive):
        captured = list(_captured(archive, partition, feeds))
        outcomes = list(read_outcomes(archive, partition, Stage.FETCH))
        with engine.begin() as connection:
            rebuilt.pages += restore_pages(connection, _newest(captured), now)
            # A page without a readable capture is only marked as captured.
            rebuilt.pages += restore_pages(
                connection, [_ended(outcome) for outcome in outcomes if outcome.status is not Status.FAILED], now
            )
            add_aliases(connection, _redirected(captured), now)
        keys.learn(captured)
        for outcome in outcomes:
            _follow_letter(letters, outcome, partition, now)
        if list_article_files(archive, partition):
            save_endings(engine, partition, read_partition(archive, partition))
        unknown.update((one.entry.feed_url, None) for one in captured if one.entry.feed_url and not one.feed_id)
        rebuilt.partitions += 1
        rebuilt.unreadable += sum(one.capture is None for one in captured)
        yield rebuilt
    with engine.begin() as connection:
        add_keys(connection, keys.owners())
    known = {letter.locator for letter in list_dead_letters(engine)}
    lost = [letter for letter in letters.values() if letter.page_id not in known]
    record_dead_letters(engine, lost)
    yield replace(rebuilt, dead_letters=len(lost), unknown_feeds=tuple(unknown))


class _Keys:
    """The keys that identify articles; keys that two articles share are not used."""

    def __init__(self) -> None:
        self._owners: dict[str, str] = {}
        self._shared: set[str] = set()

    def learn(self, captured: Sequence[_Captured]) -> None:
        by_feed = defaultdict(list)
        for one in captured:
            by_feed[one.feed_id, one.entry.feed_url].append(one)
        for (feed_id, feed_url), listed in by_feed.items():
            items = [one.item for one in listed]
            found = story_keys(items, feed_id=feed_id, feed_url=feed_url) if feed_id else [()] * len(items)
            for one, names in zip(listed, found, strict=True):
                for key in names:
                    if self._owners.setdefault(key, one.entry.id) != one.entry.id:
                        self._shared.add(key)
                # A URL belongs to one page, although variants had other ids before (see `CANONICALISER_VERSION`).
                if (address := article_id(one.url)) != one.entry.id:
                    self._owners.setdefault(address, one.entry.id)

    def owners(self) -> dict[str, str]:
        return {key: id for key, id in self._owners.items() if key not in self._shared}


def _partitions(archive: Archive) -> list[str]:
    keys = {*archive.list_folders("raw"), *archive.list_folders("outcomes")}
    moments = {key: moment for key in keys if (moment := partition_moment(key))}
    return sorted(moments, key=lambda key: (moments[key], key))


def _captured(archive: Archive, partition: str, feeds: Mapping[str, int]) -> Iterator[_Captured]:
    for entry in read_manifests(archive, partition):
        try:
            capture = read_capture(archive, entry.ref).capture
        except ArticleRejected:
            capture = None
        yield _Captured(entry, capture, feeds.get(entry.feed_url, 0))


def _newest(captured: Iterable[_Captured]) -> list[Page]:
    """Return one page per id, from its latest capture."""
    by_age = sorted(captured, key=lambda one: one.entry.fetched_at)
    return list({one.entry.id: one.as_page() for one in by_age}.values())


def _redirected(captured: Iterable[_Captured]) -> dict[str, Page]:
    """Return the pages that were redirected, by the id of the URL that they were redirected to."""
    finals = ((article_id(one.entry.url), one) for one in captured)
    return {final: one.as_page() for final, one in finals if final not in (one.entry.id, article_id(one.url))}


def _ended(outcome: Outcome) -> Page:
    return Page(
        id=outcome.id,
        url=outcome.url,
        host=host_key(outcome.url),
        feed_id=0,
        feed_url="",
        source=outcome.source,
        item=FeedItem(id=outcome.url, url=outcome.url),
        visits=int(outcome.status in PASSED),
        last_error=outcome.detail or None,
    )


def _follow_letter(letters: dict[str, DeadLetter], outcome: Outcome, partition: str, now: dt.datetime) -> None:
    """Add the dead letter of a page, or resolve that of an earlier visit."""
    if outcome.status in PASSED:
        letters.pop(outcome.id, None)
    elif outcome.status is Status.DEAD:
        letters[outcome.id] = dead_letter_of(outcome, capture=None, partition=partition, version="", now=now)
