"""A JSON Schema of the part of Kibana 9.5's Dashboards API that newsdesk uses. Like Kibana, it rejects unknown properties.

Transcribed from the OpenAPI description that Elastic publishes (elastic/dashboards-api-spec, read 2026-11).
"""

from typing import Any

import jsonschema

Schema = dict[str, Any]

STRING, NUMBER, BOOLEAN, ANY_OBJECT = ({"type": kind} for kind in ("string", "number", "boolean", "object"))


def _record(required: str = "", **fields: Schema) -> Schema:
    return {"type": "object", "additionalProperties": False, "properties": fields, "required": required.split()}


def _one_of(*values: object) -> Schema:
    return {"enum": list(values)}


def _chosen_by(key: str, *schemas: Schema) -> Schema:
    """One of several objects, distinguished by the value of the property `key`."""
    branches = [(value, schema) for schema in schemas for value in schema["properties"][key]["enum"]]
    return {
        "type": "object",
        "required": [key],
        "properties": {key: {"enum": [value for value, _ in branches]}},
        "allOf": [{"if": {"properties": {key: {"const": value}}, "required": [key]}, "then": schema} for value, schema in branches],
    }


def _many(items: Schema, at_least: int = 0, at_most: int = 1000) -> Schema:
    return {"type": "array", "items": items, "minItems": at_least, "maxItems": at_most}


DIRECTION = _one_of("asc", "desc")
QUERY = _record("expression language", expression=STRING, language=_one_of("kql", "lucene"))
TIME_RANGE = _record("from to", **{"from": STRING, "to": STRING, "mode": _one_of("absolute", "relative")})
SOURCE = _chosen_by(
    "type",
    _record("type ref_id", type=_one_of("data_view_reference"), ref_id=STRING),
    _record("type index_pattern", type=_one_of("data_view_spec"), index_pattern=STRING, time_field=STRING, name=STRING),
)
RANK = _chosen_by(
    "type",
    _record("type metric_index direction", type=_one_of("metric"), metric_index=NUMBER, direction=DIRECTION),
    _record("type direction", type=_one_of("alphabetical"), direction=DIRECTION),
    _record("type", type=_one_of("significant")),
)
VALUES = _record("values", values=_many(STRING, at_most=100), as_regex=BOOLEAN)
PANEL_TEXTS = {"title": STRING, "description": STRING, "hide_title": BOOLEAN, "hide_border": BOOLEAN}
BY_VALUE = {**PANEL_TEXTS, "time_range": TIME_RANGE, "filters": _many(ANY_OBJECT), "drilldowns": _many(ANY_OBJECT)}
BY_REFERENCE = _record("ref_id", **PANEL_TEXTS, ref_id=STRING, time_range=TIME_RANGE)


def _bucket(**more: Schema) -> Schema:
    shared = {"label": STRING, "collapse_by": STRING, "color": ANY_OBJECT, **more}
    terms = _record(
        "operation fields",
        operation=_one_of("terms"),
        fields=_many(STRING, 1, 4),
        limit=NUMBER,
        rank_by=RANK,
        other_bucket=_record("include_documents_without_field", include_documents_without_field=BOOLEAN),
        includes=VALUES,
        excludes=VALUES,
        increase_accuracy=BOOLEAN,
        format=ANY_OBJECT,
        **shared,
    )
    by_time = _record(
        "operation field",
        operation=_one_of("date_histogram"),
        field=STRING,
        suggested_interval=STRING,
        include_empty_rows=BOOLEAN,
        drop_partial_intervals=BOOLEAN,
        use_original_time_range=BOOLEAN,
        **shared,
    )
    return _chosen_by("operation", terms, by_time)


def _metric(**more: Schema) -> Schema:
    shared = {"label": STRING, "filter": QUERY, "format": ANY_OBJECT, "time_shift": STRING, "reduced_time_range": STRING, **more}
    averages = _one_of("average", "min", "max", "median", "standard_deviation")
    return _chosen_by(
        "operation",
        _record("operation", operation=_one_of("count"), field=STRING, empty_as_null=BOOLEAN, **shared),
        _record("operation field", operation=_one_of("unique_count", "sum"), field=STRING, empty_as_null=BOOLEAN, **shared),
        _record("operation field", operation=averages, field=STRING, **shared),
    )


