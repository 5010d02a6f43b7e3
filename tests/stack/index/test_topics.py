"""Articles of topics with a real Elasticsearch: subscribers receive those that a run wrote, once each, and no old ones.

Tests of newsdesk.jobs.topics and newsdesk.topics.finding.
"""

import contextlib
import dataclasses
import datetime as dt
from collections.abc import Iterable, Iterator

import pytest
import sqlalchemy as sa
from elasticsearch import Elasticsearch

from newsdesk.database import open_database
from newsdesk.errors import BadRequest
from newsdesk.index.aliases import names, set_up
from newsdesk.index.sink import index_articles
from newsdesk.jobs.topics import follow_topics
from newsdesk.records import Article
from newsdesk.search.queries import SearchQuery
from newsdesk.settings import IndexSettings, Settings, load
from newsdesk.topics import subscriptions
from newsdesk.topics.finding import NEWS, fill, preview
from newsdesk.topics.matches import list_matches
from newsdesk.topics.records import Channel, Message, Subscription, Topic
from newsdesk.topics.saved import change_topic, list_topics, save_topic
from newsdesk.topics.schedule import Schedule
from samples import NOW, numbered

FIRST, SECOND = "2026-11-24T1205", "2026-11-24T1210"
LATER = NOW + dt.timedelta(minutes=5)
HARBOUR = "The harbour of Marlow is closed, its captain said on Friday morning."


class Desk:
    """An index, a state database, and a subscriber's messages."""

    def __init__(self, es: Elasticsearch, engine: sa.Engine, settings: Settings) -> None:
        self.es, self.engine, self.settings = es, engine, settings
        self.messages: list[Message] = []

    def index(self, *articles: Article, at: dt.datetime = NOW) -> None:
        list(index_articles(self.es, articles, self.settings.index, now=at))
        self.es.indices.refresh(index=names(self.settings.index).articles, ignore_unavailable=True)

    def topic(self, text: str, *, at: dt.datetime = NOW, **fields: object) -> Topic:
        made = save_topic(self.engine, text or "all", SearchQuery(text=text, **fields), now=at)  # type: ignore[arg-type]
        subscriptions.subscribe(self.engine, made, Channel.WEBHOOK, "https://hook.example/", Schedule(gap=dt.timedelta()), owner="")
        return made

    def follow(self, partition: str, *, at: dt.datetime = NOW) -> None:
        follow_topics(partition, self.settings, lambda: contextlib.nullcontext(self.es), {Channel.WEBHOOK: self._receive}, now=lambda: at)

    def listed(self, topic: Topic) -> list[str]:
        return urls(one.match.item.url for one in list_matches(self.engine, topic.id))

    @property
    def told(self) -> list[list[str]]:
        return [urls(item.url for item in message.items) for message in self.messages]

    def _receive(self, _subscription: Subscription, message: Message) -> None:
        self.messages.append(message)


def urls(found: Iterable[str]) -> list[str]:
    return [url.removeprefix("https://news.example/") for url in found]


@pytest.fixture
def desk(es: Elasticsearch, index_settings: IndexSettings, tmp_path) -> Iterator[Desk]:
    url = f"sqlite:///{tmp_path}/state.db"
    own = load()
    settings = dataclasses.replace(own, index=index_settings, home=own.home.model_copy(update={"database_url": url}))
    set_up(es, index_settings, now=NOW)
    with open_database(url) as engine:
        yield Desk(es, engine, settings)


def report(number: int, *, minutes: int = 0, text: str = HARBOUR, **fields: object) -> Article:
    published = NOW + dt.timedelta(minutes=minutes)
    return numbered(number, text=f"{text} Report {number} has more about it.", published_at=published, fetched_at=published, **fields)


def test_an_article_is_told_in_the_run_that_wrote_it_oldest_first(desk):
    topic = desk.topic("harbour")
    desk.index(report(2, minutes=2), report(1, minutes=1), report(3, text="A bakery opened."), at=LATER)
    desk.follow(FIRST, at=LATER)
    assert desk.told == [["1", "2"]]
    assert desk.listed(topic) == ["2", "1"]
    (match, _) = list_matches(desk.engine, topic.id)
    assert match.match.item.lead.startswith("The harbour of Marlow is closed")
    assert match.match.item.dated_at == NOW + dt.timedelta(minutes=2)


def test_a_run_that_is_repeated_tells_nothing_twice_and_one_that_was_killed_before_tells_all(desk):
    desk.topic("harbour")
    desk.index(report(1), at=LATER)
    desk.index(report(1), at=LATER)
    for _ in range(2):
        desk.follow(FIRST, at=LATER)
    assert desk.told == [["1"]]


def test_only_what_the_run_wrote_is_told(desk):
    desk.topic("harbour")
    desk.index(report(1), report(2, partition=SECOND), at=LATER)
    desk.follow(SECOND, at=LATER)
    assert desk.told == [["2"]]


def test_an_edit_that_makes_an_article_match_is_told(desk):
    desk.topic("harbour")
    desk.index(report(1, text="Nothing yet."), at=LATER)
    desk.follow(FIRST, at=LATER)
    desk.index(report(1, minutes=5, partition=SECOND), at=LATER)
    desk.follow(SECOND, at=LATER)
    assert desk.told == [["1"]]


