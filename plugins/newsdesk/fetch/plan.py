"""When a feed or a page is asked again, and which shard asks which host. Pure: state, answer and clock in, plan out."""

import dataclasses
import datetime as dt
import email.utils
import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from newsdesk.urls import host_key

SHORTEST = dt.timedelta(minutes=1)
LONGEST = dt.timedelta(days=1)
FIRST_INTERVAL = dt.timedelta(minutes=10)
BUSIEST = dt.timedelta(minutes=5)
"""A feed is not asked more often than this, however fast it moves, unless newsdesk_fetch is set to run more often."""

QUIETEST = dt.timedelta(hours=2)
"""A feed that published within two weeks is asked at least so often: its next entry may be the one that matters."""

FIRST_RETRY = dt.timedelta(minutes=5)
MOVED_AFTER = 3
"""A permanent redirect is believed when this many polls in a row have seen the same one: a misconfigured hour is common."""

LONGEST_URL = 2_000
ANSWERS_KEPT = 10
_SLOWED = (429, 503)
_UNCACHED = re.compile(r"(?<![\w-])no-(?:cache|store)(?![\w-]|\s*=)", re.IGNORECASE)
_MAX_AGE = re.compile(r"(?<![\w-])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE | re.ASCII)


class FeedStatus(StrEnum):
    """`gone` was answered with 410 and is not asked any more; `disabled` was switched off by a person."""

    ACTIVE = "active"
    DISABLED = "disabled"
    GONE = "gone"


class PollReason(StrEnum):
    """Why the next poll is when it is."""

    RHYTHM = "rhythm"
    FEED_ASKED = "feed asked"
    RETRY_AFTER = "Retry-After"
    BACK_OFF = "back-off"
    REQUESTED = "requested"
    PUSHED = "pushed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PastAnswer:
    """What a poll brought: `status` 0 is no answer, `new` counts entries that were not known, `error` is why it failed."""

    at: dt.datetime
    status: int
    new: int = 0
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """What is remembered of a feed between two polls: what decides about the next one, and the last answers, newest first."""

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
class FeedResponse:
    """One poll's answer. `status` 0: there was none, `error` says why. Header names are in lower case.

    `changed` says that the body differs from the last one, `new_count` how many entries were not known, `dates` when
    the listed entries were published. `permanent_url` is where permanent redirects alone (301, 308) led.
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
    state: FeedState, response: FeedResponse, now: dt.datetime, *, jitter: float = 0.5, busiest: dt.timedelta = BUSIEST
) -> FeedState:
    """The feed's state after this poll. `jitter` is a number from 0 to 1, drawn by the caller; `busiest` the shortest interval.

    410 retires the feed; a permanent redirect that was seen `MOVED_AFTER` times in a row moves it.
    """
    error = response.error or (f"answered with status {response.status}" if response.is_failure else None)
    answers = (PastAnswer(at=now, status=response.status, new=response.new_count, error=error), *state.answers)[:ANSWERS_KEPT]
    state = dataclasses.replace(state, last_polled_at=now, answers=answers)
    if response.status == 410:
        gone = "gone for good (410)"
        return dataclasses.replace(state, status=FeedStatus.GONE, next_poll_at=None, next_poll_reason=None, last_error=gone)
    if response.is_failure:
        state = dataclasses.replace(state, failures=state.failures + 1, last_error=error)
    else:
        interval = plan_interval(state, response, now, busiest=busiest).total_seconds()
        state = dataclasses.replace(_moved(state, response), failures=0, last_error=None, last_success_at=now, interval_seconds=interval)
    wait, reason = plan_wait(state, response, now, jitter=jitter)
    return dataclasses.replace(state, next_poll_at=now + wait, next_poll_reason=reason)


def plan_wait(state: FeedState, response: FeedResponse, now: dt.datetime, *, jitter: float = 0.5) -> tuple[dt.timedelta, PollReason]:
    """How long to wait before asking this feed again, between 1 minute and 1 day, and why.

    `state` already counts this poll. Retry-After (RFC 9110, 10.2.3) of a minute or more beats every other hint. A failure doubles the wait
    up to a day and is spread by a quarter both ways, so that feeds that failed together do not come back together; it
    never ends the polling. Otherwise the feed's own rhythm decides, and its owner's hints may only slow it down.
    """
    asked = _asked_wait(response.headers, now)
    if asked is not None:
        return asked, PollReason.RETRY_AFTER
    if response.is_failure:
        doubled = FIRST_RETRY * 2 ** min(max(state.failures, 1) - 1, 12)
        return _clamp(min(doubled, LONGEST) * (0.75 + 0.5 * jitter)), PollReason.BACK_OFF
    rhythm = dt.timedelta(seconds=state.interval_seconds)
    spread = (max(rhythm, QUIETEST) if response.is_pushed else rhythm) * (0.95 + 0.1 * jitter)
    hinted = _hinted(response, now)
    return _clamp(max(spread, hinted)), PollReason.FEED_ASKED if hinted > spread else PollReason.RHYTHM


def plan_interval(state: FeedState, response: FeedResponse, now: dt.datetime, *, busiest: dt.timedelta = BUSIEST) -> dt.timedelta:
    """How often this feed is worth asking: from `busiest` to 2 hours, up to a day if it fell silent.

    Half the average gap between its entries (with the time since the newest: a feed that falls silent slows down).
    Without dates it learns: a quarter faster when something was new, a quarter slower when nothing was.
    """
    rhythm = _average_gap(response.dates, now)
    if rhythm is not None:
        return max(_clamp(rhythm / 2), busiest)
    before = dt.timedelta(seconds=state.interval_seconds)
    learnt = before * 0.75 if response.new_count else min(before * 1.25, max(before, QUIETEST))
    return max(_clamp(learnt), busiest)


def plan_host_pause(response_status: int, headers: Mapping[str, str], now: dt.datetime) -> dt.datetime | None:
    """Until when the whole host is left alone: 429 and 503 ask for it, for an answered Retry-After or else 5 minutes."""
    asked = _asked_wait(headers, now)
    if response_status in _SLOWED:
        return now + (asked if asked is not None else FIRST_RETRY)
    return now + asked if asked is not None and response_status >= 400 else None


def retry_after(headers: Mapping[str, str], now: dt.datetime) -> dt.timedelta | None:
    """The wait that Retry-After asks for, in seconds or as a date by the server's clock; None where it is absent or senseless."""
    value = headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", value):
        return dt.timedelta(seconds=int(value))
    moment = _http_date(value)
    return max(moment - (_http_date(headers.get("date", "")) or now), dt.timedelta(0)) if moment else None


def plan_revisit(visits: int, now: dt.datetime, revisit_hours: Sequence[float]) -> dt.datetime | None:
    """When a page that was visited so often is looked at again; None after the last time."""
    return now + dt.timedelta(hours=revisit_hours[visits - 1]) if 1 <= visits <= len(revisit_hours) else None


def plan_page_retry(failures: int, now: dt.datetime, *, jitter: float = 0.5) -> dt.datetime:
    """When a page that failed is tried again: 5 minutes, 20, 80, ... up to a day, spread by a quarter."""
    return now + _clamp(min(FIRST_RETRY * 4 ** min(max(failures, 1) - 1, 6), LONGEST) * (0.75 + 0.5 * jitter))


def shard_number(host: str, shards: int) -> int:
    """The shard of this host, the same in every run and process."""
    return host_hash(host) % shards


def host_hash(host: str) -> int:
    return zlib.crc32(host.encode("utf-8", "replace")) & 0x7FFFFFFF


def plan_shards(hashes: Iterable[int], *, shards: int) -> list[int]:
    """The numbers of the shards that have something to do, given the hashes of the hosts that are due."""
    return sorted({value % shards for value in hashes})


def _moved(state: FeedState, response: FeedResponse) -> FeedState:
    target = response.permanent_url
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
    return min(average, 2 * QUIETEST) if now - known[0] < dt.timedelta(days=14) else average


def _hinted(response: FeedResponse, now: dt.datetime) -> dt.timedelta:
    waits = [dt.timedelta(0)]
    if response.wait_seconds:
        waits.append(dt.timedelta(seconds=min(response.wait_seconds, LONGEST.total_seconds())))
    return max(*waits, _fresh_for(response.headers, now))


def _fresh_for(headers: Mapping[str, str], now: dt.datetime) -> dt.timedelta:
    """How long the answer stays fresh (RFC 9111, 4.2), by its Age; of headers that contradict each other the one that promises least."""
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


def _asked_wait(headers: Mapping[str, str], now: dt.datetime) -> dt.timedelta | None:
    """The wait of a Retry-After that means one. `0` and a moment that is over say nothing, and our own back-off stays."""
    asked = retry_after(headers, now)
    return _clamp(asked) if asked is not None and asked >= SHORTEST else None


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
    return min(max(wait, SHORTEST), LONGEST)
