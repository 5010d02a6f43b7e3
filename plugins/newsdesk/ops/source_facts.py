"""Reads the facts for `freshness` from the state database, Elasticsearch and Airflow."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from newsdesk.errors import Reason, SetupError, Stage, Unavailable
from newsdesk.fetch.plan import FeedStatus
from newsdesk.fetch.tables import FEEDS, PAGES
from newsdesk.index.aliases import Names
from newsdesk.index.mapping import Json
from newsdesk.ops.airflow_api import ENDED, AirflowApi, AirflowRefused, DagRun
from newsdesk.ops.backfill import AHEAD, CALLED_OFF
from newsdesk.ops.freshness import OF_SOURCES, RECENT, AlertRule, PipelineFacts, SourceFacts, is_offline
from newsdesk.partitions import TICK_KEY
from newsdesk.settings import AlertSettings
from newsdesk.store.dead_letters import list_dead_letters

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

WATCHED_DAGS = ("newsdesk_fetch", "newsdesk_sweep", "newsdesk_enrich", "newsdesk_index", "newsdesk_maintenance", "newsdesk_alerts")
MOST_SOURCES = 10_000
LATEST_RUNS = 2 * AHEAD


def read_source_facts(
    *,
    engine: sa.Engine,
    es: "Elasticsearch",
    open_airflow: Callable[[], AbstractContextManager[AirflowApi]],
    names: Names,
    settings: AlertSettings,
    now: dt.datetime,
) -> PipelineFacts:
    """Read the current facts. Raises Unavailable if Elasticsearch does not answer; Airflow's API is optional."""
    window, past = dt.timedelta(hours=settings.window_hours), dt.timedelta(days=settings.learning_days)
    feeds, due_since = _feeds(engine, now)
    arrivals = _arrivals(engine, since=now - window - past)
    empty = _empty(engine, since=now - window)
    counted = _counted(es, names.runs, since=now - window, recent_since=now - RECENT)
    lengths = _lengths(es, names.articles, since=now - window - past, window_from=now - window, least=settings.minimum_pages)
    sources = tuple(
        SourceFacts(
            source=source,
            arrivals=tuple(arrivals.get(source, ())),
            empty=empty[source],
            **feeds[source],
            **counted.get(source, {}),
            **lengths.get(source, {}),
        )
        for source in sorted(feeds)
    )
    return PipelineFacts(sources=sources, due_since=due_since, failed_runs=_failed_runs(open_airflow))


def rules_asked(facts: PipelineFacts) -> frozenset[AlertRule]:
    """Return the rules that can be evaluated with these facts. Alerts of other rules are not changed."""
    unasked = {AlertRule.MISSING_ARTICLES} | ({AlertRule.RUN_FAILED} if facts.failed_runs is None else set())
    return frozenset(AlertRule) - unasked - (OF_SOURCES if is_offline(facts) else frozenset())


def _feeds(engine: sa.Engine, now: dt.datetime) -> tuple[dict[str, Json], dt.datetime | None]:
    """Return, by source, the time of the last response of a feed and the smallest number of failures; and `due_since` of the pipeline."""
    query = sa.select(FEEDS.c.source, FEEDS.c.last_success_at, FEEDS.c.failures, FEEDS.c.next_poll_at).where(
        FEEDS.c.status == FeedStatus.ACTIVE
    )
    with engine.connect() as connection:
        rows = connection.execute(query).all()
    found: dict[str, Json] = {}
    for row in rows:
        facts = found.setdefault(row.source, {"answered_at": None, "feed_failures": row.failures})
        answered = [moment for moment in (facts["answered_at"], row.last_success_at) if moment]
        facts["answered_at"] = max(answered, default=None)
        facts["feed_failures"] = min(facts["feed_failures"], row.failures)
    due = [row.next_poll_at for row in rows]
    all_due = bool(due) and all(moment is not None and moment <= now for moment in due)
    return found, max(due) if all_due else None


def _arrivals(engine: sa.Engine, *, since: dt.datetime) -> dict[str, list[dt.datetime]]:
    # Without imported captures, which have no feed and say nothing about its intervals.
    query = sa.select(PAGES.c.source, PAGES.c.first_seen_at).where(PAGES.c.first_seen_at > since, PAGES.c.feed_id > 0)
    found = defaultdict(list)
    with engine.connect() as connection:
        for row in connection.execute(query):
            found[row.source].append(row.first_seen_at)
    return found


