import dataclasses
import datetime as dt

from newsdesk.errors import Reason, Stage
from newsdesk.records import CaptureRef, DeadLetter
from newsdesk.store.dead_letters import drop_dead_letters, list_dead_letters, record_dead_letters, resolve_dead_letters
from samples import NOW

REF = CaptureRef("raw/2026-11-24T1205/shard-0.warc.gz", 512)
LETTER = DeadLetter(
    stage=Stage.ENRICH,
    reason=Reason.TIMED_OUT,
    detail="the page took longer than 20 s",
    partition="2026-11-24T1205",
    source="example",
    url="https://example.org/ferry",
    capture=REF,
    failed_at=NOW,
    pipeline_version="1.1.1",
)


def test_a_dead_letter_says_what_failed_where_and_why(engine):
    record_dead_letters(engine, [LETTER])
    (stored,) = list_dead_letters(engine)
    assert (stored.stage, stored.reason, stored.detail) == (Stage.ENRICH, Reason.TIMED_OUT, LETTER.detail)
    assert stored.capture == REF
    assert stored.attempts == 1


def test_failing_again_counts_one_attempt_more_and_keeps_the_first_time(engine):
    later = NOW + dt.timedelta(hours=1)
    record_dead_letters(engine, [LETTER])
    record_dead_letters(engine, [dataclasses.replace(LETTER, reason=Reason.CRASHED, failed_at=later)])
    (stored,) = list_dead_letters(engine)
    assert (stored.attempts, stored.reason) == (2, Reason.CRASHED)
    assert (stored.first_failed_at, stored.last_failed_at) == (NOW, later)


def test_a_capture_that_passes_leaves_the_dead_letters_of_that_stage_only(engine):
    record_dead_letters(engine, [LETTER, dataclasses.replace(LETTER, stage=Stage.INDEX)])
    assert resolve_dead_letters(engine, Stage.ENRICH, [REF]) == 1
    assert [letter.stage for letter in list_dead_letters(engine)] == [Stage.INDEX]


def test_a_page_that_was_never_captured_is_known_by_its_id(engine):
    page = dataclasses.replace(LETTER, stage=Stage.FETCH, capture=None, page_id="0123abcd", reason=Reason.GONE)
    record_dead_letters(engine, [page, page])
    (stored,) = list_dead_letters(engine)
    assert (stored.capture, stored.locator, stored.attempts) == (None, "0123abcd", 2)
    assert stored.as_record() == page
    assert resolve_dead_letters(engine, Stage.FETCH, ["0123abcd"]) == 1


def test_the_letters_can_be_narrowed_to_a_stage_or_a_reason(engine):
    other = dataclasses.replace(LETTER, capture=CaptureRef(REF.path, 9000), reason=Reason.BUG)
    record_dead_letters(engine, [LETTER, other])
    assert [letter.reason for letter in list_dead_letters(engine, reason=Reason.BUG)] == [Reason.BUG]
    assert list(list_dead_letters(engine, stage=Stage.INDEX)) == []


def test_dropped_letters_are_gone_and_others_stay(engine):
    other = dataclasses.replace(LETTER, capture=CaptureRef(REF.path, 9000), reason=Reason.BUG)
    record_dead_letters(engine, [LETTER, other])
    assert drop_dead_letters(engine, list_dead_letters(engine, reason=Reason.BUG)) == 1
    assert [letter.capture for letter in list_dead_letters(engine)] == [REF]
