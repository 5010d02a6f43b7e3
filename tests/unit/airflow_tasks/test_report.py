import logging
from types import SimpleNamespace

import pytest

from newsdesk.airflow_tasks.report import note_counts
from newsdesk.airflow_tasks.tasks import settings
from newsdesk.errors import Stage, Status
from newsdesk.records import Outcome
from newsdesk.store.archive import Archive
from newsdesk.store.outcomes import write_outcomes

RUN = SimpleNamespace(dag_id="newsdesk_index", run_id="manual__1", partition_key="2026-11-24T1205")


@pytest.fixture
def archive(home):
    settings.cache_clear()
    yield Archive(str(home / "data"))
    settings.cache_clear()


def test_without_airflows_api_the_counts_are_in_the_log_and_the_run_goes_on(archive, caplog):
    write_outcomes(archive, RUN.partition_key, Stage.FETCH, "a", [Outcome(stage=Stage.FETCH, id="a", status=Status.FETCHED)])
    with caplog.at_level(logging.INFO):
        note_counts(RUN, RUN.partition_key)
    assert "fetch: 1 fetched" in caplog.messages
    assert any("the note of the run could not be set" in message for message in caplog.messages)


@pytest.mark.usefixtures("archive")
def test_a_run_that_counted_nothing_gets_no_note(caplog):
    with caplog.at_level(logging.INFO):
        note_counts(RUN, RUN.partition_key)
    assert caplog.messages == []
