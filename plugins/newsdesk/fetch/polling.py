"""Polls a feed: requests it, parses it, and computes its next state."""

import asyncio
import dataclasses
import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

import sqlalchemy as sa

from newsdesk.errors import ArticleRejected, Unavailable
from newsdesk.fetch.client import Response
from newsdesk.fetch.feeds import ParsedFeed
from newsdesk.fetch.host_scheduler import Followed, HostBusy, HostScheduler, HostSession
from newsdesk.fetch.listing import Listing, classify_entries
from newsdesk.fetch.parsing import Parsers
from newsdesk.fetch.plan import SHORTEST_INTERVAL, PollResult, next_state
from newsdesk.fetch.state import Feed
from newsdesk.fetch.websub import Offer, find_offer

ACCEPT = "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml, application/xml;q=0.9, */*;q=0.5"

FULL_READ_EVERY = dt.timedelta(days=1)
"""Interval of requests without validators: some servers respond with 304 forever once they have seen one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """Result of a poll. `feed` has the new state, `listing` the pages of its entries, `offer` the hub that it names."""

    feed: Feed
    listing: Listing = field(default_factory=Listing)
    was_modified: bool = False
    failed: bool = False
    moved_from: str | None = None
    offer: Offer | None = None


async def poll_feed(
    feed: Feed,
    session: HostSession,
    *,
    scheduler: HostScheduler,
    parsers: Parsers,
    engine: sa.Engine,
    now: Callable[[], dt.datetime],
    jitter: float,
    shortest: dt.timedelta = SHORTEST_INTERVAL,
) -> Poll | None:
    """Poll the feed once. Return None if its host is leased or paused, so that no request was made; the feed stays due.

    `jitter` and `shortest` are those of `next_state`.
    """
    try:
        followed = await scheduler.follow(
            feed.state.url, session, accept=ACCEPT, validators=_validators(feed, now()), authorization=feed.authorization
        )
    except HostBusy:
        return None
    except (Unavailable, ArticleRejected) as error:
        return failed_poll(feed, str(error), now=now(), jitter=jitter)
    response = followed.response
    if response.status == 304 and _validators(feed, response.requested_at):
        return _successful_poll(feed, _result(response, followed, changed=False), now=now(), jitter=jitter, shortest=shortest)
    if response.status != 200:
        return failed_poll(feed, _refusal(response), now=now(), jitter=jitter, result=_result(response, followed))
    digest = hashlib.sha256(response.body).hexdigest()
    read = dataclasses.replace(
        feed, etag=response.headers.get("etag"), last_modified=response.headers.get("last-modified"), read_at=response.requested_at
    )
    if digest == feed.body_digest:
        return _successful_poll(read, _result(response, followed, changed=False), now=now(), jitter=jitter, shortest=shortest)
    try:
        parsed = await parsers.feed(response)
    except ArticleRejected as rejected:
        return failed_poll(feed, str(rejected), now=now(), jitter=jitter, result=_result(response, followed))
    listing = await asyncio.to_thread(_classify, engine, parsed, feed)
    result = _result(response, followed, parsed=parsed, new_count=len(listing.new))
    read = dataclasses.replace(read, body_digest=digest, changed_at=response.requested_at, title=feed.title or parsed.title)
    poll = _successful_poll(read, result, now=now(), jitter=jitter, shortest=shortest)
    return dataclasses.replace(poll, listing=listing, was_modified=True, offer=find_offer(response, parsed))


def _classify(engine: sa.Engine, parsed: ParsedFeed, feed: Feed) -> Listing:
    with engine.connect() as connection:
        return classify_entries(connection, parsed.items, feed_id=feed.id, feed_url=feed.state.url, source=feed.source)


def failed_poll(feed: Feed, error: str, *, now: dt.datetime, jitter: float, result: PollResult | None = None) -> Poll:
    result = dataclasses.replace(result or PollResult(status=0), error=error)
    return Poll(feed=dataclasses.replace(feed, state=next_state(feed.state, result, now, jitter=jitter)), failed=True)


def _successful_poll(feed: Feed, result: PollResult, *, now: dt.datetime, jitter: float, shortest: dt.timedelta) -> Poll:
    state = next_state(feed.state, dataclasses.replace(result, is_pushed=feed.is_pushed), now, jitter=jitter, shortest=shortest)
    return Poll(feed=dataclasses.replace(feed, state=state), moved_from=feed.state.url if state.url != feed.state.url else None)


def _validators(feed: Feed, now: dt.datetime) -> dict[str, str]:
    if feed.read_at is None or not dt.timedelta(0) <= now - feed.read_at <= FULL_READ_EVERY:
        return {}
    given = {"If-None-Match": feed.etag, "If-Modified-Since": feed.last_modified}
    return {name: value for name, value in given.items() if value}


def _result(
    response: Response, followed: Followed, *, parsed: ParsedFeed | None = None, changed: bool = True, new_count: int = 0
) -> PollResult:
    dates = [item.published_at for item in parsed.items if item.published_at] if parsed else []
    return PollResult(
        status=response.status,
        headers=response.headers,
        changed=changed,
        new_count=new_count,
        dates=dates,
        wait_seconds=parsed.hints.wait_seconds if parsed else None,
        permanent_url=followed.permanent_url or (parsed.hints.new_url if parsed else None),
    )


def _refusal(response: Response) -> str:
    return f"HTTP status {response.status} {response.reason}".strip()
