"""What a feed does not list any more: found in sitemaps and on the feed's older pages, and queued like its entries.

`sweep_feed` is how a day is completed and how history is loaded; the run that sweeps fetches the pages as well.
"""

import asyncio
import contextlib
import datetime as dt
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

import sqlalchemy as sa

from newsdesk.errors import ArticleRejected, Unavailable
from newsdesk.fetch.client import Answer
from newsdesk.fetch.feeds import ParsedFeed
from newsdesk.fetch.host_scheduler import HostBusy, HostScheduler, HostSession
from newsdesk.fetch.listing import Listing, keep_listings, sort_entries
from newsdesk.fetch.parsing import Parsers
from newsdesk.fetch.polling import ACCEPT
from newsdesk.fetch.sitemaps import MAXIMUM_BYTES, Sitemap, SitemapRef, plan_items, plan_sitemaps
from newsdesk.fetch.state import Feed
from newsdesk.records import FeedItem
from newsdesk.urls import host_key

SITEMAPS_OF_A_SWEEP = 50
FEED_PAGES_OF_A_SWEEP = 50
RESERVED = dt.timedelta(minutes=30)
"""So long new pages are left to the sweep that found them: newsdesk_fetch would capture them into a partition of its own."""

_SITEMAP_PLACES = ("/sitemap.xml", "/sitemap_index.xml", "/news-sitemap.xml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """What was found for a window: the ids of its pages, how many of them were not known, and what could not be read."""

    ids: frozenset[str] = frozenset()
    added: int = 0
    problems: tuple[str, ...] = ()


async def sweep_feed(
    feed: Feed,
    session: HostSession,
    *,
    scheduler: HostScheduler,
    parsers: Parsers,
    engine: sa.Engine,
    since: dt.datetime,
    until: dt.datetime,
    now: Callable[[], dt.datetime],
) -> Sweep:
    """Queues the pages of the window [since, until) that the feed's older pages and its site's sitemaps name."""
    walk = _Walk(scheduler, session, parsers, feed)
    items = [item async for item in walk.older_entries(feed.state.url, since)]
    home = urljoin(_site_of(items) or feed.state.url, "/")
    items.extend([item async for item in walk.sitemap_entries(home, since, until)])
    wanted = plan_items(items, since=since, until=until)
    listing = await asyncio.to_thread(_keep, engine, wanted, feed, now())
    ids = frozenset((*(page.id for page in (*listing.new, *listing.renamed)), *listing.known_ids))
    return Sweep(ids=ids, added=len(listing.new), problems=tuple(walk.problems))


def _keep(engine: sa.Engine, items: Sequence[FeedItem], feed: Feed, now: dt.datetime) -> Listing:
    with engine.begin() as connection:
        listing = sort_entries(connection, items, feed_id=feed.id, feed_url=feed.state.url, source=feed.source)
        keep_listings(connection, [listing], now, reserved_until=now + RESERVED)
        return listing


class _Walk:
    """The requests of one sweep; a failed one is recorded as a problem, and ends the sweep only where the host asks for a pause."""

    def __init__(self, scheduler: HostScheduler, session: HostSession, parsers: Parsers, feed: Feed) -> None:
        self._scheduler = scheduler
        self._parsers = parsers
        self._origin = feed
        self._session = session
        self._has_ended = False
        self.problems: list[str] = []

    async def older_entries(self, url: str, since: dt.datetime) -> AsyncIterator[FeedItem]:
        """The feed's entries, page by page into the past, until a page holds nothing of the window or nothing new."""
        seen: set[str] = set()
        address: str | None = url
        for number in range(1, FEED_PAGES_OF_A_SWEEP + 1):
            feed = await self._feed(address) if address else None
            fresh = [item for item in feed.items if item.url not in seen] if feed else []
            if not feed or not fresh:
                return
            seen.update(item.url for item in fresh)
            for item in fresh:
                yield item
            dates = [item.published_at for item in fresh if item.published_at]
            if dates and max(dates) < since:
                return
            address = feed.hints.older_url or wordpress_page(url, number + 1)

    async def sitemap_entries(self, home: str, since: dt.datetime, until: dt.datetime) -> AsyncIterator[FeedItem]:
        """The pages of every sitemap that may hold something of the window: robots.txt names them, or they lie where they use to."""
        named = await self._scheduler.sitemaps(home, self._session)
        queue: list[SitemapRef] = [SitemapRef(url=url) for url in named or [urljoin(home, place) for place in _SITEMAP_PLACES]]
        seen: set[str] = set()
        while queue and len(seen) < SITEMAPS_OF_A_SWEEP:
            ref = queue.pop(0)
            if ref.url in seen:
                continue
            seen.add(ref.url)
            sitemap = await self._sitemap(ref.url, expected=bool(named))
            for item in sitemap.items:
                yield item
            queue.extend(plan_sitemaps(sitemap.sitemaps, since=since, until=until))

    async def _feed(self, url: str) -> ParsedFeed | None:
        is_at_home = host_key(url) == self._origin.host
        answer = await self._answer(url, authorization=self._origin.authorization if is_at_home else None)
        with contextlib.suppress(ArticleRejected):
            return await self._parsers.feed(answer) if answer else None
        return None

    async def _sitemap(self, url: str, *, expected: bool) -> Sitemap:
        answer = await self._answer(url, expected=expected, maximum_bytes=MAXIMUM_BYTES)
        try:
            return await self._parsers.sitemap(answer) if answer else Sitemap()
        except ArticleRejected as rejected:
            if expected:
                self.problems.append(f"{url}: {rejected}")
            return Sitemap()

    async def _answer(
        self, url: str, *, expected: bool = True, maximum_bytes: int | None = None, authorization: str | None = None
    ) -> Answer | None:
        if self._has_ended:
            return None
        try:
            followed = await self._scheduler.follow(
                url, self._session, accept=ACCEPT, maximum_bytes=maximum_bytes, authorization=authorization
            )
        except HostBusy as busy:
            self._has_ended = True
            self.problems.append(str(busy))
            return None
        except (Unavailable, ArticleRejected) as error:
            if expected:
                self.problems.append(f"{url}: {error}")
            return None
        answer = followed.answer
        if answer.status != 200:
            if expected and answer.status not in (400, 404):
                self.problems.append(f"{url}: answered {answer.status}")
            return None
        return answer


def wordpress_page(url: str, number: int) -> str:
    """The address of the feed's n-th page as WordPress has it (`?paged=2`); who is no WordPress answers with the first page."""
    parts = urlsplit(url)
    query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != "paged"]
    return urlunsplit(parts._replace(query=urlencode([*query, ("paged", str(number))]), fragment=""))


def _site_of(items: Sequence[FeedItem]) -> str | None:
    """The site that most entries lie on: a feed may be served by another host than its pages."""
    hosts = [urlunsplit((*urlsplit(item.url)[:2], "/", "", "")) for item in items if item.url]
    return max(set(hosts), key=hosts.count) if hosts else None
