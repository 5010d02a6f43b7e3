"""Topics, desk and entities with ordinary and hostile content: no barrier that axe-core finds, and nothing wider than the screen."""

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest

from captures import write_captures
from newsdesk.errors import Reason, Stage
from newsdesk.fetch.state import add_feed, list_feeds, remove_feeds
from newsdesk.ops.alerts import record_problems
from newsdesk.ops.freshness import AlertRule, Problem
from newsdesk.records import DeadLetter
from newsdesk.search.queries import SearchQuery
from newsdesk.store.dead_letters import drop_dead_letters, list_dead_letters, record_dead_letters
from newsdesk.topics.feeds import add_feed as add_topic_feed
from newsdesk.topics.marks import mark_article
from newsdesk.topics.matches import record_matches
from newsdesk.topics.records import Channel, Item
from newsdesk.topics.saved import remove_topic, save_topic
from newsdesk.topics.schedule import Schedule
from newsdesk.topics.subscriptions import subscribe
from stack.browser import PICTURES, violations
from stack.newsroom import ARABIC, HOSTILE, NOW, Newsroom, Open

PARTITION = "2026-11-24T1205"
PAGES = {
    "topics": "/topics",
    "topic": "/topics/{topic}?shown=all",
    "topic-new": "/topics/new?q=harbour",
    "topic-edit": "/topics/{topic}/edit",
    "topic-alerts": "/topics/{topic}/subscriptions",
    "topic-refused": "/topics/new?q=colour:blue",
    "entities": "/entities",
    "entity": "/entities/entity?name=Ana+Duarte&type=person",
    "entity-place": "/entities/entity?name=Madrid&type=place",
    "entity-unknown": "/entities/entity?name=Duarte",
    "desk": "/desk/",
    "feeds": "/desk/feeds",
    "failures": "/desk/failures",
    "cause": "/desk/failures/cause?stage=enrich&reason=bug&detail=the+page+has+no+end",
    "backfills": f"/desk/backfills?since={PARTITION[:10]}",
    "retention": "/desk/retention",
    "audit": "/desk/audit",
}


@pytest.fixture
def full(newsroom: Newsroom) -> Iterator[int]:
    """A newsroom that has something to show on each page, hostile content included. Returns the number of a topic."""
    engine = newsroom.engine
    topic = save_topic(engine, "Ports <script>", SearchQuery(text="harbour"), owner="ada", now=NOW)
    given = {"url": "javascript:alert(1)", "source": "Courier", "lead": "At noon.", "dated_at": NOW}
    items = [
        Item(article_id="plain", story_id="plain", title="Ship is late", language="en", **given),
        Item(article_id="arabic", story_id="arabic", title=ARABIC[:30], language="ar", **{**given, "lead": ARABIC}),
        Item(article_id="attack", story_id="attack", title=HOSTILE * 400, language="en", **{**given, "source": HOSTILE, "lead": "x" * 300}),
    ]
    record_matches(engine, topic, items, is_news=True, now=NOW)
    mark_article(engine, "ada", "plain", is_read=True, is_starred=True, note=HOSTILE, now=NOW)
    subscribe(engine, topic, Channel.MAIL, f"{'x' * 60}@example.org", Schedule(), owner="ada")
    add_topic_feed(engine, topic, owner="ada", now=NOW)
    add_feed(engine, f"{newsroom.site.url}/feed.xml", title=HOSTILE[:200], now=NOW)
    problems = [Problem(rule=AlertRule.SILENCE, subject="Courier", message=HOSTILE)]
    record_problems(engine, problems, rules=set(AlertRule), channels=["log"], now=NOW)
    if not newsroom.archive.exists(f"raw/{PARTITION}/shard-0.json"):
        write_captures(newsroom.archive, PARTITION, [("https://example.org/1", b"x"), ("https://example.org/2", b"y")])
    letter = DeadLetter(
        stage=Stage.ENRICH,
        url=f"https://example.org/{'long' * 60}",
        capture=None,
        page_id="p1",
        partition=PARTITION,
        reason=Reason.BUG,
        detail="the page has no end",
        source="Courier",
        pipeline_version="1",
        failed_at=NOW,
    )
    record_dead_letters(engine, [letter, dataclasses.replace(letter, page_id="p2", url="javascript:alert(3)", detail=HOSTILE * 9)])
    yield topic.id
    drop_dead_letters(engine, list_dead_letters(engine))
    record_problems(engine, [], rules=set(AlertRule), channels=["log"], now=NOW)
    remove_topic(engine, topic)
    for feed in list_feeds(engine, now=NOW):
        remove_feeds(engine, str(feed.id))


@pytest.mark.parametrize(("size", "theme"), [("desktop", "light"), ("phone", "dark")])
def test_no_page_has_a_barrier_or_is_wider_than_the_screen(visit: Open, axe: str, full: int, size: str, theme: Any) -> None:
    page = visit("/topics", user="ada", size=size, color_scheme=theme)
    PICTURES.mkdir(parents=True, exist_ok=True)
    found = []
    for name, path in PAGES.items():
        page.goto(path.format(topic=full))
        page.screenshot(path=PICTURES / f"{name}-{theme}-{size}.png", full_page=True)
        found += [f"{name} {line}" for line in violations(page, axe)]
        if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
            found.append(f"{name} is wider than the {size}")
    assert found == []
