"""Subscribers of topics. The pending articles of a subscriber are the topic's news after the last match that was sent."""

import base64
import datetime as dt
import secrets
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from newsdesk.errors import SetupError
from newsdesk.topics.matches import read_match
from newsdesk.topics.records import Channel, Match, Subscription, Topic
from newsdesk.topics.schedule import Rhythm, Schedule
from newsdesk.topics.tables import MATCHES, SUBSCRIPTIONS

LEASE = dt.timedelta(minutes=5)
"""Maximum time of a process for one message; afterwards another process sends it again."""


@dataclass(frozen=True, slots=True)
class Unsent:
    """The pending articles of a subscriber: their number, and when the first of them was found."""

    count: int
    since: dt.datetime | None


def subscribe(engine: sa.Engine, topic: Topic, channel: Channel, address: str, schedule: Schedule, *, owner: str) -> Subscription:
    """Add a subscriber of articles that are found from now on. `channels.check_address` must have checked the address."""
    row = {
        "topic_id": topic.id,
        "owner": owner,
        "channel": channel.value,
        "address": address,
        "secret": _new_secret() if channel is Channel.WEBHOOK else "",
        "failures": 0,
        **_schedule_row(schedule),
    }
    last = sa.select(sa.func.coalesce(sa.func.max(MATCHES.c.number), 0)).where(MATCHES.c.topic_id == topic.id).scalar_subquery()
    with engine.begin() as connection:
        added = sa.insert(SUBSCRIPTIONS).values(**row, told_until=last).returning(SUBSCRIPTIONS.c.id)
        number = connection.execute(added).scalar_one()
    return read_subscription(engine, number)


def reschedule(engine: sa.Engine, subscription: Subscription, schedule: Schedule) -> None:
    with engine.begin() as connection:
        connection.execute(sa.update(SUBSCRIPTIONS).where(SUBSCRIPTIONS.c.id == subscription.id).values(_schedule_row(schedule)))


def unsubscribe(engine: sa.Engine, subscription: Subscription) -> None:
    with engine.begin() as connection:
        connection.execute(sa.delete(SUBSCRIPTIONS).where(SUBSCRIPTIONS.c.id == subscription.id))


def read_subscription(engine: sa.Engine, subscription_id: int) -> Subscription:
    """Return the subscription with this number. Raises SetupError if there is none."""
    with engine.connect() as connection:
        row = connection.execute(sa.select(SUBSCRIPTIONS).where(SUBSCRIPTIONS.c.id == subscription_id)).mappings().first()
    if row is None:
        raise SetupError(f"there is no subscription {subscription_id}", "`newsdesk topics show NAME` shows a topic's subscriptions")
    return _subscription(row)


def list_subscriptions(engine: sa.Engine, topic_id: int | None = None) -> list[Subscription]:
    """Return all subscriptions, or those of a topic, in the order in which they were made."""
    query = sa.select(SUBSCRIPTIONS).order_by(SUBSCRIPTIONS.c.id)
    if topic_id is not None:
        query = query.where(SUBSCRIPTIONS.c.topic_id == topic_id)
    with engine.connect() as connection:
        return [_subscription(row) for row in connection.execute(query).mappings()]


def list_waiting(engine: sa.Engine, channels: Collection[Channel]) -> list[int]:
    """Return the subscriptions of these channels that have pending articles."""
    owed = sa.exists().where(_owed())
    query = sa.select(SUBSCRIPTIONS.c.id).where(SUBSCRIPTIONS.c.channel.in_([channel.value for channel in channels]), owed)
    with engine.connect() as connection:
        return list(connection.scalars(query.order_by(SUBSCRIPTIONS.c.id)))


def count_unsent(engine: sa.Engine) -> dict[int, Unsent]:
    """Return the pending articles of each subscriber that has some."""
    query = sa.select(SUBSCRIPTIONS.c.id, sa.func.count(MATCHES.c.number), sa.func.min(MATCHES.c.found_at)).join(MATCHES, _owed())
    with engine.connect() as connection:
        return {number: Unsent(count, since) for number, count, since in connection.execute(query.group_by(SUBSCRIPTIONS.c.id))}


