"""Decides when a feed or page is requested again, and which shard a host belongs to. Pure."""

import dataclasses
import datetime as dt
import email.utils
import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from newsdesk.urls import host_key

MINIMUM_WAIT = dt.timedelta(minutes=1)
MAXIMUM_WAIT = dt.timedelta(days=1)
FIRST_INTERVAL = dt.timedelta(minutes=10)
SHORTEST_INTERVAL = dt.timedelta(minutes=5)
"""Shortest polling interval, however often a feed changes, unless `newsdesk_fetch` is set to run more often."""

LONGEST_INTERVAL = dt.timedelta(hours=2)
"""Longest polling interval of a feed that has published within two weeks."""

FIRST_RETRY = dt.timedelta(minutes=5)
MOVED_AFTER = 3
"""Consecutive polls that must see the same permanent redirect before the feed's URL is changed, since misconfigurations are common."""

LONGEST_URL = 2_000
ANSWERS_KEPT = 10
_PAUSING_STATUSES = (429, 503)
_UNCACHED = re.compile(r"(?<![\w-])no-(?:cache|store)(?![\w-]|\s*=)", re.IGNORECASE)
_MAX_AGE = re.compile(r"(?<![\w-])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE | re.ASCII)


class FeedStatus(StrEnum):
    """`gone`: the server responded with 410, and the feed is not polled any more. `disabled`: switched off by an operator."""

    ACTIVE = "active"
    DISABLED = "disabled"
    GONE = "gone"


class PollReason(StrEnum):
    """What determined the time of the next poll."""

    RHYTHM = "rhythm"
    FEED_ASKED = "feed asked"
    RETRY_AFTER = "Retry-After"
    BACK_OFF = "back-off"
    REQUESTED = "requested"
    PUSHED = "pushed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PastAnswer:
    """Result of a past poll. `status` is 0 if there was no response; `new` is the number of new entries."""

    at: dt.datetime
    status: int
    new: int = 0
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """State of a feed between two polls. `answers` are the results of the last polls, newest first."""

    url: str
    status: FeedStatus = FeedStatus.ACTIVE
    interval_seconds: float = FIRST_INTERVAL.total_seconds()
    failures: int = 0
    moved_to: str | None = None
    moved_count: int = 0
    next_poll_at: dt.datetime | None = None
    last_polled_at: dt.datetime | None = None
    last_success_at: dt.datetime | None = None
    last_error: str | None = None
    next_poll_reason: PollReason | None = None
    answers: tuple[PastAnswer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PollResult:
    """Result of one poll. `status` is 0 if there was no response. Header names are in lower case.

    `changed`: the body differs from that of the previous poll. `new_count`: number of new entries. `dates`: publication times of all
    listed entries. `wait_seconds`: the interval that the feed itself asks for. `permanent_url`: URL after permanent redirects (301,
    308). `is_pushed`: a hub announces changes, so that polling is only a fallback.
    """

    status: int
    headers: Mapping[str, str] = dataclasses.field(default_factory=dict)
    error: str | None = None
    changed: bool = True
    new_count: int = 0
    dates: Sequence[dt.datetime] = ()
    wait_seconds: float | None = None
    permanent_url: str | None = None
    is_pushed: bool = False

    @property
    def is_failure(self) -> bool:
        return self.error is not None or not (200 <= self.status < 300 or self.status == 304)


def next_state(
    state: FeedState, result: PollResult, now: dt.datetime, *, jitter: float = 0.5, shortest: dt.timedelta = SHORTEST_INTERVAL
) -> FeedState:
    """Return the state of the feed after a poll. `jitter` is a random number from 0 to 1, `shortest` the shortest interval.

    Status 410 retires the feed. A permanent redirect that `MOVED_AFTER` consecutive polls have seen changes its URL.
    """
    error = result.error or (f"HTTP status {result.status}" if result.is_failure else None)
    answers = (PastAnswer(at=now, status=result.status, new=result.new_count, error=error), *state.answers)[:ANSWERS_KEPT]
    state = dataclasses.replace(state, last_polled_at=now, answers=answers)
    if result.status == 410:
        gone = "HTTP status 410: removed by its publisher"
        return dataclasses.replace(state, status=FeedStatus.GONE, next_poll_at=None, next_poll_reason=None, last_error=gone)
    if result.is_failure:
        state = dataclasses.replace(state, failures=state.failures + 1, last_error=error)
    else:
        interval = plan_interval(state, result, now, shortest=shortest).total_seconds()
        state = dataclasses.replace(_moved(state, result), failures=0, last_error=None, last_success_at=now, interval_seconds=interval)
    wait, reason = plan_wait(state, result, now, jitter=jitter)
    return dataclasses.replace(state, next_poll_at=now + wait, next_poll_reason=reason)


def plan_wait(state: FeedState, result: PollResult, now: dt.datetime, *, jitter: float = 0.5) -> tuple[dt.timedelta, PollReason]:
    """Return the time until the next poll, between 1 minute and 1 day, and what determined it. `state` already includes this poll.

    A Retry-After header (RFC 9110, 10.2.3) of a minute or more takes precedence. After a failure, the time doubles with each failure
    up to a day, plus or minus 25 % so that feeds that failed together are not polled together. Otherwise it is the interval of the
    feed, which hints of the feed or its headers can only extend.
    """
    asked = _retry_after_wait(result.headers, now)
    if asked is not None:
        return asked, PollReason.RETRY_AFTER
    if result.is_failure:
        doubled = FIRST_RETRY * 2 ** min(max(state.failures, 1) - 1, 12)
        return _clamp(min(doubled, MAXIMUM_WAIT) * (0.75 + 0.5 * jitter)), PollReason.BACK_OFF
    rhythm = dt.timedelta(seconds=state.interval_seconds)
    spread = (max(rhythm, LONGEST_INTERVAL) if result.is_pushed else rhythm) * (0.95 + 0.1 * jitter)
    hinted = _hinted(result, now)
    return _clamp(max(spread, hinted)), PollReason.FEED_ASKED if hinted > spread else PollReason.RHYTHM


def plan_interval(state: FeedState, result: PollResult, now: dt.datetime, *, shortest: dt.timedelta = SHORTEST_INTERVAL) -> dt.timedelta:
    """Return the polling interval: from `shortest` to 2 hours, up to a day for a feed that has published nothing for two weeks.

    It is half the average gap between the latest entries, counting the time since the latest one as a gap. Without dates, the previous
    interval is shortened by a quarter if there were new entries, and extended by a quarter if not.
    """
    rhythm = _average_gap(result.dates, now)
    if rhythm is not None:
        return max(_clamp(rhythm / 2), shortest)
    before = dt.timedelta(seconds=state.interval_seconds)
    learnt = before * 0.75 if result.new_count else min(before * 1.25, max(before, LONGEST_INTERVAL))
    return max(_clamp(learnt), shortest)


def plan_host_pause(status: int, headers: Mapping[str, str], now: dt.datetime) -> dt.datetime | None:
    """Return until when requests to the host are paused, or None.

    Status 429 and 503 pause for the time of Retry-After, or else 5 minutes; other errors pause only if they have a Retry-After.
    """
    asked = _retry_after_wait(headers, now)
    if status in _PAUSING_STATUSES:
        return now + (asked if asked is not None else FIRST_RETRY)
    return now + asked if asked is not None and status >= 400 else None


def retry_after(headers: Mapping[str, str], now: dt.datetime) -> dt.timedelta | None:
    """Parse Retry-After: seconds, or a date relative to the server's clock. None if it is missing or invalid."""
    value = headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", value):
        return dt.timedelta(seconds=int(value))
    moment = _http_date(value)
    return max(moment - (_http_date(headers.get("date", "")) or now), dt.timedelta(0)) if moment else None


def plan_revisit(visits: int, now: dt.datetime, revisit_hours: Sequence[float]) -> dt.datetime | None:
    """Return when a page with this number of visits is fetched again; None after the last revisit."""
    return now + dt.timedelta(hours=revisit_hours[visits - 1]) if 1 <= visits <= len(revisit_hours) else None


def plan_page_retry(failures: int, now: dt.datetime, *, jitter: float = 0.5) -> dt.datetime:
    """Return when a failed page is retried: after 5, 20, 80, ... minutes up to a day, plus or minus 25 %."""
    return now + _clamp(min(FIRST_RETRY * 4 ** min(max(failures, 1) - 1, 6), MAXIMUM_WAIT) * (0.75 + 0.5 * jitter))


def shard_number(host: str, shards: int) -> int:
    """Return the shard of this host, which is the same in every run and process."""
    return host_hash(host) % shards


def host_hash(host: str) -> int:
    return zlib.crc32(host.encode("utf-8", "replace")) & 0x7FFFFFFF


def plan_shards(hashes: Iterable[int], *, shards: int) -> list[int]:
    """Return the numbers of the shards that contain these hosts, given as hashes."""
    return sorted({value % shards for value in hashes})


def _moved(state: FeedState, result: PollResult) -> FeedState:
    target = result.permanent_url
    if not target or target == state.url or not host_key(target) or len(target) > LONGEST_URL:
        return dataclasses.replace(state, moved_to=None, moved_count=0)
    count = state.moved_count + 1 if target == state.moved_to else 1
    if count < MOVED_AFTER:
        return dataclasses.replace(state, moved_to=target, moved_count=count)
    return dataclasses.replace(state, url=target, moved_to=None, moved_count=0)


def _average_gap(dates: Sequence[dt.datetime], now: dt.datetime) -> dt.timedelta | None:
    known = sorted((date for date in set(dates) if date <= now), reverse=True)[:20]
    if len(known) < 2:
        return None
    average = (now - known[-1]) / len(known)
    return min(average, 2 * LONGEST_INTERVAL) if now - known[0] < dt.timedelta(days=14) else average


def _hinted(result: PollResult, now: dt.datetime) -> dt.timedelta:
    waits = [dt.timedelta(0)]
    if result.wait_seconds:
        waits.append(dt.timedelta(seconds=min(result.wait_seconds, MAXIMUM_WAIT.total_seconds())))
    return max(*waits, _freshness(result.headers, now))


def _freshness(headers: Mapping[str, str], now: dt.datetime) -> dt.timedelta:
    """Return how long the response remains fresh (RFC 9111, 4.2), less its Age; the shortest time if directives contradict each other."""
    directives = headers.get("cache-control") or headers.get("pragma", "")
    if _UNCACHED.search(directives):
        return dt.timedelta(0)
    lifetimes = [dt.timedelta(seconds=int(seconds)) for seconds in _MAX_AGE.findall(directives)]
    expires = _http_date(headers.get("expires", ""))
    if expires and not lifetimes:
        lifetimes.append(expires - (_http_date(headers.get("date", "")) or now))
    age = headers.get("age", "").strip()
    spent = dt.timedelta(seconds=int(age)) if re.fullmatch(r"[0-9]{1,9}", age) else dt.timedelta(0)
    return max(min(lifetimes) - spent, dt.timedelta(0)) if lifetimes else dt.timedelta(0)


def _retry_after_wait(headers: Mapping[str, str], now: dt.datetime) -> dt.timedelta | None:
    """Return the time of Retry-After; None if it is less than a minute (such as 0, or a date in the past)."""
    asked = retry_after(headers, now)
    return _clamp(asked) if asked is not None and asked >= MINIMUM_WAIT else None


def _http_date(value: str) -> dt.datetime | None:
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    try:
        return moment.astimezone(dt.UTC) if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    except (ValueError, OverflowError):
        return None


def _clamp(wait: dt.timedelta) -> dt.timedelta:
    return min(max(wait, MINIMUM_WAIT), MAXIMUM_WAIT)
