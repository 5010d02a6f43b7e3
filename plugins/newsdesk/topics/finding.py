"""Asks the index for the articles of topics.

There is no percolator: after a partition was indexed, each topic's query is asked of the documents of that partition. A document has
the partition of the capture that it was made from, so these are the articles that the run wrote, whenever it is repeated.
"""

import datetime as dt
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from elasticsearch import Elasticsearch

from newsdesk.errors import BadRequest, Unavailable
from newsdesk.fetch.source_names import NO_NAMES, SourceNames, load_source_names
from newsdesk.index.aliases import names
from newsdesk.search.queries import SearchQuery, build_query, read_question
from newsdesk.search.run import list_sources
from newsdesk.settings import Settings
from newsdesk.topics.matches import note_error, record_matches, refill
from newsdesk.topics.records import Item, Topic

log = logging.getLogger(__name__)

NEWS = dt.timedelta(days=7)
"""An older article is no news: a backfill tells nobody of last month."""
TOPICS_IN_ONE_REQUEST = 50
PAGE = 1_000
MOST_FOUND = 10_000
"""Articles that a topic finds in one partition; the most of a source's day is a tenth of it."""
LONGEST_LEAD = 300
_SOURCE = ["title", "url", "source", "language", "lead", "dated_at", "story_id"]


@dataclass(slots=True)
class Asked:
    """A topic's query, narrowed by filters, and what it found so far, newest first. `error` says why it cannot be asked."""

    topic: Topic
    query: dict[str, Any] = field(default_factory=dict)
    items: list[Item] = field(default_factory=list)
    after: list[Any] | None = None
    error: str | None = None
    is_done: bool = False


def find_news(
    engine: sa.Engine, es: Elasticsearch, topics: Sequence[Topic], partition: str, settings: Settings, *, now: dt.datetime
) -> int:
    """Record which articles of the partition each topic finds, and fill new topics. Returns the number of new matches.

    Repeating it finds nothing new. A topic whose query cannot be asked keeps the error, and the others continue. Raises Unavailable
    where Elasticsearch does not answer completely.
    """
    of_partition = [{"term": {"partition": partition}}, _since(now - NEWS)]
    found = 0
    source_names = load_source_names(engine)
    for asked in ask(es, topics, lambda _: of_partition, settings, source_names, now=now, most=MOST_FOUND):
        found += record_matches(engine, asked.topic, asked.items[::-1], is_news=True, now=now)
        if asked.error != asked.topic.error:
            note_error(engine, asked.topic, asked.error)
    # Afterwards, so that what this run wrote counts as news.
    fill(engine, es, [topic for topic in topics if topic.filled_at is None], settings, now=now)
    return found


def fill(engine: sa.Engine, es: Elasticsearch, topics: Sequence[Topic], settings: Settings, *, now: dt.datetime) -> None:
    """List the last week's articles in topics that are new or have another query. Nobody is told of them.

    What was indexed since the topic has its query is news, and is recorded after the run that indexed it.
    """

    def indexed_before(topic: Topic) -> list[dict[str, Any]]:
        return [_since(now - NEWS), {"range": {"indexed_at": {"lt": topic.changed_at.isoformat()}}}]

    source_names = load_source_names(engine)
    found = ask(es, topics, lambda _: [_since(now - NEWS)], settings, source_names, now=now, most=MOST_FOUND)
    before = ask(es, topics, indexed_before, settings, source_names, now=now, most=PAGE)
    for of_week, earlier in zip(found, before, strict=True):
        if earlier.error is None:
            ids = {item.article_id for item in of_week.items}
            refill(engine, earlier.topic, earlier.items[::-1], found=ids, now=now)


def preview(
    es: Elasticsearch, query: SearchQuery, settings: Settings, *, source_names: SourceNames = NO_NAMES, now: dt.datetime, most: int = PAGE
) -> list[Item]:
    """What a topic with this query would have told in the last week, newest first. Raises BadRequest where it cannot be asked."""
    topic = Topic(id=0, owner="", name="", is_shared=False, query=query, changed_at=now)
    (asked,) = ask(es, [topic], lambda _: [_since(now - NEWS)], settings, source_names, now=now, most=most)
    if asked.error is not None:
        raise BadRequest(asked.error)
    return _first_of_stories(asked.items) if query.collapse else asked.items


