"""The jobs of newsdesk_maintenance and newsdesk_alerts: retention, dead letters in Kibana, missing articles, alerts."""

import datetime as dt
import logging
from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa

from newsdesk.database import open_database
from newsdesk.fetch.hosts import delete_idle_hosts
from newsdesk.fetch.pages import delete_old_pages
from newsdesk.index.aliases import names
from newsdesk.index.runs import replace_dead_letters
from newsdesk.jobs.bookkeeping import Now, OpenElasticsearch, utc_now
from newsdesk.jobs.topics import remove_old_topic_data
from newsdesk.ops import retention
from newsdesk.ops.airflow_api import open_settings_airflow
from newsdesk.ops.alerts import Channel, list_alerts, record_problems, tell
from newsdesk.ops.backfill import list_partitions
from newsdesk.ops.freshness import AlertRule, Problem, find_problems, missing_articles, run_failed
from newsdesk.ops.reconciliation import reconcile
from newsdesk.ops.source_facts import read_source_facts, rules_asked
from newsdesk.ops.verification import remove_leftovers
from newsdesk.settings import Settings
from newsdesk.store.archive import Archive
from newsdesk.store.dead_letters import list_dead_letters

log = logging.getLogger(__name__)

RECONCILED_AFTER = dt.timedelta(hours=1)
RECONCILED_FOR = dt.timedelta(days=2)
"""The range of ages of the partitions whose stages are compared: old enough to be finished, recent enough to be repaired."""


def remove_old(settings: Settings, open_es: OpenElasticsearch) -> None:
    """Remove what is older than the retention settings allow, leftovers of killed tasks, and pages that no feed lists any more."""
    archive = Archive(settings.data_url)
    leftovers = remove_leftovers(archive, now=utc_now())
    with open_database(settings.database_url) as engine, open_es() as es:
        removals = retention.remove_old(
            archive=archive,
            engine=engine,
            es=es,
            own=names(settings.index),
            settings=settings.retention,
            now=utc_now(),
            dry_run=False,
        )
        forgotten = delete_old_pages(engine, now=utc_now())
        idle = delete_idle_hosts(engine, now=utc_now())
    for removal in removals:
        log.info("removed %s %s", removal.kind, removal.name)
    for path in leftovers:
        log.info("removed %s, a leftover of a killed task", path)
    log.info("%d items removed; %d pages that no feed lists any more, %d hosts without requests", len(removals), forgotten, idle)
    remove_old_topic_data(settings)


def copy_dead_letters(settings: Settings, open_es: OpenElasticsearch) -> None:
    """Copy the dead letters from the state database to their index, which Kibana shows."""
    with open_database(settings.database_url) as engine, open_es() as es:
        letters = [letter.as_record() for letter in list_dead_letters(engine)]
        replace_dead_letters(es, letters, settings.index)
    log.info("%d dead letters", len(letters))


def raise_alerts(settings: Settings, open_es: OpenElasticsearch, channels: Mapping[str, Channel], *, now: Now = utc_now) -> None:
    """Look for problems of sources and of newsdesk itself, raise and end alerts, and send the notifications that are due."""
    with open_database(settings.database_url) as engine, open_es() as es:
        facts = read_source_facts(
            engine=engine,
            es=es,
            open_airflow=lambda: open_settings_airflow(settings),
            names=names(settings.index),
            settings=settings.alerts,
            now=now(),
        )
        _update_alerts(engine, find_problems(facts, settings.alerts, now=now()), rules_asked(facts), channels, now=now)
        log.info("%d sources examined, %d alerts active", len(facts.sources), len(list_alerts(engine)))


def raise_failed_run(dag_id: str, partition: str | None, settings: Settings, channels: Mapping[str, Channel]) -> None:
    """Raise the alert of a failed run. It ends when a later run of the DAG succeeds."""
    with open_database(settings.database_url) as engine:
        _update_alerts(engine, [run_failed(dag_id, partition)], (), channels, now=utc_now)


def report_missing_articles(settings: Settings, open_es: OpenElasticsearch, channels: Mapping[str, Channel], *, now: Now = utc_now) -> None:
    """Compare the stages of the last two days' partitions. Missing articles are logged, and raised as one alert.

    Partitions with new captures are left out, because enrich and index may not have processed these yet. A sweep writes them to the
    partition of a past day.
    """
    archive = Archive(settings.data_url)
    until = now() - RECONCILED_AFTER
    keys = list_partitions(archive, since=now() - RECONCILED_FOR, until=until)
    with open_es() as es:
        compared = [reconcile(archive, key, es=es, settings=settings.index) for key in keys]
    found = {one.partition: one.missing for one in compared if one.captured_at is None or one.captured_at <= until}
    for key, missing in found.items():
        for article in missing:
            log.warning("%s: %s: %s: %s", key, article.stage, article.reason, article.url)
    counts = {key: len(missing) for key, missing in found.items() if missing}
    log.info("%d partitions compared, %d articles missing", len(found), sum(counts.values()))
    with open_database(settings.database_url) as engine:
        _update_alerts(engine, missing_articles(counts), {AlertRule.MISSING_ARTICLES}, channels, now=now)


def _update_alerts(
    engine: sa.Engine, found: Sequence[Problem], rules: Collection[AlertRule], channels: Mapping[str, Channel], *, now: Now
) -> None:
    """Raise an alert for each new problem, end alerts of these rules whose problem is gone, and notify the channels."""
    record_problems(engine, found, rules=rules, channels=channels, now=now())
    tell(engine, channels, now=now())
