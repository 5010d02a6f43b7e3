"""The contents that an article has had: a small document for each, so that the older ones can be listed.

It names the first capture with that content. Its version counts backwards, so that of two captures with the same
content the older one wins, whoever writes it and in whatever order, and writing again changes nothing.
"""

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import Any

from elasticsearch import Elasticsearch

from newsdesk.index.aliases import Names
from newsdesk.index.bulk import Action, index_action
from newsdesk.index.document import iso, version
from newsdesk.records import Article

LAST_VERSION = 2**62
"""Versions are positive numbers of 63 bits; times are counted down from here."""


def version_action(article: Article, own: Names) -> Action:
    """Writes the content of a capture, unless the same content was fetched earlier.

    Raises UnicodeEncodeError where the headline holds half of a surrogate pair.
    """
    cleaned = article.cleaned
    content = cleaned.content_hash or _digest(cleaned.title, cleaned.text)
    document: dict[str, Any] = {
        "article_id": article.id,
        "content_hash": content,
        "title": cleaned.title,
        "fetched_at": iso(article.fetched_at),
        "partition": article.partition,
        "capture": str(article.capture),
    }
    index = own.versions_month(article.fetched_at)
    return index_action(index, _digest(article.id, content), LAST_VERSION - version(article), document)


def first_fetches(es: Elasticsearch, own: Names, wanted: Sequence[str]) -> dict[str, dt.datetime]:
    """When each of these articles was first fetched, by the contents that were written so far."""
    first = {"first": {"min": {"field": "fetched_at"}}}
    answer = es.search(
        index=own.versions,
        query={"terms": {"article_id": wanted}},
        size=0,
        # Without the map Elasticsearch would number all ids of the index for each look.
        aggregations={"articles": {"terms": {"field": "article_id", "size": len(wanted), "execution_hint": "map"}, "aggregations": first}},
        track_total_hits=False,
        allow_partial_search_results=False,
    )
    buckets = answer["aggregations"]["articles"]["buckets"]
    return {bucket["key"]: dt.datetime.fromtimestamp(bucket["first"]["value"] / 1000, dt.UTC) for bucket in buckets}


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