def ask(
    es: Elasticsearch,
    topics: Sequence[Topic],
    narrow: Callable[[Topic], list[dict[str, Any]]],
    settings: Settings,
    source_names: SourceNames,
    *,
    now: dt.datetime,
    most: int,
) -> Iterator[Asked]:
    """Ask the topics' queries within the filters that `narrow` gives, many in one request."""
    alias = names(settings.index).articles
    read = _reader(es, alias, source_names, now)
    for start in range(0, len(topics), TOPICS_IN_ONE_REQUEST):
        part = [read(topic, narrow(topic)) for topic in topics[start : start + TOPICS_IN_ONE_REQUEST]]
        while waiting := [asked for asked in part if not asked.is_done]:
            _ask_page(es, alias, waiting, size=min(PAGE, most))
            for asked in waiting:
                asked.is_done = asked.is_done or len(asked.items) >= most
        yield from part


def _reader(es: Elasticsearch, alias: str, source_names: SourceNames, now: dt.datetime) -> Callable[[Topic, list[dict[str, Any]]], Asked]:
    """Reads the queries of topics. The sources of the index are asked once, and only where a topic names one."""
    sources: tuple[str, ...] = ()

    def read(topic: Topic, filters: list[dict[str, Any]]) -> Asked:
        nonlocal sources
        try:
            question = read_question(topic.query, now=now)
            if question.names_source:
                sources = sources or list_sources(es, alias)
                question = replace(question, sources=sources, names=source_names)
            return Asked(topic, {"bool": {"filter": [build_query(question), *filters]}})
        except BadRequest as error:
            return Asked(topic, error=str(error), is_done=True)

    return read


def _ask_page(es: Elasticsearch, alias: str, waiting: Sequence[Asked], *, size: int) -> None:
    # Part of an answer would be taken for all of it, and the rest never told.
    header = {"index": alias, "ignore_unavailable": True, "allow_partial_search_results": False}
    searches: list[dict[str, Any]] = []
    for asked in waiting:
        body = {
            "query": asked.query,
            "size": size,
            "sort": [{"dated_at": "desc"}, {"id": "desc"}],
            "_source": _SOURCE,
            "track_total_hits": False,
        }
        searches += [header, {**body, "search_after": asked.after} if asked.after else body]
    answers = es.msearch(searches=searches)["responses"]
    for asked, answer in zip(waiting, answers, strict=True):
        if "error" in answer:
            _note_refusal(asked, answer)
            continue
        hits = answer["hits"]["hits"]
        asked.items += map(_item, hits)
        asked.after = hits[-1]["sort"] if hits else None
        asked.is_done = len(hits) < size


def _note_refusal(asked: Asked, answer: dict[str, Any]) -> None:
    """A refusal of the query is the topic's. Raises Unavailable for any other: it would hit every topic."""
    causes = answer["error"].get("root_cause") or [answer["error"]]
    reason = str(causes[0].get("reason", causes[0]))
    if answer.get("status") != 400:
        raise Unavailable("Elasticsearch", reason)
    asked.error, asked.is_done = f"Elasticsearch refuses this search: {reason}", True


def _item(hit: dict[str, Any]) -> Item:
    source = hit["_source"]
    return Item(
        article_id=hit["_id"],
        story_id=source.get("story_id", hit["_id"]),
        title=source.get("title", ""),
        url=source.get("url", ""),
        source=source.get("source", ""),
        language=source.get("language", ""),
        lead=_shortened(source.get("lead", "")),
        dated_at=dt.datetime.fromisoformat(source["dated_at"]),
    )


def _shortened(text: str) -> str:
    """The beginning, up to a word's end."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_LEAD else f"{line[:LONGEST_LEAD].rpartition(' ')[0] or line[:LONGEST_LEAD]} …"


def _first_of_stories(items: Sequence[Item]) -> list[Item]:
    """Those articles that would have been told: of each story the first one found, which is the oldest."""
    first = {item.story_id: item for item in items}
    return [item for item in items if first[item.story_id] is item]


def _since(moment: dt.datetime) -> dict[str, Any]:
    return {"range": {"dated_at": {"gte": moment.isoformat()}}}
