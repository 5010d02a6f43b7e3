"""Indices that are older than they are to be kept: whole months, by when their articles were first seen."""

import datetime as dt

from elasticsearch import Elasticsearch

from newsdesk.index.aliases import names
from newsdesk.settings import IndexSettings


def remove_old(es: Elasticsearch, settings: IndexSettings, *, now: dt.datetime) -> list[str]:
    """Removes the months that ended more than `retention_days` ago; their names. Nothing where that is 0."""
    if not settings.retention_days:
        return []
    own = names(settings)
    limit = now - dt.timedelta(days=settings.retention_days)
    old = [index for index in sorted(es.indices.get_alias(name=own.articles)) if own.version_of(index) and month_end(index) <= limit]
    for index in old:
        es.indices.delete(index=index)
    return old


def month_end(index: str) -> dt.datetime:
    """When the month in an index name is over.

    >>> month_end("articles-v1-2026.12").isoformat()
    '2027-01-01T00:00:00+00:00'
    """
    year, month = (int(part) for part in index.rsplit("-", 1)[1].split("."))
    return dt.datetime(year + month // 12, month % 12 + 1, 1, tzinfo=dt.UTC)
