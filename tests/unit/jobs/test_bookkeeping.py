import contextlib

from newsdesk.database import open_database
from newsdesk.errors import Reason, Stage, Status, Unavailable
from newsdesk.index import runs
from newsdesk.jobs import bookkeeping
from newsdesk.records import DeadLetter, Outcome
from newsdesk.store.dead_letters import record_dead_letters
from newsdesk.store.outcomes import write_outcomes
from samples import NOW

PARTITION = "2026-11-24T1205"


@contextlib.contextmanager
def no_elasticsearch():
    raise Unavailable("elasticsearch", "connection refused")
    yield


def test_the_dead_letters_of_a_partition_are_shown_as_soon_as_it_is_counted(settings, archive, monkeypatch):
    shown = []
    monkeypatch.setattr(runs, "write_runs", lambda *_: None)
    monkeypatch.setattr(runs, "replace_dead_letters", lambda _es, letters, _settings, *, partition: shown.append((partition, letters)))
    about = {"stage": Stage.FETCH, "reason": Reason.GONE, "detail": "gone", "source": "example", "pipeline_version": "", "failed_at": NOW}
    mine = DeadLetter(partition=PARTITION, url="https://example.org/a", capture=None, page_id="a", **about)
    other = DeadLetter(partition="2026-11-24T1210", url="https://example.org/b", capture=None, page_id="b", **about)
    with open_database(settings.database_url) as engine:
        record_dead_letters(engine, [mine, other])
    write_outcomes(archive, PARTITION, Stage.FETCH, "a", [Outcome(stage=Stage.FETCH, id="a", status=Status.DEAD)])
    bookkeeping.write_counters(PARTITION, [Stage.FETCH], settings, lambda: contextlib.nullcontext(None))
    assert shown == [(PARTITION, [mine])]


def test_an_unavailable_elasticsearch_is_logged_when_counters_are_written(settings, archive, caplog):
    write_outcomes(archive, PARTITION, Stage.FETCH, "a", [Outcome(stage=Stage.FETCH, id="a", status=Status.FETCHED)])
    bookkeeping.write_counters(PARTITION, [Stage.FETCH], settings, no_elasticsearch)
    assert "run counters of 2026-11-24T1205 were not written" in caplog.text