SERIES = _one_of(
    "area", "area_percentage", "area_stacked", "bar", "bar_horizontal", "bar_horizontal_stacked",
    "bar_horizontal_percentage", "bar_percentage", "bar_stacked", "line",
)  # fmt: skip
LAYER = _record(
    "type data_source y",
    type=SERIES,
    data_source=SOURCE,
    x=_bucket(),
    y=_many(_metric(axis=_one_of("y", "y2"), color=ANY_OBJECT), at_most=100),
    breakdown_by=_bucket(aggregate_first=BOOLEAN),
    ignore_global_filters=BOOLEAN,
    sampling=NUMBER,
)
XY = _record(
    "type layers",
    **BY_VALUE,
    type=_one_of("xy"),
    layers=_many(LAYER, 1, 100),
    query=QUERY,
    legend=ANY_OBJECT,
    axis=ANY_OBJECT,
    styling=ANY_OBJECT,
)
COLUMN = {"alignment": _one_of("left", "center", "right"), "width": NUMBER, "visible": BOOLEAN}
TABLE_STYLE = _record(
    density=ANY_OBJECT, paging=_one_of(10, 20, 30, 50, 100), sort_by=ANY_OBJECT, row_numbers=_record("visible", visible=BOOLEAN)
)
TABLE = _record(
    "type data_source metrics",
    **BY_VALUE,
    type=_one_of("data_table"),
    data_source=SOURCE,
    metrics=_many(_metric(**COLUMN, summary=ANY_OBJECT), 1),
    rows=_many(_bucket(**COLUMN, click_filter=BOOLEAN), 1, 50),
    split_metrics_by=_many(_bucket(), 1, 20),
    query=QUERY,
    ignore_global_filters=BOOLEAN,
    sampling=NUMBER,
    styling=TABLE_STYLE,
)
TILE = _record(
    "type data_source metrics",
    **BY_VALUE,
    type=_one_of("metric"),
    data_source=SOURCE,
    metrics=_many(_metric(type=_one_of("primary", "secondary"), color=ANY_OBJECT), 1, 2),
    breakdown_by=_bucket(),
    query=QUERY,
    ignore_global_filters=BOOLEAN,
    sampling=NUMBER,
    styling=ANY_OBJECT,
)
MARKDOWN = _record("content settings", **PANEL_TEXTS, content=STRING, settings=_record(open_links_in_new_tab=BOOLEAN))
OPTIONS_LIST = _record(
    "data_view_id field_name",
    title=STRING,
    data_view_id=STRING,
    field_name=STRING,
    single_select=BOOLEAN,
    search_technique=_one_of("prefix", "wildcard", "exact"),
    exclude=BOOLEAN,
    exists_selected=BOOLEAN,
    sort=_record("by direction", by=_one_of("_count", "_key"), direction=DIRECTION),
)
GRID = _record("x y", x=NUMBER, y=NUMBER, w={"type": "number", "minimum": 1, "maximum": 48}, h={"type": "number", "minimum": 1})
PINNED = _record(
    "type config",
    type=_one_of("options_list_control"),
    id=STRING,
    width=_one_of("small", "medium", "large"),
    grow=BOOLEAN,
    config=OPTIONS_LIST,
)
DASHBOARD = _record(
    "title",
    title={"type": "string", "minLength": 1},
    description=STRING,
    tags=_many(STRING),
    time_range=TIME_RANGE,
    refresh_interval=_record("pause value", pause=BOOLEAN, value=NUMBER),
    query=QUERY,
    filters=_many(ANY_OBJECT),
    options=ANY_OBJECT,
    pinned_panels=_many(PINNED, at_most=100),
    panels=_many(ANY_OBJECT, at_most=100),
)
CHARTS = {"xy": XY, "data_table": TABLE, "metric": TILE}


def _panel(kind: str, config: Schema) -> Schema:
    return _record("type grid config", type=_one_of(kind), id=STRING, grid=GRID, config=config)


def _expected(panel: Schema) -> Schema:
    """The schema for a panel's type, so that an error message names a property and not all alternatives."""
    kind, config = panel.get("type"), panel.get("config", {})
    if kind in ("vis", "discover_session") and "ref_id" in config:
        return _panel(kind, BY_REFERENCE)
    if kind == "vis":
        return _panel(kind, CHARTS.get(config.get("type"), {"not": {}}))
    return _panel("markdown", MARKDOWN) if kind == "markdown" else {"not": {}}


def problems(dashboard: Schema) -> list[str]:
    """The errors of a dashboard as 'path: message'; empty if it is valid."""
    parts = [("dashboard", DASHBOARD, dashboard)]
    parts += [(panel.get("id", "?"), _expected(panel), panel) for panel in dashboard.get("panels", [])]
    return [
        f"{name} {error.json_path}: {error.message[:300]}"
        for name, schema, part in parts
        for error in jsonschema.Draft202012Validator(schema).iter_errors(part)
    ]
