"""Feeds of a topic. Each URL contains a secret token, and can be read without a login until it is revoked."""

import datetime as dt
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from newsdesk.fetch.source_names import SourceNames
from newsdesk.search.rss import RssItem, write_rss
from newsdesk.topics.records import Match, Topic
from newsdesk.topics.saved import find_topic
from newsdesk.topics.tables import FEEDS

MOST_ITEMS = 100
RSS = "application/rss+xml; charset=utf-8"
JSON_FEED = "application/feed+json"


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicFeed:
    """A URL of a topic's feed; its last part is `token`."""

    token: str = field(repr=False)
    topic_id: int
    owner: str
    made_at: dt.datetime


def add_feed(engine: sa.Engine, topic: Topic, *, owner: str, now: dt.datetime) -> TopicFeed:
    feed = TopicFeed(token=secrets.token_urlsafe(32), topic_id=topic.id, owner=owner, made_at=now)
    with engine.begin() as connection:
        connection.execute(sa.insert(FEEDS).values(token=feed.token, topic_id=topic.id, owner=owner, made_at=now))
    return feed


def list_feeds(engine: sa.Engine, topic_id: int) -> list[TopicFeed]:
    with engine.connect() as connection:
        rows = connection.execute(sa.select(FEEDS).where(FEEDS.c.topic_id == topic_id).order_by(FEEDS.c.made_at)).mappings()
        return [TopicFeed(**row) for row in rows]


def revoke_feed(engine: sa.Engine, topic_id: int, token: str) -> bool:
    """Invalidate the URL with this token; return False if the topic has none."""
    with engine.begin() as connection:
        return bool(connection.execute(sa.delete(FEEDS).where(FEEDS.c.topic_id == topic_id, FEEDS.c.token == token)).rowcount)


def find_topic_of_feed(engine: sa.Engine, token: str) -> Topic | None:
    """Return the topic whose feed has this token; None if the token is unknown or was revoked."""
    with engine.connect() as connection:
        topic_id = connection.scalar(sa.select(FEEDS.c.topic_id).where(FEEDS.c.token == token))
    return None if topic_id is None else find_topic(engine, topic_id)


def to_rss(topic: Topic, matches: Sequence[Match], *, address: str, page: str, names: SourceNames) -> str:
    """Return an RSS 2.0 document; `address` is its URL, `page` that of the topic's page, `names` those of sources."""
    items = (
        RssItem(
            id=match.item.article_id,
            url=match.item.url,
            title=match.item.title,
            text=match.item.lead,
            published_at=match.item.dated_at,
            categories=(names.name(match.item.source),),
        )
        for match in matches
    )
    description = f"Articles of the topic {topic.name}"
    built_at = matches[0].found_at if matches else None
    return write_rss(items, title=topic.name, link=page, description=description, built_at=built_at, self_url=address)


def to_json_feed(topic: Topic, matches: Sequence[Match], *, address: str, page: str, names: SourceNames) -> str:
    """Return a JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1)."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": topic.name,
        "home_page_url": page,
        "feed_url": address,
        "items": [
            {
                "id": match.item.article_id,
                "url": match.item.url,
                "title": match.item.title,
                "content_text": match.item.lead,
                "date_published": match.item.dated_at.isoformat(),
                **({"language": match.item.language} if match.item.language else {}),
                "authors": [{"name": names.name(match.item.source)}],
            }
            for match in matches
        ],
    }
    return json.dumps(feed, ensure_ascii=False)
