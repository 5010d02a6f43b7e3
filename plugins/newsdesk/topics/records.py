"""The records of topics."""

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

from newsdesk.fetch.source_names import NO_NAMES, SourceNames
from newsdesk.search.queries import SearchQuery
from newsdesk.topics.schedule import Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A saved query.

    `owner` is the user who made it, empty for one made by a command; a shared topic is visible to all users. `changed_at` is when its
    query was set, `filled_at` when the articles of the week before were listed for that query, `asked_at` when it was last run.
    `error` is the reason why it could not be run then.
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
    """An article in a topic. `lead` is the start of its text, `dated_at` the time of its publication, or else of its first capture."""

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
    """An article that a topic matched. A later match has a higher `number`.

    `is_news` is False for an article that was indexed before the topic was made or its query changed: it is not sent to subscribers.
    """

    number: int
    item: Item
    found_at: dt.datetime
    is_news: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """A user's marks of an article."""

    read_at: dt.datetime | None = None
    starred_at: dt.datetime | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class MarkedMatch:
    match: Match
    mark: Mark


class Channel(StrEnum):
    """The means by which messages are sent."""

    MAIL = "mail"
    WEBHOOK = "webhook"
    SLACK = "slack"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A subscriber of a topic's articles: `address` is the mailbox or the webhook's URL; `secret` signs a webhook's messages.

    All matches up to the number `told_until` have been sent. A message that was started and not settled ends with the match
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
        """The mailbox, or only the host of a webhook, whose URL is secret."""
        return self.address if self.channel is Channel.MAIL else urlsplit(self.address).hostname or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message to a subscriber. `id` is the same if it is sent again. `page` is the URL of the topic's page, or empty.

    `names` are those of the articles' sources.
    """

    id: str
    topic_id: int
    topic_name: str
    items: tuple[Item, ...]
    page: str = ""
    names: SourceNames = NO_NAMES
