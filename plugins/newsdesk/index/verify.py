"""Verification of the index against the archive: missing, outdated and duplicate documents."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from elasticsearch import Elasticsearch

from newsdesk.index.aliases import names
from newsdesk.index.document import version
from newsdesk.records import Article
from newsdesk.settings import IndexSettings

PART = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """The result for one partition of the archive. Articles are given by their URLs.

    `missing` articles are in no index, `outdated` ones are indexed from an older capture than the archive's, `doubled` ones are in
    the indices of two months.
    """

    partition: str
    articles: int
    missing: tuple[str, ...]
    outdated: tuple[str, ...]
    doubled: tuple[str, ...]

    @property
    def is_sound(self) -> bool:
        return not (self.missing or self.outdated or self.doubled)


def verify(es: Elasticsearch, partition: str, articles: Iterable[Article], settings: IndexSettings) -> Verified:
    """Compare the articles of one partition with the index. A newer capture in the index is not an error."""
    wanted: dict[str, tuple[str, int]] = {}
    for article in articles:
        known = wanted.get(article.id, ("", 0))
        wanted[article.id] = max((article.url, version(article)), known, key=lambda one: one[1])
    found, newest = Counter[str](), dict[str, int]()
    alias = names(settings).articles
    es.indices.refresh(index=alias)
    keys = sorted(wanted)
    for start in range(0, len(keys), PART):
        query = {"ids": {"values": keys[start : start + PART]}}
        answer = es.search(index=alias, query=query, size=5 * PART, version=True, source=False, allow_partial_search_results=False)
        for hit in answer["hits"]["hits"]:
            found[hit["_id"]] += 1
            newest[hit["_id"]] = max(hit["_version"], newest.get(hit["_id"], 0))
    return Verified(
        partition=partition,
        articles=len(wanted),
        missing=tuple(url for key, (url, _) in wanted.items() if key not in found),
        outdated=tuple(url for key, (url, captured) in wanted.items() if key in found and newest[key] < captured),
        doubled=tuple(url for key, (url, _) in wanted.items() if found[key] > 1),
    )
