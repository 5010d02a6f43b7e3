"""Topics in the JSON API: queries, their articles with the user's marks, alerts and feeds; with the functions and rights of the pages."""

import datetime as dt
from dataclasses import dataclass
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from newsdesk.search.queries import SearchQuery
from newsdesk.search.queries import describe as describe_query
from newsdesk.settings import Settings
from newsdesk.topics import feeds, marks, matches, saved, schedule, subscriptions
from newsdesk.topics.matches import Shown
from newsdesk.topics.records import Channel, Item, MarkedMatch, Subscription, Topic
from newsdesk.topics.tables import LONGEST_NAME
from newsdesk.web.changes import name_subject
from newsdesk.web.identity import CurrentReader, Reader
from newsdesk.web.library import Library
from newsdesk.web.search_form import LONGEST_TEXT
from newsdesk.web.state import State
from newsdesk.web.topic_edit_page import EditedTopic, TopicForm, make_filled, set_filled
from newsdesk.web.topic_subscriptions_page import (
    SubscriptionForm,
    add_subscription,
    feed_root,
    find_own,
    list_own_feeds,
    list_own_subscriptions,
    revoke_own,
)
from newsdesk.web.topics_page import PAGE_SIZE, SeenTopic, may_edit

MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownTopic:
    """A topic that the user sees. `owner` is empty for one made by a command; `error` is why its query could not be run."""

    id: int
    name: str
    owner: str
    is_shared: bool
    query: str
    all_copies: bool
    unread: int
    may_edit: bool
    error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicArticle:
    """An article of a topic; a later match has a higher `number`. `is_news` is false for one that was indexed before the topic was made."""

    number: int
    found_at: dt.datetime
    is_news: bool
    read_at: dt.datetime | None
    starred_at: dt.datetime | None
    note: str
    article: Item


