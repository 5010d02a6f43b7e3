"""`newsdesk dead retry`: what is retried, and its output.

Tests of newsdesk.ops.retries.
"""

import contextlib
import dataclasses

import pytest
from click.testing import CliRunner

from airflow_in_memory import Airflow
from captures import write_captures
from newsdesk.cli.dead import dead
from newsdesk.database import open_database
from newsdesk.errors import Reason, Stage
from newsdesk.records import DeadLetter
from newsdesk.store.archive import Archive
from newsdesk.store.dead_letters import record_dead_letters, resolve_dead_letters
from samples import NOW

KEPT, REMOVED = "2026-11-24T1205", "2026-10-24T1205"


@pytest.fixture
def letters(home):
    """Two dead letters of an existing partition, one of a partition whose captures retention has removed, one of the index."""
    archive = Archive(str(home / "data"))
    refs = [*write_captures(archive, KEPT, [(f"https://example.org/{n}", b"x") for n in range(2)])]
    refs += write_captures(archive, REMOVED, [("https://example.org/old", b"x")])
    archive.remove_folder(f"raw/{REMOVED}")
    made = [letter(ref, partition) for ref, partition in zip(refs, (KEPT, KEPT, REMOVED), strict=True)]
    made.append(dataclasses.replace(made[2], stage=Stage.INDEX))
    with open_database(f"sqlite:///{home}/state.db") as engine:
        record_dead_letters(engine, made)
    return made


def letter(ref, partition):
    facts = {"detail": "a bug", "source": "example", "url": "https://example.org/", "pipeline_version": "1.1.1", "failed_at": NOW}
    return DeadLetter(stage=Stage.ENRICH, reason=Reason.BUG, partition=partition, capture=ref, **facts)


@pytest.fixture
def airflow(letters, home):
    """An Airflow whose runs end at once. In a run of newsdesk_enrich the first capture succeeds."""
    airflow = Airflow(is_prompt=True)

    def work(run):
        if run.dag_id == "newsdesk_enrich":
            with open_database(f"sqlite:///{home}/state.db") as engine:
                resolve_dead_letters(engine, Stage.ENRICH, [letters[0].capture])

    airflow.work = work
    return airflow


@pytest.fixture
def retry(airflow):
    """retry(*arguments): the result of `newsdesk dead retry`."""
    return lambda *arguments: CliRunner().invoke(dead, ["retry", *arguments], obj=lambda _settings: contextlib.nullcontext(airflow))


def started(airflow):
    """The DAG and partition of each run that was started."""
    return [(run.dag_id, run.partition_key) for run in airflow.made.values()]


def test_what_has_no_capture_any_more_is_told_and_not_run_and_how_the_rest_ended_is_told(airflow, retry):
    done = retry("--stage", "enrich")
    assert done.exit_code == 0, done.output
    assert started(airflow) == [("newsdesk_enrich", KEPT)]
    assert [run.conf for run in airflow.made.values()] == [{"only": "failed"}]
    assert "the captures of 1 no longer exist" in done.stdout
    assert "1 passed, 1 failed again: newsdesk dead list" in done.stdout


def test_what_the_index_refused_is_made_of_articles_and_needs_no_capture(airflow, retry):
    retry("--stage", "index")
    assert started(airflow) == [("newsdesk_index", REMOVED)]


@pytest.mark.parametrize("named", ["url", "locator"])
def test_one_letter_is_retried_by_its_address_or_place(airflow, retry, letters, tmp_path, named):
    moved = dataclasses.replace(letters[1], url="https://example.org/moved", partition="2026-11-24T1210")
    with open_database(f"sqlite:///{tmp_path}/state.db") as engine:
        record_dead_letters(engine, [moved])
    which = moved.url if named == "url" else str(moved.capture)
    done = retry(which)
    assert started(airflow) == [("newsdesk_enrich", moved.partition)]
    assert "0 passed, 1 failed again" in done.stdout


def test_a_letter_that_is_not_there_is_told(airflow, retry):
    done = retry("https://example.org/other")
    assert "there is no dead letter for https://example.org/other" in str(done.exception)
    assert not airflow.made


def test_a_page_that_is_named_is_fetched_at_once_and_its_end_is_told(airflow, retry, tmp_path):
    about = {"detail": "gone", "source": "example", "url": "https://example.org/gone", "pipeline_version": "", "failed_at": NOW}
    gone = DeadLetter(stage=Stage.FETCH, reason=Reason.GONE, partition=KEPT, capture=None, page_id="a", **about)
    with open_database(f"sqlite:///{tmp_path}/state.db") as engine:
        record_dead_letters(engine, [gone])
    done = retry(gone.url)
    assert [run.dag_id for run in airflow.made.values()] == ["newsdesk_fetch"]
    assert "0 passed, 1 failed again" in done.stdout
