"""Enriches the captures of a chunk. A replay enriches only those that its scope includes."""

import contextlib
import datetime as dt
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from newsdesk.boundary import Failure
from newsdesk.chunks import Chunk, list_entries
from newsdesk.enrichment import PIPELINE_VERSION, LostCapture, Recall, Tools, enrich_captures, recall_nothing
from newsdesk.errors import Reason, Stage, Status
from newsdesk.records import Article, Capture, CaptureRef, DeadLetter, Outcome
from newsdesk.scope import EVERYTHING, NEVER_ENRICHED, Past, Scope
from newsdesk.settings import Settings
from newsdesk.stage_report import StageReport, dead_letter_of, report_captures
from newsdesk.store.archive import Archive
from newsdesk.store.articles import list_article_files, read_sound_articles, write_articles
from newsdesk.store.outcomes import read_outcomes
from newsdesk.urls import article_id

log = logging.getLogger(__name__)


def enrich_chunk(
    chunk: Chunk,
    *,
    archive: Archive,
    tools: Tools,
    settings: Settings,
    now: dt.datetime,
    scope: Scope = EVERYTHING,
    recall: Recall = recall_nothing,
    is_new: bool = False,
) -> StageReport:
    """Enrich the chunk's captures and write its articles; if one fails, the others continue.

    Captures outside the scope keep their previous outcome and article. `recall` gives the last lines of a source's articles. `is_new`: the
    chunk was never enriched.
    """
    entries = list_entries(chunk, archive)
    refs = [entry.ref for entry in entries]
    previous = [_Previous()] * len(refs) if is_new else _read_previous(chunk, refs, archive=archive)
    wanted = [scope.includes(one.past, version=PIPELINE_VERSION) for one in previous]
    again = [entry for entry, is_wanted in zip(entries, wanted, strict=True) if is_wanted]
    outcomes: list[Outcome] = []
    dead: list[DeadLetter] = []
    making = enrich_captures(again, archive=archive, partition=chunk.partition, tools=tools, settings=settings, recall=recall)

    def articles() -> Iterator[Article]:
        for ref, last, is_wanted in zip(refs, previous, wanted, strict=True):
            outcome, article = last.outcome, last.article
            if outcome is None or is_wanted:
                capture, made = next(making)
                if outcome is None or article is None or not isinstance(made, LostCapture):
                    outcome, article = _enrich_outcome(made, capture), made if isinstance(made, Article) else None
                else:
                    log.warning("%s cannot be read: the article that was made from it is kept", ref)
                if outcome.status is Status.DEAD:
                    dead.append(dead_letter_of(outcome, capture=ref, partition=chunk.partition, version=PIPELINE_VERSION, now=now))
            outcomes.append(outcome)
            if article is not None:
                yield article

    if not is_new:
        archive.remove_leftovers_of(chunk.articles_path)
    with contextlib.closing(making):
        write_articles(archive, chunk.articles_path, articles())
    return report_captures(outcomes, dead, refs)


@dataclass(frozen=True, slots=True)
class _Previous:
    """The previous outcome and article of a capture; None where it was never enriched."""

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


def _read_previous(chunk: Chunk, refs: Sequence[CaptureRef], *, archive: Archive) -> list[_Previous]:
    """Read the previous result of each capture.

    All count as never enriched if the chunks were divided differently then, or if the outcomes are damaged.
    """
    outcomes = list(read_outcomes(archive, chunk.partition, Stage.ENRICH, part=chunk.name))
    if len(outcomes) != len(refs):
        return [_Previous()] * len(refs)
    kept = list_article_files(archive, chunk.partition)
    known = read_sound_articles(archive, chunk.articles_path) if chunk.articles_path in kept else ()
    articles = {article.capture: article for article in known}
    return [_Previous(outcome, articles.get(ref)) for ref, outcome in zip(refs, outcomes, strict=True)]


def enriched_outcome(article: Article) -> Outcome:
    """Return the outcome of a capture that became this article."""
    return Outcome(
        stage=Stage.ENRICH,
        id=article.id,
        url=article.url,
        status=Status.ENRICHED,
        source=article.source,
        pipeline_version=article.pipeline_version,
    )


def _enrich_outcome(made: Article | Failure, capture: Capture) -> Outcome:
    if isinstance(made, Article):
        return enriched_outcome(made)
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
