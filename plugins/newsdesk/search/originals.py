"""The original of a translation, looked for in the index: a story of the same event in another language.

Elasticsearch gives candidates of the days around it that share names, numbers and countries with it, rare ones first; how much of
the article they cover, sentence by sentence, then decides. A wrong original would make every sentence a finding, so that a
candidate that covers little, or hardly more than the next one, is none.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from elasticsearch import Elasticsearch

from newsdesk.check.compare import AlignedSentences, align_texts, find_differences
from newsdesk.check.facts import facts_of
from newsdesk.check.lang import load_any
from newsdesk.check.reading import Reading
from newsdesk.errors import SetupError
from newsdesk.index.aliases import names
from newsdesk.records import Finding
from newsdesk.settings import Settings
from newsdesk.vectors import LANGUAGES

DAYS = 3
"""A translation appears on the same day or a few days after; dates of publication are in different zones."""
CANDIDATES = 20
MOST_ASKED = 60
"""Names and numbers of the text that are asked for."""
LEAST_COVERED = 0.6
"""Share of the article's sentences that must have a counterpart in its original."""
LEAST_LEAD = 1.2
"""How much more the best must cover than the second of another story in its language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """An article as far as it is compared. `countries` are the codes of those that it names."""

    id: str
    url: str
    source: str
    title: str
    language: str
    text: str
    dated_at: dt.datetime
    story_id: str
    countries: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """An article beside its original; the findings' places count code points of each text. `covered` is the share of the
    article's sentences that have a counterpart in the original, `sentences` are those of both, side by side."""

    article: Story
    original: Story | None
    covered: float = 0.0
    findings: tuple[Finding, ...] = ()
    sentences: tuple[AlignedSentences, ...] = ()


def compare_articles(es: Elasticsearch, article_id: str, original_id: str | None, settings: Settings) -> Comparison:
    """Where the article disagrees with the original of this id, or with the one that is found.

    Raises SetupError where the index has no such article, or its language cannot be compared.
    """
    article = read_story(es, article_id, settings)
    original = read_story(es, original_id, settings) if original_id else find_original(es, article, settings)
    if original is None:
        return Comparison(article=article, original=None)
    alignment = align_texts(_read(article), _read(original))
    if alignment is None:
        raise SetupError(f"{article.language} beside {original.language} cannot be compared", f"These can: {', '.join(sorted(LANGUAGES))}")
    return Comparison(
        article=article,
        original=original,
        covered=alignment.coverage,
        findings=find_differences(alignment),
        sentences=tuple(alignment.pairs),
    )


def read_story(es: Elasticsearch, article_id: str, settings: Settings) -> Story:
    """The article of this id. Raises SetupError where the index has none."""
    answer = es.search(index=names(settings.index).articles, query={"ids": {"values": [article_id]}}, size=1)
    for hit in answer["hits"]["hits"]:
        return _story(hit)
    raise SetupError(f"the index has no article {article_id!r}", "`newsdesk search --json` shows the ids of articles")


def find_original(es: Elasticsearch, article: Story, settings: Settings) -> Story | None:
    """The story in another language that covers most of this one, None where there is none or it is not clear which."""
    words = _asked_for(article)
    if not words:
        return None
    answer = es.search(index=names(settings.index).articles, query=_query(article, words), size=CANDIDATES, collapse={"field": "story_id"})
    candidates = [_story(hit) for hit in answer["hits"]["hits"]]
    ranked = sorted(((_coverage(article, candidate), candidate) for candidate in candidates), key=lambda each: (-each[0], each[1].id))
    if not ranked or ranked[0][0] < LEAST_COVERED:
        return None
    rivals = [covered for covered, candidate in ranked[1:] if candidate.language == ranked[0][1].language]
    return None if rivals and rivals[0] * LEAST_LEAD > ranked[0][0] else ranked[0][1]


def _asked_for(article: Story) -> list[str]:
    """Numbers and names of the text, as other languages write them."""
    facts = facts_of(_read(article).sentences, article.language)
    numbers = {value for each in facts for quantity in each.quantities for value in quantity.values if value >= LEAST_TELLING}
    named = {name.written for each in facts for name in each.names}
    asked = [*(form for number in sorted(numbers) for form in _forms(number)), *sorted(named)]
    return asked[:MOST_ASKED]


LEAST_TELLING = 13.0
"""Smaller numbers stand in any text."""


def _query(article: Story, words: Sequence[str]) -> dict[str, Any]:
    around = {"gte": (article.dated_at - dt.timedelta(days=DAYS)).isoformat(), "lte": (article.dated_at + dt.timedelta(days=1)).isoformat()}
    countries = [{"term": {"countries": country}} for country in sorted(article.countries)]
    return {
        "bool": {
            "filter": [{"terms": {"language": sorted(LANGUAGES - {article.language})}}, {"range": {"dated_at": around}}],
            "must_not": [{"term": {"story_id": article.story_id}}],
            # The index holds 1,250 as two words beside each other.
            "should": [*({"match_phrase" if word[0].isdigit() else "match": {"body": word}} for word in words), *countries],
            "minimum_should_match": 1,
        }
    }


def _forms(number: float) -> Iterable[str]:
    """The number as languages write it: 1,250,000 is 1.250.000 elsewhere, and 2.5 is 2,5."""
    english = f"{number:,.10g}" if number == int(number) else f"{number:,}"
    return dict.fromkeys((english, english.translate(_EXCHANGED), english.replace(",", "")))


_EXCHANGED = str.maketrans(".,", ",.")


def _coverage(article: Story, candidate: Story) -> float:
    alignment = align_texts(_read(article), _read(candidate))
    return alignment.coverage if alignment else 0.0


def _read(story: Story) -> Reading:
    return Reading(story.text, load_any(story.language), title=story.title)


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
        countries=frozenset(source.get("countries", ())),
    )
