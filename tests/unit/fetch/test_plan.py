"""When a feed is polled again: properties for all states and responses, and each rule."""

import datetime as dt
import email.utils

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsdesk.fetch.plan import (
    MAXIMUM_WAIT,
    MINIMUM_WAIT,
    FeedState,
    FeedStatus,
    PollResult,
    next_state,
    plan_host_pause,
    plan_page_retry,
    plan_revisit,
    plan_shards,
    retry_after,
    shard_number,
)

NOON = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
URL = "https://news.example/feed"
MINUTE = dt.timedelta(minutes=1)

moments = st.integers(946_684_800, 2_524_608_000).map(lambda seconds: dt.datetime.fromtimestamp(seconds, dt.UTC))  # 2000 to 2050
header_values = st.one_of(
    st.text(max_size=40),
    st.integers(-(10**12), 10**12).map(str),
    moments.map(lambda moment: email.utils.format_datetime(moment, usegmt=True)),
    st.integers(0, 10**12).map(lambda age: f"public, max-age={age}"),
)
headers = st.dictionaries(st.sampled_from(["retry-after", "cache-control", "expires", "date", "age", "x-other"]), header_values)
states = st.builds(
    FeedState,
    url=st.just(URL),
    interval_seconds=st.floats(1, 10**6),
    failures=st.integers(0, 10**6),
    moved_to=st.none() | st.just("https://new.example/feed"),
    moved_count=st.integers(0, 5),
)
responses = st.builds(
    PollResult,
    status=st.integers(0, 999),
    headers=headers,
    error=st.none() | st.text(max_size=20),
    changed=st.booleans(),
    new_count=st.integers(0, 1000),
    dates=st.lists(moments, max_size=30),
    wait_seconds=st.none() | st.floats(0, 10**9, allow_nan=False),
    permanent_url=st.none() | st.just("https://new.example/feed"),
)
jitters = st.floats(0, 1)


@given(states, responses, moments, jitters)
def test_the_next_poll_lies_between_a_minute_and_a_day_ahead_or_the_feed_is_gone(
    state: FeedState, response: PollResult, now: dt.datetime, jitter: float
) -> None:
    after = next_state(state, response, now, jitter=jitter)
    if response.status == 410:
        assert (after.status, after.next_poll_at) == (FeedStatus.GONE, None)
    else:
        assert after.next_poll_at is not None
        assert MINIMUM_WAIT <= after.next_poll_at - now <= MAXIMUM_WAIT


@given(states, st.integers(1, 60), jitters)
def test_failing_never_ends_the_polling_and_never_speeds_it_up(state: FeedState, count: int, jitter: float) -> None:
    now, waits = NOON, []
    for _ in range(count):
        state = next_state(state, PollResult(status=500), now, jitter=jitter)
        assert state.next_poll_at is not None
        waits.append(state.next_poll_at - now)
        now = state.next_poll_at
    assert waits == sorted(waits)
    assert state.status is FeedStatus.ACTIVE


@given(states, responses, jitters, st.integers(61, 86_000))
def test_retry_after_beats_every_other_hint(state: FeedState, response: PollResult, jitter: float, seconds: int) -> None:
    asked = PollResult(
        status=response.status, headers={**response.headers, "retry-after": str(seconds)}, wait_seconds=response.wait_seconds
    )
    after = next_state(state, asked, NOON, jitter=jitter)
    assert response.status == 410 or after.next_poll_at == NOON + dt.timedelta(seconds=seconds)


@pytest.mark.parametrize("value", ["0", "1", "Tue, 24 Nov 2020 12:00:00 GMT", "-1"])
def test_a_retry_after_that_means_no_wait_never_shortens_the_back_off(value: str) -> None:
    plain = asked = FeedState(url=URL)
    for _ in range(7):
        plain = next_state(plain, PollResult(status=503), NOON)
        asked = next_state(asked, PollResult(status=503, headers={"retry-after": value}), NOON)
        assert asked.next_poll_at == plain.next_poll_at
    assert plan_host_pause(503, {"retry-after": value}, NOON) == NOON + dt.timedelta(minutes=5)


@given(states, responses, jitters, st.floats(60, 86_000))
def test_a_hint_may_slow_a_feed_down_but_never_speed_it_up(state: FeedState, response: PollResult, jitter: float, hint: float) -> None:
    plain = PollResult(status=200, dates=response.dates, new_count=response.new_count)
    hinted = PollResult(status=200, dates=response.dates, new_count=response.new_count, wait_seconds=hint)
    without, with_hint = (next_state(state, answer, NOON, jitter=jitter).next_poll_at for answer in (plain, hinted))
    assert without is not None
    assert with_hint == max(without, NOON + dt.timedelta(seconds=hint))


