"""The jobs that find the articles of topics and notify subscribers."""

import datetime as dt
import logging

from newsdesk.database import open_database
from newsdesk.jobs.bookkeeping import Now, OpenElasticsearch, utc_now
from newsdesk.settings import Settings
from newsdesk.topics.channels import Senders
from newsdesk.topics.delivery import deliver
from newsdesk.topics.finding import find_news
from newsdesk.topics.marks import remove_old_marks
from newsdesk.topics.matches import remove_old_matches
from newsdesk.topics.saved import list_topics

log = logging.getLogger(__name__)


def follow_topics(partition: str, settings: Settings, open_es: OpenElasticsearch, senders: Senders, *, now: Now = utc_now) -> None:
    """Find the topics of the articles of an indexed partition, and send the messages that are due at once.

    Repeating it sends nothing twice.
    """
    with open_database(settings.database_url) as engine:
        topics = list_topics(engine)
        if not topics:
            return
        with open_es() as es:
            found = find_news(engine, es, topics, partition, settings, now=now())
        log.info("%s: %d topics, %d new articles in them", partition, len(topics), found)
    notify_subscribers(settings, senders, now=now)


def notify_subscribers(settings: Settings, senders: Senders, *, now: Now = utc_now) -> None:
    """Send the messages that are due: digests, those that failed before, and those that waited for the end of quiet hours."""
    with open_database(settings.database_url) as engine:
        told = deliver(engine, senders, page_url=settings.topics.page_url, now=now)
    log.info("%d messages sent, %d failed", told.sent, told.failed)


def remove_old_topic_data(settings: Settings, *, now: Now = utc_now) -> None:
    """Remove matches of topics that are older than the retention settings allow. Articles that were not sent to a subscriber are logged."""
    days = settings.retention.topics_days
    if not days:
        return
    before = now() - dt.timedelta(days=days)
    with open_database(settings.database_url) as engine:
        removed, untold = remove_old_matches(engine, before=before)
        remove_old_marks(engine, before=before)
    if removed:
        log.log(logging.WARNING if untold else logging.INFO, "%d articles of topics removed, %d of them untold", removed, untold)
