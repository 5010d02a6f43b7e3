"""Compares the output of each stage with the input of the next one, and lists articles that are missing.

fetch counted a page      -> a manifest lists its capture
a manifest lists it       -> enrich has an outcome for it
enrich made an article    -> a file contains it
a file contains it        -> the index contains it once, and not an older capture of it
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsdesk.errors import Stage, Status
from newsdesk.index.verify import verify
from newsdesk.records import Article, ManifestEntry, Outcome
from newsdesk.settings import IndexSettings
from newsdesk.store.archive import Archive, file_stem
from newsdesk.store.articles import read_partition
from newsdesk.store.manifests import read_manifests
from newsdesk.store.outcomes import read_outcomes, read_parts

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """An article that is missing at `stage`. `url` is its URL, or the location of its capture."""

    stage: Stage
    url: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """The counts of a partition at each stage, and the missing articles. `captured_at` is the time of the newest capture.

    Without missing ones, captures = articles + set aside + dead, and the index contains all distinct articles.
    """

    partition: str
    fetched: int
    captures: int
    articles: int
    set_aside: int
    dead: int
    captured_at: dt.datetime | None
    missing: tuple[Missing, ...] = ()


def reconcile(archive: Archive, partition: str, *, es: "Elasticsearch", settings: IndexSettings) -> Reconciled:
    """Compare the stages of a partition. For a stage that has not processed it yet, all articles are missing."""
    entries = list(read_manifests(archive, partition))
    fetched = {outcome.id: outcome for outcome in read_outcomes(archive, partition, Stage.FETCH) if outcome.status is Status.FETCHED}
    outcomes, articles = list(read_outcomes(archive, partition, Stage.ENRICH)), list(read_partition(archive, partition))
    ends = Counter(outcome.status for outcome in outcomes)
    missing = (
        *_not_captured(fetched, entries),
        *_not_enriched(archive, partition, entries),
        *_not_written(outcomes, articles),
        *_not_indexed(partition, articles, es, settings),
    )
    return Reconciled(
        partition=partition,
        fetched=len(fetched),
        captures=len(entries),
        articles=ends[Status.ENRICHED],
        set_aside=ends[Status.SET_ASIDE],
        dead=ends[Status.DEAD],
        captured_at=max((entry.fetched_at for entry in entries), default=None),
        missing=missing,
    )


def _not_captured(fetched: dict[str, Outcome], entries: Sequence[ManifestEntry]) -> Iterator[Missing]:
    captured = {entry.id for entry in entries}
    for id, outcome in fetched.items():
        if id not in captured:
            yield Missing(stage=Stage.FETCH, url=outcome.url or id, reason="counted as fetched, no manifest lists it")


def _not_enriched(archive: Archive, partition: str, entries: Sequence[ManifestEntry]) -> Iterator[Missing]:
    """Yield captures without outcome. The name of a part contains the WARC file and first capture; its outcomes are in capture order."""
    ended: set[tuple[str, int]] = set()
    for part, outcomes in read_parts(archive, partition, Stage.ENRICH):
        stem, _, first = part.rpartition("-")
        ended.update((stem, int(first) + n) for n in range(len(outcomes)))
    position: Counter[str] = Counter()
    for entry in entries:
        stem = file_stem(entry.path)
        if (stem, position[stem]) not in ended:
            yield Missing(stage=Stage.ENRICH, url=entry.url or str(entry.ref), reason="captured, not enriched")
        position[stem] += 1


def _not_written(outcomes: Sequence[Outcome], articles: Sequence[Article]) -> Iterator[Missing]:
    written = Counter(article.id for article in articles)
    for outcome in outcomes:
        if outcome.status is Status.ENRICHED:
            written[outcome.id] -= 1
            if written[outcome.id] < 0:
                yield Missing(stage=Stage.ENRICH, url=outcome.url or outcome.id, reason="counted as an article, no file holds it")


def _not_indexed(partition: str, articles: Sequence[Article], es: "Elasticsearch", settings: IndexSettings) -> Iterator[Missing]:
    if not articles:
        return
    found = verify(es, partition, articles, settings)
    reasons = ((found.missing, "not in the index"), (found.outdated, "older in the index"), (found.doubled, "twice in the index"))
    for urls, reason in reasons:
        yield from (Missing(stage=Stage.INDEX, url=url, reason=reason) for url in urls)
