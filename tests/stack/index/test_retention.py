"""Retention by age and by size with a real index: what is removed, and what is kept because something depends on it."""

import dataclasses
import datetime as dt

import pytest
import sqlalchemy as sa

from captures import write_captures
from newsdesk.database import open_database
from newsdesk.errors import Reason, Stage
from newsdesk.fetch.pages import add_pages, page_of
from newsdesk.fetch.tables import PAGES
from newsdesk.index.aliases import names, set_up
from newsdesk.index.runs import write_runs
from newsdesk.index.sink import index_articles
from newsdesk.ops.retention import Kind, Removal, remove_old
from newsdesk.records import DeadLetter, FeedItem, RunCounters
from newsdesk.settings import RetentionSettings
from newsdesk.store.archive import Archive
from newsdesk.store.articles import write_articles
from newsdesk.store.dead_letters import drop_dead_letters, list_dead_letters, record_dead_letters
from newsdesk.store.manifests import dump_manifest, read_manifests, write_manifest
from samples import NOW, article

OLD, MIDDLE, NEW = "2026-08-01T0000", "2026-09-01T0000", "2026-11-24T1200"


@pytest.fixture
def archive(tmp_path):
    archive = Archive(str(tmp_path / "data"))
    for key in (OLD, MIDDLE, NEW):
        write_captures(archive, key, [(f"https://example.org/{key}", b"x" * 1000)])
    return archive


@pytest.fixture
def engine(tmp_path):
    with open_database(f"sqlite:///{tmp_path}/state.db") as engine:
        yield engine


@pytest.fixture
def removed(archive, engine, es, index_settings):
    """A function that returns what the given settings remove, with documents of August and November in the index."""

    def removed(**limits):
        return remove_old(
            archive=archive,
            engine=engine,
            es=es,
            own=names(index_settings),
            settings=RetentionSettings(**limits),
            now=NOW,
            dry_run=False,
        )

    return removed


def index(es, index_settings, *, partition, capture):
    moment = dt.datetime.fromisoformat(f"{partition[:10]}T00:00:00+00:00")
    set_up(es, index_settings, now=moment)
    story = article(f"https://example.org/{partition}", fetched_at=moment)
    story = dataclasses.replace(story, partition=partition, capture=capture)
    list(index_articles(es, [story], index_settings, now=moment))
    es.indices.refresh(index=names(index_settings).articles)


def test_the_oldest_captures_are_removed_unless_documents_need_them(removed, archive, es, index_settings):
    (entry,) = read_manifests(archive, OLD)
    index(es, index_settings, partition=OLD, capture=entry.ref)
    assert removed(raw_bytes=1) == [Removal(Kind.RAW, MIDDLE)]
    assert archive.list_folders("raw") == [OLD, NEW]


def test_captures_in_the_manifest_of_another_partition_are_kept(removed, archive):
    write_manifest(archive, f"raw/{NEW}/taken-over.json", dump_manifest(NEW, list(read_manifests(archive, OLD))))
    assert removed(raw_bytes=1) == [Removal(Kind.RAW, MIDDLE)]


def test_captures_of_a_document_of_a_later_partition_are_kept(removed, archive, es, index_settings):
    (entry,) = read_manifests(archive, OLD)
    index(es, index_settings, partition=NEW, capture=entry.ref)
    assert removed(raw_days=30) == [Removal(Kind.RAW, MIDDLE)]


def test_captures_of_dead_letters_are_kept(removed, archive, engine):
    (entry,) = read_manifests(archive, OLD)
    letter = DeadLetter(
        stage=Stage.ENRICH,
        reason=Reason.BUG,
        detail="a bug",
        partition=OLD,
        source="example",
        url=entry.url,
        capture=entry.ref,
        failed_at=NOW,
        pipeline_version="1.1.1",
    )
    record_dead_letters(engine, [letter])
    assert removed(raw_bytes=1) == [Removal(Kind.RAW, MIDDLE)]
    drop_dead_letters(engine, list(list_dead_letters(engine)))
    assert removed(raw_bytes=1) == [Removal(Kind.RAW, OLD)]


