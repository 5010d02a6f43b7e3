"""The index compared with the archive, and with itself: what is missing, outdated or there twice."""

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
    """One partition of the archive beside the index. Articles are named by their addresses.

    `missing` are in no index, `outdated` are there as an older capture than the archive's, `doubled` are in two months.
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
    """How the articles of one partition stand in the index. A newer capture in the index is no fault."""
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
