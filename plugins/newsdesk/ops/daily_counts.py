"""Numbers of pages and articles of each of the last days, from the counters of the runs."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newsdesk.errors import Stage
from newsdesk.index.mapping import Json
from newsdesk.partitions import DAY_KEY

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCounts:
    """The counts of the partitions of a day (UTC). `failed` is the number of pages that failed temporarily or permanently."""

    day: dt.date
    captured: int = 0
    articles: int = 0
    failed: int = 0


def read_daily_counts(
    es: "Elasticsearch", runs: str, *, days: int, now: dt.datetime, sources: Collection[str] = ()
) -> tuple[DayCounts, ...]:
    """Return the counts of the last `days` days, oldest first, for these sources (keys) if any are given."""
    last = now.astimezone(dt.UTC).date()
    wanted = [last - dt.timedelta(days=back) for back in reversed(range(days))]
    # By partition key, which starts with the day, not by the time of the run, which can be a replay.
    ranges = {f"{day:{DAY_KEY}}": _range(day) for day in wanted}
    sums = {name: {"sum": {"field": name}} for name in ("fetched", "failed", "dead", "new")}
    answer = es.search(
        index=runs,
        size=0,
        ignore_unavailable=True,
        query={"bool": {"filter": [{"terms": {"source": list(sources)}}] if sources else []}},
        aggregations={
            "days": {
                "filters": {"filters": ranges},
                "aggregations": {"stages": {"terms": {"field": "stage"}, "aggregations": sums}},
            }
        },
    )
    # Without an index, the response has no aggregations.
    found = answer.get("aggregations", {}).get("days", {}).get("buckets", {})
    return tuple(_counts(day, found.get(f"{day:{DAY_KEY}}", {})) for day in wanted)


def _range(day: dt.date) -> Json:
    return {"range": {"partition": {"gte": f"{day:{DAY_KEY}}", "lt": f"{day + dt.timedelta(days=1):{DAY_KEY}}"}}}


def _counts(day: dt.date, bucket: Any) -> DayCounts:
    stages = {stage["key"]: stage for stage in bucket.get("stages", {}).get("buckets", ())}
    fetch, enrich = stages.get(Stage.FETCH), stages.get(Stage.ENRICH)
    return DayCounts(
        day=day,
        captured=_sum(fetch, "fetched"),
        articles=_sum(enrich, "new"),
        failed=_sum(fetch, "failed") + _sum(fetch, "dead") + _sum(enrich, "dead"),
    )


def _sum(stage: Any, name: str) -> int:
    return int(stage[name]["value"]) if stage else 0
