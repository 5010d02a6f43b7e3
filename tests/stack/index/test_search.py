"""Search on a real index with articles written for these tests.

Tests of newsdesk.search.article, newsdesk.search.cursor, newsdesk.search.fields and newsdesk.search.run.
"""

import dataclasses
import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from elasticsearch import Elasticsearch

from newsdesk.errors import BadRequest, SetupError
from newsdesk.fetch.source_names import SourceNames
from newsdesk.index.aliases import names, set_up
from newsdesk.index.client import open_client
from newsdesk.index.sink import index_articles
from newsdesk.records import Verdict
from newsdesk.search.article import find_article
from newsdesk.search.counts import PlaceCount, TimelineQuery
from newsdesk.search.cursor import Page, read_cursor, write_cursor
from newsdesk.search.export import find_all
from newsdesk.search.queries import Choice, SearchQuery, describe
from newsdesk.search.run import MOST_COPIES, Hit, SearchResults, more_like, search
from newsdesk.settings import ElasticsearchSettings, IndexSettings, Settings
from samples import NOW, numbered, words

KYIV = ("Kyiv", 50.45, 30.52, "UA")
MADRID = ("Madrid", 40.42, -3.7, "ES")
DAM = "Engineers are inspecting the flooded dams above Toledo.\nThe water authority promised a report within the week."
NEWS = [
    numbered(
        1, title="Harbour strike ends", text="Dockers in the harbour accepted the offer. The strike is over.", persons=("Ana Duarte",)
    ),
    numbered(2, title="Dams inspected", text=DAM, places=(MADRID,), verdict=Verdict.GARBLED, findings=((0, 9),)),
    numbered(
        3,
        title="Los embalses de Toledo",
        text="Los ingenieros inspeccionan los embalses inundados.",
        language="es",
        source="Diario",
        places=(MADRID,),
    ),
    numbered(
        4,
        title="Grain ships leave",
        text="Ships with grain left the port after the victory of the negotiators.",
        places=(KYIV,),
        persons=("Ana Duarte", "Olha Petrenko"),
    ),
    numbered(
        5, title="A plan for grain", text="The negotiators want a victory plan for grain exports by spring.", organizations=("Grain Union",)
    ),
    numbered(
        6, title="Zürich bans cars", text="The council of Zürich bans cars from the old town.", fetched_at=NOW - dt.timedelta(days=50)
    ),
]


@pytest.fixture(scope="module")
def settings(stack_settings: Settings, elasticsearch_settings: ElasticsearchSettings) -> Iterator[Settings]:
    found = dataclasses.replace(stack_settings, index=IndexSettings(prefix="search-tests-"), elasticsearch=elasticsearch_settings)
    with open_client(elasticsearch_settings) as es:
        set_up(es, found.index, now=NOW)
        list(index_articles(es, NEWS, found.index, now=NOW))
        yield found
        for name in list(es.indices.get(index="search-tests-*")):
            es.indices.delete(index=name)


def ask(es: Elasticsearch, settings: Settings, text: str = "", **fields: object) -> SearchResults:
    return search(es, SearchQuery(text=text, **fields), settings, now=NOW)  # type: ignore[arg-type]


def numbers(results: SearchResults) -> list[int]:
    return [int(hit.url.rsplit("/", 1)[1]) for hit in results.hits]


def marked(hit: Hit) -> list[str]:
    return [part.text for part in hit.snippet if part.marked]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('negotiators "victory plan"', {5}, id="a phrase"),
        pytest.param("inspection of dam", {2}, id="other forms of the words, language not said"),
        pytest.param("embalse inundado", {3}, id="Spanish forms, language not said"),
        pytest.param('ships dockers harbour "victory plan"', set(), id="a phrase is never left out"),
        pytest.param("zurich", {6}, id="without the umlaut"),
        pytest.param("grain -victory", set(), id="a word left out"),
        pytest.param("grain-port", set(), id="a compound's parts apart"),
        pytest.param("victory-plan", {5}, id="a compound written in two words"),
        pytest.param("strike | exports", {1, 5}, id="one or the other"),
        pytest.param('person:"ana duarte"', {1, 4}, id="a field in the text"),
        pytest.param("grain person:duarte", {4}, id="a field beside words"),
        pytest.param("verdict:garbled", {2}, id="a verdict"),
        pytest.param("place:madrid language:es", {3}, id="two fields"),
        pytest.param("grain -source:example", set(), id="a field left out"),
        pytest.param("place:MADRID -language:es", {2}, id="a field left out beside another"),
        pytest.param('person:duarte person:"olha petrenko"', {4}, id="a field given twice"),
        pytest.param("verdict:garbled country:es", {2}, id="a country in small letters"),
        pytest.param("grain -covid-exports", {4, 5}, id="a word of parts is left out as a whole"),
        pytest.param("grain -(victory exports)", {4}, id="a group left out"),
    ],
)
def test_a_query_finds_the_expected_articles(es: Elasticsearch, settings: Settings, text: str, expected: set[int]) -> None:
    assert set(numbers(ask(es, settings, text))) == expected


