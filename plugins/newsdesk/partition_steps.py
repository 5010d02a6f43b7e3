"""The steps that take a partition from stage to stage. Each gives an outcome an article, and a dead letter where it failed.

    fetch.shard     feeds to captures        data/raw/<partition>/
    enrich_chunk    captures to articles     data/articles/<partition>/: clean, analyse, check, tag (`enrichment`)
    index_articles  articles to documents    alias `articles`

The caller (`jobs`, a test) opens what a step needs and hands it in.
"""

import contextlib
import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsdesk.boundary import Failure
from newsdesk.enrichment import PIPELINE_VERSION, Recall, Tools, enrich_captures, recall_nothing
from newsdesk.errors import Reason, Stage, Status
from newsdesk.records import Article, Capture, CaptureRef, DeadLetter, Outcome
from newsdesk.scope import EVERYTHING, NEVER_ENRICHED, Past, Scope
from newsdesk.settings import Settings
from newsdesk.store.archive import Archive, file_stem
from newsdesk.store.articles import list_article_files, read_articles, write_articles
from newsdesk.store.manifests import ManifestEntry, list_captures, read_manifests, recovered_outcome
from newsdesk.store.outcomes import list_outcome_files, read_outcomes
from newsdesk.urls import article_id

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

MOST_CHUNKS = 1000
"""Airflow maps a task over 1,024 elements at the most; a larger partition gets larger chunks."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Captures of one WARC file, which never changes: a chunk means the same captures whenever it is run."""

    partition: str
    path: str
    first: int
    count: int

    @property
    def name(self) -> str:
        return f"{file_stem(self.path)}-{self.first:06d}"

    @property
    def articles_path(self) -> str:
        return f"articles/{self.partition}/{self.name}.jsonl.gz"


