"""The state of the whole pipeline: what is running, the age of the index, what is pending and what failed."""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from newsdesk.errors import NewsdeskError
from newsdesk.fetch.pages import list_failing_pages
from newsdesk.fetch.source_names import SourceNames, load_source_names
from newsdesk.fetch.state import list_feeds
from newsdesk.ops.airflow_api import AirflowApi
from newsdesk.ops.alerts import describe, list_alerts
from newsdesk.ops.backfill import list_partitions, read_partition_facts
from newsdesk.plurals import plural
from newsdesk.store.archive import Archive
from newsdesk.store.dead_letters import list_dead_letters

if TYPE_CHECKING:
    import sqlalchemy as sa
    from elasticsearch import Elasticsearch

DAGS = ("newsdesk_fetch", "newsdesk_enrich", "newsdesk_index")
LOOK_BACK = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The state of each part.

    `failing_pages` maps sources to the number of pages that will be retried and the most frequent reason. `calm_alerts` are
    acknowledged or silenced. `errors` maps parts that did not answer to the reason; their fields are empty.
    """

    feeds: dict[str, int] = field(default_factory=dict)
    failing_feeds: dict[str, str] = field(default_factory=dict)
    articles: int | None = None
    newest_at: str | None = None
    dead_letters: dict[str, int] = field(default_factory=dict)
    partitions: int = 0
    not_enriched: tuple[str, ...] = ()
    not_indexed: tuple[str, ...] = ()
    runs: dict[str, str] = field(default_factory=dict)
    failing_pages: dict[str, str] = field(default_factory=dict)
    alerts: tuple[str, ...] = ()
    calm_alerts: tuple[str, ...] = ()
    errors: dict[str, str] = field(default_factory=dict)


def read_overview(
    *,
    archive: Archive,
    open_engine: "Callable[[], AbstractContextManager[sa.Engine]]",
    open_es: "Callable[[], AbstractContextManager[Elasticsearch]]",
    open_airflow: "Callable[[], AbstractContextManager[AirflowApi]]",
    index: str,
    now: dt.datetime,
) -> Overview:
    """Query every part. Those that do not answer are in `errors`, and do not affect the others."""
    errors: dict[str, str] = {}

    def asked(part: str, question: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        try:
            return question()
        except (NewsdeskError, OSError) as error:
            errors[part] = str(error)
            return {}

    return Overview(
        **asked("database", lambda: _state(open_engine, now)),
        **asked("captures", lambda: _partitions(archive, now)),
        **asked("Elasticsearch", lambda: _articles(open_es, index)),
        **asked("Airflow", lambda: _runs(open_airflow)),
        errors=errors,
    )


def _state(open_engine: "Callable[[], AbstractContextManager[sa.Engine]]", now: dt.datetime) -> dict[str, Any]:
    with open_engine() as engine:
        letters = Counter(str(letter.stage) for letter in list_dead_letters(engine))
        active, names = list_alerts(engine), load_source_names(engine)
        return {
            **_feeds(engine, now),
            "dead_letters": dict(letters),
            "failing_pages": _failing_pages(engine, names),
            "alerts": tuple(describe(alert, now=now) for alert in active if alert.needs_attention(now)),
            "calm_alerts": tuple(describe(alert, now=now) for alert in active if not alert.needs_attention(now)),
        }


def _failing_pages(engine: "sa.Engine", names: SourceNames) -> dict[str, str]:
    """Return the pages that will be retried by name of the source, most pages first."""
    reasons: dict[str, Counter[str]] = {}
    for failing in list_failing_pages(engine):
        reasons.setdefault(names.name(failing.source), Counter())[failing.error] += failing.pages
    by_count = sorted(reasons, key=lambda source: (-reasons[source].total(), source))
    return {source: f"{plural(reasons[source].total(), 'page')}: {reasons[source].most_common(1)[0][0]}" for source in by_count}


def _feeds(engine: "sa.Engine", now: dt.datetime) -> dict[str, Any]:
    feeds = list_feeds(engine, now=now)
    failing = {feed.url: feed.last_error or "no reason is known" for feed in feeds if feed.failures}
    return {"feeds": dict(Counter(str(feed.status) for feed in feeds)), "failing_feeds": failing}


def _partitions(archive: Archive, now: dt.datetime) -> dict[str, Any]:
    facts = [read_partition_facts(archive, key) for key in list_partitions(archive, since=now - LOOK_BACK, until=now)]
    return {
        "partitions": len(facts),
        "not_enriched": tuple(found.key for found in facts if not found.is_enriched),
        "not_indexed": tuple(found.key for found in facts if not found.is_indexed),
    }


def _articles(open_es: "Callable[[], AbstractContextManager[Elasticsearch]]", index: str) -> dict[str, Any]:
    with open_es() as es:
        newest = {"newest": {"max": {"field": "indexed_at"}}}
        answer = es.search(index=index, size=0, track_total_hits=True, ignore_unavailable=True, aggregations=newest)
    # Without an index, the response has no aggregations.
    found = answer.get("aggregations", {}).get("newest", {})
    return {"articles": answer["hits"]["total"]["value"], "newest_at": found.get("value_as_string")}


def _runs(open_airflow: "Callable[[], AbstractContextManager[AirflowApi]]") -> dict[str, Any]:
    with open_airflow() as api:
        return {"runs": {dag_id: _run(api, dag_id) for dag_id in DAGS}}


def _run(api: AirflowApi, dag_id: str) -> str:
    latest = next(iter(api.runs(dag_id, limit=1)), None)
    key = f" ({latest.partition_key})" if latest and latest.partition_key else ""
    state = f"{latest.state}{key}" if latest else "never ran"
    return f"{state}, paused" if api.is_paused(dag_id) else state