@given(states, st.sampled_from([200, 304]), jitters)
def test_one_success_forgets_all_failures(state: FeedState, status: int, jitter: float) -> None:
    after = next_state(state, PollResult(status=status), NOON, jitter=jitter)
    assert (after.failures, after.last_error, after.last_success_at) == (0, None, NOON)


@given(states, st.lists(moments, min_size=2, max_size=40), jitters)
def test_the_order_of_the_entries_and_repeated_ones_change_nothing(state: FeedState, dates: list[dt.datetime], jitter: float) -> None:
    one = next_state(state, PollResult(status=200, dates=dates), NOON, jitter=jitter)
    other = next_state(state, PollResult(status=200, dates=[*reversed(dates), *dates]), NOON, jitter=jitter)
    assert one == other


def entries(gap: dt.timedelta, *, newest: dt.timedelta = MINUTE, count: int = 20) -> list[dt.datetime]:
    return [NOON - newest - gap * number for number in range(count)]


@pytest.mark.parametrize(
    ("dates", "shortest", "longest"),
    [
        (entries(dt.timedelta(minutes=2)), 5, 5),
        (entries(dt.timedelta(minutes=30)), 13, 17),
        (entries(dt.timedelta(hours=3)), 80, 95),
        (entries(dt.timedelta(hours=20), count=5), 120, 120),
        (entries(dt.timedelta(days=1), newest=dt.timedelta(days=60)), 1440, 1440),
        (entries(dt.timedelta(minutes=30), newest=-dt.timedelta(days=400)), 12, 13),
    ],
    ids=["busy wire", "every half hour", "every three hours", "daily, and alive", "silent for two months", "dated in the future"],
)
def test_a_feed_is_asked_at_its_own_rhythm(dates: list[dt.datetime], shortest: float, longest: float) -> None:
    after = next_state(FeedState(url=URL), PollResult(status=200, dates=dates), NOON)
    assert dt.timedelta(minutes=shortest) <= dt.timedelta(seconds=after.interval_seconds) <= dt.timedelta(minutes=longest)


def test_a_busy_feed_is_asked_every_minute_where_the_operator_fetches_so_often() -> None:
    busy = PollResult(status=200, dates=entries(dt.timedelta(minutes=2)))
    assert next_state(FeedState(url=URL), busy, NOON, shortest=MINUTE).interval_seconds == 60


def test_without_dates_a_feed_is_asked_oftener_while_it_brings_news_and_less_often_while_not() -> None:
    state = FeedState(url=URL, interval_seconds=3600)
    assert next_state(state, PollResult(status=200, new_count=2), NOON).interval_seconds < 3600
    assert next_state(state, PollResult(status=200), NOON).interval_seconds > 3600


def test_a_quiet_weekend_makes_a_feed_slow_but_not_deaf() -> None:
    state = next_state(FeedState(url=URL), PollResult(status=200, dates=entries(dt.timedelta(minutes=30))), NOON)
    for _ in range(100):
        state = next_state(state, PollResult(status=304, changed=False), NOON)
    assert state.interval_seconds == 2 * 3600


@pytest.mark.parametrize(
    ("fields", "minutes"),
    [
        ({"cache-control": "public, max-age=7200"}, 120),
        ({"cache-control": "MAX-AGE=7200"}, 120),
        ({"expires": email.utils.format_datetime(NOON + dt.timedelta(hours=2), usegmt=True)}, 120),
        ({"expires": "Tue, 24 Nov 2026 16:00:00 GMT", "date": "Tue, 24 Nov 2026 14:00:00 GMT"}, 120),
        ({"cache-control": "max-age=7200", "expires": "Tue, 24 Nov 2026 22:00:00 GMT"}, 120),
        ({"cache-control": "max-age=99999999"}, 1440),
        ({"expires": "0"}, 10),
        ({"cache-control": "no-cache"}, 10),
        ({"cache-control": "max-age=7200", "age": "3600"}, 60),
        ({"cache-control": "max-age=7200", "age": "99999"}, 10),
        ({"expires": "Tue, 24 Nov 2026 16:00:00 GMT", "date": "Tue, 24 Nov 2026 14:00:00 GMT", "age": "1800"}, 90),
        ({"cache-control": "max-age=7200", "age": "soon"}, 120),
        ({"cache-control": "max-age=7200, no-cache"}, 10),
        ({"cache-control": "no-store", "expires": "Tue, 24 Nov 2026 22:00:00 GMT"}, 10),
        ({"pragma": "no-cache", "expires": "Tue, 24 Nov 2026 22:00:00 GMT"}, 10),
        ({"cache-control": 'no-cache="set-cookie", max-age=7200'}, 120),
        ({"cache-control": "max-age=36000, max-age=7200"}, 120),
        ({"cache-control": "s-maxage=36000, max-age=0", "expires": "Tue, 24 Nov 2026 22:00:00 GMT"}, 10),
        ({"retry-after": "0"}, 10),
        ({"retry-after": "Tue, 24 Nov 2026 09:00:00 GMT"}, 10),
    ],
    ids=[
        "max-age",
        "in capitals",
        "Expires",
        "by the server's own clock",
        "max-age beats Expires",
        "a year",
        "Expires: 0",
        "no-cache",
        "Age",
        "Age beyond max-age",
        "Age of Expires",
        "senseless Age",
        "no-cache beside max-age",
        "no-store beside Expires",
        "no-cache of HTTP/1.0",
        "no-cache of one field",
        "two of max-age",
        "max-age of shared caches",
        "no wait",
        "a wait that is over",
    ],
)
def test_what_the_headers_ask_for(fields: dict[str, str], minutes: float) -> None:
    after = next_state(FeedState(url=URL, interval_seconds=8 * 60), PollResult(status=200, headers=fields), NOON)
    assert after.next_poll_at == NOON + dt.timedelta(minutes=minutes)


