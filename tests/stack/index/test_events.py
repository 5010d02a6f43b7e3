"""Events in a real index: with articles in any order, and later edits.

Tests of newsdesk.index.event_repair.
"""

import dataclasses
import datetime as dt
from collections.abc import Sequence
from itertools import permutations

import pytest
from elasticsearch import Elasticsearch

from newsdesk.index.aliases import names, set_up
from newsdesk.index.sink import index_articles
from newsdesk.records import Article
from newsdesk.search.queries import SearchQuery
from newsdesk.search.run import SearchResults, more_like, search
from newsdesk.settings import IndexSettings, Settings
from samples import NOW, embedded

QUAKE = (
    (
        "en",
        "Earthquake shakes Izmir",
        "Two buildings collapsed and 31 people were injured when the earthquake struck Izmir early on Tuesday.",
    ),
    ("es", "Un terremoto sacude Esmirna", "El sismo derribó dos edificios y dejó 31 heridos en Esmirna en la madrugada del martes."),
    (
        "ru",
        "В Измире произошло землетрясение",
        "Два здания рухнули, 31 человек пострадал при землетрясении в Измире рано утром во вторник.",
    ),
    (
        "en",
        "Dozens hurt as quake hits Izmir",
        "An earthquake in Izmir injured 31 people on Tuesday morning and brought down two buildings.",
    ),
)
BANK = ("de", "Notenbank senkt den Leitzins", "Die Zentralbank hat den Zinssatz um einen halben Prozentpunkt gesenkt.")


def hours(count: float) -> dt.datetime:
    return NOW + dt.timedelta(hours=count)


def article(number: int, told: tuple[str, str, str], at: float, *, captured: float | None = None) -> Article:
    fetched_at = hours(at if captured is None else captured)
    return embedded(number, *told, published_at=hours(at), fetched_at=fetched_at, source=f"s{number}")


REPORTS = [article(number, told, number) for number, told in enumerate((*QUAKE, BANK))]


def write(es: Elasticsearch, articles: Sequence[Article], settings: IndexSettings) -> None:
    list(index_articles(es, articles, settings, now=hours(200)))


def events(es: Elasticsearch, settings: IndexSettings) -> dict[int, tuple[int, tuple[str, ...]]]:
    """Return for each article the number of the first article of its event, and the event's languages."""
    alias = names(settings).articles
    es.indices.refresh(index=alias)
    hits = es.search(index=alias, size=1_000)["hits"]["hits"]
    numbers = {hit["_id"]: int(hit["_source"]["url"].rsplit("/", 1)[1]) for hit in hits}
    sources = {numbers[hit["_id"]]: hit["_source"] for hit in hits}
    assert all(source["opens_event"] == (numbers[source["event_id"]] == number) for number, source in sources.items())
    return {number: (numbers[source["event_id"]], tuple(source.get("event_languages", ()))) for number, source in sources.items()}


@pytest.fixture
def ready(es: Elasticsearch, index_settings: IndexSettings) -> IndexSettings:
    set_up(es, index_settings, now=NOW)
    return index_settings


def test_an_event_joins_the_reports_of_a_happening_in_all_languages(es: Elasticsearch, ready: IndexSettings) -> None:
    write(es, REPORTS, ready)
    quake = (0, ("en", "es", "ru"))
    assert events(es, ready) == {0: quake, 1: quake, 2: quake, 3: quake, 4: (4, ())}


def test_events_do_not_depend_on_the_order_of_arrival(es: Elasticsearch, ready: IndexSettings) -> None:
    outcomes = []
    for number, arrival in enumerate(list(permutations(REPORTS[1:4]))[::2]):
        settings = ready.model_copy(update={"prefix": f"{ready.prefix}{number}-"})
        set_up(es, settings, now=NOW)
        for one in arrival:
            write(es, [one], settings)
        write(es, [REPORTS[0]], settings)
        outcomes.append(events(es, settings))
    assert all(outcome == outcomes[0] for outcome in outcomes)
    assert {opening for opening, _ in outcomes[0].values()} == {0}


def test_the_same_kind_of_happening_days_later_is_another_event(es: Elasticsearch, ready: IndexSettings) -> None:
    write(es, [REPORTS[0], article(1, QUAKE[1], 96)], ready)
    assert events(es, ready) == {0: (0, ()), 1: (1, ())}


