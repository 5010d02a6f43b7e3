"""Searches the index for the articles of topics.

There is no percolator: after a partition is indexed, each topic's query is run on the documents of that partition. A document has
the partition of its capture, so these are the articles that the run wrote, even if it is repeated.
"""

import datetime as dt
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import sqlalchemy as sa
from elasticsearch import Elasticsearch

from newsdesk.errors import BadRequest, Unavailable
from newsdesk.fetch.source_names import NO_NAMES, SourceNames, load_source_names
from newsdesk.index.aliases import names
from newsdesk.index.mapping import Json
from newsdesk.search.queries import SearchQuery, build_query, read_question
from newsdesk.search.run import list_sources
from newsdesk.settings import Settings
from newsdesk.topics.matches import record_error, record_matches, refill
from newsdesk.topics.records import Item, Topic

log = logging.getLogger(__name__)

NEWS = dt.timedelta(days=7)
"""Older articles are not sent, for example after a backfill of the last month."""
TOPICS_IN_ONE_REQUEST = 50
PAGE = 1_000
MOST_FOUND = 10_000
"""Maximum number of articles that a topic matches in a partition; ten times those of the largest source in a day."""
LONGEST_LEAD = 300
_SOURCE = ["title", "url", "source", "language", "lead", "dated_at", "story_id"]


@dataclass(slots=True)
class TopicSearch:
    """A topic's query with filters and its results so far, newest first. `error` is the reason why the query cannot be run."""

    topic: Topic
    query: Json = field(default_factory=dict)
    items: list[Item] = field(default_factory=list)
    after: list[object] | None = None
    error: str | None = None
    is_done: bool = False


def find_news(
    engine: sa.Engine, es: Elasticsearch, topics: Sequence[Topic], partition: str, settings: Settings, *, now: dt.datetime
) -> int:
    """Record the articles of the partition that each topic matches, and fill new topics. Returns the number of new matches.

    Repeating it has no effect. If a topic's query cannot be run, its error is recorded, and the others continue. Raises Unavailable
    if Elasticsearch does not respond completely.
    """
    of_partition = [{"term": {"partition": partition}}, _since(now - NEWS)]
    found = 0
    source_names = load_source_names(engine)
    for search in run_queries(es, topics, lambda _: of_partition, settings, source_names, now=now, most=MOST_FOUND):
        found += record_matches(engine, search.topic, search.items[::-1], is_news=True, now=now)
        if search.error != search.topic.error:
            record_error(engine, search.topic, search.error)
    # Afterwards, so that the articles of this run count as news.
    fill(engine, es, [topic for topic in topics if topic.filled_at is None], settings, now=now)
    return found


def fill(engine: sa.Engine, es: Elasticsearch, topics: Sequence[Topic], settings: Settings, *, now: dt.datetime) -> None:
    """List the last week's articles in topics that are new or whose query was changed. Subscribers are not notified of them.

    Articles that were indexed after the query was set are news, and are recorded after the run that indexed them.
    """

    def indexed_before(topic: Topic) -> list[Json]:
        return [_since(now - NEWS), {"range": {"indexed_at": {"lt": topic.changed_at.isoformat()}}}]

    source_names = load_source_names(engine)
    found = run_queries(es, topics, lambda _: [_since(now - NEWS)], settings, source_names, now=now, most=MOST_FOUND)
    before = run_queries(es, topics, indexed_before, settings, source_names, now=now, most=PAGE)
    for of_week, earlier in zip(found, before, strict=True):
        if earlier.error is None:
            ids = {item.article_id for item in of_week.items}
            refill(engine, earlier.topic, earlier.items[::-1], found=ids, now=now)


def preview(
    es: Elasticsearch, query: SearchQuery, settings: Settings, *, source_names: SourceNames = NO_NAMES, now: dt.datetime, most: int = PAGE
) -> list[Item]:
    """Return what a topic with this query would have sent in the last week, newest first. Raises BadRequest if it is invalid."""
    topic = Topic(id=0, owner="", name="", is_shared=False, query=query, changed_at=now)
    (search,) = run_queries(es, [topic], lambda _: [_since(now - NEWS)], settings, source_names, now=now, most=most)
    if search.error is not None:
        raise BadRequest(search.error)
    return _first_of_stories(search.items) if query.collapse else search.items


