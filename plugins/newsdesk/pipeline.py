"""The way of an article, top to bottom; what fails at the boundary ends as an outcome and a dead letter.

    fetch.shard     feeds to captures        data/raw/<partition>/
    enrich_chunk    captures to articles     data/articles/<partition>/: clean, analyse, check, tag
    index_articles  articles to documents    alias `articles`

Whoever runs a step (a DAG, the command line, a test) opens what it needs and hands it in.
"""

import contextlib
import datetime as dt
import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from newsdesk.archive import Archive, read_articles, write_articles
from newsdesk.boundary import Failure, attempt
from newsdesk.check.stage import VERSION as CHECK_VERSION
from newsdesk.check.stage import check
from newsdesk.clean.stage import VERSION as CLEAN_VERSION
from newsdesk.clean.worker import CleaningPool
from newsdesk.errors import Reason, Stage, Status
from newsdesk.fetch.warc import list_captures, read_capture
from newsdesk.nlp import Analyser
from newsdesk.ops.metrics import list_outcome_files, read_outcomes
from newsdesk.records import Article, Capture, CaptureRef, Cleaned, DeadLetter, Outcome
from newsdesk.settings import Settings
from newsdesk.tag.gazetteer import Gazetteer, load_gazetteer
from newsdesk.tag.stage import VERSION as TAG_VERSION
from newsdesk.tag.stage import tag
from newsdesk.urls import article_id

if TYPE_CHECKING:
    import elasticsearch

PIPELINE_VERSION = f"{CLEAN_VERSION}.{CHECK_VERSION}.{TAG_VERSION}"
"""Clean's, check's and tag's versions; kept in each article, so that a replay can ask for what is older."""

MOST_CHUNKS = 1000
"""Airflow maps a task over 1,024 elements at the most; a larger partition gets larger chunks."""

SET_ASIDE_KINDS = frozenset({"listing"})
"""Pages that are sound but no articles: counted, neither indexed nor dead letters."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What is dear to open, opened once for many articles."""

    cleaning: CleaningPool
    analyser: Analyser
    gazetteer: Gazetteer


@contextlib.contextmanager
def open_tools(settings: Settings) -> Iterator[Tools]:
    with CleaningPool(settings.clean) as cleaning:
        yield Tools(cleaning, Analyser(settings.nlp), load_gazetteer(settings.tag))


def enrich(capture: Capture, cleaned: Cleaned, *, ref: CaptureRef, partition: str, tools: Tools, settings: Settings) -> Article:
    """The article of a capture that was cleaned: analysed once, checked and tagged."""
    doc = tools.analyser.analyse(cleaned.text, cleaned.language)
    url = cleaned.canonical_url or capture.url
    return Article(
        id=article_id(url),
        url=url,
        source=capture.source,
        feed_url=capture.feed_url,
        fetched_at=capture.fetched_at,
        partition=partition,
        capture=ref,
        pipeline_version=PIPELINE_VERSION,
        cleaned=cleaned,
        checked=check(cleaned, doc, settings.check),
        tagged=tag(cleaned, doc, tools.gazetteer, settings.tag),
    )


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


def file_stem(path: str) -> str:
    """The name of a file without folder and endings: what its parts and outcomes are named after."""
    return posixpath.basename(path).partition(".")[0]


def list_article_files(archive: Archive, partition: str) -> list[str]:
    return archive.list_files(f"articles/{partition}", ".jsonl.gz")


def plan_chunks(archive: Archive, partition: str, *, size: int) -> list[Chunk]:
    """The captures of a partition in chunks of `size`, larger where there would be more than MOST_CHUNKS."""
    counts: dict[str, int] = {}
    for ref in list_captures(archive, partition):
        counts[ref.path] = counts.get(ref.path, 0) + 1
    size = max(size, -(-sum(counts.values()) // max(1, MOST_CHUNKS - len(counts))))
    return [
        Chunk(partition, path, first, min(size, count - first)) for path, count in sorted(counts.items()) for first in range(0, count, size)
    ]


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
    chunk: Chunk, *, archive: Archive, tools: Tools, settings: Settings, now: dt.datetime, scope: Scope = EVERYTHING
) -> StageReport:
    """Writes the chunk's articles; one that fails costs no other."""
    articles: list[Article] = []
    outcomes: list[Outcome] = []
    dead: list[DeadLetter] = []
    refs = _captures_of(chunk, archive)
    for ref, before in zip(refs, _before(chunk, refs, archive=archive), strict=True):
        outcome, article = before.outcome, before.article
        if outcome is None or scope.wants(before):
            capture, made = _enrich_capture(ref, archive=archive, partition=chunk.partition, tools=tools, settings=settings)
            outcome, article = _enrich_outcome(made, capture), made if isinstance(made, Article) else None
            if outcome.status is Status.DEAD:
                dead.append(_dead_letter(outcome, capture=ref, partition=chunk.partition, version=PIPELINE_VERSION, now=now))
        outcomes.append(outcome)
        if article is not None:
            articles.append(article)
    write_articles(archive, chunk.articles_path, articles)
    return _report(outcomes, dead, refs)


def _captures_of(chunk: Chunk, archive: Archive) -> list[CaptureRef]:
    refs = [ref for ref in list_captures(archive, chunk.partition) if ref.path == chunk.path]
    return refs[chunk.first : chunk.first + chunk.count]


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


UNREADABLE_CAPTURE = Capture(url="", fetched_at=dt.datetime.min.replace(tzinfo=dt.UTC), body=b"")
"""Stands for a capture whose record is damaged: nothing is known of it but its locator."""


def _enrich_capture(
    ref: CaptureRef, *, archive: Archive, partition: str, tools: Tools, settings: Settings
) -> tuple[Capture, Article | Failure]:
    capture = attempt(lambda: read_capture(archive, ref), what=f"reading of {ref}")
    if isinstance(capture, Failure):
        return UNREADABLE_CAPTURE, Failure(Reason.UNREADABLE, capture.detail)
    cleaned = attempt(lambda: tools.cleaning.clean(capture), what=f"clean of {ref}")
    if isinstance(cleaned, Failure):
        return capture, cleaned
    if cleaned.content_kind in SET_ASIDE_KINDS:
        return capture, Failure(Reason.NOT_AN_ARTICLE, f"this page is a {cleaned.content_kind}")
    return capture, attempt(
        lambda: enrich(capture, cleaned, ref=ref, partition=partition, tools=tools, settings=settings),
        what=f"check and tag of {ref}",
    )


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

    by_id = {article.id: article for article in articles}
    outcomes = tuple(sink.index_articles(es, articles, settings.index, now=now))
    dead = [
        _dead_letter(outcome, capture=article.capture, partition=article.partition, version=article.pipeline_version, now=now)
        for outcome in outcomes
        if outcome.status is Status.DEAD and (article := by_id[outcome.id])
    ]
    return _report(outcomes, dead, [article.capture for article in articles])