def test_a_report_that_is_edited_leaves_its_event(es: Elasticsearch, ready: IndexSettings) -> None:
    write(es, REPORTS[:3], ready)
    write(es, [article(1, BANK, 1, captured=10)], ready)
    assert events(es, ready) == {0: (0, ("en", "ru")), 1: (1, ()), 2: (0, ("en", "ru"))}


def test_an_event_whose_opening_is_edited_is_opened_by_the_next(es: Elasticsearch, ready: IndexSettings) -> None:
    write(es, REPORTS[:3], ready)
    write(es, [article(0, BANK, 0, captured=10)], ready)
    assert events(es, ready) == {0: (0, ()), 1: (1, ("es", "ru")), 2: (1, ("es", "ru"))}


def test_a_copy_is_in_the_event_of_its_story(es: Elasticsearch, ready: IndexSettings) -> None:
    long = tuple(
        dataclasses.replace(one, cleaned=dataclasses.replace(one.cleaned, text=f"{one.cleaned.text} {'and more ' * 30}"))
        for one in REPORTS[:1]
    )
    copy = dataclasses.replace(
        article(7, QUAKE[0], 120), cleaned=dataclasses.replace(long[0].cleaned, published_at=hours(120)), embedding=None
    )
    write(es, [*long, REPORTS[1]], ready)
    write(es, [copy], ready)
    assert events(es, ready) == dict.fromkeys((0, 1, 7), (0, ("en", "es")))


def test_copies_alone_are_no_event(es: Elasticsearch, ready: IndexSettings) -> None:
    text = (*QUAKE[0][:2], f"{QUAKE[0][2]} {'The rescue goes on. ' * 20}")
    write(es, [article(0, text, 0), article(1, text, 1)], ready)
    assert events(es, ready) == {0: (0, ()), 1: (0, ())}


def ask(es: Elasticsearch, settings: Settings, ready: IndexSettings, **fields: object) -> SearchResults:
    return search(es, SearchQuery(**fields), dataclasses.replace(settings, index=ready), now=hours(200))  # type: ignore[arg-type]


def test_a_hit_lists_its_event_and_an_event_can_be_searched(es: Elasticsearch, ready: IndexSettings, stack_settings: Settings) -> None:
    write(es, REPORTS, ready)
    (spanish,) = ask(es, stack_settings, ready, text="terremoto").hits
    assert (spanish.event_languages, [one.language for one in spanish.event]) == (("en", "es", "ru"), ["en", "ru", "en"])
    assert {hit.event_id for hit in ask(es, stack_settings, ready, event=spanish.event_id).hits} == {spanish.event_id}
    assert ask(es, stack_settings, ready, text=f"event:{spanish.event_id}").total == 4


def test_similar_articles_are_near_in_meaning_and_of_other_events(
    es: Elasticsearch, ready: IndexSettings, stack_settings: Settings
) -> None:
    later = article(len(REPORTS), QUAKE[2], 96)
    write(es, [*REPORTS, later], ready)
    es.indices.refresh(index=names(ready).articles)
    similar = more_like(es, REPORTS[1].id, dataclasses.replace(stack_settings, index=ready)).hits
    assert [hit.id for hit in similar] == [later.id]


@pytest.mark.parametrize("meaning", [False, True], ids=["by words", "by meaning"])
def test_one_article_of_each_event_is_shown_where_that_is_asked_for(
    es: Elasticsearch, ready: IndexSettings, stack_settings: Settings, *, meaning: bool
) -> None:
    write(es, REPORTS, ready)
    assert len(ask(es, stack_settings, ready, text="earthquake Izmir", meaning=meaning, by_event=True).hits) == 1
    assert len(ask(es, stack_settings, ready, text="earthquake Izmir", meaning=meaning).hits) >= 2


def test_each_event_is_shown_once_on_all_pages(es: Elasticsearch, ready: IndexSettings, stack_settings: Settings) -> None:
    write(es, REPORTS, ready)
    first = ask(es, stack_settings, ready, by_event=True, newest_first=True, size=1)
    second = ask(es, stack_settings, ready, by_event=True, newest_first=True, size=1, cursor=first.next_cursor)
    shown = [hit.event_id for hit in (*first.hits, *second.hits)]
    assert len(set(shown)) == 2
