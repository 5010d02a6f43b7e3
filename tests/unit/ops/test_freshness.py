import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsdesk.ops.freshness import AlertRule, PipelineFacts, SourceFacts, find_problems, usual_pause
from newsdesk.settings import AlertSettings
from samples import NOW

SETTINGS = AlertSettings()
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def source(**facts):
    return SourceFacts(source="marlow-post", answered_at=NOW, **facts)


def rules_found(*sources, **facts):
    return [finding.rule for finding in find_problems(PipelineFacts(sources=sources, **facts), SETTINGS, now=NOW)]


def hourly(*, until, days=14, hours=range(24), weekdays=range(7)):
    """Return arrivals at the full hour, on these days of the week and at these hours."""
    moments = (until - n * HOUR for n in range(days * 24))
    return tuple(moment for moment in moments if moment.weekday() in weekdays and moment.hour in hours)


def test_a_source_that_brings_something_each_hour_is_silent_after_two_hours():
    assert rules_found(source(arrivals=hourly(until=NOW - 2 * HOUR))) == []
    assert rules_found(source(arrivals=hourly(until=NOW - 3 * HOUR))) == [AlertRule.SILENCE]


def test_a_night_and_a_weekend_are_no_silence_for_a_source_that_rests_then():
    friday_evening = dt.datetime(2026, 11, 20, 17, tzinfo=dt.UTC)
    office = hourly(until=friday_evening, hours=range(9, 18), weekdays=range(5))
    sunday_night, thursday = friday_evening + dt.timedelta(hours=54), friday_evening + 6 * DAY
    assert rules_found(SourceFacts(source="a", arrivals=office, answered_at=sunday_night)) == []
    assert rules_found(SourceFacts(source="a", arrivals=office, answered_at=thursday)) == [AlertRule.SILENCE]


def test_silence_is_not_blamed_on_a_source_while_its_feeds_do_not_answer():
    quiet = SourceFacts(source="a", arrivals=hourly(until=NOW - 20 * HOUR), answered_at=NOW - 20 * HOUR, feed_failures=7)
    assert rules_found(quiet) == [AlertRule.FEEDS_FAIL]


def test_a_young_source_and_a_rare_one_are_never_silent():
    assert usual_pause(hourly(until=NOW, days=7)) is None
    assert usual_pause([NOW - n * 2 * DAY for n in range(9)]) is None


@given(st.lists(st.integers(0, 14 * 24 * 60), min_size=40, max_size=200))
def test_no_pause_that_was_seen_before_is_called_silence(minutes):
    arrivals = [NOW - dt.timedelta(minutes=m) for m in minutes]
    usual = usual_pause(arrivals)
    if usual is None:
        return
    last = max(arrivals)
    assert rules_found(SourceFacts(source="a", arrivals=tuple(arrivals), answered_at=last + usual)) == []
    later = last + max(usual * 1.5, 2 * HOUR) + dt.timedelta(minutes=1)
    assert rules_found(SourceFacts(source="a", arrivals=tuple(arrivals), answered_at=later)) == [AlertRule.SILENCE]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"asked": 10, "failed": 5}, [AlertRule.ERROR_RATE]),
        ({"asked": 10, "failed": 4}, []),
        ({"asked": 4, "failed": 4}, []),
        ({"enriched": 5, "articles": 0, "articles_before": 40}, [AlertRule.NO_ARTICLES]),
        ({"enriched": 5, "articles": 1, "articles_before": 40}, []),
        ({"enriched": 5, "articles": 0, "articles_before": 0}, []),
        ({"enriched": 0, "articles": 0, "articles_before": 40}, []),
        ({"enriched": 6, "articles": 3, "empty": 3, "articles_before": 40}, [AlertRule.EMPTY_TEXTS]),
        ({"enriched": 6, "articles": 0, "empty": 6, "articles_before": 40}, [AlertRule.EMPTY_TEXTS]),
        ({"words": 200.0, "words_before": 400.0}, [AlertRule.SHORT_TEXTS]),
        ({"words": 201.0, "words_before": 400.0}, []),
        ({"words": 0.0, "words_before": 0.0}, []),
        ({"words": None, "words_before": 400.0}, []),
        ({"feed_failures": 5}, [AlertRule.FEEDS_FAIL]),
        ({"feed_failures": 4}, []),
    ],
    ids=str,
)
def test_each_trouble_is_found_once_and_by_its_own_rule(facts, expected):
    assert rules_found(source(**facts)) == expected


@given(
    st.builds(
        SourceFacts,
        source=st.just("a"),
        asked=st.integers(0, 50),
        failed=st.just(0),
        enriched=st.integers(0, 50),
        articles=st.integers(1, 50),
        articles_before=st.integers(0, 500),
        words=st.floats(300, 900),
        words_before=st.floats(300, 599),
    )
)
def test_a_source_without_failures_whose_articles_keep_their_length_raises_nothing(facts):
    assert rules_found(facts) == []


def test_feeds_that_nobody_asks_are_one_alert_of_newsdesk():
    assert rules_found(source(), due_since=NOW - 50 * dt.timedelta(minutes=1)) == []
    (found,) = find_problems(PipelineFacts(sources=(source(),), due_since=NOW - 2 * HOUR), SETTINGS, now=NOW)
    assert (found.rule, found.subject) == (AlertRule.POLLING_STOPPED, "newsdesk_fetch")
    assert "2 h" in found.message


def test_a_dag_whose_latest_run_failed_is_named_with_the_partition():
    (found,) = find_problems(PipelineFacts(failed_runs={"newsdesk_index": "2026-11-24T1205"}), SETTINGS, now=NOW)
    assert (found.rule, found.subject) == (AlertRule.RUN_FAILED, "newsdesk_index")
    assert "2026-11-24T1205" in found.message


def test_pages_that_begin_to_fail_are_noticed_within_the_hour():
    """A site starts to answer 403; most pages of the day succeeded."""
    blocked = source(asked=200, failed=6, asked_recently=6, failed_recently=6)
    (problem,) = find_problems(PipelineFacts(sources=(blocked,)), SETTINGS, now=NOW)
    assert problem.rule is AlertRule.ERROR_RATE
    assert problem.message == "6 of 6 pages could not be fetched in the last hour"
    assert rules_found(source(asked=200, failed=2, asked_recently=4, failed_recently=4)) == []


def offline(*failures):
    return tuple(
        SourceFacts(source=f"source-{n}", feed_failures=failed, answered_at=NOW - DAY, asked=9, failed=9)
        for n, failed in enumerate(failures)
    )


def test_a_network_that_is_down_is_one_problem():
    assert rules_found(*offline(2, 2, 7)) == [AlertRule.OFFLINE]


def test_sources_that_fail_by_themselves_are_their_own_problem():
    assert AlertRule.OFFLINE not in rules_found(*offline(7, 7, 0))
    assert AlertRule.OFFLINE not in rules_found(*offline(7, 7))
    assert rules_found(*offline(7, 7)).count(AlertRule.FEEDS_FAIL) == 2


def test_a_dag_that_failed_is_told_while_the_network_is_down_too():
    assert rules_found(*offline(2, 2, 2), failed_runs={"newsdesk_index": "2026-11-24"}) == [AlertRule.OFFLINE, AlertRule.RUN_FAILED]