def test_stemmed_matches_are_highlighted(es: Elasticsearch, settings: Settings) -> None:
    (hit,) = ask(es, settings, "inspected dam").hits
    assert marked(hit) == ["inspecting", "dams"]


def test_a_match_outside_of_the_text_does_not_prevent_marks_in_it(es: Elasticsearch, settings: Settings) -> None:
    (hit,) = ask(es, settings, '+"Madrid" inspected dam').hits
    assert marked(hit) == ["inspecting", "dams"]


def test_a_hit_has_its_findings_with_their_text(es: Elasticsearch, settings: Settings) -> None:
    (hit,) = ask(es, settings, "flooded dams").hits
    assert hit.verdict is Verdict.GARBLED
    assert [(finding.text, finding.message) for finding in hit.findings] == [("Engineers", "This is broken.")]
    assert hit.places == ("Madrid",)


def test_several_values_of_a_field_find_articles_with_any_of_them(es: Elasticsearch, settings: Settings) -> None:
    assert sorted(numbers(ask(es, settings, person=("Ana Duarte", "Olha Petrenko")))) == [1, 4]
    assert sorted(numbers(ask(es, settings, place=("Kyiv", "Madrid"), language="en"))) == [2, 4]
    assert sorted(numbers(ask(es, settings, verdict=(Verdict.GARBLED, Verdict.SUSPECT)))) == [2]


def test_a_chosen_facet_still_counts_its_other_values(es: Elasticsearch, settings: Settings) -> None:
    facets = ask(es, settings, facets=True, language="es", place="Madrid").facets
    assert {bucket.value: bucket.count for bucket in facets["languages"]} == {"en": 1, "es": 1}
    assert {bucket.value: bucket.count for bucket in facets["places"]} == {"Madrid": 1}
    assert {bucket.value: bucket.count for bucket in facets["sources"]} == {"Diario": 1}


def test_a_timeline_counts_the_articles_of_each_day_of_the_reader_by_language(es: Elasticsearch, settings: Settings) -> None:
    zone = ZoneInfo("Pacific/Auckland")
    end = (NOW + dt.timedelta(days=1)).astimezone(zone)
    timeline = ask(es, settings, timeline=TimelineQuery(end - dt.timedelta(days=7), end, zone)).timeline
    assert timeline is not None
    assert len(timeline.starts) == 8
    assert {start.hour for start in timeline.starts} == {0}
    assert sum(timeline.totals) == 5
    assert {series.name: sum(series.counts) for series in timeline.series} == {"en": 4, "es": 1}
    assert timeline.totals[timeline.starts.index(NOW.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0))] == 5


def test_the_places_of_matching_articles_are_counted_with_their_coordinates(es: Elasticsearch, settings: Settings) -> None:
    assert set(ask(es, settings, places=True).places) == {PlaceCount("Madrid", 40.42, -3.7, 2), PlaceCount("Kyiv", 50.45, 30.52, 1)}
    assert [place.name for place in ask(es, settings, "grain", places=True).places] == ["Kyiv"]


@pytest.mark.parametrize(
    ("person", "found"),
    [
        pytest.param("Duarte", 2, id="a word of the name"),
        pytest.param("=Ana Duarte", 2, id="the whole name"),
        pytest.param("=Duarte", 0, id="a part is not the whole name"),
        pytest.param(("=Ana Duarte", "=Olha Petrenko"), 2, id="either of two"),
    ],
)
def test_a_whole_name_is_found_only_as_a_whole(es: Elasticsearch, settings: Settings, person: Choice, found: int) -> None:
    query = SearchQuery(person=person)
    assert search(es, query, settings).total == found
    assert search(es, SearchQuery(text=describe(query)), settings).total == found


