"""Searches by meaning in a real index."""

import dataclasses
import datetime as dt
from collections.abc import Iterator

import pytest
from elasticsearch import Elasticsearch

from newsdesk.errors import SetupError
from newsdesk.index.aliases import set_up
from newsdesk.index.client import open_client
from newsdesk.index.sink import index_articles
from newsdesk.records import Article
from newsdesk.search.cursor import Page, write_cursor
from newsdesk.search.export import find_all
from newsdesk.search.meaning import FoundBy
from newsdesk.search.queries import SearchQuery
from newsdesk.search.run import SearchResults, more_like, search
from newsdesk.settings import ElasticsearchSettings, IndexSettings, Settings, load
from samples import NOW, embedded, numbered


def hourly(number: int, language: str, title: str, text: str, **more: object) -> Article:
    return embedded(number, language, title, text, fetched_at=NOW - dt.timedelta(hours=number), **more)


NEWS = [
    hourly(1, "en", "Ferry crews walk out in Palma", "No ferries left the harbour on Monday. The union wants more pay for night work."),
    hourly(2, "es", "Huelga de transbordadores en Palma", "Ningún barco salió del puerto. El sindicato exige más sueldo por las noches."),
    hourly(3, "ru", "Экипажи паромов в Пальме бастуют", "Ни один паром не вышел из порта. Профсоюз требует доплаты за ночную работу."),
    hourly(4, "de", "Notenbank senkt den Leitzins", "Die Zentralbank hat den Zinssatz um einen halben Prozentpunkt gesenkt."),
    hourly(5, "fr", "Le volcan entre en éruption", "La lave a détruit deux villages et les habitants ont été évacués.", source="Le Pays"),
    numbered(
        6, title="Harbour strike", text="A strike of the ferry crews in the harbour.", language="en", fetched_at=NOW - dt.timedelta(hours=6)
    ),
]


@pytest.fixture(scope="module")
def settings(elasticsearch_settings: ElasticsearchSettings) -> Iterator[Settings]:
    found = dataclasses.replace(load(), index=IndexSettings(prefix="meaning-tests-"), elasticsearch=elasticsearch_settings)
    with open_client(elasticsearch_settings) as es:
        set_up(es, found.index, now=NOW)
        list(index_articles(es, NEWS, found.index, now=NOW))
        yield found
        for name in list(es.indices.get(index="meaning-tests-*")):
            es.indices.delete(index=name)


def ask(es: Elasticsearch, settings: Settings, text: str = "", **fields: object) -> SearchResults:
    return search(es, SearchQuery(text=text, meaning=True, **fields), settings, now=NOW)  # type: ignore[arg-type]


def numbers(results: SearchResults) -> list[int]:
    return [int(hit.url.rsplit("/", 1)[1]) for hit in results.hits]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("strike of the ferry crews", {1, 2, 3, 6}, id="English"),
        pytest.param("huelga de los barcos en el puerto", {1, 2, 3, 6}, id="Spanish"),
        pytest.param("моряки бастуют, паромы не вышли из порта", {1, 2, 3}, id="Russian"),
        pytest.param("central bank cuts interest rates", {4}, id="in German only"),
        pytest.param("people flee from the lava", {5}, id="in French only"),
        pytest.param("recipe for apple pie", set(), id="what no article is about"),
    ],
)
def test_articles_of_all_languages_are_found(es: Elasticsearch, settings: Settings, text: str, expected: set[int]) -> None:
    assert set(numbers(ask(es, settings, text))) >= expected - {6}
    assert set(numbers(ask(es, settings, text))) <= expected


def test_a_hit_says_why_it_was_found(es: Elasticsearch, settings: Settings) -> None:
    reasons = {int(hit.url.rsplit("/", 1)[1]): hit.found_by for hit in ask(es, settings, "ferry crews harbour").hits}
    assert {reasons[number] for number in (2, 3)} == {FoundBy.MEANING}
    assert (reasons[1], reasons[6]) == (FoundBy.BOTH, FoundBy.WORDS)
    assert {hit.found_by for hit in search(es, SearchQuery(text="ferries"), settings, now=NOW).hits} == {None}


@pytest.mark.parametrize(
    ("text", "fields", "expected"),
    [
        pytest.param("ferry strike", {"language": "es"}, [2], id="a language"),
        pytest.param("ferry strike -language:es -language:ru", {"size": 1}, [1], id="languages left out"),
        pytest.param('strike +"no ferries left"', {}, [1], id="a phrase with a plus"),
        pytest.param("volcano", {"source": "Le Pays"}, [5], id="a source"),
        pytest.param("volcano", {"source": "example"}, [], id="another source"),
        pytest.param("ferry strike", {"until": NOW - dt.timedelta(hours=2, minutes=30)}, [3, 6], id="a date"),
    ],
)
def test_conditions_count_for_what_is_found_by_meaning(
    es: Elasticsearch, settings: Settings, text: str, fields: dict[str, object], expected: list[int]
) -> None:
    assert sorted(numbers(ask(es, settings, text, **fields))) == expected


def test_facets_and_total_count_what_was_found(es: Elasticsearch, settings: Settings) -> None:
    results = ask(es, settings, "strike of the ferry crews", facets=True, size=2)
    counted = {bucket.value: bucket.count for bucket in results.facets["languages"]}
    assert sum(counted.values()) == results.total == 4
    assert {"es": 1, "ru": 1}.items() <= counted.items()


def test_pages_show_every_hit_once(es: Elasticsearch, settings: Settings) -> None:
    asked = SearchQuery(text="strike of the ferry crews", meaning=True, size=3)
    first = search(es, asked, settings, now=NOW)
    second = search(es, dataclasses.replace(asked, cursor=first.next_cursor or ""), settings, now=NOW)
    assert numbers(first) + numbers(second) == numbers(ask(es, settings, asked.text))
    assert (len(numbers(second)), second.next_cursor) == (1, None)


def test_a_date_orders_what_was_found_by_meaning(es: Elasticsearch, settings: Settings) -> None:
    assert numbers(ask(es, settings, "strike of the ferry crews", newest_first=True)) == [1, 2, 3, 6]
    assert numbers(ask(es, settings, "strike of the ferry crews", oldest_first=True)) == [6, 3, 2, 1]


def test_an_export_has_what_the_search_found_without_vectors(es: Elasticsearch, settings: Settings) -> None:
    hits = list(find_all(es, SearchQuery(text="strike of the ferry crews", meaning=True), settings, most=100, now=NOW))
    assert sorted(int(hit.url.rsplit("/", 1)[1]) for hit in hits) == [1, 2, 3, 6]


def test_only_conditions_are_searched_as_without_meaning(es: Elasticsearch, settings: Settings) -> None:
    results = ask(es, settings, "language:es")
    assert (numbers(results), results.hits[0].found_by) == ([2], None)


@pytest.mark.parametrize("after", [["x"], [-1], [1, 2]])
def test_the_cursor_of_another_search_is_refused(es: Elasticsearch, settings: Settings, after: list[object]) -> None:
    with pytest.raises(SetupError, match="not a page of this search"):
        ask(es, settings, "ferry", cursor=write_cursor(Page("", NOW.isoformat(), after)))


def test_no_article_is_similar_if_none_is_near_in_meaning(es: Elasticsearch, settings: Settings) -> None:
    assert numbers(more_like(es, NEWS[4].id, settings)) == []
