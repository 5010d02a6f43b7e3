"""Backfills with a real Airflow: complete, filtered, cancelled and continued."""

import dataclasses
import threading

import pytest

from captures import page, write_captures
from newsdesk.errors import SetupError, Stage
from newsdesk.ops import backfill
from newsdesk.ops.backfill import Backfill
from newsdesk.store.archive import Archive, file_stem
from newsdesk.store.outcomes import list_outcome_files, read_outcomes, write_outcomes
from stack.desk import everything_in

PARTITIONS = tuple(f"2025-03-0{day}T0000" for day in range(1, 5))
ARTICLES = 3


@pytest.fixture(scope="module")
def archive(desk):
    """The archive, with four more partitions of three captures."""
    archive = Archive(desk.settings.data_url)
    for key in PARTITIONS:
        write_captures(archive, key, [(f"https://example.org/{key}/{n}", story(key, n)) for n in range(ARTICLES)])
    return archive


def story(key, n):
    return page(
        f"Harbour report {n} of {key}",
        f"The harbour of Marlow counted {n + 4} ships on the day that is filed under {key}, more than in any week of the winter before.",
        "“We had to open the second basin,” said Ines Calloway, who runs the port with a staff of twelve people and two tugs.",
    )


def run(desk, job):
    *_, last = backfill.start(job, desk.airflow, wait=threading.Event().wait)
    return last


def indexed(es):
    return {i: doc for i, (_, doc) in everything_in(es).items() if doc["partition"] in PARTITIONS}


def await_index(desk, keys, before):
    for key in keys:
        desk.await_follower("newsdesk_index", key, besides=before[key])


def index_runs(desk):
    return {key: desk.run_ids("newsdesk_index", key) for key in PARTITIONS}


@pytest.fixture(scope="module")
def first(desk, archive):
    """The end of the backfill that enriches and indexes these partitions."""
    before = index_runs(desk)
    progress = run(desk, Backfill(name="first", stage=Stage.ENRICH, keys=PARTITIONS))
    await_index(desk, PARTITIONS, before)
    return progress


def test_a_backfill_enriches_and_indexes_every_partition_once(desk, first, es):
    assert (first.succeeded, first.failed, first.total) == (4, 0, 4)
    assert len(indexed(es)) == ARTICLES * len(PARTITIONS)
    again = run(desk, Backfill(name="first", stage=Stage.ENRICH, keys=PARTITIONS))
    assert again.succeeded == 4
    assert len(desk.airflow.runs_named("newsdesk_enrich", "newsdesk_backfill__first__")) == 4
    assert desk.airflow.runs_named("newsdesk_enrich", "newsdesk_backfill__fi__") == []


@pytest.mark.usefixtures("first")
def test_a_backfill_of_older_articles_rewrites_only_those_documents(desk, archive, es):
    before, runs = everything_in(es), index_runs(desk)
    aged = PARTITIONS[0]
    (path,) = list_outcome_files(archive, aged, Stage.ENRICH)
    outcomes = list(read_outcomes(archive, aged, Stage.ENRICH))
    write_outcomes(
        archive, aged, Stage.ENRICH, file_stem(path), [dataclasses.replace(outcomes[0], pipeline_version="0.0.0"), *outcomes[1:]]
    )
    run(desk, Backfill(name="older", stage=Stage.ENRICH, keys=PARTITIONS[:2], conf={"only": "older"}))
    await_index(desk, PARTITIONS[:2], runs)
    assert everything_in(es) == before
    assert all(outcome.pipeline_version != "0.0.0" for outcome in read_outcomes(archive, aged, Stage.ENRICH))


@pytest.mark.usefixtures("first")
def test_a_cancelled_backfill_is_completed_by_starting_it_again(desk, es):
    job = Backfill(name="halves", stage=Stage.ENRICH, keys=PARTITIONS)
    following = backfill.start(job, desk.airflow, wait=threading.Event().wait)
    next(following)
    assert backfill.cancel("halves", Stage.ENRICH, desk.airflow) == len(PARTITIONS)
    with pytest.raises(SetupError, match="halves was cancelled"):
        list(following)
    assert backfill.status("halves", Stage.ENRICH, desk.airflow).running == 0
    progress = run(desk, job)
    assert (progress.succeeded, progress.failed) == (4, 0)
    assert len(indexed(es)) == ARTICLES * len(PARTITIONS)


@pytest.mark.usefixtures("archive")
def test_a_second_backfill_is_refused_while_one_runs(desk):
    following = backfill.start(Backfill(name="one", stage=Stage.ENRICH, keys=PARTITIONS), desk.airflow, wait=threading.Event().wait)
    next(following)
    with pytest.raises(SetupError, match="backfill one is still running"):
        next(backfill.start(Backfill(name="two", stage=Stage.ENRICH, keys=PARTITIONS), desk.airflow, wait=threading.Event().wait))
    for progress in following:
        last = progress
    assert last.succeeded == 4
