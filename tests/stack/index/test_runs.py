"""Run counters and dead letters in their indices.

Tests of newsdesk.index.runs.
"""

import contextlib
import dataclasses
import datetime as dt
from pathlib import Path

from elasticsearch import Elasticsearch

from newsdesk.database import open_database
from newsdesk.errors import Reason, Stage, Status
from newsdesk.index.aliases import names, set_up
from newsdesk.index.runs import replace_dead_letters, write_dead_letters, write_runs
from newsdesk.jobs.bookkeeping import write_counters
from newsdesk.records import CaptureRef, DeadLetter, Outcome, RunCounters
from newsdesk.settings import IndexSettings, load
from newsdesk.store.archive import Archive
from newsdesk.store.dead_letters import record_dead_letters
from newsdesk.store.outcomes import write_outcomes
from samples import NOW


def counters(source: str, *, new: int) -> RunCounters:
    return RunCounters(stage=Stage.INDEX, partition="2026-11-24T12:00", source=source, run_at=NOW, found=new, new=new, seconds=1.5)


def letter(detail: str, *, at: dt.datetime = NOW) -> DeadLetter:
    return DeadLetter(
        stage=Stage.ENRICH,
        reason=Reason.CRASHED,
        detail=detail,
        partition="2026-11-24T12:00",
        source="Example",
        url="https://news.example/1",
        capture=CaptureRef("raw/a.warc.gz", 7),
        failed_at=at,
        pipeline_version="1",
    )


def test_a_repeated_run_replaces_its_counters(es: Elasticsearch, index_settings: IndexSettings) -> None:
    set_up(es, index_settings, now=NOW)
    runs = names(index_settings).runs
    assert write_runs(es, [counters("A", new=3), counters("B", new=4)], index_settings) == 2
    write_runs(es, [counters("A", new=5)], index_settings)
    es.indices.refresh(index=runs)
    assert es.count(index=runs)["count"] == 2
    total = es.search(index=runs, size=0, aggregations={"new": {"sum": {"field": "new"}}})["aggregations"]["new"]["value"]
    assert total == 9


def test_the_dead_letters_of_a_partition_are_replaced_and_those_of_others_stay(es: Elasticsearch, index_settings: IndexSettings) -> None:
    set_up(es, index_settings, now=NOW)
    other = dataclasses.replace(letter("other"), partition="2026-11-24T1300", url="https://news.example/2")
    gone = dataclasses.replace(letter("gone"), url="https://news.example/3")
    write_dead_letters(es, [letter("first"), gone, other], index_settings)
    es.indices.refresh(index=names(index_settings).dead_letters)
    replace_dead_letters(es, [letter("again")], index_settings, partition=letter("").partition)
    es.indices.refresh(index=names(index_settings).dead_letters)
    hits = es.search(index=names(index_settings).dead_letters)["hits"]["hits"]
    assert sorted(hit["_source"]["detail"] for hit in hits) == ["again", "other"]


def test_the_dead_letters_of_a_partition_are_shown_as_soon_as_it_is_counted(
    es: Elasticsearch, index_settings: IndexSettings, home: Path
) -> None:
    set_up(es, index_settings, now=NOW)
    settings, mine = dataclasses.replace(load(), index=index_settings), letter("mine")
    other = dataclasses.replace(letter("other"), partition="2026-11-24T1300", capture=CaptureRef("raw/b.warc.gz", 7))
    with open_database(settings.database_url) as engine:
        record_dead_letters(engine, [mine, other])
    failed = Outcome(stage=Stage.ENRICH, id="a", status=Status.DEAD)
    write_outcomes(Archive(settings.data_url), mine.partition, Stage.ENRICH, "a", [failed])
    write_counters(mine.partition, [Stage.ENRICH], settings, lambda: contextlib.nullcontext(es))
    es.indices.refresh(index=names(index_settings).runs)
    for index, shown in ((names(index_settings).runs, {"dead": 1}), (names(index_settings).dead_letters, {"detail": "mine"})):
        (hit,) = es.search(index=index)["hits"]["hits"]
        assert shown.items() <= hit["_source"].items()


def test_a_dead_letter_is_stored_once_with_its_last_failure(es: Elasticsearch, index_settings: IndexSettings) -> None:
    set_up(es, index_settings, now=NOW)
    index = names(index_settings).dead_letters
    write_dead_letters(es, [letter("first")], index_settings)
    write_dead_letters(es, [letter("second", at=NOW + dt.timedelta(hours=1))], index_settings)
    es.indices.refresh(index=index)
    (hit,) = es.search(index=index, query={"term": {"reason": "crashed"}})["hits"]["hits"]
    assert hit["_source"]["detail"] == "second"
    assert hit["_source"]["capture"] == "raw/a.warc.gz#7"
