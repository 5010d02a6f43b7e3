import pytest

from captures import write_captures
from newsdesk.errors import Stage, Status
from newsdesk.ops.run_counters import count_partition
from newsdesk.records import Outcome
from newsdesk.stage_report import report_recovered
from newsdesk.store.archive import Archive
from newsdesk.store.outcomes import write_outcomes
from newsdesk.urls import article_id
from samples import NOW

PARTITION = "2026-11-24T1205"
PAGE = b"<p>a page</p>"


@pytest.fixture
def archive(tmp_path):
    return Archive(str(tmp_path))


def test_captures_of_a_killed_task_are_reported_once(archive):
    urls = [f"https://example.org/{n}" for n in range(3)]
    write_captures(archive, PARTITION, [(url, PAGE) for url in urls])
    told = Outcome(stage=Stage.FETCH, id=article_id(urls[0]), url=urls[0], status=Status.FETCHED, source="example")
    write_outcomes(archive, PARTITION, Stage.FETCH, "a", [told])
    report = report_recovered(archive, PARTITION, now=NOW)
    assert [(outcome.url, outcome.status, outcome.source) for outcome in report.outcomes] == [
        (url, Status.FETCHED, "example") for url in urls[1:]
    ]
    write_outcomes(archive, PARTITION, Stage.FETCH, "b", report.outcomes)
    assert not report_recovered(archive, PARTITION, now=NOW).outcomes
    (counters,) = count_partition(archive, PARTITION, [Stage.FETCH], now=NOW)
    assert counters.fetched == 3