def test_facets_count_matching_articles(es: Elasticsearch, settings: Settings) -> None:
    facets = ask(es, settings, facets=True).facets
    assert {bucket.value: bucket.count for bucket in facets["languages"]} == {"en": 5, "es": 1}
    assert {bucket.value: bucket.count for bucket in facets["persons"]} == {"Ana Duarte": 2, "Olha Petrenko": 1}
    assert {bucket.value: bucket.count for bucket in facets["verdicts"]} == {"no_defect_found": 5, "garbled": 1}
    assert sum(bucket.count for bucket in facets["dates"]) == 6


@pytest.mark.parametrize(
    ("typed", "suggested"),
    [
        pytest.param("petrenka", "petrenko", id="a name"),
        pytest.param("petrenka grain", "petrenko grain", id="a name beside a word that is known"),
        pytest.param("harbuor verdict:no_defect_found", "harbour verdict:no_defect_found", id="the conditions stay"),
        pytest.param("person:petrenka", "person:petrenko", id="a name in its field"),
        pytest.param("inspector rover", None, id="English words that no article has"),
        pytest.param("duarts embalses", None, id="what would find nothing either"),
        pytest.param("negotiatirs", None, id="a word in the text alone"),
        pytest.param("ana duarte -ana", None, id="every word is known"),
    ],
)
def test_where_nothing_is_found_a_name_or_headline_is_offered_that_finds_more(
    es: Elasticsearch, settings: Settings, typed: str, suggested: str | None
) -> None:
    results = ask(es, settings, typed)
    assert (results.total, results.suggestion) == (0, suggested)
    assert suggested is None or ask(es, settings, suggested).total


def test_a_query_of_excluded_words_shows_the_newest_first(es: Elasticsearch, index_settings: IndexSettings, settings: Settings) -> None:
    own = dataclasses.replace(settings, index=index_settings)
    set_up(es, index_settings, now=NOW)
    list(index_articles(es, [numbered(n, fetched_at=NOW - dt.timedelta(hours=n)) for n in range(12)], index_settings, now=NOW))
    assert numbers(ask(es, own, "-harbour", size=12)) == list(range(12))


def test_the_same_search_is_counted_once(es: Elasticsearch, settings: Settings) -> None:
    def answered_again() -> int:
        stats = es.indices.stats(index=names(settings.index).articles, metric="request_cache")
        return int(stats["_all"]["total"]["request_cache"]["hit_count"])

    first, before = ask(es, settings, "grain", facets=True), answered_again()
    assert ask(es, settings, "grain", facets=True) == first
    assert answered_again() > before


def test_a_query_of_a_thousand_words_is_answered(es: Elasticsearch, settings: Settings) -> None:
    for text in (words(1, 1_000), " ".join("abcdefghij" * 100), "烏" * 1_000, "wellbeings " * 40):
        ask(es, settings, text)


def test_results_are_marked_incomplete_if_a_shard_fails(es: Elasticsearch, index_settings: IndexSettings, settings: Settings) -> None:
    own = dataclasses.replace(settings, index=index_settings)
    set_up(es, index_settings, now=NOW)
    list(index_articles(es, [numbered(1, text="harbour news")], index_settings, now=NOW))
    assert not ask(es, own, "harbour").incomplete
    nowhere = {"index.routing.allocation.require._name": "no-such-node"}
    es.indices.create(index=f"{index_settings.prefix}articles-v4-2020.01", settings=nowhere, wait_for_active_shards=0)
    results = ask(es, own, "harbour")
    assert results.incomplete
    assert numbers(results) == [1]


@pytest.mark.parametrize("newest_first", [True, False], ids=["newest first", "best first"])
def test_an_export_is_not_limited_to_one_page(
    es: Elasticsearch, index_settings: IndexSettings, settings: Settings, *, newest_first: bool
) -> None:
    own = dataclasses.replace(settings, index=index_settings)
    set_up(es, own.index, now=NOW)
    list(index_articles(es, [numbered(number, text=f"harbour {number % 3}") for number in range(250)], own.index, now=NOW))
    es.indices.put_settings(index=names(own.index).articles, settings={"index.max_result_window": 100})
    query = SearchQuery(text="harbour", newest_first=newest_first, facets=True)
    assert sorted(int(hit.url.rsplit("/", 1)[1]) for hit in find_all(es, query, own, most=1_000, now=NOW)) == list(range(250))
    assert len(list(find_all(es, query, own, most=130, now=NOW))) == 130


