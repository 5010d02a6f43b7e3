"""One poll of one feed: asked, read, and what follows for its state."""

import asyncio
import dataclasses
import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

import sqlalchemy as sa

from newsdesk.errors import ArticleRejected, Unavailable
from newsdesk.fetch.client import Answer
from newsdesk.fetch.feeds import ParsedFeed
from newsdesk.fetch.host_scheduler import Followed, HostBusy, HostScheduler, HostSession
from newsdesk.fetch.listing import Listing, sort_entries
from newsdesk.fetch.parsing import Parsers
from newsdesk.fetch.plan import BUSIEST, FeedResponse, next_state
from newsdesk.fetch.state import Feed
from newsdesk.fetch.websub import Offer, find_offer

ACCEPT = "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml, application/xml;q=0.9, */*;q=0.5"

FULL_READ_EVERY = dt.timedelta(days=1)
"""So often a feed is asked without validators: some servers answer 304 for ever once they have seen one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """How a poll ended. `feed` carries its new state, `listing` what its entries name, `offer` its hub."""

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
    busiest: dt.timedelta = BUSIEST,
) -> Poll | None:
    """Asks the feed once. None where its host could not be asked now: the feed stays due. `busiest` is its shortest interval."""
    try:
        followed = await scheduler.follow(
            feed.state.url, session, accept=ACCEPT, validators=_validators(feed, now()), authorization=feed.authorization
        )
    except HostBusy:
        return None
    except (Unavailable, ArticleRejected) as error:
        return failed_poll(feed, str(error), now=now(), jitter=jitter)
    answer = followed.answer
    if answer.status == 304 and _validators(feed, answer.asked_at):
        return _settle(feed, _response(answer, followed, changed=False), now=now(), jitter=jitter, busiest=busiest)
    if answer.status != 200:
        return failed_poll(feed, _refusal(answer), now=now(), jitter=jitter, response=_response(answer, followed))
    digest = hashlib.sha256(answer.body).hexdigest()
    read = dataclasses.replace(
        feed, etag=answer.headers.get("etag"), last_modified=answer.headers.get("last-modified"), read_at=answer.asked_at
    )
    if digest == feed.body_digest:
        return _settle(read, _response(answer, followed, changed=False), now=now(), jitter=jitter, busiest=busiest)
    try:
        parsed = await parsers.feed(answer)
    except ArticleRejected as rejected:
        return failed_poll(feed, str(rejected), now=now(), jitter=jitter, response=_response(answer, followed))
    listing = await asyncio.to_thread(_sort, engine, parsed, feed)
    response = _response(answer, followed, parsed=parsed, new_count=len(listing.new))
    read = dataclasses.replace(read, body_digest=digest, changed_at=answer.asked_at, title=feed.title or parsed.title)
    settled = _settle(read, response, now=now(), jitter=jitter, busiest=busiest)
    return dataclasses.replace(settled, listing=listing, was_modified=True, offer=find_offer(answer, parsed))


def _sort(engine: sa.Engine, parsed: ParsedFeed, feed: Feed) -> Listing:
    with engine.connect() as connection:
        return sort_entries(connection, parsed.items, feed_id=feed.id, feed_url=feed.state.url, source=feed.source)


def failed_poll(feed: Feed, error: str, *, now: dt.datetime, jitter: float, response: FeedResponse | None = None) -> Poll:
    response = dataclasses.replace(response or FeedResponse(status=0), error=error)
    return Poll(feed=dataclasses.replace(feed, state=next_state(feed.state, response, now, jitter=jitter)), failed=True)


def _settle(feed: Feed, response: FeedResponse, *, now: dt.datetime, jitter: float, busiest: dt.timedelta) -> Poll:
    state = next_state(feed.state, dataclasses.replace(response, is_pushed=feed.is_pushed), now, jitter=jitter, busiest=busiest)
    return Poll(feed=dataclasses.replace(feed, state=state), moved_from=feed.state.url if state.url != feed.state.url else None)


def _validators(feed: Feed, now: dt.datetime) -> dict[str, str]:
    if feed.read_at is None or not dt.timedelta(0) <= now - feed.read_at <= FULL_READ_EVERY:
        return {}
    given = {"If-None-Match": feed.etag, "If-Modified-Since": feed.last_modified}
    return {name: value for name, value in given.items() if value}


def _response(
    answer: Answer, followed: Followed, *, parsed: ParsedFeed | None = None, changed: bool = True, new_count: int = 0
) -> FeedResponse:
    dates = [item.published_at for item in parsed.items if item.published_at] if parsed else []
    return FeedResponse(
        status=answer.status,
        headers=answer.headers,
        changed=changed,
        new_count=new_count,
        dates=dates,
        wait_seconds=parsed.hints.wait_seconds if parsed else None,
        permanent_url=followed.permanent_url or (parsed.hints.new_url if parsed else None),
    )


def _refusal(answer: Answer) -> str:
    return f"answered {answer.status} {answer.reason}".strip()
