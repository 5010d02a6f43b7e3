"""Feeds of a topic in both formats."""

import datetime as dt
import json
from xml.etree import ElementTree

import feedparser

from newsdesk.fetch.source_names import SourceNames
from newsdesk.search.queries import SearchQuery
from newsdesk.topics.feeds import to_json_feed, to_rss
from newsdesk.topics.records import Item, Match, Topic

NOW = dt.datetime(2026, 11, 24, 12, 5, tzinfo=dt.UTC)
ADDRESS, PAGE = "https://desk.example/newsdesk/feeds/t0ken.rss", "https://desk.example/newsdesk/topics/1"
NAMES = SourceNames({"mp": "Marlow Post"})
HOSTILE = "<script>alert(1)</script> & \x00\ud83d end"


def topic(name: str = "Ports") -> Topic:
    return Topic(id=1, owner="ines", name=name, is_shared=False, query=SearchQuery(text="harbour"), changed_at=NOW)


def match(title: str = "Ferry leaves", lead: str = "At noon.") -> Match:
    url = "https://news.example/1?a=1&b=2"
    item = Item(article_id="a1", story_id="a1", title=title, url=url, source="mp", language="en", lead=lead, dated_at=NOW)
    return Match(number=7, item=item, found_at=NOW, is_news=True)


def test_rss_is_read_by_a_feed_reader_and_names_its_own_address() -> None:
    read = feedparser.parse(to_rss(topic(), [match()], address=ADDRESS, page=PAGE, names=NAMES))
    assert not read.bozo
    assert (read.version, read.feed.title, read.feed.link) == ("rss20", "Ports", PAGE)
    assert [(link.rel, link.href) for link in read.feed.links if link.rel == "self"] == [("self", ADDRESS)]
    (entry,) = read.entries
    assert (entry.id, entry.link, entry.title, entry.summary) == ("a1", "https://news.example/1?a=1&b=2", "Ferry leaves", "At noon.")
    assert [tag.term for tag in entry.tags] == ["Marlow Post"]
    assert entry.published == "Tue, 24 Nov 2026 12:05:00 +0000"


def test_json_feed_has_what_version_1_1_asks_for() -> None:
    feed = json.loads(to_json_feed(topic(), [match()], address=ADDRESS, page=PAGE, names=NAMES))
    assert (feed["version"], feed["title"]) == ("https://jsonfeed.org/version/1.1", "Ports")
    assert (feed["feed_url"], feed["home_page_url"]) == (ADDRESS, PAGE)
    (item,) = feed["items"]
    assert item["authors"] == [{"name": "Marlow Post"}]
    assert (item["id"], item["url"], item["date_published"]) == ("a1", "https://news.example/1?a=1&b=2", "2026-11-24T12:05:00+00:00")


def test_hostile_text_breaks_neither_format() -> None:
    rss = ElementTree.fromstring(to_rss(topic(HOSTILE), [match(HOSTILE, HOSTILE)], address=ADDRESS, page=PAGE, names=NAMES))
    assert rss.findtext("channel/item/title") == "<script>alert(1)</script> &  end"
    assert rss.findtext("channel/item/description") == "&lt;script&gt;alert(1)&lt;/script&gt; &amp;  end"
    assert "\x00" not in to_json_feed(topic(HOSTILE), [match(HOSTILE, HOSTILE)], address=ADDRESS, page=PAGE, names=NAMES)


def test_a_topic_without_articles_is_an_empty_feed() -> None:
    assert feedparser.parse(to_rss(topic(), [], address=ADDRESS, page=PAGE, names=NAMES)).entries == []
    assert json.loads(to_json_feed(topic(), [], address=ADDRESS, page=PAGE, names=NAMES))["items"] == []