def test_recency_orders_equal_hits_but_does_not_outweigh_relevance(
    es: Elasticsearch, index_settings: IndexSettings, settings: Settings
) -> None:
    own = dataclasses.replace(settings, index=index_settings)
    set_up(es, index_settings, now=NOW)
    old = numbered(1, title="Bridge", text="The bridge was closed.", fetched_at=NOW - dt.timedelta(days=90))
    new = numbered(2, title="Bridge", text="The bridge was closed.", fetched_at=NOW)
    passing = numbered(3, title="Traffic", text=f"{words(3, 60)} bridge {words(4, 60)}", fetched_at=NOW)
    list(index_articles(es, [old, new, passing], index_settings, now=NOW))
    assert numbers(ask(es, own, "bridge")) == [2, 1, 3]


@pytest.mark.parametrize("collapse", [True, False], ids=["stories", "articles"])
def test_pages_contain_every_article_once_while_others_are_indexed(
    es: Elasticsearch, index_settings: IndexSettings, settings: Settings, *, collapse: bool
) -> None:
    own = dataclasses.replace(settings, index=index_settings)
    set_up(es, index_settings, now=NOW)
    list(index_articles(es, [numbered(number, text=f"harbour {words(number, 30)}") for number in range(25)], index_settings, now=NOW))
    seen: list[int] = []
    page = SearchQuery(text="harbour", size=10, paged=True, collapse=collapse)
    for arrival in range(100, 110):
        results = search(es, page, own, now=NOW)
        seen += numbers(results)
        list(index_articles(es, [numbered(arrival, text="harbour harbour harbour")], index_settings, now=NOW))
        if results.next_cursor is None:
            break
        page = dataclasses.replace(page, cursor=results.next_cursor)
    assert sorted(seen) == list(range(25))