def run_queries(
    es: Elasticsearch,
    topics: Sequence[Topic],
    narrow: Callable[[Topic], list[Json]],
    settings: Settings,
    source_names: SourceNames,
    *,
    now: dt.datetime,
    most: int,
) -> Iterator[TopicSearch]:
    """Run the topics' queries with the filters from `narrow`, many in one request."""
    alias = names(settings.index).articles
    read = _reader(es, alias, source_names, now)
    for start in range(0, len(topics), TOPICS_IN_ONE_REQUEST):
        part = [read(topic, narrow(topic)) for topic in topics[start : start + TOPICS_IN_ONE_REQUEST]]
        while waiting := [search for search in part if not search.is_done]:
            _search_page(es, alias, waiting, size=min(PAGE, most))
            for search in waiting:
                search.is_done = search.is_done or len(search.items) >= most
        yield from part


def _reader(es: Elasticsearch, alias: str, source_names: SourceNames, now: dt.datetime) -> Callable[[Topic, list[Json]], TopicSearch]:
    """Return a function that parses topics' queries. The sources in the index are read once, and only if a topic has one."""
    sources: tuple[str, ...] = ()

    def read(topic: Topic, filters: list[Json]) -> TopicSearch:
        nonlocal sources
        try:
            question = read_question(topic.query, now=now)
            if question.names_source:
                sources = sources or list_sources(es, alias)
                question = replace(question, sources=sources, names=source_names)
            return TopicSearch(topic, {"bool": {"filter": [build_query(question), *filters]}})
        except BadRequest as error:
            return TopicSearch(topic, error=str(error), is_done=True)

    return read


def _search_page(es: Elasticsearch, alias: str, waiting: Sequence[TopicSearch], *, size: int) -> None:
    # An incomplete response would be treated as complete, and the remaining articles would never be sent.
    header = {"index": alias, "ignore_unavailable": True, "allow_partial_search_results": False}
    searches: list[Json] = []
    for search in waiting:
        body = {
            "query": search.query,
            "size": size,
            "sort": [{"dated_at": "desc"}, {"id": "desc"}],
            "_source": _SOURCE,
            "track_total_hits": False,
        }
        searches += [header, {**body, "search_after": search.after} if search.after else body]
    answers = es.msearch(searches=searches)["responses"]
    for search, answer in zip(waiting, answers, strict=True):
        if "error" in answer:
            _record_refusal(search, answer)
            continue
        hits = answer["hits"]["hits"]
        search.items += map(_item, hits)
        search.after = hits[-1]["sort"] if hits else None
        search.is_done = len(hits) < size


def _record_refusal(search: TopicSearch, answer: Json) -> None:
    """Record the error if Elasticsearch refuses the query. Raises Unavailable for all other errors, which would affect every topic."""
    causes = answer["error"].get("root_cause") or [answer["error"]]
    reason = str(causes[0].get("reason", causes[0]))
    if answer.get("status") != 400:
        raise Unavailable("Elasticsearch", reason)
    search.error, search.is_done = f"Elasticsearch refuses this search: {reason}", True


def _item(hit: Json) -> Item:
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
    """Truncate a text at the end of a word."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_LEAD else f"{line[:LONGEST_LEAD].rpartition(' ')[0] or line[:LONGEST_LEAD]} …"


def _first_of_stories(items: Sequence[Item]) -> list[Item]:
    """Return the articles that would have been sent: the first match of each story, which is the oldest."""
    first = {item.story_id: item for item in items}
    return [item for item in items if first[item.story_id] is item]


def _since(moment: dt.datetime) -> Json:
    return {"range": {"dated_at": {"gte": moment.isoformat()}}}
