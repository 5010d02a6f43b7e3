"""Defines the objects that newsdesk installs in Kibana 9.5.

    dashboards      in the format of the Dashboards API, which is stable since 9.5.0 and rejects unknown properties
    saved objects   data views, saved searches, the map and the tag, as NDJSON, since the API has no map panel

Ids are fixed, so that installing again replaces the objects. `newsdesk kibana write` writes them to docker/kibana/ for reading.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from newsdesk.fetch.source_names import NO_NAMES, SourceNames
from newsdesk.records import Basis

Json = dict[str, Any]

ARTICLES, ARRIVALS, RUNS, DEAD_LETTERS = "articles", "articles-arrivals", "newsdesk-runs", "newsdesk-dead-letters"
"""Ids of the data views. There are two for articles: by date (`dated_at`: of publication, or else of arrival) and by arrival, which
differ for articles of a backfill."""
TAG = "newsdesk"
MAP = "newsdesk-places"
GARBLED, BY_ENTITY, DEAD = "newsdesk-garbled", "newsdesk-newest-by-entity", "newsdesk-dead"
NEWS, TRANSLATION, PIPELINE = "newsdesk-news", "newsdesk-translation-check", "newsdesk-pipeline"

WIDTH = 48
"""Number of columns of Kibana's grid."""
NO_DEFECT, COMPARED = 'translation.verdict : "no_defect_found"', 'translation.basis : "compared"'
TO_REVIEW = 'translation.verdict : ("garbled" or "suspect")'


@dataclass(frozen=True, slots=True)
class KibanaContent:
    """Saved objects, which are sent first as the dashboards refer to them, and dashboards by id."""

    saved_objects: tuple[Json, ...]
    dashboards: dict[str, Json]

    def files(self) -> dict[str, str]:
        """Return the objects as contents of files, by file name."""
        lines = "".join(json.dumps(item, sort_keys=True) + "\n" for item in self.saved_objects)
        return {
            "newsdesk.ndjson": lines,
            **{f"{name}.json": json.dumps(dashboard, indent=2) + "\n" for name, dashboard in self.dashboards.items()},
        }


PAGE = "http://localhost:8080"
"""Default URL of Airflow, and thus of the search page."""


def kibana_content(
    *, index_prefix: str = "", base_path: str = "", page_url: str = PAGE, source_names: SourceNames = NO_NAMES
) -> KibanaContent:
    """Create the objects for indices with `index_prefix`, with links under Kibana's `base_path` and to the search page at `page_url`.

    Sources are shown by their names, which are part of the data views: after a renaming they are to be installed again.
    """
    return KibanaContent(
        saved_objects=(_tag(), *_data_views(index_prefix, page_url, source_names), *_saved_searches(), _map()),
        dashboards={NEWS: _news(base_path), TRANSLATION: _translation_check(base_path), PIPELINE: _pipeline(base_path)},
    )


# --- dashboards -----------------------------------------------------------------------------------------------------