@pytest.mark.parametrize("order", ["best", "newest", "oldest"])
@pytest.mark.parametrize("is_paged", [True, False], ids=["as it was at the first page", "as it is"])
def test_pages_of_stories_have_no_end_and_show_each_story_once(
    es: Elasticsearch, index_settings: IndexSettings, settings: Settings, order: str, *, is_paged: bool
) -> None:
    own = dataclasses.replace(settings, index=index_settings)
    set_up(es, own.index, now=NOW)
    stories = [f"harbour {words(story, 200)}" for story in range(12)]
    copies = [(story, copy) for story in range(12) for copy in range(1 + story % 3)]
    articles = [
        numbered(100 * story + copy, text=stories[story], source=f"s{copy}", fetched_at=NOW - dt.timedelta(hours=copy * 20 + story))
        for story, copy in copies
    ]
    list(index_articles(es, articles, own.index, now=NOW))
    es.indices.put_settings(index=names(own.index).articles, settings={"index.max_result_window": 20})
    asked = SearchQuery(text="harbour", size=5, paged=is_paged, newest_first=order == "newest", oldest_first=order == "oldest")
    seen: list[Hit] = []
    while True:
        results = search(es, asked, own, now=NOW)
        assert len(results.hits) <= 5
        seen += results.hits
        if results.next_cursor is None:
            break
        asked = dataclasses.replace(asked, cursor=results.next_cursor)
    assert sorted(int(hit.url.rsplit("/", 1)[1]) // 100 for hit in seen) == list(range(12))
    dates = [hit.first_seen_at for hit in seen]
    assert order == "best" or dates == sorted(dates, key=lambda date: date or NOW, reverse=order == "newest")


def test_a_page_whose_state_has_expired_goes_on_behind_its_last_hit(
    es: Elasticsearch, index_settings: IndexSettings, settings: Settings
) -> None:
    own = dataclasses.replace(settings, index=index_settings)
    set_up(es, own.index, now=NOW)
    list(index_articles(es, [numbered(number, text=f"harbour {words(number, 30)}") for number in range(8)], own.index, now=NOW))
    first = search(es, SearchQuery(text="harbour", size=5, paged=True), own, now=NOW)
    page = read_cursor(first.next_cursor or "")
    assert page
    es.close_point_in_time(id=page.pit)
    second = search(es, SearchQuery(text="harbour", size=5, paged=True, cursor=first.next_cursor or ""), own, now=NOW)
    assert sorted(numbers(first) + numbers(second)) == list(range(8))


@pytest.mark.parametrize(
    ("query", "told"),
    [
        (SearchQuery(text="source:Exampel grain"), r"No source is called Exampel: did you mean example\?"),
        (SearchQuery(source="Nowhere Times"), "No source is called Nowhere Times"),
        (SearchQuery(text="grain country:Ukrania"), r"did you mean Ukraine \(UA\)"),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_the_nearest(es: Elasticsearch, settings: Settings, query: SearchQuery, told: str) -> None:
    with pytest.raises(BadRequest, match=told):
        search(es, query, settings, now=NOW)


@pytest.mark.parametrize("cursor", ["bm9uc2Vuc2U=", write_cursor(Page("no pit", NOW.isoformat())), write_cursor(Page("", "no time"))])
def test_an_invalid_cursor_is_refused_with_a_message(es: Elasticsearch, settings: Settings, cursor: str) -> None:
    with pytest.raises(SetupError, match="Search again"):
        ask(es, settings, "grain", cursor=cursor)


def test_a_missing_index_is_named_with_the_remedy(elasticsearch_settings: ElasticsearchSettings, settings: Settings) -> None:
    nothing = dataclasses.replace(settings, index=IndexSettings(prefix="nothing-"))
    for asked in (search, more_like, find_article):
        with pytest.raises(SetupError, match=r"no index nothing-articles.*index setup"), open_client(elasticsearch_settings) as es:
            asked(es, SearchQuery(text="grain") if asked is search else "an id", nothing)  # type: ignore[operator]


def test_a_source_is_found_by_the_name_that_readers_have_given_it(es: Elasticsearch, settings: Settings) -> None:
    renamed = SourceNames({"Diario": "El Diario de Toledo", "example": "The Example"})

    def ask_by_name(**fields: object) -> list[int]:
        return numbers(search(es, SearchQuery(**fields), settings, now=NOW, source_names=renamed))  # type: ignore[arg-type]

    assert (
        ask_by_name(source="El Diario de Toledo") == ask_by_name(text='source:"el diario de toledo"') == ask_by_name(source="Diario") == [3]
    )
    with pytest.raises(BadRequest, match=r"did you mean El Diario de Toledo\?"):
        ask_by_name(source="El Diario de Toldeo")


def test_a_story_is_one_hit_with_its_copies_and_first_source(es: Elasticsearch, index_settings: IndexSettings, settings: Settings) -> None:
    own = dataclasses.replace(settings, index=index_settings)
    set_up(es, index_settings, now=NOW)
    text = f"harbour {words(9, 200)}"
    copies = [
        numbered(number, text=text, source=source, title=title, fetched_at=NOW + dt.timedelta(minutes=number))
        for number, (source, title) in enumerate([("Wire", "Strike"), ("Daily", "Strike"), ("Evening", "Harbour stands still")])
    ]
    list(index_articles(es, [*copies, numbered(9, text="harbour news")], index_settings, now=NOW))
    results = ask(es, own, "harbour")
    assert len(results.hits) == 2
    story = next(hit for hit in results.hits if hit.copies)
    assert story.first_source == "Wire"
    assert {copy.kind for copy in story.copies} | {story.duplicate_kind} == {"first", "exact_copy", "other_headline"}
    assert len(ask(es, own, "harbour", collapse=False).hits) == 4


def test_a_story_with_many_copies_does_not_hide_the_copies_of_others(
    es: Elasticsearch, index_settings: IndexSettings, settings: Settings
) -> None:
    own = dataclasses.replace(settings, index=index_settings)
    set_up(es, index_settings, now=NOW)
    large = [numbered(n, text=f"harbour {words(9, 200)}", fetched_at=NOW + dt.timedelta(seconds=n)) for n in range(220)]
    small = [
        numbered(1_000 + n, text=f"harbour {words(10, 200)}", source=source, fetched_at=NOW + dt.timedelta(hours=1 + n))
        for n, source in enumerate(("Wire", "Daily"))
    ]
    list(index_articles(es, [*large, *small], index_settings, now=NOW))
    copies = {hit.first_source: len(hit.copies) for hit in ask(es, own, "harbour").hits}
    assert copies == {large[0].source: MOST_COPIES, "Wire": 1}


def test_more_like_finds_articles_on_the_same_subject(es: Elasticsearch, settings: Settings) -> None:
    assert 5 in numbers(more_like(es, NEWS[3].id, settings))
    assert numbers(more_like(es, "no such id", settings)) == []
