"""The jobs of newsdesk_enrich: make articles from captures."""

import contextlib
import functools
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from newsdesk import chunks
from newsdesk.chunks import Chunk
from newsdesk.clean.article_endings import load_endings, save_endings
from newsdesk.database import open_database
from newsdesk.errors import NothingNew, Stage, Status
from newsdesk.fetch.source_names import load_source_names
from newsdesk.jobs.bookkeeping import Emit, OpenElasticsearch, emit_nothing, store_report, utc_now, write_counters
from newsdesk.scope import EVERYTHING, Scope
from newsdesk.settings import Settings
from newsdesk.store.archive import Archive
from newsdesk.store.articles import read_partition
from newsdesk.store.manifests import repair_manifests
from newsdesk.store.outcomes import merge_outcomes, read_outcomes

if TYPE_CHECKING:
    from newsdesk.enrichment import Tools


def plan_chunks(partition: str, settings: Settings) -> list[Chunk]:
    """Divide the partition's captures into chunks. Damaged manifests are repaired first."""
    archive = Archive(settings.data_url)
    repair_manifests(archive, partition)
    return chunks.plan_chunks(archive, partition, size=settings.enrich.chunk_size)


def enrich_chunk(
    chunk: Chunk, settings: Settings, *, scope: Scope = EVERYTHING, emit: Emit = emit_nothing, tools: "Tools | None" = None
) -> None:
    """Clean, check and tag the captures of a chunk that the scope includes, and write the chunk's articles.

    Without `tools`, they are opened for this chunk.
    """
    # Imported here, since the other tasks of the DAG do not need the stages.
    from newsdesk.chunk_enrichment import enrich_chunk as enrich
    from newsdesk.enrichment import open_tools

    archive, begun = Archive(settings.data_url), time.monotonic()
    with contextlib.ExitStack() as opened:
        tools = tools or opened.enter_context(open_tools(settings))
        engine = opened.enter_context(open_database(settings.database_url))
        scope = replace(scope, keys=load_source_names(engine).keys(scope.source)) if scope.source else scope
        recall = functools.partial(load_endings, engine, before=chunk.partition)
        report = enrich(chunk, archive=archive, tools=tools, settings=settings, now=utc_now(), scope=scope, recall=recall)
    # The time of a partial replay says nothing about the time of the whole chunk.
    seconds = time.monotonic() - begun if scope == EVERYTHING else 0.0
    store_report(report, chunk.partition, Stage.ENRICH, chunk.name, settings, seconds=seconds, emit=emit)


def hand_on_articles(partition: str, settings: Settings, open_es: OpenElasticsearch) -> None:
    """Merge the outcomes of the chunks, and store the last lines of the articles, in which later partitions look for repeated lines.

    Raises NothingNew where the partition has no article.
    """
    archive = Archive(settings.data_url)
    chunks.remove_unplanned(archive, partition, plan_chunks(partition, settings))
    # Imported captures were not handed on by a fetch.
    merge_outcomes(archive, partition, Stage.FETCH)
    with open_database(settings.database_url) as engine:
        save_endings(engine, partition, read_partition(archive, partition))
    if not any(outcome.status is Status.ENRICHED for outcome in read_outcomes(archive, partition, Stage.ENRICH)):
        write_counters(partition, [Stage.FETCH, Stage.ENRICH], settings, open_es)
        raise NothingNew("no article in this partition")
