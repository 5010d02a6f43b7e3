"""The records of topics."""

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

from newsdesk.search.queries import SearchQuery
from newsdesk.topics.schedule import Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A saved query.

    `owner` is the user who made it, empty for one made by a command; a shared one is seen by everybody. `changed_at` is when its query
    was set, `filled_at` when the articles of the week before were listed for that query, `asked_at` when it was last asked. `error` says
    why it could not be asked then.
    """

    id: int
    owner: str
    name: str
    is_shared: bool
    query: SearchQuery
    changed_at: dt.datetime
    filled_at: dt.datetime | None = None
    asked_at: dt.datetime | None = None
    error: str | None = None

    def is_seen_by(self, user: str) -> bool:
        return self.is_shared or self.owner == user


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An article as a topic lists it. `lead` is the beginning of its text, `dated_at` its publication, or else its first sight."""

    article_id: str
    story_id: str
    title: str
    url: str
    source: str
    language: str
    lead: str
    dated_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """An article that a topic found. A later match has a higher `number`.

    `is_news` is False for an article that was there already when the topic was made or its query changed: nobody is told of it.
    """

    number: int
    item: Item
    found_at: dt.datetime
    is_news: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """What a user made of an article."""

    read_at: dt.datetime | None = None
    starred_at: dt.datetime | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class MarkedMatch:
    match: Match
    mark: Mark


class Channel(StrEnum):
    """The means by which a subscriber is told."""

    MAIL = "mail"
    WEBHOOK = "webhook"
    SLACK = "slack"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """Somebody who is told of a topic's articles: `address` is that of the mailbox or of the webhook; `secret` signs a webhook's messages.

    All matches up to the number `told_until` have been told. A message that was begun and not settled ends with the match
    `sending_until`. `failures` counts the attempts since the last success; nothing is sent before `retry_at`.
    """

    id: int
    topic_id: int
    owner: str
    channel: Channel
    address: str = field(repr=False)
    secret: str = field(repr=False)
    schedule: Schedule
    told_until: int = 0
    sending_until: int | None = None
    sent_at: dt.datetime | None = None
    failures: int = 0
    retry_at: dt.datetime | None = None
    error: str | None = None

    @property
    def shown_address(self) -> str:
        """A mailbox, or the host of a webhook, whose whole address is a secret."""
        return self.address if self.channel is Channel.MAIL else urlsplit(self.address).hostname or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is sent at once. `id` is the same whenever the message is repeated. `page` is the address of the topic's page, or empty."""

    id: str
    topic_id: int
    topic_name: str
    items: tuple[Item, ...]
    page: str = ""
