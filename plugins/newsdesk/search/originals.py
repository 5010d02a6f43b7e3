"""Finds the original of a translation in the index: a story about the same event in another language.

The candidates are the nearest articles of the days around it, by the vectors of headline and first sentences. The share of the
article's sentences that they cover decides. With a wrong original every sentence would be a finding; therefore a
candidate that covers little, or hardly more than the next one, is rejected. A translation cannot be an original.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from elasticsearch import Elasticsearch

from newsdesk.check.compare import align_texts, find_differences
from newsdesk.check.lang import load_any
from newsdesk.check.reading import Reading
from newsdesk.check.stage import VERSION
from newsdesk.clean.changes import content_hash
from newsdesk.errors import SetupError
from newsdesk.index.aliases import names
from newsdesk.index.comparison_records import read_comparisons
from newsdesk.index.mapping import Json
from newsdesk.records import AlignedSentences, ComparisonRecord, Finding, IsTranslation
from newsdesk.settings import Settings
from newsdesk.vectors import DIMENSIONS, LANGUAGES

DAYS_BEFORE = dt.timedelta(days=3)
DAYS_AFTER = dt.timedelta(days=1)
"""A translation appears on the same day as its original or a few days later; dates of publication are in different time zones."""
LEAST_ALIKE = 0.55
"""Cosine of the vectors of two articles below which one is not the other's original: of 90 stories of newstest2012 and their
translations none is below .57; for the nearest other story 95 % are below .51."""
CANDIDATES = 12
MOST_ALIGNED = 4
"""The number of nearest articles that are requested, and the number of their stories that are aligned with the text."""
LOOKED_AT = 1_000
"""Neighbours that Elasticsearch considers in each segment: enough to find the nearest ones in any order of indexing."""
LEAST_COVERED = 0.6
"""Share of the article's sentences that must have a counterpart in its original."""
LEAST_LEAD = 1.2
"""The minimum ratio of the best candidate's coverage to that of the next story in its language."""
TRANSLATIONS = (IsTranslation.YES.value, IsTranslation.LIKELY.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The fields of an article that are compared."""

    id: str
    url: str
    source: str
    title: str
    language: str
    text: str
    dated_at: dt.datetime
    story_id: str

    @property
    def content(self) -> str:
        """The hash of the compared fields."""
        return content_hash(self.title, self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """An article and its original; the findings' offsets are code points of each text. `covered` is the share of the
    article's sentences that have a counterpart in the original, `sentences` are the aligned sentences of both."""

    article: Story
    original: Story | None
    covered: float = 0.0
    findings: tuple[Finding, ...] = ()
    sentences: tuple[AlignedSentences, ...] = ()


def compare_articles(es: Elasticsearch, article_id: str, original_id: str | None, settings: Settings) -> Comparison:
    """Compare the article with the original of this id; without an id, with the recorded original or the one that is found.

    Raises SetupError if the index does not have the article, or if its language cannot be compared.
    """
    article = read_story(es, article_id, settings)
    if original_id is None and (recorded := _recorded(es, article, settings)):
        return recorded
    original = read_story(es, original_id, settings) if original_id else find_original(es, article, settings)
    if original is None:
        return Comparison(article=article, original=None)
    record = compare_stories(article, original)
    if record is None:
        raise SetupError(f"{article.language} cannot be compared with {original.language}", f"Supported: {', '.join(sorted(LANGUAGES))}")
    return _comparison(article, original, record)


def compare_stories(article: Story, original: Story) -> ComparisonRecord | None:
    """Return the record of a translation and its original; None if their languages cannot be compared."""
    alignment = align_texts(_read(article), _read(original))
    if alignment is None:
        return None
    return ComparisonRecord(
        article_id=article.id,
        article_content=article.content,
        original_id=original.id,
        original_content=original.content,
        coverage=round(alignment.coverage, 4),
        sentences=tuple(alignment.pairs),
        findings=find_differences(alignment),
        rules_version=VERSION,
    )


def _recorded(es: Elasticsearch, article: Story, settings: Settings) -> Comparison | None:
    """Return the recorded comparison of the current article with the current original, None if there is none."""
    for stored in read_comparisons(es, names(settings.index), translations=[article.id]):
        record = stored.record
        original = next(_stories(es, {"ids": {"values": [record.original_id]}}, settings), None)
        if original and (record.article_content, record.original_content) == (article.content, original.content):
            return _comparison(article, original, record)
    return None


def _comparison(article: Story, original: Story, record: ComparisonRecord) -> Comparison:
    return Comparison(article=article, original=original, covered=record.coverage, findings=record.findings, sentences=record.sentences)


def read_story(es: Elasticsearch, article_id: str, settings: Settings) -> Story:
    """Return the article with this id. Raises SetupError if the index does not have it."""
    for story in _stories(es, {"ids": {"values": [article_id]}}, settings):
        return story
    raise SetupError(f"the index has no article {article_id!r}", "`newsdesk search --json` shows the ids of articles")


def find_original(es: Elasticsearch, article: Story, settings: Settings) -> Story | None:
    """Return the story in another language that covers most of this one, None if there is none or several are equally likely."""
    candidates = _nearest(es, article, settings)
    ranked = sorted(((_coverage(article, candidate), candidate) for candidate in candidates), key=lambda each: (-each[0], each[1].id))
    if not ranked or ranked[0][0] < LEAST_COVERED:
        return None
    rivals = [covered for covered, candidate in ranked[1:] if candidate.language == ranked[0][1].language]
    return None if rivals and rivals[0] * LEAST_LEAD > ranked[0][0] else ranked[0][1]


def _nearest(es: Elasticsearch, article: Story, settings: Settings) -> list[Story]:
    """Return the nearest stories that may be its original, one article of each."""
    vector = _vector(es, article, settings)
    if vector is None:
        return []
    nearest = {
        "field": "vector",
        "query_vector": vector,
        "k": CANDIDATES,
        "num_candidates": LOOKED_AT,
        "similarity": LEAST_ALIKE,
        "filter": _candidates(article),
    }
    by_story: dict[str, Story] = {}
    for story in _stories(es, {"knn": nearest}, settings, size=CANDIDATES):
        by_story.setdefault(story.story_id, story)
    return list(by_story.values())[:MOST_ALIGNED]


def _vector(es: Elasticsearch, article: Story, settings: Settings) -> list[int] | None:
    answer = es.search(
        index=names(settings.index).articles, query={"ids": {"values": [article.id]}}, size=1, source=False, fields=[{"field": "vector"}]
    )
    found = [hit["fields"]["vector"] for hit in answer["hits"]["hits"] if "vector" in hit.get("fields", {})]
    return [int(value) for value in found[0]] if found and len(found[0]) == DIMENSIONS else None


def _candidates(article: Story) -> Json:
    around = {"gte": (article.dated_at - DAYS_BEFORE).isoformat(), "lte": (article.dated_at + DAYS_AFTER).isoformat()}
    return {
        "bool": {
            "filter": [
                {"terms": {"language": sorted(LANGUAGES - {article.language})}},
                {"range": {"dated_at": around}},
            ],
            "must_not": [{"term": {"story_id": article.story_id}}, {"terms": {"translation.is_translation": TRANSLATIONS}}],
        }
    }


def _coverage(article: Story, candidate: Story) -> float:
    alignment = align_texts(_read(article), _read(candidate))
    return alignment.coverage if alignment else 0.0


def _read(story: Story) -> Reading:
    return Reading(story.text, load_any(story.language), title=story.title)


def _stories(es: Elasticsearch, query: Json, settings: Settings, *, size: int = 1) -> Iterator[Story]:
    """Yield the stories that the query finds, best first; equal ones in the order of their ids."""
    answer = es.search(index=names(settings.index).articles, query=query, size=size, sort=[{"_score": "desc"}, {"id": "asc"}])
    yield from (_story(hit) for hit in answer["hits"]["hits"])


def _story(hit: Json) -> Story:
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
    )
