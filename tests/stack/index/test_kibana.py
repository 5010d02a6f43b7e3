"""The fields and aggregations of newsdesk's Kibana objects, on a real index."""

import dataclasses

import pytest

from kibana_requests import indices, panel_requests, uses
from newsdesk.errors import Reason, Stage
from newsdesk.index.aliases import names, set_up
from newsdesk.index.runs import write_dead_letters, write_runs
from newsdesk.index.sink import index_articles
from newsdesk.ops.kibana import kibana_content
from newsdesk.records import DeadLetter, Embedding, Entity, EntityType, IsTranslation, Mention, RunCounters
from newsdesk.vectors import MODEL, embed, pack
from samples import NOW, article, checked, tagged


@pytest.fixture
def kibana(es, index_settings):
    """Kibana's objects, and an index with an article that has all fields, another one of its event, run counters and a dead letter."""
    set_up(es, index_settings, now=NOW)
    everybody = [
        Entity(name=name, type=kind, mentions=(Mention(start=0, end=3, text="The"),), country="NL")
        for name, kind in (("Harbour Board", EntityType.ORGANIZATION), ("Regatta Week", EntityType.EVENT))
    ]
    plain = article(published_at=NOW, credits=("EFE",))
    told = Embedding(pack(embed(plain.cleaned.title, plain.cleaned.text)), MODEL)
    abroad = dataclasses.replace(article("https://example.org/transbordador", published_at=NOW, language="es"), embedding=told)
    whole = dataclasses.replace(
        plain,
        tagged=tagged(entities=(*plain.tagged.entities[:1], dataclasses.replace(plain.tagged.entities[1], country="NL"), *everybody)),
        checked=checked(is_translation=IsTranslation.LIKELY, source_language="es"),
        embedding=told,
    )
    list(index_articles(es, [whole, abroad], index_settings, now=NOW))
    write_runs(
        es,
        [RunCounters(stage=stage, partition=plain.partition, source="example", run_at=NOW, seconds=1.5) for stage in Stage],
        index_settings,
    )
    letter = DeadLetter(
        stage=Stage.ENRICH, reason=Reason.EMPTY, detail="no text", partition=plain.partition, source="example",
        url="https://example.org/x", capture=None, failed_at=NOW, pipeline_version="1",
    )  # fmt: skip
    write_dead_letters(es, [letter], index_settings)
    es.indices.refresh(index=f"{index_settings.prefix}*")
    return kibana_content(index_prefix=index_settings.prefix)


def test_every_field_of_the_dashboards_exists_and_supports_its_use(es, kibana):
    index_of = indices(kibana)
    asked = {use for use in uses(kibana) if use.view in index_of}
    assert len(asked) > 50
    for view, index in index_of.items():
        found = es.field_caps(index=index, fields="*")["fields"]
        for use in (use for use in asked if use.view == view):
            (caps,) = found.get(use.field, {"missing": {}}).values()
            assert caps.get("searchable"), use
            assert use.need == "shown" or caps["aggregatable"], use


def test_the_aggregation_of_every_panel_returns_buckets(es, kibana):
    index_of = indices(kibana)
    requests = panel_requests(kibana)
    assert len(requests) > 25
    for request in requests:
        answer = es.search(index=index_of[request.view], size=0, aggregations=request.aggregations or None)
        assert answer["hits"]["total"]["value"] > 0, request.where
        for name, result in answer.get("aggregations", {}).items():
            assert result.get("buckets") or "value" in result, (request.where, name)


def test_the_map_returns_places(es, kibana, index_settings):
    grid = {
        "grid": {
            "geotile_grid": {"field": "places_location", "precision": 4},
            "aggs": {"where": {"geo_centroid": {"field": "places_location"}}},
        }
    }
    answer = es.search(index=names(index_settings).articles, size=0, aggregations=grid)
    (bucket,) = answer["aggregations"]["grid"]["buckets"]
    assert round(bucket["where"]["location"]["lat"]) == 52
