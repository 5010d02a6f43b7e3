"""The requests of Kibana to Elasticsearch for newsdesk's panels: the fields with their uses, and each panel's aggregation."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from newsdesk.ops.kibana import KibanaContent

Json = dict[str, Any]
METRICS = {"unique_count": "cardinality", "sum": "sum", "max": "max", "min": "min", "average": "avg"}


@dataclass(frozen=True, order=True)
class Use:
    """A field that a Kibana object uses: for `buckets` (or sorting), or to be `shown` or searched."""

    view: str
    field: str
    need: str
    where: str


@dataclass(frozen=True)
class PanelRequest:
    where: str
    view: str
    aggregations: Json


def indices(content: KibanaContent) -> dict[str, str]:
    """Map each data view to its index."""
    return {item["id"]: item["attributes"]["title"] for item in content.saved_objects if item["type"] == "index-pattern"}


def fields_of_kql(expression: str) -> set[str]:
    return set(re.findall(r"([a-z_][a-z_.]*) *:", expression))


def uses(content: KibanaContent) -> set[Use]:
    return {*_uses_of_saved_objects(content), *_uses_of_dashboards(content)}


def _uses_of_saved_objects(content: KibanaContent) -> Iterator[Use]:
    for item in content.saved_objects:
        id_, attributes = item["id"], item["attributes"]
        view = next((reference["id"] for reference in item["references"] if reference["type"] == "index-pattern"), "")
        if item["type"] == "index-pattern":
            yield Use(id_, attributes["timeFieldName"], "buckets", id_)
        elif item["type"] == "search":
            query = json.loads(attributes["kibanaSavedObjectMeta"]["searchSourceJSON"])["query"]["query"]
            yield from (Use(view, field, "shown", id_) for field in {*attributes["columns"], *fields_of_kql(query)})
            yield from (Use(view, field, "buckets", id_) for field, _ in attributes["sort"])
        elif item["type"] == "map":
            yield from (
                Use(view, layer["sourceDescriptor"]["geoField"], "buckets", id_) for layer in json.loads(attributes["layerListJSON"])
            )


def _uses_of_dashboards(content: KibanaContent) -> Iterator[Use]:
    for name, dashboard in content.dashboards.items():
        for control in dashboard["pinned_panels"]:
            yield Use(control["config"]["data_view_id"], control["config"]["field_name"], "buckets", f"{name} {control['id']}")
        for where, view, buckets, metrics in _charts(name, dashboard):
            for part in (*buckets, *metrics):
                yield from (Use(view, field, "buckets", where) for field in [*part.get("fields", []), *filter(None, [part.get("field")])])
                yield from (Use(view, field, "shown", where) for field in fields_of_kql(part.get("filter", {}).get("expression", "")))


def panel_requests(content: KibanaContent) -> list[PanelRequest]:
    return [
        PanelRequest(where, view, _aggregations(buckets, metrics))
        for name, dashboard in content.dashboards.items()
        for where, view, buckets, metrics in _charts(name, dashboard)
    ]


def _charts(name: str, dashboard: Json) -> Iterator[tuple[str, str, list[Json], list[Json]]]:
    for panel in dashboard["panels"]:
        if panel["type"] != "vis":
            continue
        config = panel["config"]
        where = f"{name} {config['title']}"
        for layer in config.get("layers", [config]):
            buckets = [*layer.get("rows", []), *filter(None, [layer.get("x"), layer.get("breakdown_by")])]
            yield where, layer["data_source"]["ref_id"], buckets, [*layer.get("metrics", []), *layer.get("y", [])]


def _aggregations(buckets: list[Json], metrics: list[Json]) -> Json:
    """Nest the metrics in the buckets, the first bucket outermost."""
    result = {f"m{number}": _metric(metric) for number, metric in enumerate(metrics) if metric["operation"] != "count"}
    for depth, bucket in reversed(list(enumerate(buckets))):
        result = {f"b{depth}": {**_bucket(bucket, set(result)), "aggs": result}}
    return result


def _metric(metric: Json) -> Json:
    return {METRICS[metric["operation"]]: {"field": metric["field"]}}


def _bucket(bucket: Json, below: set[str]) -> Json:
    if bucket["operation"] == "date_histogram":
        return {"date_histogram": {"field": bucket["field"], "fixed_interval": "3h", "min_doc_count": 1}}
    rank, size = bucket["rank_by"], bucket["limit"]
    by = "_key" if rank["type"] == "alphabetical" else "m0" if "m0" in below else "_count"
    return {"terms": {"field": bucket["fields"][0], "size": size, "order": {by: rank["direction"]}}}
