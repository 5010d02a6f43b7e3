"""The way of an article, top to bottom; what fails at the boundary ends as an outcome and a dead letter.

    fetch.shard     feeds to captures        data/raw/<partition>/
    enrich_chunk    captures to articles     data/articles/<partition>/: clean, analyse, check, tag (`enrich`)
    index_articles  articles to documents    alias `articles`

Whoever runs a step (a DAG, the command line, a test) opens what it needs and hands it in.
"""

import contextlib
import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from newsdesk.archive import Archive, file_stem, list_article_files, read_articles, write_articles
from newsdesk.boundary import Failure
from newsdesk.enrich import PIPELINE_VERSION as PIPELINE_VERSION
from newsdesk.enrich import Recall, Tools, enrich_captures, recall_nothing
from newsdesk.enrich import enrich as enrich
from newsdesk.enrich import open_tools as open_tools
from newsdesk.errors import Reason, Stage, Status
from newsdesk.fetch.warc import ManifestEntry, list_captures, read_manifests, recovered_outcome
from newsdesk.ops.metrics import list_outcome_files, read_outcomes
from newsdesk.records import Article, Capture, CaptureRef, DeadLetter, Outcome
from newsdesk.settings import Settings
from newsdesk.urls import article_id

if TYPE_CHECKING:
    import elasticsearch

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


class Only(StrEnum):
    """Which captures of a partition a replay makes again."""

    ALL = "all"
    FAILED = "failed"
    MISSING = "missing"
    OLDER = "older"  # made by another version of the pipeline than this one


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a replay is narrowed to; a capture outside of it keeps the article that it has."""

    only: Only = Only.ALL
    source: str = ""
    language: str = ""

    def wants(self, before: "Before") -> bool:
        """Whether a capture with this past is made again. One of which nothing is known yet always is."""
        if before.outcome is None:
            return True
        if self.source and before.outcome.source != self.source:
            return False
        if self.language and (before.article is None or before.article.cleaned.language != self.language):
            return False
        match self.only:
            case Only.FAILED:
                return before.outcome.status is Status.DEAD
            case Only.MISSING:
                return before.article is None and before.outcome.status is Status.ENRICHED
            case Only.OLDER:
                return before.outcome.status is Status.ENRICHED and before.outcome.pipeline_version != PIPELINE_VERSION
            case _:
                return True


@dataclass(frozen=True, slots=True)
class Before:
    """How a capture ended when its chunk was last enriched; None where it never was."""

    outcome: Outcome | None = None
    article: Article | None = None


EVERYTHING = Scope()


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
    """Writes the chunk's articles as they are made; one that fails costs no other. `recall` tells how a source's articles end."""
    entries = _captures_of(chunk, archive)
    refs = [entry.ref for entry in entries]
    befores = _before(chunk, refs, archive=archive)
    wanted = [entry for entry, before in zip(entries, befores, strict=True) if scope.wants(before)]
    outcomes: list[Outcome] = []
    dead: list[DeadLetter] = []
    making = enrich_captures(wanted, archive=archive, partition=chunk.partition, tools=tools, settings=settings, recall=recall)

    def articles() -> Iterator[Article]:
        for ref, before in zip(refs, befores, strict=True):
            outcome, article = before.outcome, before.article
            if outcome is None or scope.wants(before):
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


def _before(chunk: Chunk, refs: Sequence[CaptureRef], *, archive: Archive) -> list[Before]:
    """What is known of each capture from the last time; nothing where that was with other chunks."""
    outcomes = list(read_outcomes(archive, chunk.partition, Stage.ENRICH, part=chunk.name))
    if len(outcomes) != len(refs):
        return [Before()] * len(refs)
    kept = list_article_files(archive, chunk.partition)
    known = read_articles(archive, chunk.articles_path) if chunk.articles_path in kept else ()
    articles = {article.capture: article for article in known}
    return [Before(outcome, articles.get(ref)) for ref, outcome in zip(refs, outcomes, strict=True)]


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


def index_articles(articles: Sequence[Article], *, es: "elasticsearch.Elasticsearch", settings: Settings, now: dt.datetime) -> StageReport:
    """Makes the articles searchable; one that Elasticsearch refuses costs no other."""
    from newsdesk.index import sink

    outcomes = tuple(sink.index_articles(es, articles, settings.index, now=now))
    dead = [
        _dead_letter(outcome, capture=article.capture, partition=article.partition, version=article.pipeline_version, now=now)
        for article, outcome in zip(articles, outcomes, strict=True)
        if outcome.status is Status.DEAD
    ]
    return _report(outcomes, dead, [article.capture for article in articles])