def _news(base_path: str) -> Json:
    events = _unique("event_id", "events")
    return _dashboard(
        "Newsdesk: news",
        "What was published, by whom, about whom and where",
        [
            _links(base_path, f"[Map of places]({base_path}/app/maps/map/{MAP})"),
            _tile("Articles", ARTICLES, _count("articles"), x=0, y=4),
            _tile("Stories", ARTICLES, _unique("story_id", "stories"), x=12, y=4),
            _tile("Sources", ARTICLES, _unique("source", "sources"), x=24, y=4),
            _tile("Languages", ARTICLES, _unique("language", "languages"), x=36, y=4),
            _over_time("By source", ARTICLES, "dated_at", [_count("articles")], split=_terms("source", limit=8), x=0, y=10),
            _over_time("By language", ARTICLES, "dated_at", [_count("articles")], split=_terms("language", limit=8), x=24, y=10),
            _ranking("Persons", ARTICLES, _terms("persons", limit=15), x=0, y=24),
            _ranking("Organisations", ARTICLES, _terms("organizations", limit=15), x=16, y=24),
            _ranking("Places", ARTICLES, _terms("places", limit=15), x=32, y=24),
            _ranking("Events", ARTICLES, _terms("events", limit=15), x=0, y=40),
            _ranking("Countries", ARTICLES, _terms("countries", limit=15), x=16, y=40),
            _table(
                "Sources",
                ARTICLES,
                [_terms("source", limit=50)],
                [_count("articles"), _unique("story_id", "stories")],
                x=32,
                y=40,
                w=16,
                h=16,
            ),
            _ranking("Credits", ARTICLES, _terms("credits", limit=15), x=0, y=56),
            _ranking("Kinds", ARTICLES, _terms("content_kind", limit=10), x=16, y=56),
            _table(
                "Credits by source",
                ARTICLES,
                [_terms("source", limit=20), _terms("credits", limit=5)],
                [_count("articles")],
                x=32,
                y=56,
                w=16,
                h=16,
            ),
            _over_time(
                "Reports and the events that they report", ARTICLES, "dated_at", [_count("reports"), events], kind="line", x=0, y=72
            ),
            _table(
                "Largest events",
                ARTICLES,
                [_terms("event_id", limit=20)],
                [_count("reports"), _unique("source", "sources"), _unique("language", "languages"), _latest("dated_at", "newest")],
                x=24,
                y=72,
            ),
            _search("Newest", BY_ENTITY, y=86),
        ],
        controls={"source": "Source", "language": "Language", "persons": "Person", "places": "Place"},
        view=ARTICLES,
    )


def _translation_check(base_path: str) -> Json:
    verdicts = [_count(verdict, where=f'translation.verdict : "{verdict}"') for verdict in ("garbled", "suspect", "no_defect_found")]
    bases = [_count(basis.replace("_", " "), where=f'translation.basis : "{basis}"') for basis in Basis]
    return _dashboard(
        "Newsdesk: translation check",
        "Which sources carry unsound translations, by which signs, and what a person should look at. No verdict says that a text is right",
        [
            _links(base_path),
            _tile("Garbled", ARRIVALS, verdicts[0], x=0, y=4),
            _tile("Suspect", ARRIVALS, verdicts[1], x=12, y=4),
            _tile("Not compared", ARRIVALS, _count("no defect found", where=f"{NO_DEFECT} and not {COMPARED}"), x=24, y=4),
            _tile("Not checked", ARRIVALS, _count("no rules for the language", where="not translation.verdict : *"), x=36, y=4),
            _over_time(
                "Verdicts", ARRIVALS, "first_seen_at", [_count("articles")], split=_terms("translation.verdict", limit=3),
                kind="bar_percentage", x=0, y=10,
            ),
            _table("Verdicts by source", ARRIVALS, [_terms("source", limit=100)], [*verdicts, _count("articles")], x=24, y=10),
            _ranking("Rules that found something", ARRIVALS, _terms("translation.rules", limit=25), x=0, y=24),
            _ranking("Is a translation", ARRIVALS, _terms("translation.is_translation", limit=4), x=16, y=24),
            _ranking("Translated from", ARRIVALS, _terms("translation.source_language", limit=15), x=32, y=24),
            _over_time(
                "What verdicts rest on", ARRIVALS, "first_seen_at", [_count("articles")], split=_terms("translation.basis", limit=4),
                kind="bar_percentage", x=0, y=40,
            ),
            _table("What verdicts rest on, by source", ARRIVALS, [_terms("source", limit=100)], [*bases, _count("articles")], x=24, y=40),
            _search("To review", GARBLED, y=54),
        ],
        controls={"source": "Source", "language": "Language", "translation.verdict": "Verdict", "translation.basis": "Basis"},
        view=ARRIVALS,
    )  # fmt: skip


