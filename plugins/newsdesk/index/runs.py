"""Run counters and dead letters as documents for Kibana."""

import dataclasses
import hashlib
from collections.abc import Iterable

from elasticsearch import Elasticsearch, helpers

from newsdesk.index.aliases import names
from newsdesk.index.client import Retry
from newsdesk.index.mapping import Json
from newsdesk.records import DeadLetter, RunCounters
from newsdesk.settings import IndexSettings


def write_runs(es: Elasticsearch, documents: Iterable[RunCounters], settings: IndexSettings) -> int:
    """Write one document per stage, partition and source, replacing that of an earlier run. Returns the number of documents."""
    return _write(es, (_run_action(counters, names(settings).runs) for counters in documents))


def write_dead_letters(es: Elasticsearch, letters: Iterable[DeadLetter], settings: IndexSettings) -> int:
    """Write one document per failed article and stage, replacing that of an older failure. Returns the number of documents."""
    return _write(es, (_letter_action(letter, names(settings).dead_letters) for letter in letters))


def replace_dead_letters(es: Elasticsearch, letters: Iterable[DeadLetter], settings: IndexSettings, *, partition: str = "") -> int:
    """Replace the content of the index by these dead letters, or only that of a partition. Returns their number."""
    index = names(settings).dead_letters
    actions = [_letter_action(letter, index) for letter in letters]
    written = _write(es, actions)
    es.indices.refresh(index=index)
    staying = {action["_id"] for action in actions}
    found = helpers.scan(es, index=index, query={"query": {"term": {"partition": partition}}} if partition else None, _source=False)
    gone = [{"_op_type": "delete", "_index": index, "_id": hit["_id"]} for hit in found if hit["_id"] not in staying]
    _write(es, gone)
    return written


def _write(es: Elasticsearch, actions: Iterable[Json]) -> int:
    prepared = list(actions)
    written, _ = Retry(retries=3).call(lambda: helpers.bulk(es, prepared, max_retries=3))
    return int(written)


def _run_action(counters: RunCounters, index: str) -> Json:
    document = dataclasses.asdict(counters)
    document["stage"] = counters.stage.value
    return {"_index": index, "_id": _key(counters.stage, counters.partition, counters.source), "_source": document}


def _letter_action(letter: DeadLetter, index: str) -> Json:
    document = dataclasses.asdict(letter)
    del document["page_id"]  # The id is internal to the state database; the document has the URL.
    document |= {"stage": letter.stage.value, "reason": letter.reason.value, "capture": str(letter.capture or "")}
    key = _key(letter.stage, letter.partition, letter.url, str(letter.capture or ""))
    return {"_index": index, "_id": key, "_source": {"id": key, **document}}


def _key(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