def _empty(engine: sa.Engine, *, since: dt.datetime) -> Counter[str]:
    letters = list_dead_letters(engine, stage=Stage.ENRICH, reason=Reason.EMPTY)
    return Counter(letter.source for letter in letters if letter.first_failed_at > since)


def _counted(es: "Elasticsearch", runs: str, *, since: dt.datetime, recent_since: dt.datetime) -> dict[str, Json]:
    """Return, by source, the numbers of requested and failed pages, of enriched captures and of articles, in partitions of the window."""
    sums = {name: {"sum": {"field": name}} for name in ("found", "failed", "dead", "new")}
    recent = {"recent": {"filter": {"range": {"partition": {"gte": recent_since.strftime(TICK_KEY)}}}, "aggs": sums}}
    stages = {str(stage): {"filter": {"term": {"stage": str(stage)}}, "aggs": {**sums, **recent}} for stage in (Stage.FETCH, Stage.ENRICH)}
    answer = es.search(
        index=runs,
        size=0,
        ignore_unavailable=True,
        query={"range": {"partition": {"gte": since.strftime(TICK_KEY)}}},
        aggregations={"sources": {"terms": {"field": "source", "size": MOST_SOURCES}, "aggs": stages}},
    )
    return {bucket["key"]: _counts(bucket) for bucket in _buckets(answer)}


def _counts(bucket: Any) -> dict[str, int]:
    fetch, enrich = bucket[str(Stage.FETCH)], bucket[str(Stage.ENRICH)]
    return {
        "asked": int(fetch["found"]["value"]),
        "failed": _failed(fetch),
        "asked_recently": int(fetch["recent"]["found"]["value"]),
        "failed_recently": _failed(fetch["recent"]),
        "enriched": int(enrich["found"]["value"]),
        "articles": int(enrich["new"]["value"]),
    }


def _failed(sums: Any) -> int:
    return int(sums["failed"]["value"] + sums["dead"]["value"])


def _lengths(es: "Elasticsearch", articles: str, *, since: dt.datetime, window_from: dt.datetime, least: int) -> dict[str, Json]:
    """Return, by source, the median number of words in the window and before it, if there are at least `least` articles in both."""
    median = {"words": {"percentiles": {"field": "word_count", "percents": [50]}}}
    split = window_from.isoformat()
    parts = {
        "now": {"filter": {"range": {"fetched_at": {"gte": split}}}, "aggs": median},
        "before": {"filter": {"range": {"fetched_at": {"lt": split}}}, "aggs": median},
    }
    answer = es.search(
        index=articles,
        size=0,
        ignore_unavailable=True,
        query={"range": {"fetched_at": {"gte": since.isoformat()}}},
        aggregations={"sources": {"terms": {"field": "source", "size": MOST_SOURCES}, "aggs": parts}},
    )
    found = {}
    for bucket in _buckets(answer):
        facts: Json = {"articles_before": bucket["before"]["doc_count"]}
        if min(bucket["now"]["doc_count"], bucket["before"]["doc_count"]) >= least:
            facts |= {
                "words": bucket["now"]["words"]["values"]["50.0"],
                "words_before": bucket["before"]["words"]["values"]["50.0"],
            }
        found[bucket["key"]] = facts
    return found


def _buckets(answer: Any) -> list[Any]:
    # Without an index, the response has no aggregations.
    buckets: list[Any] = answer.get("aggregations", {}).get("sources", {}).get("buckets", [])
    return buckets


def _failed_runs(open_airflow: Callable[[], AbstractContextManager[AirflowApi]]) -> dict[str, str] | None:
    try:
        with open_airflow() as api:
            latest = {dag_id: _latest(api, dag_id) for dag_id in WATCHED_DAGS}
    except (SetupError, Unavailable, AirflowRefused):
        return None
    return {dag_id: run.partition_key or "" for dag_id, run in latest.items() if run and run.state == "failed"}


def _latest(api: AirflowApi, dag_id: str) -> DagRun | None:
    """Return the latest ended run that was not cancelled."""
    ended = api.runs(dag_id, states=ENDED, limit=LATEST_RUNS)
    return next((run for run in ended if run.note != CALLED_OFF), None)