def test_captures_of_pages_that_will_be_visited_again_are_kept(removed, archive, engine):
    (entry,) = read_manifests(archive, OLD)
    page = page_of(FeedItem(id=entry.url, url=entry.url), feed_id=1, feed_url="", source="example")
    with engine.begin() as connection:
        add_pages(connection, [page], NOW)
        connection.execute(sa.update(PAGES).values(capture=str(entry.ref)))
    assert removed(raw_bytes=1) == [Removal(Kind.RAW, MIDDLE)]
    with engine.begin() as connection:
        connection.execute(sa.update(PAGES).values(next_fetch_at=None))
    assert removed(raw_bytes=1) == [Removal(Kind.RAW, OLD)]


def test_the_oldest_months_are_removed_until_the_index_fits(removed, archive, es, index_settings):
    for key in (OLD, NEW):
        (entry,) = read_manifests(archive, key)
        index(es, index_settings, partition=key, capture=entry.ref)
    (gone,) = removed(index_bytes=1)
    assert (gone.kind, gone.name[-8:]) == (Kind.INDEX, "-2026.08")
    assert gone.bytes > 0


@pytest.fixture
def old_and_new(tmp_path, es, index_settings):
    """An archive and an index with one old story and one of today."""
    now = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
    archive = Archive(str(tmp_path / "data"))
    for key, moment in (("2026-08-01T0000", now - dt.timedelta(days=115)), ("2026-11-24T1200", now)):
        set_up(es, index_settings, now=moment)
        write_captures(archive, key, [(f"https://example.org/{key}", b"x" * 1000)])
        story = article(f"https://example.org/{key}", fetched_at=moment)
        story = dataclasses.replace(story, partition=key)
        write_articles(archive, f"articles/{key}/a.jsonl.gz", [story])
        list(index_articles(es, [story], index_settings, now=moment))
    es.indices.refresh(index=names(index_settings).articles)
    with open_database(f"sqlite:///{tmp_path}/state.db") as engine:
        yield (
            lambda dry_run, **days: remove_old(
                archive=archive,
                engine=engine,
                es=es,
                own=names(index_settings),
                settings=RetentionSettings(**days),
                now=now,
                dry_run=dry_run,
            ),
            archive,
            names(index_settings).articles,
        )


def test_captures_of_documents_are_kept(old_and_new):
    remove, archive, _ = old_and_new
    assert remove(False, raw_days=30) == []
    assert archive.list_folders("raw") == ["2026-08-01T0000", "2026-11-24T1200"]


def test_old_data_is_removed_and_new_data_is_kept(old_and_new, es):
    remove, archive, articles = old_and_new
    shown = remove(True, raw_days=30, articles_days=30, index_days=30)
    assert shown == [
        Removal(Kind.INDEX, f"{articles}-v4-2026.08"),
        Removal(Kind.INDEX, articles.replace("articles", "newsdesk-comparisons-2026.08")),
        Removal(Kind.INDEX, articles.replace("articles", "newsdesk-versions-2026.08")),
        Removal(Kind.RAW, "2026-08-01T0000"),
        Removal(Kind.ARTICLES, "2026-08-01T0000"),
    ]
    assert es.count(index=articles)["count"] == 2
    assert remove(False, raw_days=30, articles_days=30, index_days=30) == shown
    assert archive.list_folders("raw") == archive.list_folders("articles") == ["2026-11-24T1200"]
    assert es.count(index=articles)["count"] == 1


def test_old_counters_of_runs_are_removed(removed, es, index_settings):
    days = (NOW - dt.timedelta(days=31), NOW)
    set_up(es, index_settings)
    write_runs(es, [RunCounters(stage=Stage.FETCH, partition=f"{day:%Y-%m-%d}", source="a", run_at=day) for day in days], index_settings)
    es.indices.refresh(index=names(index_settings).runs)
    (gone,) = removed(runs_days=30)
    assert (gone.kind, gone.count) == (Kind.RUNS, 1)
    assert removed(runs_days=30) == []
