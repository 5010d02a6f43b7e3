"""Near-duplicates in a real index, in any order of arrival and with concurrent writers.

Tests of newsdesk.index.repair.
"""

import base64
import dataclasses
import datetime as dt
import random
from concurrent.futures import ThreadPoolExecutor
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from elasticsearch import Elasticsearch

from newsdesk.index.aliases import names, set_up
from newsdesk.index.client import open_client
from newsdesk.index.sink import index_articles
from newsdesk.records import Article, Embedding
from newsdesk.settings import ElasticsearchSettings, IndexSettings
from newsdesk.vectors import MODEL, encode, pack
from samples import NOW, numbered, words

TEXT = words(77, 300)


def minutes(count: int) -> dt.datetime:
    return NOW + dt.timedelta(minutes=count)


def wire(number: int, text: str = TEXT, **more: Any) -> Article:
    return numbered(number, text=text, fetched_at=minutes(number), published_at=minutes(number), **more)


def edited(text: str, share: float, seed: int) -> str:
    pick = random.Random(seed)
    return " ".join(f"changed{seed}" if pick.random() < share else word for word in text.split())


def write(es: Elasticsearch, articles: list[Article], settings: IndexSettings) -> None:
    list(index_articles(es, articles, settings, now=NOW))


def stories(es: Elasticsearch, settings: IndexSettings) -> dict[str, tuple[str, str]]:
    """Map each URL to its story and kind of duplicate."""
    alias = names(settings).articles
    es.indices.refresh(index=alias)
    hits = es.search(index=alias, size=1_000)["hits"]["hits"]
    return {hit["_source"]["url"]: (hit["_source"]["story_id"], hit["_source"].get("duplicate_kind", "")) for hit in hits}


@pytest.fixture
def ready(es: Elasticsearch, index_settings: IndexSettings) -> IndexSettings:
    set_up(es, index_settings, now=NOW)
    return index_settings


def test_the_kind_of_each_copy_is_recognised(es: Elasticsearch, ready: IndexSettings) -> None:
    first = wire(0, title="Council votes", source="Wire")
    write(
        es,
        [
            first,
            wire(1, title="Council votes", source="Daily"),
            wire(2, title="A night of votes", source="Evening"),
            wire(3, text=" ".join(TEXT.split()[:110]), source="Portal"),
            wire(4, text=edited(TEXT, 0.06, 4), source="Wire"),
            wire(5, text=edited(TEXT, 0.06, 5), source="Herald"),
            wire(6, text=f"{TEXT} {words(6, 140)}", source="Wire"),
            wire(7, text=words(7, 300)),
        ],
        ready,
    )
    found = stories(es, ready)
    kinds = [found[f"https://news.example/{number}"][1] for number in range(8)]
    assert kinds == ["first", "exact_copy", "other_headline", "teaser", "update", "edited_copy", "fuller", ""]
    assert len({story for story, kind in found.values() if kind}) == 1


def test_stories_do_not_depend_on_the_order_of_arrival(es: Elasticsearch, ready: IndexSettings) -> None:
    members = [wire(number, text=edited(TEXT, 0.03, number)) for number in range(3)]
    outcomes = []
    for number, order in enumerate(list(permutations(members))[::2]):
        settings = ready.model_copy(update={"prefix": f"{ready.prefix}{number}-"})
        set_up(es, settings, now=NOW)
        for member in order:
            write(es, [member], settings)
        outcomes.append(stories(es, settings))
    assert len({story for story, _kind in outcomes[0].values()}) == 1
    assert all(outcome == outcomes[0] for outcome in outcomes)


def test_an_article_similar_to_two_stories_joins_them(es: Elasticsearch, ready: IndexSettings) -> None:
    left, right = words(1, 150), words(2, 150)
    write(es, [wire(1, text=left), wire(2, text=right)], ready)
    assert len({story for story, _ in stories(es, ready).values()}) == 2
    write(es, [wire(3, text=f"{left} {right}")], ready)
    assert len({story for story, _ in stories(es, ready).values()}) == 1


def test_concurrent_writers_agree_on_stories(
    elasticsearch_settings: ElasticsearchSettings, es: Elasticsearch, ready: IndexSettings
) -> None:
    copies = [wire(number, text=edited(words(number % 30, 200), 0.03, number)) for number in range(240)]
    random.Random(3).shuffle(copies)
    settings = ready.model_copy(update={"bulk_documents": 20})

    def run(part: list[Article]) -> None:
        with open_client(elasticsearch_settings) as own:
            write(own, part, settings)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(run, (copies[::3], copies[1::3], copies[2::3])))
    found = stories(es, ready)
    by_text: dict[int, set[str]] = {}
    for url, (story, _kind) in found.items():
        by_text.setdefault(int(url.rsplit("/", 1)[1]) % 30, set()).add(story)
    assert [len(group) for group in by_text.values()] == [1] * 30
    assert len({story for story, _ in found.values()}) == 30


def test_a_repair_keeps_the_search_fields(es: Elasticsearch, ready: IndexSettings) -> None:
    text = f"The ministers were presenting plans. {TEXT}"
    write(es, [wire(1, text=text)], ready)
    write(es, [wire(2, text=text)], ready)
    es.indices.refresh(index=names(ready).articles)
    assert es.count(index=names(ready).articles, query={"match": {"text.en": "minister presented plan"}})["count"] == 2


def test_a_copy_that_is_grouped_keeps_its_vector(es: Elasticsearch, ready: IndexSettings) -> None:
    vector = pack(encode(["The council votes."])[0])
    copies = [dataclasses.replace(wire(number), embedding=Embedding(vector, MODEL)) for number in range(2)]
    write(es, copies, ready)
    assert len({story for story, _ in stories(es, ready).values()}) == 1
    hits = es.search(index=names(ready).articles, fields=["vector"])["hits"]["hits"]
    assert all("vector" not in hit["_source"] for hit in hits)
    assert [hit["fields"]["vector"] for hit in hits] == 2 * [np.frombuffer(base64.b64decode(vector), np.int8).tolist()]
