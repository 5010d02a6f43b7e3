"""Loads articles from JSON lines, which become captures of the present day, then articles, then documents, without Airflow.

A line that only has a text is checked and tagged. A line of `newsdesk enrich` is used unchanged. Since each line is stored as
a capture, a replay, a migration, a retry and retention treat it like a fetched page.
"""

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from elasticsearch import Elasticsearch
from pydantic import TypeAdapter, ValidationError

from newsdesk.boundary import Failure, attempt
from newsdesk.chunk_enrichment import enrich_chunk, enriched_outcome
from newsdesk.chunks import Chunk, divide_file
from newsdesk.clean.article_json import CONTENT_TYPE, parse_article_json
from newsdesk.database import open_database
from newsdesk.enrichment import Tools, open_tools
from newsdesk.errors import ArticleRejected, Reason, Stage, Status
from newsdesk.fetch.client import Response, user_agent
from newsdesk.fetch.imported import PREFIX, commit_imported
from newsdesk.fetch.pages import Page, page_of
from newsdesk.fetch.source_names import SourceNames, load_source_names
from newsdesk.fetch.warc import CaptureWriter
from newsdesk.index.aliases import names
from newsdesk.jobs.bookkeeping import OpenElasticsearch, emit_nothing, store_report, write_counters
from newsdesk.jobs.index import index_articles
from newsdesk.records import Article, CaptureRef, FeedItem, ManifestEntry
from newsdesk.search.comparing import compare_indexed
from newsdesk.settings import Settings
from newsdesk.stage_report import report_captures
from newsdesk.store.archive import Archive
from newsdesk.store.articles import read_articles, write_articles
from newsdesk.store.outcomes import merge_outcomes
from newsdesk.urls import host_of

LINES_AT_ONCE = 500
"""Number of lines that are captured, enriched and indexed together; an interruption leaves at most one batch incomplete."""
LONGEST_SOURCE = 100

_ARTICLE = TypeAdapter(Article)


@dataclass(frozen=True, slots=True)
class RejectedLine:
    """A line that was not loaded: its number, from 1, and the reason."""

    number: int
    problem: str


@dataclass(frozen=True, slots=True)
class LoadedLines:
    """The result of a batch: the number of articles with each status of the index stage, or of enrich if it failed there."""

    statuses: Mapping[Status, int]
    rejected: tuple[RejectedLine, ...]


@dataclass(frozen=True, slots=True)
class _GivenLine:
    """A line that can be loaded. `article` if it holds the results of check and tag; the capture and its time are not known yet."""

    page: Page
    fields: Mapping[str, Any]
    article: Article | None


def load_lines(
    lines: Iterable[bytes], settings: Settings, open_es: OpenElasticsearch, *, source: str, fetched_at: dt.datetime, now: dt.datetime
) -> Iterator[LoadedLines]:
    """Load JSON lines into the archive and the index, and yield the result of each batch.

    `source` is the source of lines without one; by default it is the host of their URL. Sources are given by key or name. `fetched_at` is
    the time of the captures: of two captures of an article, the index has the later one.
    """
    partition = now.strftime("%Y-%m-%d")
    numbered = ((number, line) for number, line in enumerate(lines, 1) if line.strip())
    with open_es() as es, open_database(settings.database_url) as engine, open_tools(settings) as tools:
        loader = _Loader(Archive(settings.data_url), settings, es, engine, tools, partition, fetched_at, now, load_source_names(engine))
        while batch := list(islice(numbered, LINES_AT_ONCE)):
            yield loader.load(batch, source)
        es.indices.refresh(index=names(settings.index).articles, ignore_unavailable=True)
        compare_indexed(es, loader.indexed, settings)
    for stage in Stage:
        merge_outcomes(loader.archive, partition, stage)
    write_counters(partition, Stage, settings, open_es)


