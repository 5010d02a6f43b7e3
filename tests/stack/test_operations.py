"""What an operator sees of failures, and what retention removes, on the real thing."""

import dataclasses
import datetime as dt

import pytest

from captures import page, write_captures
from newsdesk.archive import Archive, write_articles
from newsdesk.database import open_database
from newsdesk.errors import Stage
from newsdesk.index.aliases import names, set_up
from newsdesk.index.client import open_client
from newsdesk.index.sink import index_articles
from newsdesk.local import seed_site
from newsdesk.ops.airflow_api import ENDED
from newsdesk.ops.dead_letters import drop_dead_letters, list_dead_letters
from newsdesk.ops.metrics import count_outcomes, read_outcomes
from newsdesk.ops.retention import Kind, Removal, remove_old
from newsdesk.settings import RetentionSettings
from samples import article
from stack.desk import await_condition, everything_in

SOUND = page(
    "Harbour opens its second basin",
    "The harbour of Marlow opened a second basin on Monday after the busiest week since the winter before last.",
    "“We had ships waiting outside the wall,” said Ines Calloway, who runs the port with a staff of twelve people.",
)
POISON = b"%PDF-1.7 this is no page"


def test_poisoned_captures_become_one_line_of_dead_letters_and_the_rest_is_indexed(desk):
    partition = "2025-05-01T0000"
    archive = Archive(desk.settings.data_url)
    pages = [(f"https://example.org/basin/{n}", POISON if n % 5 == 0 else SOUND) for n in range(20)]
    write_captures(archive, partition, pages)
    desk.run_dag("newsdesk_enrich", partition)
    desk.await_follower("newsdesk_index", partition)
    (row,) = count_outcomes(
        read_outcomes(archive, partition, Stage.ENRICH), stage=Stage.ENRICH, partition=partition, now=dt.datetime.now(dt.UTC)
    )
    assert (row.found, row.new, row.dead) == (20, 16, 4)
    with open_database(desk.settings.database_url) as engine, open_client(desk.settings.elasticsearch) as es:
        letters = [letter for letter in list_dead_letters(engine) if letter.partition == partition]
        assert len(letters) == 4
        assert len({(letter.stage, letter.reason, letter.detail) for letter in letters}) == 1
        assert es.count(index="articles", query={"term": {"partition": partition}})["count"] == 16
        maintenance = desk.airflow.trigger("newsdesk_maintenance", None)
        desk.await_run(maintenance)
        index = names(desk.settings.index).dead_letters
        es.indices.refresh(index=index)
        assert es.count(index=index, query={"term": {"partition": partition}})["count"] == 4
        drop_dead_letters(engine, letters)


@pytest.fixture
def old_and_new(tmp_path, es, index_settings):
    """An archive and an index with one story of long ago and one of today."""
    now = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
    archive = Archive(str(tmp_path / "data"))
    for key, moment in (("2026-08-01T0000", now - dt.timedelta(days=115)), ("2026-11-24T1200", now)):
        set_up(es, index_settings, now=moment)
        write_captures(archive, key, [(f"https://example.org/{key}", SOUND)])
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
                alias=names(index_settings).articles,
                settings=RetentionSettings(**days),
                now=now,
                dry_run=dry_run,
            ),
            archive,
            names(index_settings).articles,
        )


def test_captures_stay_while_a_document_was_made_from_them(old_and_new):
    remove, archive, _ = old_and_new
    assert remove(False, raw_days=30) == []
    assert archive.list_folders("raw") == ["2026-08-01T0000", "2026-11-24T1200"]


def test_what_is_old_goes_and_what_is_new_stays(old_and_new, es):
    remove, archive, articles = old_and_new
    shown = remove(True, raw_days=30, articles_days=30, index_days=30)
    assert shown == [
        Removal(Kind.INDEX, f"{articles}-v1-2026.08"),
        Removal(Kind.RAW, "2026-08-01T0000"),
        Removal(Kind.ARTICLES, "2026-08-01T0000"),
    ]
    assert es.count(index=articles)["count"] == 2
    assert remove(False, raw_days=30, articles_days=30, index_days=30) == shown
    assert archive.list_folders("raw") == archive.list_folders("articles") == ["2026-11-24T1200"]
    assert es.count(index=articles)["count"] == 1


@pytest.fixture
def no_fetching(desk):
    """A tick that came in between would take up the pages that a sweep has queued, into its own partition."""
    desk.airflow.pause("newsdesk_fetch")
    await_condition(lambda: all(run.state in ENDED for run in desk.airflow.runs("newsdesk_fetch")), what="the end of fetching")
    yield
    desk.airflow.unpause("newsdesk_fetch")


@pytest.mark.timeout(600)  # four backfilled days, one after the other, and Airflow notes an end up to 30 s late
@pytest.mark.usefixtures("no_fetching")
def test_history_is_loaded_from_the_sources_once_and_made_again_without_asking_them(desk):
    day = dt.datetime(2024, 9, 30, tzinfo=dt.UTC)
    site_log = seed_site.service(desk.settings).log
    index_runs = desk.run_ids("newsdesk_index", "2024-09-30")

    def load_history():
        loading = desk.airflow.start_backfill("newsdesk_sweep", day - dt.timedelta(days=1), day + dt.timedelta(hours=12))
        await_condition(lambda: desk.airflow.is_backfill_over(loading), what="the backfill of the sweep")

    load_history()
    desk.await_follower("newsdesk_index", "2024-09-30", besides=index_runs)
    with open_client(desk.settings.elasticsearch) as es:
        loaded = everything_in(es)
        titles = [source["title"] for _, source in loaded.values() if source["partition"] == "2024-09-30"]
        assert titles == ["A library that opens when the others close"]
        asked = site_log.read_text().count("/night-library")
        index_runs = desk.run_ids("newsdesk_index", "2024-09-30")
        load_history()
        desk.await_follower("newsdesk_index", "2024-09-30", besides=index_runs)
        assert site_log.read_text().count("/night-library") == asked
        assert everything_in(es) == loaded
