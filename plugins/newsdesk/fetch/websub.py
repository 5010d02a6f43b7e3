"""WebSub (https://www.w3.org/TR/websub/): subscriptions at the hubs that feeds name. A delivery makes its feed due at once.

The content of a delivery is ignored and the feed is polled as usual, so that a hub cannot forge entries. A subscription is requested
by a poll, confirmed by the hub at a callback, and renewed before its lease ends.
"""

import asyncio
import dataclasses
import datetime as dt
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from newsdesk.database import insert_into
from newsdesk.errors import ArticleRejected, Unavailable
from newsdesk.fetch.client import Response
from newsdesk.fetch.feed_links import absolute
from newsdesk.fetch.feeds import ParsedFeed
from newsdesk.fetch.host_scheduler import HostBusy, HostScheduler, HostSession
from newsdesk.fetch.plan import FeedStatus, PollReason
from newsdesk.fetch.tables import FEEDS, SUBSCRIPTIONS

LEASE = dt.timedelta(days=10)
LONGEST_LEASE = dt.timedelta(days=90)
RENEWED_BEFORE = dt.timedelta(days=1)
REQUESTED_EVERY = dt.timedelta(hours=6)
"""Time after which an unconfirmed request is repeated."""

DELIVERY_GAP = dt.timedelta(seconds=10)
"""Shortest time between two polls of a feed, however many deliveries arrive."""

