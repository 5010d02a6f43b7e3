"""The job of newsdesk_index: index the articles of a partition; and the migration of the index to a new mapping."""

import datetime as dt
import time
from collections.abc import Callable, Sequence

from elasticsearch import Elasticsearch

from newsdesk.errors import DamagedFile, Stage, Status
from newsdesk.index import sink
from newsdesk.index.aliases import names
from newsdesk.index.migration import Migration, migrate
from newsdesk.jobs.bookkeeping import Emit, OpenElasticsearch, emit_nothing, store_report, utc_now, write_counters
from newsdesk.records import Article
from newsdesk.search.comparing import compare_indexed, settle_all
from newsdesk.settings import Settings
from newsdesk.stage_report import StageReport, dead_letter_of, report_captures
from newsdesk.store.archive import Archive, file_stem
from newsdesk.store.articles import list_article_files, read_articles, read_partition
from newsdesk.store.outcomes import merge_outcomes


def index_partition(partition: str, settings: Settings, open_es: OpenElasticsearch, *, emit: Emit = emit_nothing) -> None:
    """Index the partition's articles, file by file, compare translations with their originals, and write the run counters.

    Raises DamagedFile where a file of articles is damaged, after all other files are indexed.
    """
    archive = Archive(settings.data_url)
    damages: list[DamagedFile] = []
    indexed: set[str] = set()
    with open_es() as es:
        for path in list_article_files(archive, partition):
            begun = time.monotonic()
            try:
                articles = read_articles(archive, path)
            except DamagedFile as damage:
                damages.append(damage)
                continue
            report = index_articles(articles, es=es, settings=settings, now=utc_now())
            indexed |= {outcome.id for outcome in report.outcomes if outcome.status is not Status.DEAD}
            store_report(report, partition, Stage.INDEX, file_stem(path), settings, seconds=time.monotonic() - begun, emit=emit)
        es.indices.refresh(index=names(settings.index).articles, ignore_unavailable=True)
        compare_indexed(es, indexed, settings)
    merge_outcomes(archive, partition, Stage.INDEX, keep=set(map(file_stem, list_article_files(archive, partition))))
    write_counters(partition, Stage, settings, open_es)
    if damages:
        raise damages[0]


def index_articles(articles: Sequence[Article], *, es: Elasticsearch, settings: Settings, now: dt.datetime) -> StageReport:
    """Index articles. One that Elasticsearch rejects becomes a dead letter, and the others continue."""
    outcomes = tuple(sink.index_articles(es, articles, settings.index, now=now))
    dead = [
        dead_letter_of(outcome, capture=article.capture, partition=article.partition, version=article.pipeline_version, now=now)
        for article, outcome in zip(articles, outcomes, strict=True)
        if outcome.status is Status.DEAD
    ]
    return report_captures(outcomes, dead, [article.capture for article in articles])


def migrate_index(es: Elasticsearch, settings: Settings, *, report: Callable[[str], None], keep_old: bool = False) -> Migration:
    """Migrate the index to this version's mapping, from the archive. `report` prints a line of progress.

    Raises SetupError where the index has that mapping already, or where another migration is running.
    """
    archive = Archive(settings.data_url)
    everything = (article for partition in archive.list_folders("articles") for article in read_partition(archive, partition))
    done = migrate(es, everything, settings.index, now=utc_now(), report=report, keep_old=keep_old)
    settle_all(es, settings)
    return done
