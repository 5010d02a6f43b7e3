"""The tasks of newsdesk_enrich: captures become articles."""

import functools
import time

from newsdesk import chunks
from newsdesk.chunks import Chunk
from newsdesk.clean.line_memory import learn_endings, recall_endings
from newsdesk.database import open_database
from newsdesk.errors import NothingNew, Stage, Status
from newsdesk.jobs.bookkeeping import Emit, OpenElasticsearch, emit_nothing, store_report, utc_now, write_counters
from newsdesk.scope import EVERYTHING, Scope
from newsdesk.settings import Settings
from newsdesk.store.archive import Archive
from newsdesk.store.articles import read_partition
from newsdesk.store.manifests import repair_manifests
from newsdesk.store.outcomes import read_outcomes


def plan_chunks(partition: str, settings: Settings) -> list[Chunk]:
    """The partition's captures in chunks. Damaged manifests are made again first."""
    archive = Archive(settings.data_url)
    repair_manifests(archive, partition)
    return chunks.plan_chunks(archive, partition, size=settings.enrich.chunk_size)


def enrich_chunk(chunk: Chunk, settings: Settings, *, scope: Scope = EVERYTHING, emit: Emit = emit_nothing) -> None:
    """Cleans, checks and tags the captures of a chunk that the scope includes, and writes the chunk's articles."""
    from newsdesk.chunk_enrichment import enrich_chunk as enrich  # the stages, which the tasks before and after do not need
    from newsdesk.enrichment import open_tools

    archive, begun = Archive(settings.data_url), time.monotonic()
    with open_tools(settings) as tools, open_database(settings.database_url) as engine:
        recall = functools.partial(recall_endings, engine, before=chunk.partition)
        report = enrich(chunk, archive=archive, tools=tools, settings=settings, now=utc_now(), scope=scope, recall=recall)
    # A replay of a few captures would make the whole chunk seem fast.
    seconds = time.monotonic() - begun if scope == EVERYTHING else 0.0
    store_report(report, chunk.partition, Stage.ENRICH, chunk.name, settings, seconds=seconds, emit=emit)


def hand_on_articles(partition: str, settings: Settings, open_es: OpenElasticsearch) -> None:
    """Stores how the articles end, for those of later partitions. Raises NothingNew where the partition has no article."""
    archive = Archive(settings.data_url)
    chunks.remove_strays(archive, partition, plan_chunks(partition, settings))
    with open_database(settings.database_url) as engine:
        learn_endings(engine, partition, read_partition(archive, partition))
    if not any(outcome.status is Status.ENRICHED for outcome in read_outcomes(archive, partition, Stage.ENRICH)):
        write_counters(partition, [Stage.FETCH, Stage.ENRICH], settings, open_es)
        raise NothingNew("no article in this partition")