def plan_chunks(archive: Archive, partition: str, *, size: int) -> list[Chunk]:
    """The captures of a partition in chunks of `size`, larger where there would be more than MOST_CHUNKS.

    The largest come first: Airflow gives them out in this order, and the last ones decide how long a worker has to wait
    for the others.
    """
    counts: dict[str, int] = {}
    for ref in list_captures(archive, partition):
        counts[ref.path] = counts.get(ref.path, 0) + 1
    size = max(size, -(-sum(counts.values()) // max(1, MOST_CHUNKS - len(counts))))
    chunks = [
        Chunk(partition, path, first, min(size, count - first)) for path, count in sorted(counts.items()) for first in range(0, count, size)
    ]
    return sorted(chunks, key=lambda chunk: -chunk.count)


@dataclass(frozen=True, slots=True)
class StageReport:
    """What a stage did with some captures or articles: one outcome for each, a dead letter for each that failed.

    `passed` are the captures that did not fail, at fetch the ids of the pages: older dead letters of theirs are settled.
    """

    outcomes: tuple[Outcome, ...]
    dead_letters: tuple[DeadLetter, ...]
    passed: tuple[CaptureRef | str, ...]


def summarise(outcomes: Sequence[Outcome]) -> str:
    """How many outcomes have each status, in a line for a log."""
    counts = Counter(str(outcome.status) for outcome in outcomes)
    return ", ".join(f"{count} {status}" for status, count in sorted(counts.items())) or "nothing"


def report_fetch(outcomes: Sequence[Outcome], *, partition: str, now: dt.datetime) -> StageReport:
    """The report of a run of fetch. A page that failed and will be tried again neither passed nor is dead."""
    dead = [
        _dead_letter(outcome, capture=None, partition=partition, version="", now=now)
        for outcome in outcomes
        if outcome.status is Status.DEAD
    ]
    passed = (outcome.id for outcome in outcomes if outcome.status not in {Status.DEAD, Status.FAILED})
    return StageReport(tuple(outcomes), tuple(dead), tuple(passed))


def report_recovered(archive: Archive, partition: str, *, now: dt.datetime) -> StageReport:
    """The captures that no task has counted: the one that made them was killed between its commit and its report."""
    counted = {outcome.id for outcome in read_outcomes(archive, partition, Stage.FETCH)}
    uncounted = {entry.id: recovered_outcome(entry) for entry in read_manifests(archive, partition) if entry.id not in counted}
    return report_fetch(list(uncounted.values()), partition=partition, now=now)


def enrich_chunk(
    chunk: Chunk,
    *,
    archive: Archive,
    tools: Tools,
    settings: Settings,
    now: dt.datetime,
    scope: Scope = EVERYTHING,
    recall: Recall = recall_nothing,
) -> StageReport:
    """Writes the chunk's articles as they are made; when one fails, the others continue. `recall` tells how a source's articles end."""
    entries = _captures_of(chunk, archive)
    refs = [entry.ref for entry in entries]
    befores = _before(chunk, refs, archive=archive)
    wanted = [scope.includes(before.past, version=PIPELINE_VERSION) for before in befores]
    again = [entry for entry, is_wanted in zip(entries, wanted, strict=True) if is_wanted]
    outcomes: list[Outcome] = []
    dead: list[DeadLetter] = []
    making = enrich_captures(again, archive=archive, partition=chunk.partition, tools=tools, settings=settings, recall=recall)

    def articles() -> Iterator[Article]:
        for ref, before, is_wanted in zip(refs, befores, wanted, strict=True):
            outcome, article = before.outcome, before.article
            if outcome is None or is_wanted:
                capture, made = next(making)
                outcome, article = _enrich_outcome(made, capture), made if isinstance(made, Article) else None
                if outcome.status is Status.DEAD:
                    dead.append(_dead_letter(outcome, capture=ref, partition=chunk.partition, version=PIPELINE_VERSION, now=now))
            outcomes.append(outcome)
            if article is not None:
                yield article

    with contextlib.closing(making):
        write_articles(archive, chunk.articles_path, articles())
    return _report(outcomes, dead, refs)


def _captures_of(chunk: Chunk, archive: Archive) -> list[ManifestEntry]:
    entries = [entry for entry in read_manifests(archive, chunk.partition) if entry.path == chunk.path]
    return entries[chunk.first : chunk.first + chunk.count]


@dataclass(frozen=True, slots=True)
class _Before:
    """What the last run left of a capture; nothing where it never was enriched."""

    outcome: Outcome | None = None
    article: Article | None = None

    @property
    def past(self) -> Past:
        if self.outcome is None:
            return NEVER_ENRICHED
        return Past(
            status=self.outcome.status,
            has_article=self.article is not None,
            version=self.outcome.pipeline_version,
            source=self.outcome.source,
            language=self.article.cleaned.language if self.article else None,
        )


def _before(chunk: Chunk, refs: Sequence[CaptureRef], *, archive: Archive) -> list[_Before]:
    """What is known of each capture from the last time; nothing where that was with other chunks."""
    outcomes = list(read_outcomes(archive, chunk.partition, Stage.ENRICH, part=chunk.name))
    if len(outcomes) != len(refs):
        return [_Before()] * len(refs)
    kept = list_article_files(archive, chunk.partition)
    known = read_articles(archive, chunk.articles_path) if chunk.articles_path in kept else ()
    articles = {article.capture: article for article in known}
    return [_Before(outcome, articles.get(ref)) for ref, outcome in zip(refs, outcomes, strict=True)]


def remove_strays(archive: Archive, partition: str, chunks: Sequence[Chunk]) -> None:
    """Removes articles and outcomes of chunks that are planned no more, as after a change of their size."""
    planned = {chunk.name for chunk in chunks}
    for path in [*list_article_files(archive, partition), *list_outcome_files(archive, partition, Stage.ENRICH)]:
        if file_stem(path) not in planned:
            archive.remove(path)


def _report(outcomes: Sequence[Outcome], dead: Sequence[DeadLetter], refs: Sequence[CaptureRef]) -> StageReport:
    passed = (ref for ref, outcome in zip(refs, outcomes, strict=True) if outcome.status is not Status.DEAD)
    return StageReport(tuple(outcomes), tuple(dead), tuple(passed))


def _enrich_outcome(made: Article | Failure, capture: Capture) -> Outcome:
    if isinstance(made, Article):
        return Outcome(
            stage=Stage.ENRICH,
            id=made.id,
            url=made.url,
            status=Status.ENRICHED,
            source=capture.source,
            pipeline_version=PIPELINE_VERSION,
        )
    status = Status.SET_ASIDE if made.reason is Reason.NOT_AN_ARTICLE else Status.DEAD
    return Outcome(
        stage=Stage.ENRICH,
        id=article_id(capture.url),
        url=capture.url,
        status=status,
        source=capture.source,
        reason=made.reason,
        detail=made.detail,
        pipeline_version=PIPELINE_VERSION,
    )


def _dead_letter(outcome: Outcome, *, capture: CaptureRef | None, partition: str, version: str, now: dt.datetime) -> DeadLetter:
    return DeadLetter(
        stage=outcome.stage,
        reason=outcome.reason or Reason.BUG,
        detail=outcome.detail,
        partition=partition,
        source=outcome.source,
        url=outcome.url,
        capture=capture,
        failed_at=now,
        pipeline_version=version,
        page_id="" if capture else outcome.id,
    )


def index_articles(articles: Sequence[Article], *, es: "Elasticsearch", settings: Settings, now: dt.datetime) -> StageReport:
    """Makes the articles searchable; when Elasticsearch refuses one, the others continue."""
    from newsdesk.index import sink  # two seconds, which no task of an earlier stage has to pay

    outcomes = tuple(sink.index_articles(es, articles, settings.index, now=now))
    dead = [
        _dead_letter(outcome, capture=article.capture, partition=article.partition, version=article.pipeline_version, now=now)
        for article, outcome in zip(articles, outcomes, strict=True)
        if outcome.status is Status.DEAD
    ]
    return _report(outcomes, dead, [article.capture for article in articles])