@dataclass(frozen=True, slots=True)
class _Loader:
    """The resources that all batches use."""

    archive: Archive
    settings: Settings
    es: Elasticsearch
    engine: sa.Engine
    tools: Tools
    partition: str
    fetched_at: dt.datetime
    now: dt.datetime
    names: SourceNames
    indexed: set[str] = field(default_factory=set)

    def load(self, batch: Sequence[tuple[int, bytes]], source: str) -> LoadedLines:
        given: list[_GivenLine] = []
        rejected: list[RejectedLine] = []
        for number, line in batch:
            read = attempt(partial(_read_line, line, source, self.names), what=f"line {number}")
            if isinstance(read, Failure):
                rejected.append(RejectedLine(number, read.detail))
            else:
                given.append(read)
        statuses: Counter[Status] = Counter()
        for is_enriched in (True, False):
            if alike := [line for line in given if (line.article is not None) is is_enriched]:
                statuses += self._load_alike(alike)
        return LoadedLines(statuses, tuple(rejected))

    def _load_alike(self, lines: Sequence[_GivenLine]) -> Counter[Status]:
        """Load lines that are all enriched, or none of them."""
        entries = self._capture(lines)
        articles = [self._captured(line.article, entry) for line, entry in zip(lines, entries, strict=True) if line.article]
        statuses: Counter[Status] = Counter()
        for chunk in divide_file(self.partition, entries[0].path, len(entries), size=self.settings.enrich.chunk_size):
            if articles:
                self._keep_enriched(chunk, articles[chunk.first : chunk.first + chunk.count])
            else:
                statuses += self._enrich(chunk)
            statuses += self._index(chunk)
        return statuses

    def _capture(self, lines: Sequence[_GivenLine]) -> list[ManifestEntry]:
        """Write the lines as captures of one WARC file."""
        path = f"raw/{self.partition}/{PREFIX}text-{uuid4().hex[:12]}.warc.gz"
        writer = CaptureWriter(self.archive, path, software=user_agent(self.settings.fetch))
        try:
            for line in lines:
                writer.write_capture(self._response(line), line.page)
        except BaseException:
            writer.discard()
            raise
        pages = [line.page for line in lines]
        commit_imported(
            writer, pages, archive=self.archive, engine=self.engine, partition=self.partition, origin="loaded as text", now=self.now
        )
        return writer.entries

    def _response(self, line: _GivenLine) -> Response:
        body = json.dumps(dict(line.fields), ensure_ascii=False).encode("utf-8", "replace")
        return Response(
            url=line.page.url,
            status=200,
            headers={"content-type": CONTENT_TYPE},
            body=body,
            requested_at=self.fetched_at,
            reason="OK",
            headers_list=[("Content-Type", CONTENT_TYPE)],
        )

    def _captured(self, article: Article, entry: ManifestEntry) -> Article:
        """Return the article as made from this capture."""
        return replace(article, fetched_at=entry.fetched_at, partition=self.partition, capture=entry.ref)

    def _keep_enriched(self, chunk: Chunk, articles: Sequence[Article]) -> None:
        write_articles(self.archive, chunk.articles_path, articles)
        report = report_captures(list(map(enriched_outcome, articles)), (), [article.capture for article in articles])
        store_report(report, self.partition, Stage.ENRICH, chunk.name, self.settings, seconds=0.0, emit=emit_nothing, is_new=True)

    def _enrich(self, chunk: Chunk) -> Counter[Status]:
        """Enrich the chunk and count the captures that became no article by their status."""
        report = enrich_chunk(chunk, archive=self.archive, tools=self.tools, settings=self.settings, now=self.now, is_new=True)
        store_report(report, self.partition, Stage.ENRICH, chunk.name, self.settings, seconds=0.0, emit=emit_nothing, is_new=True)
        return Counter(outcome.status for outcome in report.outcomes if outcome.status is not Status.ENRICHED)

    def _index(self, chunk: Chunk) -> Counter[Status]:
        """Index the chunk's articles and count their statuses."""
        articles = read_articles(self.archive, chunk.articles_path)
        report = index_articles(articles, es=self.es, settings=self.settings, now=self.now)
        store_report(report, self.partition, Stage.INDEX, chunk.name, self.settings, seconds=0.0, emit=emit_nothing, is_new=True)
        self.indexed.update(outcome.id for outcome in report.outcomes if outcome.status is not Status.DEAD)
        return Counter(outcome.status for outcome in report.outcomes)


def _read_line(line: bytes, source: str, names: SourceNames) -> _GivenLine:
    """Parse a line. Raises ArticleRejected if it is not an article."""
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ArticleRejected(Reason.BAD_INPUT, f"this is not JSON: {error}") from error
    if not isinstance(fields, dict):
        raise ArticleRejected(Reason.BAD_INPUT, "this is not a JSON object")
    if "error" in fields:
        raise ArticleRejected(Reason.BAD_INPUT, f"an error of an earlier stage: {fields['error']}")
    parse_article_json(fields)
    url = fields.get("url") or fields.get("canonical_url")
    page = _page(url, fields.get("source") or source, names) if isinstance(url, str) else None
    if page is None:
        raise ArticleRejected(Reason.BAD_INPUT, f'the field "url" is {"missing" if not url else "no web address"}')
    is_enriched = {"translation", "entities", "entities_status", "pipeline_version"} <= fields.keys()
    return _GivenLine(page, fields, _article_of(fields, page) if is_enriched else None)


def _page(url: str, source: object, names: SourceNames) -> Page | None:
    given = str(source) if source else host_of(url).removeprefix("www.")
    key = given if given in names.names else names.keys(given)[0]
    return page_of(FeedItem(id=url, url=url), feed_id=0, feed_url="", source=key[:LONGEST_SOURCE])


NOT_CAPTURED = {"feed_url": "", "fetched_at": dt.datetime(1970, 1, 1, tzinfo=dt.UTC), "partition": "", "capture": CaptureRef("", 0)}
"""Placeholders of what `_Loader._captured` adds."""


def _article_of(fields: Mapping[str, Any], page: Page) -> Article:
    """Return the article of a line of `newsdesk enrich`. Raises ArticleRejected if a field is invalid."""
    countries = [entity.get("country") for entity in fields["entities"] if entity.get("type") == "place" and entity.get("id")]
    try:
        return _ARTICLE.validate_python(
            {
                **fields,
                **NOT_CAPTURED,
                "id": page.id,
                "url": page.url,
                "source": page.source,
                "cleaned": {**fields, "canonical_url": page.url},
                "checked": {**fields["translation"], "language": fields.get("language")},
                "tagged": {
                    "entities": fields["entities"],
                    "status": fields["entities_status"],
                    "countries": tuple(dict.fromkeys(filter(None, countries))),
                },
            }
        )
    except (ValidationError, AttributeError, TypeError) as error:
        raise ArticleRejected(Reason.BAD_INPUT, f"this is not what `newsdesk enrich` prints: {error}") from error
