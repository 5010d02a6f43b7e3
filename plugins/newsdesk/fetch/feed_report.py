"""The report of `newsdesk feeds show`: recent polls of a feed, the reason for the time of the next poll, and its failing pages."""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from newsdesk.fetch.plan import PastAnswer, PollReason
from newsdesk.fetch.state import FeedHealth, is_failing, is_named, list_feeds, past_answers
from newsdesk.fetch.tables import FEEDS, HOSTS, PAGES

PAGES_SHOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class FailingPage:
    """A page whose last fetch failed, and which is retried at `next_fetch_at`."""

    url: str
    failures: int
    error: str
    next_fetch_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedReport:
    """State of one feed.

    `host_paused_until` is set while requests to its host are paused. `pages_waiting` counts pages that were never fetched.
    `failing_pages` has the `PAGES_SHOWN` pages that failed most often.
    """

    health: FeedHealth
    next_poll_reason: PollReason | None
    has_login: bool
    host_paused_until: dt.datetime | None
    answers: tuple[PastAnswer, ...]
    pages_waiting: int
    failing_pages: tuple[FailingPage, ...]


def report_feeds(engine: sa.Engine, feed: str, *, now: dt.datetime) -> list[FeedReport]:
    """Return reports of the feeds with this id, URL or source."""
    query = sa.select(FEEDS, HOSTS.c.paused_until).outerjoin(HOSTS, HOSTS.c.host == FEEDS.c.host).order_by(FEEDS.c.id)
    health = {feed.id: feed for feed in list_feeds(engine, now=now)}
    with engine.connect() as connection:
        return [
            FeedReport(
                health=health[row.id],
                next_poll_reason=PollReason(row.next_poll_reason) if row.next_poll_reason else None,
                has_login=row.authorization is not None,
                host_paused_until=row.paused_until if row.paused_until and row.paused_until > now else None,
                answers=past_answers(row.answers),
                pages_waiting=_count_waiting(connection, row.id),
                failing_pages=_failing_pages(connection, row.id),
            )
            for row in connection.execute(query.where(is_named(connection, feed))).all()
        ]


def _count_waiting(connection: sa.Connection, feed_id: int) -> int:
    waiting = sa.and_(PAGES.c.feed_id == feed_id, PAGES.c.visits == 0, PAGES.c.next_fetch_at.is_not(None))
    return connection.scalar(sa.select(sa.func.count()).where(waiting)) or 0


def _failing_pages(connection: sa.Connection, feed_id: int) -> tuple[FailingPage, ...]:
    query = sa.select(PAGES).where(PAGES.c.feed_id == feed_id, is_failing()).order_by(PAGES.c.failures.desc(), PAGES.c.id)
    return tuple(
        FailingPage(url=row.url, failures=row.failures, error=row.last_error or "", next_fetch_at=row.next_fetch_at)
        for row in connection.execute(query.limit(PAGES_SHOWN))
    )
