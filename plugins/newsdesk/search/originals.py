"""The original of a translation, looked for in the index: a story of the same event in another language.

Elasticsearch gives candidates of the days around it that share names and numbers with it, rare ones first; what names,
numbers, dates and linked places they really share then decides. A wrong original would make every sentence a finding, so
that a candidate which shares little, or hardly more than the next one, is none.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from elasticsearch import Elasticsearch

from newsdesk.check.lang import LANGUAGES, load
from newsdesk.check.parts import Traits, shared_traits, traits_of
from newsdesk.check.reading import Reading
from newsdesk.check.stage import find_disagreements
from newsdesk.errors import SetupError
from newsdesk.index.aliases import names
from newsdesk.records import Finding
from newsdesk.records import Original as OriginalText
from newsdesk.settings import Settings

DAYS = 3
"""A translation appears on the same day or a few days after; dates of publication are in different zones."""
CANDIDATES = 20
MOST_ASKED = 60
"""Names and numbers of the text that are asked for."""
LEAST_SHARED = 5.0
LEAST_SHARE = 0.4
"""Points that the two must share, and which part of the points of the one that has fewer. A name, a linked place or a number
is a point, a day or month half of one."""
LEAST_LEAD = 1.2
"""How much more the best must share than the second of another story."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """An article as far as it is compared. `places` are the gazetteer's ids of the places that it names."""

    id: str
    url: str
    source: str
    title: str
    language: str
    text: str
    dated_at: dt.datetime
    story_id: str
    places: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """An article beside its original; the findings' places count code points of each text."""

    article: Story
    original: Story | None
    shared: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


def compare_articles(es: Elasticsearch, article_id: str, original_id: str | None, settings: Settings) -> Comparison:
    """Where the article disagrees with the original of this id, or with the one that is found.

    Raises SetupError where the index has no such article, or its language cannot be compared.
    """
    article = read_story(es, article_id, settings)
    original = read_story(es, original_id, settings) if original_id else find_original(es, article, settings)
    if original is None:
        return Comparison(article=article, original=None)
    reading = _read(article)
    if reading is None or load(original.language) is None:
        raise SetupError(f"{article.language} beside {original.language} cannot be compared", f"These can: {', '.join(LANGUAGES)}")
    findings = find_disagreements(reading, OriginalText(original.text, original.language))
    return Comparison(article=article, original=original, shared=_named(article, original), findings=findings)


def read_story(es: Elasticsearch, article_id: str, settings: Settings) -> Story:
    """The article of this id. Raises SetupError where the index has none."""
    answer = es.search(index=names(settings.index).articles, query={"ids": {"values": [article_id]}}, size=1)
    for hit in answer["hits"]["hits"]:
        return _story(hit)
    raise SetupError(f"the index has no article {article_id!r}", "`newsdesk search --json` shows the ids of articles")


def find_original(es: Elasticsearch, article: Story, settings: Settings) -> Story | None:
    """The story in another language that this one shares enough with, None where there is none or it is not clear which."""
    ours = _traits(article)
    if not ours.names and not ours.numbers:
        return None
    answer = es.search(index=names(settings.index).articles, query=_query(article, ours), size=CANDIDATES, collapse={"field": "story_id"})
    candidates = [_story(hit) for hit in answer["hits"]["hits"]]
    ranked = sorted(((_points(article, ours, candidate), candidate) for candidate in candidates), key=lambda each: (-each[0], each[1].id))
    if not ranked or ranked[0][0] == 0:
        return None
    rivals = [points for points, candidate in ranked[1:] if candidate.language == ranked[0][1].language]
    return None if rivals and rivals[0] * LEAST_LEAD > ranked[0][0] else ranked[0][1]


def _query(article: Story, traits: Traits) -> dict[str, Any]:
    around = {"gte": (article.dated_at - dt.timedelta(days=DAYS)).isoformat(), "lte": (article.dated_at + dt.timedelta(days=1)).isoformat()}
    asked = [*sorted(traits.numbers), *sorted(traits.names)][:MOST_ASKED]
    words = [form for each in asked for form in (_forms(each) if isinstance(each, float) else (each,))]
    others = [code for code in LANGUAGES if code != article.language]
    return {
        "bool": {
            "filter": [{"terms": {"language": others}}, {"range": {"dated_at": around}}],
            "must_not": [{"term": {"story_id": article.story_id}}],
            "should": [{"match": {"body": word}} for word in words],
            "minimum_should_match": 1,
        }
    }


def _forms(number: float) -> Iterable[str]:
    """The number as languages write it: 1,250,000 is 1.250.000 elsewhere, and 2.5 is 2,5."""
    english = f"{number:,.10g}" if number == int(number) else f"{number:,}"
    return dict.fromkeys((english, english.translate(_EXCHANGED), english.replace(",", "")))


_EXCHANGED = str.maketrans(".,", ",.")


def _points(article: Story, ours: Traits, candidate: Story) -> float:
    """What the two share, 0 where it is too little."""
    theirs = _traits(candidate)
    shared_names, numbers, dates = shared_traits(ours, theirs)
    shared = len(shared_names) + len(numbers) + len(dates) / 2 + len(article.places & candidate.places)
    most = min(_all(ours, article.places), _all(theirs, candidate.places))
    return shared if shared >= LEAST_SHARED and shared >= LEAST_SHARE * most else 0.0


def _all(traits: Traits, places: frozenset[str]) -> float:
    return len(traits.names) + len(traits.numbers) + len(traits.dates) / 2 + len(places)


def _named(article: Story, original: Story) -> tuple[str, ...]:
    shared_names, numbers, _ = shared_traits(_traits(article), _traits(original))
    return (*sorted(shared_names), *(f"{number:,g}" for number in sorted(numbers)))


def _traits(story: Story) -> Traits:
    """Without any for a language that has no data."""
    reading = _read(story)
    return traits_of(reading) if reading else Traits(frozenset(), frozenset(), frozenset())


def _read(story: Story) -> Reading | None:
    language = load(story.language)
    return Reading(story.text, language) if language else None


def _story(hit: dict[str, Any]) -> Story:
    source = hit["_source"]
    return Story(
        id=hit["_id"],
        url=source.get("url", ""),
        source=source.get("source", ""),
        title=source.get("title", ""),
        language=source.get("language", ""),
        text=source.get("body", ""),
        dated_at=dt.datetime.fromisoformat(source["dated_at"]),
        story_id=source.get("story_id", hit["_id"]),
        places=_place_ids(source.get("entities", ())),
    )


def _place_ids(entities: Sequence[dict[str, Any]]) -> frozenset[str]:
    return frozenset(entity["id"] for entity in entities if entity.get("type") == "place" and "id" in entity)
