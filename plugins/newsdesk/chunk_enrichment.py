"""Enriches a chunk: its captures become articles, and a replay makes again only what its scope includes."""

import contextlib
import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from newsdesk.boundary import Failure
from newsdesk.chunks import Chunk, list_entries
from newsdesk.enrichment import PIPELINE_VERSION, Recall, Tools, enrich_captures, recall_nothing
from newsdesk.errors import Reason, Stage, Status
from newsdesk.records import Article, Capture, CaptureRef, DeadLetter, Outcome
from newsdesk.scope import EVERYTHING, NEVER_ENRICHED, Past, Scope
from newsdesk.settings import Settings
from newsdesk.stage_report import StageReport, dead_letter_of, report_captures
from newsdesk.store.archive import Archive
from newsdesk.store.articles import list_article_files, read_sound_articles, write_articles
from newsdesk.store.outcomes import read_outcomes
from newsdesk.urls import article_id


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
    entries = list_entries(chunk, archive)
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
                    dead.append(dead_letter_of(outcome, capture=ref, partition=chunk.partition, version=PIPELINE_VERSION, now=now))
            outcomes.append(outcome)
            if article is not None:
                yield article

    archive.remove_leftovers_of(chunk.articles_path)
    with contextlib.closing(making):
        write_articles(archive, chunk.articles_path, articles())
    return report_captures(outcomes, dead, refs)


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
    """What is known of each capture from the last time; nothing where that was with other chunks, or where a file is damaged."""
    outcomes = list(read_outcomes(archive, chunk.partition, Stage.ENRICH, part=chunk.name))
    if len(outcomes) != len(refs):
        return [_Before()] * len(refs)
    kept = list_article_files(archive, chunk.partition)
    known = read_sound_articles(archive, chunk.articles_path) if chunk.articles_path in kept else ()
    articles = {article.capture: article for article in known}
    return [_Before(outcome, articles.get(ref)) for ref, outcome in zip(refs, outcomes, strict=True)]


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
