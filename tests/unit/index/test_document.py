"""An article as a document."""

import dataclasses
import datetime as dt
from typing import Any

import pytest

from newsdesk.index.document import complete, to_document, version
from newsdesk.index.mapping import article_template, language_field
from newsdesk.records import Article, Embedding, Entity, EntityType, Mention, ZoneSource
from newsdesk.vectors import MODEL
from samples import NOW, numbered

LATER = NOW + dt.timedelta(days=1)


def test_the_version_is_the_time_of_the_fetch_in_milliseconds() -> None:
    moment = dt.datetime(2026, 11, 24, 12, 0, 0, 1_000, tzinfo=dt.UTC)
    assert version(numbered(1, fetched_at=moment)) == 1_795_521_600_001


def test_the_earliest_sight_is_kept() -> None:
    assert to_document(numbered(1, fetched_at=LATER), now=LATER, first_seen_at=NOW)["first_seen_at"] == "2026-11-24T12:05:00.000Z"
    assert to_document(numbered(1, fetched_at=NOW), now=LATER, first_seen_at=LATER)["first_seen_at"] == "2026-11-24T12:05:00.000Z"


def test_an_article_without_a_date_counts_from_first_sight() -> None:
    assert to_document(numbered(1), now=LATER)["dated_at"] == "2026-11-24T12:05:00.000Z"
    dated = numbered(1, published_at=NOW - dt.timedelta(days=3))
    assert to_document(dated, now=LATER)["dated_at"] == "2026-11-21T12:05:00.000Z"


def test_the_day_of_publication_is_that_of_the_pages_own_clock() -> None:
    late = dt.datetime(2026, 11, 20, 23, 30, tzinfo=dt.timezone(dt.timedelta(hours=-5)))
    document = to_document(numbered(1, published_at=late), now=LATER)
    assert (document["published_at"], document["published_on"]) == ("2026-11-21T04:30:00.000Z", "2026-11-20")
    assert "published_on" not in to_document(numbered(1), now=LATER)


def test_the_digest_tells_content_from_circumstance() -> None:
    first = to_document(numbered(1), now=NOW)["content_digest"]
    assert to_document(numbered(1), now=LATER)["content_digest"] == first
    assert to_document(numbered(1, text="other"), now=NOW)["content_digest"] != first
    assert to_document(numbered(1, pipeline_version="2"), now=NOW)["content_digest"] != first


def test_findings_carry_the_text_they_are_about() -> None:
    document = to_document(numbered(1, text="Can stop it. He said.", findings=((0, 12),)), now=NOW)
    assert document["translation"]["findings"][0]["text"] == "Can stop it."
    assert document["translation"]["rules"] == ["test"]


def test_places_come_with_country_and_point() -> None:
    document = to_document(numbered(1, places=(("Kyiv", 50.45, 30.52, "UA"), ("Lviv", 49.84, 24.03, "UA"))), now=NOW)
    assert document["places"] == ["Kyiv", "Lviv"]
    assert document["countries"] == ["UA"]
    assert document["places_location"][0] == {"lat": 50.45, "lon": 30.52}


def tagged(**changes: Any) -> Article:
    made = numbered(1)
    return dataclasses.replace(made, tagged=dataclasses.replace(made.tagged, **changes))


def test_entities_are_kept_whole_with_what_found_them() -> None:
    entity = Entity(
        name="Ana Prado",
        type=EntityType.PERSON,
        mentions=(Mention(start=4, end=9, text="Prado"),),
        id="person:ana-prado",
        lat=0.0,
        aliases=("Prado",),
        roles=("Mayor",),
        in_title=True,
        link_confidence=0.9,
    )
    document = to_document(tagged(entities=(entity,), model="en_small 3.8", aliases_version="abc"), now=NOW)
    assert document["entities"] == [
        {
            "name": "Ana Prado",
            "type": "person",
            "id": "person:ana-prado",
            "lat": 0.0,
            "aliases": ["Prado"],
            "roles": ["Mayor"],
            "salience": 0.0,
            "in_title": True,
            "link_confidence": 0.9,
            "mentions": [{"start": 4, "end": 9, "text": "Prado"}],
        }
    ]
    assert (document["entities_model"], document["entities_aliases_version"]) == ("en_small 3.8", "abc")


def test_an_alias_table_that_changes_nothing_of_an_article_makes_no_other_content() -> None:
    before = to_document(tagged(aliases_version="abc"), now=NOW)["content_digest"]
    assert to_document(tagged(aliases_version="def"), now=NOW)["content_digest"] == before
    assert to_document(tagged(model="en_large"), now=NOW)["content_digest"] != before


def test_a_language_without_rules_has_no_verdict_rather_than_a_good_one() -> None:
    assert "verdict" not in to_document(numbered(1, verdict=None), now=NOW)["translation"]


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", "en"), ("en-GB", "en"), ("nb", "no"), ("nn", "no"), ("zh-Hant", "zh"), ("uk", None), ("", None), (None, None)],
)
def test_the_stemmed_field_follows_the_language(language: str | None, expected: str | None) -> None:
    assert language_field(language) == expected


def test_the_stemmed_field_holds_the_text_again() -> None:
    document = complete(to_document(numbered(1, text="Zwei Sätze.", language="de"), now=NOW))
    assert document["text"] == {"de": "Zwei Sätze."}
    assert "text" not in complete(to_document(numbered(1, language="uk"), now=NOW))


def test_every_field_of_a_full_document_is_in_the_strict_mapping() -> None:
    full = numbered(
        1, text="word " * 60, persons=("A B",), organizations=("C",), places=(("D", 1.0, 2.0, "XX"),), findings=((0, 4),), published_at=NOW
    )
    cleaned = dataclasses.replace(
        full.cleaned,
        authors=("E",),
        credits=("K",),
        published_zone=ZoneSource.TOLD,
        site_name="F",
        image="https://x.example/i",
        section="G",
        tags=("H",),
        modified_at=NOW,
    )
    found = dataclasses.replace(full.tagged, model="I", aliases_version="J")
    document = complete(to_document(dataclasses.replace(full, cleaned=cleaned, tagged=found), now=NOW))
    mapping = article_template("*", shards=1, replicas=0)["template"]["mappings"]
    assert set(document) <= set(mapping["properties"])
    assert set(document["translation"]) <= set(mapping["properties"]["translation"]["properties"])


def test_a_vector_of_another_model_is_not_indexed() -> None:
    article = dataclasses.replace(numbered(1), embedding=Embedding("AAAA", MODEL))
    kept = complete(to_document(article, now=NOW))
    assert (kept["vector"], kept["vector_model"]) == ("AAAA", MODEL)
    older = dataclasses.replace(article, embedding=Embedding("AAAA", "an older one"))
    assert {"vector", "vector_model"}.isdisjoint(complete(to_document(older, now=NOW)))


def test_a_document_that_is_older_than_events_begins_with_its_story() -> None:
    assert complete({"story_id": "a1"})["event_id"] == "a1"