@dataclass(frozen=True, slots=True)
class TopicPage:
    articles: list[TopicArticle]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A subscription of the user. `address` is a mailbox, or only the host of a webhook; `secret` signs its messages, and is told once."""

    id: int
    channel: Channel
    address: str
    schedule: str
    unsent: int
    sent_at: dt.datetime | None
    failures: int
    error: str | None
    secret: str | None = None


@dataclass(frozen=True, slots=True)
class FeedAddress:
    """The secret URLs of a feed, which are read without a login."""

    token: str
    rss: str
    json: str


@dataclass(frozen=True, slots=True)
class Removed:
    removed: int


class Marks(BaseModel):
    """The marks of an article; those that are not given are kept."""

    read: bool | None = None
    starred: bool | None = None
    note: str | None = None


class Token(BaseModel):
    token: str


class Until(BaseModel):
    number: int = Field(ge=0, lt=2**31, description="Articles up to this one are marked as read: the `number` of the newest that was shown")


def add_topic_routes(router: APIRouter, library: Library, settings: Settings) -> None:
    _add_topics(router, library)
    _add_articles(router)
    _add_alerts(router, settings)
    _add_feeds(router, settings)


def _add_topics(router: APIRouter, library: Library) -> None:
    @router.get("/topics", tags=["topics"])
    def list_own_and_shared_topics(state: State, reader: CurrentReader) -> list[KnownTopic]:
        unread = matches.count_unread(state, reader.name)
        return [_known(topic, reader, unread.get(topic.id, 0)) for topic in saved.list_topics(state, user=reader.name)]

    @router.get("/topics/preview", tags=["topics"])
    def preview_topic(*, q: Annotated[str, Query(min_length=1, max_length=LONGEST_TEXT)], all_copies: bool = False) -> list[Item]:
        """The articles of the last week that a topic with this query would have told, newest first."""
        return library.preview_topic(SearchQuery(text=q, collapse=not all_copies))

    @router.post("/topics", tags=["topics"], status_code=201)
    def make_topic(request: Request, state: State, reader: CurrentReader, form: TopicForm) -> KnownTopic:
        name_subject(request, form.name[:LONGEST_NAME])
        made = make_filled(library, state, form, reader)
        return _known(made, reader, _count_unread(state, made, reader))

    @router.get("/topics/{topic_id}", tags=["topics"])
    def show_topic(state: State, reader: CurrentReader, topic: SeenTopic) -> KnownTopic:
        return _known(topic, reader, _count_unread(state, topic, reader))

    @router.post("/topics/{topic_id}", tags=["topics"])
    def change_topic(request: Request, state: State, reader: CurrentReader, topic: EditedTopic, form: TopicForm) -> KnownTopic:
        name_subject(request, topic.name)
        changed = set_filled(library, state, topic, form, reader)
        return _known(changed, reader, _count_unread(state, changed, reader))

    @router.post("/topics/{topic_id}/remove", tags=["topics"])
    def remove_topic(request: Request, state: State, topic: EditedTopic) -> Removed:
        name_subject(request, topic.name)
        saved.remove_topic(state, topic)
        return Removed(1)


def _add_articles(router: APIRouter) -> None:
    @router.get("/topics/{topic_id}/articles", tags=["topics"])
    def list_articles(
        state: State,
        reader: CurrentReader,
        topic: SeenTopic,
        shown: Shown = Shown.ALL,
        size: Annotated[int, Query(ge=1, le=MOST)] = PAGE_SIZE,
        cursor: Annotated[int | None, Query(ge=0, lt=2**31)] = None,
    ) -> TopicPage:
        """The latest match first."""
        found = matches.list_matches(state, topic.id, user=reader.name, shown=shown, before=cursor, most=size + 1)
        return TopicPage([_article(one) for one in found[:size]], str(found[size - 1].match.number) if len(found) > size else None)

    @router.post("/topics/{topic_id}/articles/{article_id}", tags=["topics"])
    def mark_article(
        request: Request, state: State, reader: CurrentReader, topic: SeenTopic, article_id: str, asked: Marks
    ) -> TopicArticle:
        """Mark an article as read, star it or write a note, for the user alone."""
        name_subject(request, f"{topic.name}: {article_id[:64]}: {', '.join(asked.model_dump(exclude_none=True))}")
        if matches.find_match(state, topic.id, article_id, user=reader.name) is None:
            raise HTTPException(404, "There is no such article in this topic")
        now = dt.datetime.now(dt.UTC)
        marks.mark_article(state, reader.name, article_id, is_read=asked.read, is_starred=asked.starred, note=asked.note, now=now)
        marked = matches.find_match(state, topic.id, article_id, user=reader.name)
        if marked is None:
            raise HTTPException(404, "There is no such article in this topic")
        return _article(marked)

    @router.post("/topics/{topic_id}/read", tags=["topics"])
    def mark_all_read(request: Request, state: State, reader: CurrentReader, topic: SeenTopic, until: Until) -> KnownTopic:
        name_subject(request, topic.name)
        marks.mark_all_read(state, reader.name, topic.id, until=until.number, now=dt.datetime.now(dt.UTC))
        return _known(topic, reader, _count_unread(state, topic, reader))


def _add_alerts(router: APIRouter, settings: Settings) -> None:
    @router.get("/topics/{topic_id}/subscriptions", tags=["topics"])
    def list_alerts_of_topic(state: State, reader: CurrentReader, topic: SeenTopic) -> list[Alert]:
        unsent = subscriptions.count_unsent(state)
        return [_alert(one, unsent[one.id].count if one.id in unsent else 0) for one in list_own_subscriptions(state, topic, reader)]

    @router.post("/topics/{topic_id}/subscriptions", tags=["topics"], status_code=201)
    def subscribe(request: Request, state: State, reader: CurrentReader, topic: SeenTopic, form: SubscriptionForm) -> Alert:
        name_subject(request, f"{topic.name}: {form.channel}")
        made = add_subscription(state, topic, form, reader, settings)
        return _alert(made, 0, secret=made.secret or None)

    @router.post("/topics/{topic_id}/subscriptions/{number}/remove", tags=["topics"])
    def unsubscribe(request: Request, state: State, reader: CurrentReader, topic: SeenTopic, number: int) -> Removed:
        name_subject(request, f"{topic.name}: {number}")
        subscriptions.unsubscribe(state, find_own(state, topic, reader, number))
        return Removed(1)


def _add_feeds(router: APIRouter, settings: Settings) -> None:
    @router.get("/topics/{topic_id}/feeds", tags=["topics"])
    def list_feeds_of_topic(request: Request, state: State, reader: CurrentReader, topic: SeenTopic) -> list[FeedAddress]:
        root = feed_root(request, settings)
        return [_address(feed, root) for feed in list_own_feeds(state, topic, reader)]

    @router.post("/topics/{topic_id}/feeds", tags=["topics"], status_code=201)
    def make_feed(request: Request, state: State, reader: CurrentReader, topic: SeenTopic) -> FeedAddress:
        name_subject(request, topic.name)
        made = feeds.add_feed(state, topic, owner=reader.name, now=dt.datetime.now(dt.UTC))
        return _address(made, feed_root(request, settings))

    @router.post("/topics/{topic_id}/feeds/revoke", tags=["topics"])
    def revoke_feed(request: Request, state: State, reader: CurrentReader, topic: SeenTopic, chosen: Token) -> Removed:
        name_subject(request, topic.name)
        return Removed(int(revoke_own(state, topic, reader, chosen.token)))


def _known(topic: Topic, reader: Reader, unread: int) -> KnownTopic:
    return KnownTopic(
        id=topic.id,
        name=topic.name,
        owner=topic.owner,
        is_shared=topic.is_shared,
        query=describe_query(topic.query),
        all_copies=not topic.query.collapse,
        unread=unread,
        may_edit=may_edit(topic, reader),
        error=topic.error,
    )


def _article(one: MarkedMatch) -> TopicArticle:
    return TopicArticle(
        number=one.match.number,
        found_at=one.match.found_at,
        is_news=one.match.is_news,
        read_at=one.mark.read_at,
        starred_at=one.mark.starred_at,
        note=one.mark.note,
        article=one.match.item,
    )


def _alert(one: Subscription, unsent: int, *, secret: str | None = None) -> Alert:
    return Alert(
        id=one.id,
        channel=one.channel,
        address=one.shown_address,
        schedule=schedule.describe(one.schedule),
        unsent=unsent,
        sent_at=one.sent_at,
        failures=one.failures,
        error=one.error,
        secret=secret,
    )


def _address(feed: feeds.TopicFeed, root: str) -> FeedAddress:
    return FeedAddress(feed.token, f"{root}/{feed.token}.rss", f"{root}/{feed.token}.json")


def _count_unread(state: sa.Engine, topic: Topic, reader: Reader) -> int:
    return matches.count_unread(state, reader.name).get(topic.id, 0)