def _pipeline(base_path: str) -> Json:
    fetched = _sum("fetched", "fetched", where='stage : "fetch"')
    enriched = _sum("new", "enriched", where='stage : "enrich"')
    created = _sum("new", "new in the index", where='stage : "index"')
    failures = [_sum("failed", "failed"), _sum("dead", "dead")]
    return _dashboard(
        "Newsdesk: pipeline",
        "What each stage did, whether every source is fresh, how a backfill goes on. Counters are written by each run",
        [
            _links(base_path),
            _tile("Fetched", RUNS, fetched, x=0, y=4),
            _tile("New", RUNS, created, x=12, y=4),
            _tile("Failed", RUNS, failures[0], x=24, y=4),
            _tile("Dead", RUNS, failures[1], x=36, y=4),
            _over_time("Articles by stage", RUNS, "run_at", [fetched, enriched, created], kind="line", x=0, y=10),
            _over_time("Failed and dead", RUNS, "run_at", failures, x=24, y=10),
            _table(
                "Stages", RUNS, [_terms("stage", limit=3)],
                [_sum(name, name.replace("_", " ")) for name in
                 ("found", "fetched", "not_modified", "new", "updated", "unchanged", "stale", "set_aside", "duplicates", "failed", "dead")],
                x=0, y=24, w=WIDTH, h=8,
            ),
            # Sorted by silence: the sources with the longest silence have no data in the period of the dashboard.
            _table(
                "Freshness by source, 90 days", ARRIVALS,
                [_terms("source", limit=100, direction="asc")],
                [_latest("first_seen_at", "newest arrival"), _latest("published_at", "newest publication"), _count("articles")],
                x=0, y=32, since="now-90d",
            ),
            _table(
                "Backfill: partitions", RUNS, [_terms("partition", limit=200, alphabetical=True)],
                [fetched, enriched, created, *failures], x=24, y=32,
            ),
            _over_time(
                "Throughput", RUNS, "run_at", [created, {**_sum("seconds", "seconds of work"), "axis": "y2"}], kind="line", x=0, y=46,
            ),
            _table("Failures by source", RUNS, [_terms("source", limit=50, direction="desc")], [*failures, fetched], x=24, y=46),
            _search("Dead letters", DEAD, y=60),
        ],
        controls={"source": "Source", "stage": "Stage", "partition": "Partition"},
        view=RUNS,
    )  # fmt: skip


def _dashboard(title: str, description: str, panels: Sequence[Json], *, controls: dict[str, str], view: str) -> Json:
    return {
        "title": title,
        "description": description,
        "tags": [TAG],
        "time_range": {"from": "now-7d", "to": "now"},
        "refresh_interval": {"pause": True, "value": 60_000},
        "query": {"language": "kql", "expression": ""},
        "pinned_panels": [
            {
                "id": f"control-{field.replace('.', '-')}",
                "type": "options_list_control",
                "width": "medium",
                "grow": True,
                "config": {"title": label, "data_view_id": view, "field_name": field},
            }
            for field, label in controls.items()
        ],
        "panels": [{"id": f"panel-{number:02d}", **panel} for number, panel in enumerate(panels)],
    }


# --- panels ---------------------------------------------------------------------------------------------------------


def _panel(kind: str, config: Json, x: int, y: int, w: int, h: int) -> Json:
    return {"type": kind, "grid": {"x": x, "y": y, "w": w, "h": h}, "config": config}


def _source(view: str) -> Json:
    return {"type": "data_view_reference", "ref_id": view}


def _links(base_path: str, *more: str) -> Json:
    boards = {NEWS: "News", TRANSLATION: "Translation check", PIPELINE: "Pipeline"}
    links = [f"[{name}]({base_path}/app/dashboards#/view/{board})" for board, name in boards.items()]
    return _panel("markdown", {"content": " · ".join([*links, *more]), "settings": {}, "hide_title": True}, 0, 0, WIDTH, 4)


def _tile(title: str, view: str, metric: Json, *, x: int, y: int) -> Json:
    config = {
        "type": "metric",
        "title": title,
        "hide_title": True,
        "data_source": _source(view),
        "metrics": [{"type": "primary", **metric}],
    }
    return _panel("vis", config, x, y, 12, 6)


def _over_time(
    title: str, view: str, field: str, metrics: list[Json], *, split: Json | None = None, kind: str = "bar_stacked", x: int, y: int
) -> Json:
    layer = {"type": kind, "data_source": _source(view), "x": {"operation": "date_histogram", "field": field}, "y": metrics}
    if split:
        layer["breakdown_by"] = split
    return _panel("vis", {"type": "xy", "title": title, "layers": [layer]}, x, y, 24, 14)


def _ranking(title: str, view: str, terms: Json, *, x: int, y: int) -> Json:
    layer = {"type": "bar_horizontal", "data_source": _source(view), "x": terms, "y": [_count("articles")]}
    return _panel("vis", {"type": "xy", "title": title, "layers": [layer]}, x, y, 16, 16)