def test_what_was_indexed_before_a_topic_was_made_is_listed_and_not_told(desk):
    desk.index(report(1), report(2), at=NOW)
    topic = desk.topic("harbour", at=LATER)
    desk.index(report(3, minutes=6), at=LATER + dt.timedelta(minutes=1))
    desk.follow(SECOND, at=LATER + dt.timedelta(minutes=1))
    assert (desk.told, sorted(desk.listed(topic))) == ([], ["1", "2"])
    desk.follow(FIRST, at=LATER + dt.timedelta(minutes=1))
    assert (desk.told, sorted(desk.listed(topic))) == ([["3"]], ["1", "2", "3"])


def test_a_backfill_of_last_month_tells_nobody(desk):
    topic = desk.topic("harbour")
    old = numbered(1, text=HARBOUR, published_at=NOW - NEWS - dt.timedelta(hours=1))
    desk.index(old, at=LATER)
    desk.follow(FIRST, at=LATER)
    assert (desk.told, desk.listed(topic)) == ([], [])


def test_of_a_story_the_first_article_is_told_and_of_a_topic_of_all_copies_each(desk):
    text = f"{HARBOUR} " + " ".join(f"Pier {number} will be repaired by the county." for number in range(20))
    copies = [
        numbered(number, text=text, source=f"Paper {number}", published_at=NOW + dt.timedelta(minutes=number), fetched_at=NOW)
        for number in (1, 2)
    ]
    one, every = desk.topic("harbour"), desk.topic("harbour captain", collapse=False)
    desk.index(*copies, at=LATER)
    desk.follow(FIRST, at=LATER)
    assert (desk.listed(one), desk.listed(every)) == (["1"], ["2", "1"])


def test_the_language_of_searches_is_that_of_topics(desk):
    desk.topic("(harbour OR bakery) -captain source:Wire person:Calloway")
    desk.index(
        report(1, source="Wire", text="The harbour is closed.", persons=("Ines Calloway",)),
        report(2, source="Daily", text="The harbour is closed.", persons=("Ines Calloway",)),
        report(3, source="Wire", persons=("Ines Calloway",)),
        at=LATER,
    )
    desk.follow(FIRST, at=LATER)
    assert desk.told == [["1"]]


def test_a_topic_that_cannot_be_asked_keeps_the_reason_and_the_others_are_told(desk):
    broken = desk.topic("source:Nobody")
    desk.topic("harbour")
    desk.index(report(1), at=LATER)
    desk.follow(FIRST, at=LATER)
    assert desk.told == [["1"]]
    errors = {topic.id: topic.error for topic in list_topics(desk.engine)}
    assert errors[broken.id].startswith("No source is called Nobody")
    desk.index(report(2, source="Nobody", partition=SECOND), at=LATER)
    desk.follow(SECOND, at=LATER)
    assert {topic.error for topic in list_topics(desk.engine)} == {None}
    assert [told for told in desk.told if told == ["2"]] == [["2"], ["2"]]


def test_more_articles_than_a_page_of_elasticsearch_are_all_found(desk, monkeypatch):
    monkeypatch.setattr("newsdesk.topics.finding.PAGE", 3)
    topic = desk.topic("")
    desk.index(*(report(number, minutes=number) for number in range(1, 8)), at=LATER)
    desk.follow(FIRST, at=LATER)
    assert desk.listed(topic) == ["7", "6", "5", "4", "3", "2", "1"]


def test_a_preview_shows_what_the_last_week_would_have_told_and_refuses_what_cannot_be_asked(desk):
    desk.index(report(1, minutes=1), report(2), numbered(3, text=HARBOUR, published_at=NOW - NEWS - dt.timedelta(days=1)), at=NOW)
    shown = preview(desk.es, SearchQuery(text="harbour"), desk.settings, now=LATER)
    assert urls(item.url for item in shown) == ["1", "2"]
    with pytest.raises(BadRequest, match="verdict"):
        preview(desk.es, SearchQuery(text="verdict:garbeld"), desk.settings, now=LATER)


def test_another_query_lists_what_it_finds_in_the_last_week(desk):
    topic = desk.topic("harbour")
    desk.index(report(1), report(2, text="A bakery opened."), at=NOW)
    desk.follow(FIRST, at=LATER)
    edited = LATER + dt.timedelta(minutes=1)
    changed = change_topic(desk.engine, topic, name="bread", query=SearchQuery(text="bakery"), is_shared=True, now=edited)
    fill(desk.engine, desk.es, [changed], desk.settings, now=edited)
    assert desk.listed(changed) == ["2"]
    desk.follow(FIRST, at=edited)
    assert desk.told == [["1"]]


def test_topics_wait_for_an_index(es, tmp_path):
    own = load()
    settings = dataclasses.replace(
        own, index=IndexSettings(prefix="nowhere-"), home=own.home.model_copy(update={"database_url": f"sqlite:///{tmp_path}/s.db"})
    )
    with open_database(settings.database_url) as engine:
        desk = Desk(es, engine, settings)
        topic = desk.topic("harbour")
        desk.follow(FIRST)
        assert (desk.told, desk.listed(topic)) == ([], [])
