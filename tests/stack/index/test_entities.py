"""Profiles of entities from a real index.

Tests of newsdesk.cli.entity and newsdesk.search.entity_profile.
"""

import dataclasses
import datetime as dt
import json
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from elasticsearch import Elasticsearch

from newsdesk.cli.main import newsdesk
from newsdesk.index.aliases import set_up
from newsdesk.index.client import open_client
from newsdesk.index.sink import index_articles
from newsdesk.records import EntityType
from newsdesk.search.entity_profile import NamedEntity, Point, find_entity, list_named
from newsdesk.settings import ElasticsearchSettings, IndexSettings, Settings, load
from newsdesk.tag.known_names import add_name, find_known
from samples import NOW, numbered
from stack.elasticsearch import variables_of

UTC = ZoneInfo("UTC")
PERSON, PLACE, ORGANIZATION = EntityType.PERSON, EntityType.PLACE, EntityType.ORGANIZATION
MARLOW = ("Marlow", 51.5719, -0.7769, "GB")


def article(number: int, *, days: int = 0, **named: object):  # type: ignore[no-untyped-def]
    moment = NOW - dt.timedelta(days=days)
    return numbered(number, title=f"Headline {number}", published_at=moment, fetched_at=moment, **named)  # type: ignore[arg-type]


ARTICLES = [
    article(1, days=9, persons=("Ines Calloway", "Omar Lund"), organizations=("Harbour Board",), places=(MARLOW,), source="wire"),
    article(2, days=3, persons=("Ines Calloway", "Omar Lund"), source="daily"),
    article(3, days=3, persons=("I. Calloway",), source="daily"),
    article(4, days=1, organizations=("Marlow",)),
    article(5, days=200, places=(MARLOW,)),
    article(6, days=1, persons=("Ana <b>Duarte</b>",)),
]


@pytest.fixture(scope="module")
def settings(elasticsearch_settings: ElasticsearchSettings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    own, index = load(), IndexSettings(prefix="entity-tests-")
    tag = own.tag.model_copy(update={"aliases": tmp_path_factory.mktemp("home") / "aliases.tsv"})
    with open_client(elasticsearch_settings) as es:
        set_up(es, index, now=NOW)
        list(index_articles(es, ARTICLES, index, now=NOW))
        es.indices.refresh(index=f"{index.prefix}*")
        yield dataclasses.replace(own, index=index, tag=tag, elasticsearch=elasticsearch_settings)
        for name in list(es.indices.get(index=f"{index.prefix}*")):
            es.indices.delete(index=name)


def profile(es: Elasticsearch, settings: Settings, name: str, **asked: object):  # type: ignore[no-untyped-def]
    return find_entity(es, name, settings, zone=UTC, now=NOW, **asked)  # type: ignore[arg-type]


def counts(buckets) -> dict[str, int]:  # type: ignore[no-untyped-def]
    return {bucket.value: bucket.count for bucket in buckets}


def test_a_profile_counts_company_sources_and_days(es, settings):
    found = profile(es, settings, "Ines Calloway")
    assert (found.total, found.types) == (2, {PERSON: 2})
    assert counts(found.together[PERSON]) == {"Omar Lund": 2}
    assert counts(found.together[ORGANIZATION]) == {"Harbour Board": 1}
    assert counts(found.sources) == {"wire": 1, "daily": 1}
    assert (found.first_at, found.last_at) == (NOW - dt.timedelta(days=9), NOW - dt.timedelta(days=3))
    assert (sum(found.timeline.totals), len(found.timeline.starts)) == (2, 91)
    assert [hit.title for hit in found.newest] == ["Headline 2", "Headline 1"]
    assert [(place.name, place.count) for place in found.places] == [("Marlow", 1)]


def test_an_entity_is_counted_under_all_names_of_the_alias_table(es, settings):
    add_name(settings.tag, PERSON, "Ines Calloway", "I. Calloway")
    for name in ("Ines Calloway", "I. Calloway"):
        found = profile(es, settings, name, known=find_known(settings.tag, name))
        assert (found.name, found.total, found.names) == ("Ines Calloway", 3, ("I. Calloway",))
        assert counts(found.together[PERSON]) == {"Omar Lund": 2}


def test_types_of_one_name_are_told_apart(es, settings):
    both = profile(es, settings, "Marlow")
    assert both.types == {PLACE: 2, ORGANIZATION: 1}
    place = profile(es, settings, "Marlow", type_=PLACE)
    assert (place.total, place.point, place.country) == (2, Point(51.5719, -0.7769), "GB")
    assert sum(place.timeline.totals) == 1


def test_what_no_article_names_has_no_profile(es, settings):
    assert profile(es, settings, "Nobody") is None
    assert profile(es, settings, "Ines Calloway", type_=PLACE) is None
    empty = dataclasses.replace(settings, index=IndexSettings(prefix="nowhere-"))
    assert profile(es, empty, "Marlow") is None
    assert list_named(es, empty, now=NOW) == []


def test_names_are_listed_by_the_articles_of_three_months_or_found_by_their_words(es, settings):
    named = list_named(es, settings, now=NOW)
    assert {one.name: one.count for one in named if one.type is PLACE} == {"Marlow": 1}
    assert list_named(es, settings, text="calloway", now=NOW) == [
        NamedEntity("Ines Calloway", PERSON, 2),
        NamedEntity("I. Calloway", PERSON, 1),
    ]
    assert [one.name for one in list_named(es, settings, text="MARLOW", now=NOW)] == ["Marlow", "Marlow"]


def test_the_command_prints_a_profile_and_offers_near_names(settings, home, monkeypatch):
    for name, value in variables_of(settings.elasticsearch, settings.index).items():
        monkeypatch.setenv(name, value)
    shown = CliRunner().invoke(newsdesk, ["entity", "Omar Lund"])
    assert shown.stdout.splitlines()[0] == "Omar Lund: 2 articles (person in 2)"
    assert "  with persons: Ines Calloway 2" in shown.stdout
    assert json.loads(CliRunner().invoke(newsdesk, ["entity", "Omar Lund", "--json"]).stdout)["total"] == 2
    assert "No article names Calloway: there is Ines Calloway, I. Calloway" in str(
        CliRunner().invoke(newsdesk, ["entity", "Calloway"]).exception
    )