MAXIMUM_BYTES = 10_000_000
_SIGNATURE = re.compile(r"(sha1|sha256|sha384|sha512)=([0-9a-fA-F]{40,128})")
_LINK = re.compile(r"<([^<>]*)>([^<]*)")
_RELATION = re.compile(r";\s*rel\s*=\s*\"?([^\";,]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A hub of a feed, and the topic URL of the feed at that hub."""

    hub: str
    topic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A subscription of a feed at a hub.

    `path` is the last part of the callback URL, and `secret` the key for the signatures of deliveries. `lease_until` is None until the
    hub has confirmed the subscription.
    """

    feed_id: int
    hub: str
    topic: str
    path: str = dataclasses.field(repr=False)
    secret: str = dataclasses.field(repr=False)
    requested_at: dt.datetime | None = None
    lease_until: dt.datetime | None = None
    delivered_at: dt.datetime | None = None
    error: str | None = None

    def is_due(self, now: dt.datetime) -> bool:
        """Return whether it must be requested or renewed."""
        is_ending = self.lease_until is None or self.lease_until - now < RENEWED_BEFORE
        return is_ending and (self.requested_at is None or now - self.requested_at >= REQUESTED_EVERY)


def find_offer(response: Response, parsed: ParsedFeed) -> Offer | None:
    """Return the hub of a feed from the Link header or else from the feed itself (WebSub, 4); None if there is none."""
    named = _parse_link_header(response.headers.get("link", ""), response.url)
    hub = named.get("hub") or (parsed.hints.hubs[0] if parsed.hints.hubs else "")
    topic = named.get("self") or parsed.hints.topic or response.url
    return Offer(hub=hub, topic=topic) if hub else None


class Subscriber:
    """Requests subscriptions when feeds are polled. `public_url` is the URL under which hubs reach the search page."""

    def __init__(self, *, engine: sa.Engine, scheduler: HostScheduler, public_url: str, now: Callable[[], dt.datetime]) -> None:
        self._engine = engine
        self._scheduler = scheduler
        self._public_url = public_url.rstrip("/")
        self._now = now

    async def subscribe(self, feed_id: int, offer: Offer | None, session: HostSession) -> None:
        """Subscribe at the offered hub, or renew the known subscription. Failures are recorded and do not fail the poll."""
        known = await asyncio.to_thread(_find, self._engine, SUBSCRIPTIONS.c.feed_id == feed_id)
        wanted = _wanted(feed_id, known, offer)
        if wanted is None or not wanted.is_due(self._now()):
            return
        # Saved before it is requested: some hubs verify the callback before they respond.
        before = wanted.requested_at
        wanted = dataclasses.replace(wanted, requested_at=self._now(), error=None)
        await asyncio.to_thread(_save, self._engine, wanted)
        try:
            error = await self._request(wanted, session)
        except HostBusy as busy:
            # No request was made, since concurrent tasks poll feeds with the same hub. The next poll requests the subscription.
            await asyncio.to_thread(_save, self._engine, dataclasses.replace(wanted, requested_at=before, error=str(busy)))
            return
        if error:
            await asyncio.to_thread(_note_error, self._engine, feed_id, error)

    async def _request(self, wanted: Subscription, session: HostSession) -> str:
        form = {
            "hub.mode": "subscribe",
            "hub.topic": wanted.topic,
            "hub.callback": f"{self._public_url}/websub/{wanted.path}",
            "hub.secret": wanted.secret,
            "hub.lease_seconds": str(int(LEASE.total_seconds())),
        }
        try:
            response = await self._scheduler.post(wanted.hub, session, form=form)
        except HostBusy:
            raise
        except (Unavailable, ArticleRejected) as error:
            return str(error)
        return "" if 200 <= response.status < 300 else f"the hub responded with {response.status} {response.reason}".strip()


def is_known(engine: sa.Engine, path: str) -> bool:
    """Return whether this is the path of a subscription's callback."""
    return _find(engine, SUBSCRIPTIONS.c.path == path) is not None


def confirm(engine: sa.Engine, path: str, query: Mapping[str, str], *, now: dt.datetime) -> str | None:
    """Confirm a subscription to a hub: return the challenge for the response, or None if it was not requested (WebSub, 5.3).

    A denial by the hub is recorded.
    """
    known = _find(engine, SUBSCRIPTIONS.c.path == path)
    if known is None or query.get("hub.topic") != known.topic:
        return None
    if query.get("hub.mode") == "denied":
        _save(engine, dataclasses.replace(known, lease_until=None, error=f"denied: {query.get('hub.reason', 'no reason given')}"[:300]))
        return None
    if query.get("hub.mode") != "subscribe" or not query.get("hub.challenge") or known.requested_at is None:
        return None
    seconds = query.get("hub.lease_seconds", "")
    lease = dt.timedelta(seconds=int(seconds)) if re.fullmatch(r"[0-9]{1,9}", seconds) else LEASE
    _save(engine, dataclasses.replace(known, lease_until=now + min(lease, LONGEST_LEASE), error=None))
    return query["hub.challenge"]


def deliver(engine: sa.Engine, path: str, body: bytes, signature: str, *, now: dt.datetime) -> dt.datetime | None:
    """Make the feed of a delivery due, at least `DELIVERY_GAP` after its last poll; return when it is due (WebSub, 7).

    Return None if the path is unknown, the lease has expired, the signature is wrong, or the feed is disabled.
    """
    known = _find(engine, SUBSCRIPTIONS.c.path == path)
    if known is None or known.lease_until is None or known.lease_until <= now or not is_signed(body, signature, known.secret):
        return None
    with engine.begin() as connection:
        feed = connection.execute(sa.select(FEEDS.c.status, FEEDS.c.last_polled_at).where(FEEDS.c.id == known.feed_id)).one()
        due = max(now, feed.last_polled_at + DELIVERY_GAP) if feed.last_polled_at else now
        later = sa.and_(FEEDS.c.id == known.feed_id, FEEDS.c.status == FeedStatus.ACTIVE, FEEDS.c.next_poll_at > due)
        connection.execute(sa.update(FEEDS).where(later).values(next_poll_at=due, next_poll_reason=PollReason.PUSHED))
        connection.execute(sa.update(SUBSCRIPTIONS).where(SUBSCRIPTIONS.c.feed_id == known.feed_id).values(delivered_at=now))
    return due if feed.status == FeedStatus.ACTIVE else None


def is_signed(body: bytes, signature: str, secret: str) -> bool:
    """Return whether `X-Hub-Signature` is the HMAC of the body with this secret (WebSub, 7.1)."""
    given = _SIGNATURE.fullmatch(signature.strip())
    if given is None:
        return False
    return hmac.compare_digest(hmac.new(secret.encode(), body, getattr(hashlib, given[1])).hexdigest(), given[2].lower())


def _wanted(feed_id: int, known: Subscription | None, offer: Offer | None) -> Subscription | None:
    """Return the known subscription, or a new one if the feed names another hub or topic."""
    if offer is None or (known is not None and (known.hub, known.topic) == (offer.hub, offer.topic)):
        return known
    return Subscription(feed_id=feed_id, hub=offer.hub, topic=offer.topic, path=secrets.token_urlsafe(32), secret=secrets.token_urlsafe(32))


def _parse_link_header(header: str, base: str) -> dict[str, str]:
    """Return the URLs of a Link header by relation (RFC 8288)."""
    found: dict[str, str] = {}
    for target, parameters in _LINK.findall(header):
        relation = _RELATION.search(parameters)
        for name in relation[1].lower().split() if relation else ():
            found.setdefault(name, absolute(target, base))
    return found


def _find(engine: sa.Engine, chosen: sa.ColumnElement[bool]) -> Subscription | None:
    with engine.connect() as connection:
        row = connection.execute(sa.select(SUBSCRIPTIONS).where(chosen)).first()
    return Subscription(**row._mapping) if row else None


def _save(engine: sa.Engine, subscription: Subscription) -> None:
    row = dataclasses.asdict(subscription)
    with engine.begin() as connection:
        insert = insert_into(connection, SUBSCRIPTIONS).values(row)
        connection.execute(insert.on_conflict_do_update(index_elements=["feed_id"], set_=row))


def _note_error(engine: sa.Engine, feed_id: int, error: str) -> None:
    with engine.begin() as connection:
        connection.execute(sa.update(SUBSCRIPTIONS).where(SUBSCRIPTIONS.c.feed_id == feed_id).values(error=error[:300]))
