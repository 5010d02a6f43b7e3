"""`newsdesk dead retry`: what is retried, and its output.

Tests of newsdesk.ops.retries.
"""

import contextlib
import dataclasses

import pytest
from click.testing import CliRunner

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
def letters(tmp_path, monkeypatch):
    """Two dead letters of an existing partition, one of a partition whose captures retention has removed, one of the index."""
    monkeypatch.setenv("NEWSDESK_HOME", str(tmp_path))
    archive = Archive(str(tmp_path / "data"))
    refs = [*write_captures(archive, KEPT, [(f"https://example.org/{n}", b"x") for n in range(2)])]
    refs += write_captures(archive, REMOVED, [("https://example.org/old", b"x")])
    archive.remove_folder(f"raw/{REMOVED}")
    made = [letter(ref, partition) for ref, partition in zip(refs, (KEPT, KEPT, REMOVED), strict=True)]
    made.append(dataclasses.replace(made[2], stage=Stage.INDEX))
    with open_database(f"sqlite:///{tmp_path}/state.db") as engine:
        record_dead_letters(engine, made)
    return made


def letter(ref, partition):
    facts = {"detail": "a bug", "source": "example", "url": "https://example.org/", "pipeline_version": "1.1.1", "failed_at": NOW}
    return DeadLetter(stage=Stage.ENRICH, reason=Reason.BUG, partition=partition, capture=ref, **facts)


@pytest.fixture
def started(monkeypatch, tmp_path, letters):
    """The backfills that were started; the first capture succeeds."""
    jobs = []

    def follow(job, _api):
        jobs.append(job)
        with open_database(f"sqlite:///{tmp_path}/state.db") as engine:
            resolve_dead_letters(engine, job.stage, [letters[0].capture])

    monkeypatch.setattr("newsdesk.cli.dead.open_settings_airflow", lambda _settings: contextlib.nullcontext())
    monkeypatch.setattr("newsdesk.cli.dead.follow", follow)
    return jobs


def test_what_has_no_capture_any_more_is_told_and_not_run_and_how_the_rest_ended_is_told(started):
    done = CliRunner().invoke(dead, ["retry", "--stage", "enrich"])
    assert done.exit_code == 0, done.output
    assert [(job.stage, job.keys, job.conf) for job in started] == [(Stage.ENRICH, (KEPT,), {"only": "failed"})]
    assert "the captures of 1 no longer exist" in done.stdout
    assert "1 passed, 1 failed again: newsdesk dead list" in done.stdout


def test_what_the_index_refused_is_made_of_articles_and_needs_no_capture(started):
    CliRunner().invoke(dead, ["retry", "--stage", "index"])
    assert [(job.stage, job.keys) for job in started] == [(Stage.INDEX, (REMOVED,))]


@pytest.mark.parametrize("named", ["url", "locator"])
def test_one_letter_is_retried_by_its_address_or_place(started, letters, tmp_path, named):
    moved = dataclasses.replace(letters[1], url="https://example.org/moved", partition="2026-11-24T1210")
    with open_database(f"sqlite:///{tmp_path}/state.db") as engine:
        record_dead_letters(engine, [moved])
    which = moved.url if named == "url" else str(moved.capture)
    done = CliRunner().invoke(dead, ["retry", which])
    assert [job.keys for job in started] == [(moved.partition,)]
    assert "0 passed, 1 failed again" in done.stdout


def test_a_letter_that_is_not_there_is_told(started):
    done = CliRunner().invoke(dead, ["retry", "https://example.org/other"])
    assert "there is no dead letter for https://example.org/other" in str(done.exception)
    assert not started


def test_a_page_that_is_named_is_fetched_at_once_and_its_end_is_told(started, tmp_path, monkeypatch):
    about = {"detail": "gone", "source": "example", "url": "https://example.org/gone", "pipeline_version": "", "failed_at": NOW}
    gone = DeadLetter(stage=Stage.FETCH, reason=Reason.GONE, partition=KEPT, capture=None, page_id="a", **about)
    with open_database(f"sqlite:///{tmp_path}/state.db") as engine:
        record_dead_letters(engine, [gone])
    followed = []
    monkeypatch.setattr("newsdesk.cli.dead.follow_fetch", lambda *_: followed.append(1))
    done = CliRunner().invoke(dead, ["retry", gone.url])
    assert followed == [1]
    assert "0 passed, 1 failed again" in done.stdout
