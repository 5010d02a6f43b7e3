"""Finds pages that a feed does not list any more, in sitemaps and in older pages of the feed, and queues them.

`sweep_feed` completes a past day. The run that sweeps also fetches the pages.
"""

import asyncio
import contextlib
import datetime as dt
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

import sqlalchemy as sa

from newsdesk.errors import ArticleRejected, Unavailable
from newsdesk.fetch.client import Response
from newsdesk.fetch.feeds import ParsedFeed
from newsdesk.fetch.host_scheduler import HostBusy, HostScheduler, HostSession
from newsdesk.fetch.listing import Listing, classify_entries, save_listings
from newsdesk.fetch.parsing import Parsers
from newsdesk.fetch.polling import ACCEPT
from newsdesk.fetch.sitemaps import MAXIMUM_BYTES, Sitemap, SitemapRef, plan_items, plan_sitemaps
from newsdesk.fetch.state import Feed
from newsdesk.records import FeedItem
from newsdesk.urls import host_key

SITEMAPS_OF_A_SWEEP = 50
FEED_PAGES_OF_A_SWEEP = 50
RESERVED = dt.timedelta(minutes=30)
"""Time for which new pages are reserved for the sweep that found them; `newsdesk_fetch` would capture them into another partition."""

_SITEMAP_PLACES = ("/sitemap.xml", "/sitemap_index.xml", "/news-sitemap.xml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """Result of a sweep: ids of the pages in the window, how many of them were new, and what could not be read."""

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
    """Queue the pages published in [since, until) that the older pages of the feed and the sitemaps of its site list."""
    walk = _Walk(scheduler, session, parsers, feed)
    items = [item async for item in walk.older_entries(feed.state.url, since)]
    home = urljoin(_site_of(items) or feed.state.url, "/")
    items.extend([item async for item in walk.sitemap_entries(home, since, until)])
    wanted = plan_items(items, since=since, until=until)
    listing = await asyncio.to_thread(_save, engine, wanted, feed, now())
    ids = frozenset((*(page.id for page in (*listing.new, *listing.renamed)), *listing.known_ids))
    return Sweep(ids=ids, added=len(listing.new), problems=tuple(walk.problems))


def _save(engine: sa.Engine, items: Sequence[FeedItem], feed: Feed, now: dt.datetime) -> Listing:
    with engine.begin() as connection:
        listing = classify_entries(connection, items, feed_id=feed.id, feed_url=feed.state.url, source=feed.source)
        save_listings(connection, [listing], now, reserved_until=now + RESERVED)
        return listing


class _Walk:
    """The requests of one sweep. A failed request is recorded in `problems`; the sweep ends early only if the host is paused or leased."""

    def __init__(self, scheduler: HostScheduler, session: HostSession, parsers: Parsers, feed: Feed) -> None:
        self._scheduler = scheduler
        self._parsers = parsers
        self._origin = feed
        self._session = session
        self._has_ended = False
        self.problems: list[str] = []

    async def older_entries(self, url: str, since: dt.datetime) -> AsyncIterator[FeedItem]:
        """Yield the entries of the feed and of its older pages, until a page has no new entry or only entries from before `since`."""
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
        """Yield the pages of all sitemaps that may list pages of the window: those in robots.txt, or else those at common paths."""
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
        response = await self._request(url, authorization=self._origin.authorization if is_at_home else None)
        with contextlib.suppress(ArticleRejected):
            return await self._parsers.feed(response) if response else None
        return None

    async def _sitemap(self, url: str, *, expected: bool) -> Sitemap:
        response = await self._request(url, expected=expected, maximum_bytes=MAXIMUM_BYTES)
        try:
            return await self._parsers.sitemap(response) if response else Sitemap()
        except ArticleRejected as rejected:
            if expected:
                self.problems.append(f"{url}: {rejected}")
            return Sitemap()

    async def _request(
        self, url: str, *, expected: bool = True, maximum_bytes: int | None = None, authorization: str | None = None
    ) -> Response | None:
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
        response = followed.response
        if response.status != 200:
            if expected and response.status not in (400, 404):
                self.problems.append(f"{url}: HTTP status {response.status}")
            return None
        return response


def wordpress_page(url: str, number: int) -> str:
    """Return the URL of page `number` of a WordPress feed (`?paged=2`). Other systems ignore the parameter and serve the first page."""
    parts = urlsplit(url)
    query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != "paged"]
    return urlunsplit(parts._replace(query=urlencode([*query, ("paged", str(number))]), fragment=""))


def _site_of(items: Sequence[FeedItem]) -> str | None:
    """Return the site of most entries, which may differ from the host of the feed."""
    hosts = [urlunsplit((*urlsplit(item.url)[:2], "/", "", "")) for item in items if item.url]
    return max(set(hosts), key=hosts.count) if hosts else None