def _table(
    title: str, view: str, rows: list[Json], metrics: list[Json], *, x: int, y: int, w: int = 24, h: int = 14, since: str = ""
) -> Json:
    config: Json = {
        "type": "data_table",
        "title": title,
        "data_source": _source(view),
        "rows": rows,
        "metrics": metrics,
        "styling": {"density": {"mode": "compact"}, "paging": 20},
    }
    if since:
        config["time_range"] = {"from": since, "to": "now"}
    return _panel("vis", config, x, y, w, h)


def _search(title: str, saved_search: str, *, y: int) -> Json:
    return _panel("discover_session", {"title": title, "ref_id": saved_search}, 0, y, WIDTH, 20)


def _terms(field: str, *, limit: int, direction: str = "desc", alphabetical: bool = False) -> Json:
    rank: Json = (
        {"type": "alphabetical", "direction": "desc"} if alphabetical else {"type": "metric", "metric_index": 0, "direction": direction}
    )
    label = field.rpartition(".")[2].replace("_", " ")
    return {"operation": "terms", "fields": [field], "limit": limit, "rank_by": rank, "label": label}


def _count(label: str, *, where: str = "") -> Json:
    return _where({"operation": "count", "label": label}, where)


def _unique(field: str, label: str) -> Json:
    return {"operation": "unique_count", "field": field, "label": label}


def _sum(field: str, label: str, *, where: str = "") -> Json:
    return _where({"operation": "sum", "field": field, "label": label}, where)


def _latest(field: str, label: str) -> Json:
    return {"operation": "max", "field": field, "label": label}


def _where(metric: Json, where: str) -> Json:
    return {**metric, "filter": {"language": "kql", "expression": where}} if where else metric


# --- saved objects --------------------------------------------------------------------------------------------------


def _saved(kind: str, id_: str, version: str, attributes: Json, references: Sequence[Json] = ()) -> Json:
    """Return a saved object, with the oldest version of its format, as Kibana migrates old formats and rejects newer ones."""
    return {
        "type": kind,
        "id": id_,
        "coreMigrationVersion": "8.8.0",
        "typeMigrationVersion": version,
        "managed": False,
        "attributes": attributes,
        "references": list(references),
    }


def _reference(kind: str, id_: str, name: str) -> Json:
    return {"type": kind, "id": id_, "name": name}


TAGGED = _reference("tag", TAG, f"tag-ref-{TAG}")


def _text(value: Any) -> str:
    """Return JSON as text, for Kibana's `...JSON` attributes."""
    return json.dumps(value, separators=(",", ":"))


def _tag() -> Json:
    return _saved("tag", TAG, "8.0.0", {"name": "newsdesk", "description": "Made by newsdesk kibana install", "color": "#1750BA"})


def _data_views(prefix: str, page_url: str, source_names: SourceNames) -> list[Json]:
    views = [
        (ARTICLES, "articles", "Articles by date", "dated_at"),
        (ARRIVALS, "articles", "Articles by arrival", "first_seen_at"),
        (RUNS, "newsdesk-runs", "Pipeline runs", "run_at"),
        (DEAD_LETTERS, "newsdesk-dead-letters", "Dead letters", "failed_at"),
    ]
    empty = {"sourceFilters": "[]", "fieldAttrs": "{}", "runtimeFieldMap": "{}"}
    article = _link(f"{page_url.rstrip('/')}/newsdesk/article/{{{{value}}}}", "read")
    event = _link(f"{page_url.rstrip('/')}/newsdesk/?event={{{{value}}}}", "reports")
    formats = {"url": _link("{{rawValue}}", "{{rawValue}}"), **_shown_sources(source_names)}
    return [
        _saved(
            "index-pattern",
            id_,
            "7.11.0",
            {
                "title": f"{prefix}{index}",
                "name": name,
                "timeFieldName": time,
                **empty,
                "fieldFormatMap": json.dumps(formats | ({"id": article, "event_id": event} if index == "articles" else {})),
            },
        )
        for id_, index, name, time in views
    ]