def claim(engine: sa.Engine, subscription_id: int, *, now: dt.datetime) -> Subscription | None:
    """Lock the subscription for the time of a lease and return it; None if another process has it, or if it was removed."""
    free = sa.or_(SUBSCRIPTIONS.c.lease_until.is_(None), SUBSCRIPTIONS.c.lease_until <= now)
    with engine.begin() as connection:
        leased = sa.update(SUBSCRIPTIONS).where(SUBSCRIPTIONS.c.id == subscription_id, free).values(lease_until=now + LEASE)
        if not connection.execute(leased).rowcount:
            return None
        row = connection.execute(sa.select(SUBSCRIPTIONS).where(SUBSCRIPTIONS.c.id == subscription_id)).mappings().one()
    return _subscription(row)


def release(engine: sa.Engine, subscription: Subscription) -> None:
    _update(engine, subscription, lease_until=None)


def skip(engine: sa.Engine, subscription: Subscription) -> None:
    """Skip a message that was started if the topic no longer has its articles."""
    _update(engine, subscription, told_until=subscription.sending_until or subscription.told_until, sending_until=None, lease_until=None)


def read_unsent(engine: sa.Engine, subscription: Subscription, *, most: int) -> list[Match]:
    """Return the subscriber's first pending matches in order; those of a started message if there is one."""
    query = sa.select(MATCHES).where(
        MATCHES.c.topic_id == subscription.topic_id, MATCHES.c.number > subscription.told_until, MATCHES.c.is_news
    )
    if subscription.sending_until is not None:
        query = query.where(MATCHES.c.number <= subscription.sending_until)
    with engine.connect() as connection:
        return [read_match(row) for row in connection.execute(query.order_by(MATCHES.c.number).limit(most)).mappings()]


def begin(engine: sa.Engine, subscription: Subscription, *, until: int) -> None:
    """Record the content of a message before it is sent, so that the same message is sent again if it is never settled."""
    _update(engine, subscription, sending_until=until)


def settle(engine: sa.Engine, subscription: Subscription, *, until: int, now: dt.datetime) -> None:
    """Record that all matches up to this number were sent to the subscriber."""
    _update(
        engine, subscription, told_until=until, sending_until=None, sent_at=now, failures=0, retry_at=None, error=None, lease_until=None
    )


def fail(engine: sa.Engine, subscription: Subscription, error: str, *, retry_at: dt.datetime) -> None:
    """Record that a message could not be sent, and when it is retried."""
    _update(engine, subscription, failures=subscription.failures + 1, retry_at=retry_at, error=error, lease_until=None)


def _update(engine: sa.Engine, subscription: Subscription, **values: object) -> None:
    with engine.begin() as connection:
        connection.execute(sa.update(SUBSCRIPTIONS).where(SUBSCRIPTIONS.c.id == subscription.id).values(values))


def _owed() -> sa.ColumnElement[bool]:
    return sa.and_(MATCHES.c.topic_id == SUBSCRIPTIONS.c.topic_id, MATCHES.c.number > SUBSCRIPTIONS.c.told_until, MATCHES.c.is_news)


def _new_secret() -> str:
    """Return a secret of Standard Webhooks: 24 to 64 random bytes, in base64 after `whsec_`."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"


def _schedule_row(schedule: Schedule) -> dict[str, object]:
    return {
        "rhythm": schedule.rhythm.value,
        "daily_at": f"{schedule.daily_at:%H:%M}",
        "quiet_from": f"{schedule.quiet_from:%H:%M}" if schedule.quiet_from else "",
        "quiet_until": f"{schedule.quiet_until:%H:%M}" if schedule.quiet_until else "",
        "gap_minutes": schedule.gap // dt.timedelta(minutes=1),
        "time_zone": schedule.time_zone,
    }


def _subscription(row: sa.RowMapping) -> Subscription:
    schedule = Schedule(
        rhythm=Rhythm(row["rhythm"]),
        daily_at=dt.time.fromisoformat(row["daily_at"]),
        quiet_from=_time(row["quiet_from"]),
        quiet_until=_time(row["quiet_until"]),
        gap=dt.timedelta(minutes=row["gap_minutes"]),
        time_zone=row["time_zone"],
    )
    same = ("id", "topic_id", "owner", "address", "secret", "told_until", "sending_until", "sent_at", "failures", "retry_at", "error")
    return Subscription(channel=Channel(row["channel"]), schedule=schedule, **{name: row[name] for name in same})


def _time(text: str) -> dt.time | None:
    return dt.time.fromisoformat(text) if text else None
