"""Sends pending articles to subscribers.

A message is recorded before it is sent and settled afterwards. After a process is killed in between, the same articles are sent again with
the same id: delivery is at least once and in order, and repeated messages can be recognised.
"""

import datetime as dt
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from newsdesk.errors import ArticleRejected, Unavailable
from newsdesk.fetch.source_names import SourceNames, load_source_names
from newsdesk.topics import subscriptions
from newsdesk.topics.channels import Senders
from newsdesk.topics.records import Channel, Match, Message, Subscription
from newsdesk.topics.saved import find_topic
from newsdesk.topics.schedule import due_at, retry_at

log = logging.getLogger(__name__)

MOST_ITEMS = {Channel.MAIL: 200, Channel.WEBHOOK: 200, Channel.SLACK: 40}
"""Maximum number of articles in a message; Slack truncates a text of more than 40,000 characters."""
LONGEST_RUN = dt.timedelta(minutes=3)
"""After this time no new message is started; the next run continues."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """The numbers of messages that were sent and that failed."""

    sent: int = 0
    failed: int = 0


def deliver(engine: sa.Engine, senders: Senders, *, page_url: str, now: Callable[[], dt.datetime]) -> Delivered:
    """Send all messages that are due. A message that fails is retried later, and does not delay the others.

    `page_url` is the address of the search page, for links; it may be empty.
    """
    waiting = subscriptions.list_waiting(engine, senders.keys())
    if not waiting:
        return Delivered()
    sent = failed = 0
    end = now() + LONGEST_RUN
    names = load_source_names(engine)
    for subscription_id in waiting:
        while now() < end and (is_sent := _send_next(engine, subscription_id, senders, names, page_url=page_url, now=now)) is not None:
            sent += is_sent
            failed += not is_sent
    return Delivered(sent, failed)


def _send_next(
    engine: sa.Engine, subscription_id: int, senders: Senders, names: SourceNames, *, page_url: str, now: Callable[[], dt.datetime]
) -> bool | None:
    """Send the next message of a subscription. Return whether it was sent; None if none is due, or if another process sends it."""
    subscription = subscriptions.claim(engine, subscription_id, now=now())
    if subscription is None:
        return None
    unsent = subscriptions.read_unsent(engine, subscription, most=MOST_ITEMS[subscription.channel])
    if not unsent:
        subscriptions.skip(engine, subscription)
        return None
    if not _is_due(subscription, unsent, now=now()):
        subscriptions.release(engine, subscription)
        return None
    until = unsent[-1].number
    message = _message(engine, subscription, unsent, names, page_url)
    subscriptions.begin(engine, subscription, until=until)
    try:
        senders[subscription.channel](subscription, message)
    except (Unavailable, ArticleRejected) as error:
        log.warning("topic %s: %s %s: %s", message.topic_name, subscription.channel, subscription.id, error)
        again = retry_at(subscription.failures + 1, now=now())
        subscriptions.fail(engine, subscription, str(error), retry_at=again)
        return False
    subscriptions.settle(engine, subscription, until=until, now=now())
    return True


def _is_due(subscription: Subscription, unsent: Sequence[Match], *, now: dt.datetime) -> bool:
    due = due_at(subscription.schedule, found_at=unsent[0].found_at, sent_at=subscription.sent_at, retry_at=subscription.retry_at)
    return due <= now


def _message(engine: sa.Engine, subscription: Subscription, unsent: Sequence[Match], names: SourceNames, page_url: str) -> Message:
    topic = find_topic(engine, subscription.topic_id)
    return Message(
        id=f"topic-{subscription.topic_id}-{subscription.id}-{unsent[-1].number}",
        topic_id=subscription.topic_id,
        topic_name=topic.name if topic else "",
        items=tuple(match.item for match in unsent),
        page=f"{page_url.rstrip('/')}/topics/{subscription.topic_id}" if page_url else "",
        names=names,
    )
