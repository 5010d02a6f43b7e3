"""Comparison records: a document for each translation that was compared with its original.

The key of a record is made from both articles and their contents, so that repeating a comparison writes the same document, in any
order. Its external version is that of the rules: findings of newer rules replace those of older ones.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from elasticsearch import Elasticsearch
from pydantic import TypeAdapter

from newsdesk.index.aliases import Names
from newsdesk.index.bulk import Action, index_action
from newsdesk.index.mapping import Json
from newsdesk.records import ComparisonRecord

MOST_RECORDS = 10_000
_AS_RECORD = TypeAdapter(ComparisonRecord)


@dataclass(frozen=True, slots=True)
class StoredComparison:
    """A record in the index."""

    index: str
    key: str
    version: int
    record: ComparisonRecord


def comparison_action(record: ComparisonRecord, index: str) -> Action:
    """Return an action that writes the record, unless one of newer rules exists."""
    document: Json = _AS_RECORD.dump_python(record, mode="json")
    document["rules"] = sorted({finding.rule for finding in record.findings})
    return index_action(index, comparison_key(record), record.rules_version, document)


def comparison_key(record: ComparisonRecord) -> str:
    """Return the document id of a record."""
    parts = (record.article_id, record.article_content, record.original_id, record.original_content)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def read_comparisons(
    es: Elasticsearch, own: Names, *, translations: Iterable[str] = (), originals: Iterable[str] = ()
) -> list[StoredComparison]:
    """Return the records of these translations, and those with one of these originals; the best of a translation first."""
    asked: Sequence[Json] = [
        {"terms": {name: sorted(ids)}} for name, ids in (("article_id", set(translations)), ("original_id", set(originals))) if ids
    ]
    if not asked:
        return []
    answer = es.search(
        index=own.comparisons,
        query={"bool": {"should": asked}},
        size=MOST_RECORDS,
        version=True,
        sort=[{"article_id": "asc"}, {"coverage": "desc"}, {"original_id": "asc"}, {"article_content": "asc"}, {"original_content": "asc"}],
        track_total_hits=False,
        ignore_unavailable=True,
        allow_partial_search_results=False,
    )
    return [StoredComparison(hit["_index"], hit["_id"], hit["_version"], _record(hit["_source"])) for hit in answer["hits"]["hits"]]


def _record(source: Json) -> ComparisonRecord:
    return _AS_RECORD.validate_python({name: value for name, value in source.items() if name != "rules"})
