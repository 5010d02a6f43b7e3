"""Rules that find problems of sources and of newsdesk itself, from facts. Pure.

Thresholds are learned from the history of each source. No problem is reported for a source without enough history.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from newsdesk.plurals import plural
from newsdesk.settings import AlertSettings

SHORTEST_SILENCE = dt.timedelta(hours=2)
"""The shortest silence that is reported. Most feeds are polled once an hour."""

LEAST_HOURS_WITH_NEWS = 10
"""Hours with new pages that must have been observed before the silence of a source is reported."""

LEAST_PAST = dt.timedelta(days=8)
"""A week and a day, which contain a weekend."""

FEED_FAILURES = 5
"""Consecutive failed polls; with their growing pauses, some hours."""

OVERDUE = dt.timedelta(hours=1)
"""Time after which polling has stopped if no feed that is due was polled."""


RECENT = dt.timedelta(hours=1)
"""Recent period: if most of its pages failed, an alert is raised without waiting for the whole window."""

OFFLINE_FAILURES = 2
LEAST_SOURCES = 3
"""If all feeds of at least LEAST_SOURCES sources failed OFFLINE_FAILURES times in a row, the network is the cause."""


class AlertRule(StrEnum):
    SILENCE = "silence"
    FEEDS_FAIL = "feeds_fail"
    ERROR_RATE = "error_rate"
    NO_ARTICLES = "no_articles"
    EMPTY_TEXTS = "empty_texts"
    SHORT_TEXTS = "short_texts"
    POLLING_STOPPED = "polling_stopped"
    RUN_FAILED = "run_failed"
    MISSING_ARTICLES = "missing_articles"
    OFFLINE = "offline"


OF_SOURCES = frozenset(
    {
        AlertRule.SILENCE,
        AlertRule.FEEDS_FAIL,
        AlertRule.ERROR_RATE,
        AlertRule.NO_ARTICLES,
        AlertRule.EMPTY_TEXTS,
        AlertRule.SHORT_TEXTS,
    }
)
"""Rules about one source. They are not evaluated while the network is down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFacts:
    """Facts about a source. `arrivals` are the times at which its pages were first seen, in the learning period.

    `asked`, `failed`: numbers of pages that were requested in the window, and that failed; `..._recently`: in the last hour (RECENT).
    `enriched`, `articles`, `empty`: numbers of captures that were enriched in the window, of their articles, and of those without text.
    `articles_before`: number of articles of the learning period. `words`, `words_before`: median length of the articles of the window
    and before it; None if there are too few. `answered_at`: time of the last response of one of its feeds. `feed_failures`: smallest
    number of consecutive failures of its feeds.
    """

    source: str
    arrivals: tuple[dt.datetime, ...] = ()
    answered_at: dt.datetime | None = None
    feed_failures: int = 0
    asked: int = 0
    failed: int = 0
    asked_recently: int = 0
    failed_recently: int = 0
    enriched: int = 0
    articles: int = 0
    articles_before: int = 0
    empty: int = 0
    words: float | None = None
    words_before: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineFacts:
    """Facts about the pipeline.

    `due_since`: when the feed that became due last became due; None if no feed is due. `failed_runs`: partitions of the latest runs
    that failed, by DAG; None if Airflow was not queried.
    """

    sources: tuple[SourceFacts, ...] = ()
    due_since: dt.datetime | None = None
    failed_runs: dict[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A current problem. `subject` is a source or a DAG; a rule finds at most one problem per subject."""

    rule: AlertRule
    subject: str
    message: str


def find_problems(facts: PipelineFacts, settings: AlertSettings, *, now: dt.datetime) -> list[Problem]:
    """Return all problems, sorted by subject and rule. A network failure is one problem instead of one per source."""
    if is_offline(facts):
        found = [_offline(facts)]
    else:
        found = [finding for source in facts.sources for rule in _SOURCE_RULES if (finding := rule(source, settings))]
    found.extend(_failed_runs(facts))
    found.extend(_polling_stopped(facts, now))
    return sorted(found, key=lambda finding: (finding.subject, finding.rule))


def is_offline(facts: PipelineFacts) -> bool:
    """Return whether the feeds of all sources fail."""
    return len(facts.sources) >= LEAST_SOURCES and all(source.feed_failures >= OFFLINE_FAILURES for source in facts.sources)


def _offline(facts: PipelineFacts) -> Problem:
    message = f"no feed of any of {plural(len(facts.sources), 'source')} can be read; check the network, the proxy and DNS"
    return Problem(rule=AlertRule.OFFLINE, subject="newsdesk", message=message)


def usual_pause(arrivals: Iterable[dt.datetime]) -> dt.timedelta | None:
    """Return the longest pause between two arrivals, including nights and weekends; None if the history is too short."""
    times = sorted(arrivals)
    hours = {moment.replace(minute=0, second=0, microsecond=0) for moment in times}
    if len(hours) < LEAST_HOURS_WITH_NEWS or times[-1] - times[0] < LEAST_PAST:
        return None
    return max(later - earlier for earlier, later in pairwise(times))


def silence(facts: SourceFacts, settings: AlertSettings) -> Problem | None:
    """The feeds answer, but contain nothing new for much longer than before."""
    usual = usual_pause(facts.arrivals)
    if usual is None or facts.answered_at is None:
        return None
    limit = max(SHORTEST_SILENCE, usual * settings.silence_factor)
    silent = facts.answered_at - max(facts.arrivals)
    if silent <= limit:
        return None
    message = f"nothing new for {_hours(silent)}; the longest pause before was {_hours(usual)}"
    return Problem(rule=AlertRule.SILENCE, subject=facts.source, message=message)


def feeds_fail(facts: SourceFacts, _settings: AlertSettings) -> Problem | None:
    if facts.feed_failures < FEED_FAILURES:
        return None
    message = f"none of its feeds could be read {facts.feed_failures} times in a row; newsdesk feeds list shows the reason"
    return Problem(rule=AlertRule.FEEDS_FAIL, subject=facts.source, message=message)


def error_rate(facts: SourceFacts, settings: AlertSettings) -> Problem | None:
    """Most pages cannot be fetched, in the window or in the last hour, for example when a site starts to answer 403."""
    if _is_share(facts.failed_recently, facts.asked_recently, settings):
        message = f"{facts.failed_recently} of {facts.asked_recently} pages could not be fetched in the last hour"
    elif _is_share(facts.failed, facts.asked, settings):
        message = f"{facts.failed} of {facts.asked} pages could not be fetched in {settings.window_hours} h"
    else:
        return None
    return Problem(rule=AlertRule.ERROR_RATE, subject=facts.source, message=message)


def no_articles(facts: SourceFacts, settings: AlertSettings) -> Problem | None:
    """Pages are captured, but none is an article."""
    usual = facts.articles_before >= settings.minimum_pages
    if facts.articles or facts.enriched < settings.minimum_pages or not usual or empty_texts(facts, settings):
        return None
    message = f"none of {facts.enriched} pages became an article in {settings.window_hours} h, {facts.articles_before} did before"
    return Problem(rule=AlertRule.NO_ARTICLES, subject=facts.source, message=message)


def empty_texts(facts: SourceFacts, settings: AlertSettings) -> Problem | None:
    if not _is_share(facts.empty, facts.enriched, settings):
        return None
    message = f"{facts.empty} of {facts.enriched} pages had no text in {settings.window_hours} h: its pages may have changed"
    return Problem(rule=AlertRule.EMPTY_TEXTS, subject=facts.source, message=message)


def short_texts(facts: SourceFacts, _settings: AlertSettings) -> Problem | None:
    """The median length fell by half or more: the extraction may not fit a new layout."""
    if facts.words is None or not facts.words_before or facts.words > facts.words_before / 2:
        return None
    message = f"half of its articles have fewer than {facts.words:.0f} words, before it was {facts.words_before:.0f}"
    return Problem(rule=AlertRule.SHORT_TEXTS, subject=facts.source, message=message)


_SOURCE_RULES: tuple[Callable[[SourceFacts, AlertSettings], Problem | None], ...] = (
    silence,
    feeds_fail,
    error_rate,
    no_articles,
    empty_texts,
    short_texts,
)


def _failed_runs(facts: PipelineFacts) -> Iterator[Problem]:
    for dag_id, partition in (facts.failed_runs or {}).items():
        yield run_failed(dag_id, partition)


def run_failed(dag_id: str, partition: str | None) -> Problem:
    """The latest run of the DAG failed."""
    message = f"{f'partition {partition}' if partition else 'the run had no partition key'}; its grid in Airflow shows the reason"
    return Problem(rule=AlertRule.RUN_FAILED, subject=dag_id, message=message)


def missing_articles(counts: Mapping[str, int]) -> list[Problem]:
    """One problem for all partitions with missing articles (key to number), or none."""
    if not counts:
        return []
    first, last = min(counts), max(counts)
    message = (
        f"{plural(sum(counts.values()), 'article')} of {plural(len(counts), 'partition')} lost between stages, {first} to {last}; "
        f"see newsdesk backfill verify --from {first[:10]} --to {last[:10]}"
    )
    return [Problem(rule=AlertRule.MISSING_ARTICLES, subject="newsdesk", message=message)]


def _polling_stopped(facts: PipelineFacts, now: dt.datetime) -> Iterator[Problem]:
    if facts.due_since is not None and now - facts.due_since > OVERDUE:
        message = f"no feed was asked for {_hours(now - facts.due_since)} although all are due; is the DAG paused?"
        yield Problem(rule=AlertRule.POLLING_STOPPED, subject="newsdesk_fetch", message=message)


def _is_share(part: int, whole: int, settings: AlertSettings) -> bool:
    return whole >= settings.minimum_pages and part >= whole * settings.error_rate


def _hours(duration: dt.timedelta) -> str:
    hours = duration.total_seconds() / 3600
    return f"{hours:.0f} h" if hours < 72 else f"{hours / 24:.0f} days"
