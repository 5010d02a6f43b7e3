"""Feeds of a topic. Each URL contains a secret token, and can be read without a login until it is revoked."""

import datetime as dt
import html
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.utils import format_datetime
from xml.etree import ElementTree

import sqlalchemy as sa

from newsdesk.search.export import put
from newsdesk.topics.records import Match, Topic
from newsdesk.topics.saved import find_topic
from newsdesk.topics.tables import FEEDS

MOST_ITEMS = 100
RSS = "application/rss+xml; charset=utf-8"
JSON_FEED = "application/feed+json"
_ATOM = "http://www.w3.org/2005/Atom"
ElementTree.register_namespace("atom", _ATOM)


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


def to_rss(topic: Topic, matches: Sequence[Match], *, address: str, page: str) -> str:
    """Return an RSS 2.0 document; `address` is its URL, `page` that of the topic's page."""
    rss = ElementTree.Element("rss", version="2.0")
    channel = ElementTree.SubElement(rss, "channel")
    put(channel, "title", topic.name)
    put(channel, "link", page)
    put(channel, "description", f"Articles of the topic {topic.name}")
    ElementTree.SubElement(channel, f"{{{_ATOM}}}link", href=address, rel="self", type="application/rss+xml")
    if matches:
        put(channel, "lastBuildDate", format_datetime(matches[0].found_at))
    for match in matches:
        item = ElementTree.SubElement(channel, "item")
        put(item, "title", match.item.title)
        put(item, "link", match.item.url)
        put(item, "guid", match.item.article_id).set("isPermaLink", "false")
        # Feed readers interpret a description as HTML, but a lead is plain text.
        put(item, "description", html.escape(match.item.lead, quote=False))
        put(item, "pubDate", format_datetime(match.item.dated_at))
        put(item, "category", match.item.source)
    ElementTree.indent(rss)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(rss, encoding="unicode") + "\n"


def to_json_feed(topic: Topic, matches: Sequence[Match], *, address: str, page: str) -> str:
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
                "authors": [{"name": match.item.source}],
            }
            for match in matches
        ],
    }
    return json.dumps(feed, ensure_ascii=False)