def test_feeds_that_failed_together_do_not_come_back_together() -> None:
    early, late = (next_state(FeedState(url=URL), PollResult(status=0, error="x"), NOON, jitter=jitter) for jitter in (0.0, 1.0))
    assert early.next_poll_at is not None
    assert late.next_poll_at is not None
    assert late.next_poll_at - early.next_poll_at >= dt.timedelta(minutes=2)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 7 ", 7),
        ("Tue, 24 Nov 2026 12:10:00 GMT", 600),
        ("Tue, 24 Nov 2026 11:00:00 GMT", 0),
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
    ids=["seconds", "with spaces", "a date", "a date in the past", "a word", "negative", "absent"],
)
def test_retry_after_in_both_forms(value: str, seconds: float | None) -> None:
    expected = None if seconds is None else dt.timedelta(seconds=seconds)
    assert retry_after({"retry-after": value}, NOON) == expected


def test_a_date_of_retry_after_is_by_the_servers_clock() -> None:
    fields = {"retry-after": "Tue, 24 Nov 2026 16:10:00 GMT", "date": "Tue, 24 Nov 2026 16:00:00 GMT"}
    assert retry_after(fields, NOON) == dt.timedelta(minutes=10)


@pytest.mark.parametrize(
    ("status", "value", "minutes"),
    [
        (429, "", 5),
        (503, "", 5),
        (429, "3600", 60),
        (503, "Tue, 24 Nov 2026 14:00:00 GMT", 120),
        (500, "", None),
        (500, "600", 10),
        (200, "600", None),
    ],
)
def test_who_pauses_the_whole_host(status: int, value: str, minutes: float | None) -> None:
    expected = None if minutes is None else NOON + dt.timedelta(minutes=minutes)
    assert plan_host_pause(status, {"retry-after": value}, NOON) == expected


def test_a_move_counts_only_when_it_is_the_same_one_in_a_row() -> None:
    state = FeedState(url=URL)
    for target in ("https://a.example/", "https://a.example/", None, "https://a.example/", "https://b.example/", "https://a.example/"):
        state = next_state(state, PollResult(status=200, permanent_url=target), NOON)
    assert state.url == URL
    for _ in range(2):
        state = next_state(state, PollResult(status=304, permanent_url="https://a.example/"), NOON)
    assert state.url == "https://a.example/"


def test_pages_are_seen_again_on_a_falling_schedule_and_then_no_more() -> None:
    hours = (1, 6, 24, 72)
    waits = [plan_revisit(visits, NOON, hours) for visits in range(1, 6)]
    assert waits == [*(NOON + dt.timedelta(hours=hour) for hour in hours), None]
    assert plan_revisit(1, NOON, ()) is None


@given(st.integers(0, 10**6), jitters)
def test_a_page_that_fails_is_tried_again_within_a_day(failures: int, jitter: float) -> None:
    assert MINIMUM_WAIT <= plan_page_retry(failures, NOON, jitter=jitter) - NOON <= MAXIMUM_WAIT


@given(st.lists(st.text(min_size=1), max_size=200), st.integers(1, 64))
def test_a_host_is_in_one_shard_and_no_shard_is_idle(hosts: list[str], shards: int) -> None:
    numbers = [shard_number(host, shards) for host in hosts]
    assert numbers == [shard_number(host, shards) for host in hosts]
    assert plan_shards(numbers, shards=shards) == sorted(set(numbers))