def _link(address: str, label: str) -> Json:
    """Format a field as a link. In both arguments, `{{value}}` is its percent-encoded value and `{{rawValue}}` its value."""
    return {"id": "url", "params": {"urlTemplate": address, "labelTemplate": label}}


def _shown_sources(names: SourceNames) -> Json:
    """Format keys of sources as names. Filters and exports use the keys."""
    entries = [{"key": key, "value": name} for key, name in sorted(names.names.items()) if name != key]
    return {"source": {"id": "static_lookup", "params": {"lookupEntries": entries, "unknownKeyValue": None}}} if entries else {}


def _saved_searches() -> list[Json]:
    return [
        _saved_search(
            GARBLED, "Translations to review", ARRIVALS, TO_REVIEW,
            ["title", "source", "language", "translation.verdict", "translation.rules", "translation.source_language", "id", "url"],
            "first_seen_at",
        ),
        _saved_search(
            BY_ENTITY, "Newest, with who and where", ARTICLES, "",
            ["title", "source", "language", "event_languages", "persons", "organizations", "places", "translation.verdict", "id", "url"],
            "dated_at",
        ),
        _saved_search(
            DEAD, "Dead letters", DEAD_LETTERS, "", ["stage", "reason", "detail", "source", "url", "partition"], "failed_at"
        ),
    ]  # fmt: skip


def _saved_search(id_: str, title: str, view: str, query: str, columns: list[str], newest_by: str) -> Json:
    index = "kibanaSavedObjectMeta.searchSourceJSON.index"
    source = {"query": {"query": query, "language": "kuery"}, "filter": [], "indexRefName": index}
    attributes = {
        "title": title,
        "description": "",
        "columns": columns,
        "sort": [[newest_by, "desc"]],
        "grid": {},
        "hideChart": False,
        "isTextBasedQuery": False,
        "timeRestore": False,
        "kibanaSavedObjectMeta": {"searchSourceJSON": _text(source)},
    }
    return _saved("search", id_, "10.5.0", attributes, [_reference("index-pattern", view, index), TAGGED])


def _map() -> Json:
    """Return the map of places as a grid of circles, without a base map, which would be loaded from an internet service."""
    blue, white = "#1750BA", "#FFFFFF"
    by_count = {"field": {"name": "doc_count", "origin": "source"}}
    grid = {
        "id": "places-grid",
        "type": "ES_GEO_GRID",
        "geoField": "places_location",
        "requestType": "point",
        "resolution": "COARSE",  # asked as geotile_grid; finer ones are vector tiles
        "metrics": [{"type": "count", "label": "articles"}],
        "applyGlobalQuery": True,
        "applyGlobalTime": True,
        "applyForceRefresh": True,
        "indexPatternRefName": "layer_0_source_index_pattern",
    }
    style = {
        "fillColor": {"type": "STATIC", "options": {"color": blue}},
        "lineColor": {"type": "STATIC", "options": {"color": white}},
        "iconSize": {"type": "DYNAMIC", "options": {**by_count, "minSize": 7, "maxSize": 32}},
        "labelText": {"type": "DYNAMIC", "options": by_count},
    }
    layer = {
        "id": "places",
        "label": "Places named",
        "type": "GEOJSON_VECTOR",
        "visible": True,
        "alpha": 0.75,
        "minZoom": 0,
        "maxZoom": 24,
        "includeInFitToBounds": True,
        "joins": [],
        "sourceDescriptor": grid,
        "style": {"type": "VECTOR", "isTimeAware": True, "properties": style},
    }
    state = {
        "zoom": 1.5,
        "center": {"lon": 15, "lat": 25},
        "timeFilters": {"from": "now-7d", "to": "now"},
        "refreshConfig": {"isPaused": True, "interval": 0},
        "query": {"query": "", "language": "kuery"},
        "filters": [],
        "settings": {"autoFitToDataBounds": False},
    }
    attributes = {
        "title": "Places named in the news",
        "description": "",
        "uiStateJSON": _text({"isLayerTOCOpen": True, "openTOCDetails": []}),
        "mapStateJSON": _text(state),
        "layerListJSON": _text([layer]),
    }
    return _saved("map", MAP, "8.4.0", attributes, [_reference("index-pattern", ARTICLES, "layer_0_source_index_pattern"), TAGGED])
