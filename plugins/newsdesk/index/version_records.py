"""Version records: a small document for each distinct content of an article, so that older versions can be listed.

A record names the first capture with that content. Its external version counts down with time, so that of two captures with
the same content the older one wins in any order of writing, and writing again changes nothing.
"""

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence

from elasticsearch import Elasticsearch

from newsdesk.index.aliases import Names
from newsdesk.index.bulk import Action, index_action
from newsdesk.index.document import iso, version
from newsdesk.index.mapping import Json
from newsdesk.records import Article

LAST_VERSION = 2**62
"""External versions are positive 63-bit integers; the version of a record is this number minus the time of the capture."""


def version_action(article: Article, own: Names) -> Action:
    """An action that writes the version record of a capture, unless the same content was captured earlier.

    Raises UnicodeEncodeError where the title holds a lone surrogate.
    """
    document: Json = {
        "article_id": article.id,
        "content_hash": _content(article),
        "title": article.cleaned.title,
        "fetched_at": iso(article.fetched_at),
        "partition": article.partition,
        "capture": str(article.capture),
    }
    return index_action(own.versions_month(article.fetched_at), version_key(article), _rank(article), document)


def version_key(article: Article) -> str:
    """The document id of the version record of a capture."""
    return _digest(article.id, _content(article))


def find_unrecorded(es: Elasticsearch, own: Names, captures: Mapping[str, Article]) -> list[Article]:
    """The captures (by `version_key`) that have no searchable version record, or only one of a later capture."""
    answer = es.search(
        index=own.versions,
        query={"ids": {"values": sorted(captures)}},
        size=min(2 * len(captures), 10_000),
        version=True,
        source=False,
        sort="_doc",
        track_total_hits=False,
        allow_partial_search_results=False,
    )
    recorded: dict[str, int] = defaultdict(int)
    for hit in answer["hits"]["hits"]:
        recorded[hit["_id"]] = max(recorded[hit["_id"]], hit["_version"])
    return [article for key, article in captures.items() if recorded[key] < _rank(article)]


def first_fetches(es: Elasticsearch, own: Names, wanted: Sequence[str]) -> dict[str, dt.datetime]:
    """When each of these articles was first fetched, by the version records written so far."""
    first = {"first": {"min": {"field": "fetched_at"}}}
    answer = es.search(
        index=own.versions,
        query={"terms": {"article_id": wanted}},
        size=0,
        # The default execution hint would build global ordinals of all ids in the index for each query.
        aggregations={"articles": {"terms": {"field": "article_id", "size": len(wanted), "execution_hint": "map"}, "aggregations": first}},
        track_total_hits=False,
        allow_partial_search_results=False,
    )
    buckets = answer["aggregations"]["articles"]["buckets"]
    return {bucket["key"]: dt.datetime.fromtimestamp(bucket["first"]["value"] / 1000, dt.UTC) for bucket in buckets}


def _rank(article: Article) -> int:
    return LAST_VERSION - version(article)


def _content(article: Article) -> str:
    return article.cleaned.content_hash or _digest(article.cleaned.title, article.cleaned.text)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
