"""WebSub (https://www.w3.org/TR/websub/): subscriptions at the hubs that feeds name. A delivery makes its feed due at once.

What a hub delivers is never read: the feed is polled as always, so a hub cannot put words into a publisher's mouth. A
subscription is requested by a poll, confirmed by the hub at a callback, and renewed before its lease ends.
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
from newsdesk.fetch.client import Answer
from newsdesk.fetch.feed_links import absolute
from newsdesk.fetch.feeds import ParsedFeed
from newsdesk.fetch.host_scheduler import HostBusy, HostScheduler, HostSession
from newsdesk.fetch.plan import FeedStatus, PollReason
from newsdesk.fetch.tables import FEEDS, SUBSCRIPTIONS

LEASE = dt.timedelta(days=10)
LONGEST_LEASE = dt.timedelta(days=90)
RENEWED_BEFORE = dt.timedelta(days=1)
REQUESTED_EVERY = dt.timedelta(hours=6)
"""A request that no hub has confirmed is repeated after this time."""

DELIVERY_GAP = dt.timedelta(seconds=10)
"""However many deliveries arrive, the feed is due this long after its last poll at the earliest."""

MAXIMUM_BYTES = 10_000_000
_SIGNATURE = re.compile(r"(sha1|sha256|sha384|sha512)=([0-9a-fA-F]{40,128})")
_LINK = re.compile(r"<([^<>]*)>([^<]*)")
_RELATION = re.compile(r";\s*rel\s*=\s*\"?([^\";,]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The hub of a feed, and the address by which the hub knows the feed."""

    hub: str
    topic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """`path` is the last part of the callback's address, `secret` signs deliveries. `lease_until` is None until the hub confirms."""

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
        """Whether it is to be requested, for the first time or again."""
        is_ending = self.lease_until is None or self.lease_until - now < RENEWED_BEFORE
        return is_ending and (self.requested_at is None or now - self.requested_at >= REQUESTED_EVERY)


def find_offer(answer: Answer, parsed: ParsedFeed) -> Offer | None:
    """Return the hub that the answer's Link header or the feed itself names; the header takes precedence (WebSub, 4)."""
    named = _linked(answer.headers.get("link", ""), answer.url)
    hub = named.get("hub") or (parsed.hints.hubs[0] if parsed.hints.hubs else "")
    topic = named.get("self") or parsed.hints.topic or answer.url
    return Offer(hub=hub, topic=topic) if hub else None


class Subscriber:
    """Requests subscriptions while feeds are polled. `public_url` is where hubs reach the search page."""

    def __init__(self, *, engine: sa.Engine, scheduler: HostScheduler, public_url: str, now: Callable[[], dt.datetime]) -> None:
        self._engine = engine
        self._scheduler = scheduler
        self._public_url = public_url.rstrip("/")
        self._now = now

    async def keep(self, feed_id: int, offer: Offer | None, session: HostSession) -> None:
        """Request the subscription that is offered, or renew the known one. A failure is recorded and fails no poll."""
        known = await asyncio.to_thread(_find, self._engine, SUBSCRIPTIONS.c.feed_id == feed_id)
        wanted = _wanted(feed_id, known, offer)
        if wanted is None or not wanted.is_due(self._now()):
            return
        # Saved before it is requested: some hubs verify the callback before they answer.
        before = wanted.requested_at
        wanted = dataclasses.replace(wanted, requested_at=self._now(), error=None)
        await asyncio.to_thread(_save, self._engine, wanted)
        try:
            error = await self._request(wanted, session)
        except HostBusy as busy:
            # Nothing was requested: many feeds share a hub, and the tasks of a run poll side by side. The next poll requests it.
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
            answer = await self._scheduler.post(wanted.hub, session, form=form)
        except HostBusy:
            raise
        except (Unavailable, ArticleRejected) as error:
            return str(error)
        return "" if 200 <= answer.status < 300 else f"the hub answered {answer.status} {answer.reason}".strip()


def is_known(engine: sa.Engine, path: str) -> bool:
    """Whether this is the path of a subscription's callback."""
    return _find(engine, SUBSCRIPTIONS.c.path == path) is not None


def confirm(engine: sa.Engine, path: str, query: Mapping[str, str], *, now: dt.datetime) -> str | None:
    """Return the challenge to answer a hub's verification with; None where nothing was requested like that (WebSub, 5.3).

    A denial is recorded.
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
    """Make the feed of a delivery due and return when it is.

    None where the path is unknown, the lease is over, the signature is wrong (WebSub, 7) or the feed is switched off.

    A delivery that is repeated makes the feed due once more, and no earlier than `DELIVERY_GAP` after its last poll.
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
    """Whether `X-Hub-Signature` is the HMAC of the body with this secret (WebSub, 7.1)."""
    given = _SIGNATURE.fullmatch(signature.strip())
    if given is None:
        return False
    return hmac.compare_digest(hmac.new(secret.encode(), body, getattr(hashlib, given[1])).hexdigest(), given[2].lower())


def _wanted(feed_id: int, known: Subscription | None, offer: Offer | None) -> Subscription | None:
    """The known subscription, or a new one where the feed names another hub or topic."""
    if offer is None or (known is not None and (known.hub, known.topic) == (offer.hub, offer.topic)):
        return known
    return Subscription(feed_id=feed_id, hub=offer.hub, topic=offer.topic, path=secrets.token_urlsafe(32), secret=secrets.token_urlsafe(32))


def _linked(header: str, base: str) -> dict[str, str]:
    """The addresses of a Link header by their relation (RFC 8288)."""
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
