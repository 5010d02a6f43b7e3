"""Bulk requests: limited in size, retried where Elasticsearch is overloaded, with a result for each action."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import orjson
from elasticsearch import Elasticsearch

from newsdesk.errors import Unavailable
from newsdesk.index.client import Retry
from newsdesk.index.mapping import Json

_RETRYABLE_STATUSES = frozenset({401, 403, 404, 408, 429})
"""Statuses that do not depend on the document: a blocked index (disk full), a missing index, missing rights, overload."""
MAXIMUM_ERROR_LENGTH = 500
NOTHING_STORED = "_none_"
"""The `stored_fields` of searches that read doc values only: even the ids of the hits are stored with the compressed texts."""
Value = TypeVar("Value")


@dataclass(slots=True)
class Action:
    """One action of a bulk request. `tries` counts how often it was sent; `status`, `result` and `error` are from the last response."""

    lines: bytes
    tries: int = 0
    status: int = 0
    result: str = ""
    error: str = ""


def index_action(index: str, key: str, version: int, document: Json) -> Action:
    """Return an action that writes a document unless the index has a newer version.

    The version type is `external_gte`, so that a capture that is enriched again replaces its older document. Raises
    UnicodeEncodeError if the document contains a lone surrogate, which Elasticsearch does not accept.
    """
    head = {"index": {"_index": index, "_id": key, "version": version, "version_type": "external_gte"}}
    return Action(json.dumps(head).encode() + b"\n" + _line(document))


def _line(document: Json) -> bytes:
    try:
        return orjson.dumps(document)
    except orjson.JSONEncodeError:
        # orjson also rejects other values, such as integers of more than 64 bits: Elasticsearch decides on those.
        return json.dumps(document, ensure_ascii=False).encode()


def delete_action(index: str, key: str, version: int) -> Action:
    """Return an action that removes a document unless it was written again after `version`."""
    head = {"delete": {"_index": index, "_id": key, "version": version, "version_type": "external_gte"}}
    return Action(json.dumps(head).encode())


def send(es: Elasticsearch, actions: list[Action], *, most_bytes: int, retry: Retry) -> None:
    """Send all actions and store the result in each; deferred actions are sent again after a pause.

    Afterwards, a status of 400 and above means that the document was rejected, 409 that a newer version exists. Raises
    Unavailable if actions are still deferred after the last try. A document larger than `most_bytes` is sent alone; if it
    does not fit into Elasticsearch's memory it is deferred at every try, and then counts as rejected.
    """
    for chunk in _by_bytes(actions, most_bytes):
        _send_chunk(es, chunk, most_bytes, retry)


def _send_chunk(es: Elasticsearch, actions: list[Action], most_bytes: int, retry: Retry) -> None:
    waiting = actions

    def is_answered() -> bool:
        nonlocal waiting
        retry.call(partial(_request, es, waiting))
        waiting = [action for action in waiting if _is_deferred(action)]
        return not waiting

    if retry.until(is_answered) or all(action.status == 429 and len(action.lines) > most_bytes for action in waiting):
        return
    raise Unavailable(address(es), f"Elasticsearch does not accept documents at the moment ({len(waiting)} waiting): {waiting[0].error}")


def _request(es: Elasticsearch, actions: list[Action]) -> None:
    for action in actions:
        action.tries += 1
    # The client accepts serialized lines, although its type annotations do not say so.
    lines: list[Any] = [action.lines for action in actions]
    answer = es.bulk(operations=lines)
    for action, entry in zip(actions, answer["items"], strict=True):
        item = next(iter(entry.values()))
        action.status, action.result, action.error = item["status"], item.get("result", ""), _error_text(item)


def address(es: Elasticsearch) -> str:
    """Return the URL of the client's node, for messages."""
    return str(next(iter(es.transport.node_pool.all())).base_url)


def _is_deferred(action: Action) -> bool:
    # Deleting a document that does not exist is a 404 without an error.
    return action.status >= 500 or (action.status in _RETRYABLE_STATUSES and bool(action.error))


def _by_bytes(actions: list[Action], most: int) -> Iterator[list[Action]]:
    chunk: list[Action] = []
    size = 0
    for action in actions:
        if chunk and size + len(action.lines) > most:
            yield chunk
            chunk, size = [], 0
        chunk.append(action)
        size += len(action.lines)
    if chunk:
        yield chunk


def read_for_update(es: Elasticsearch, index: str, ids: list[str], *, retry: Retry) -> list[Json]:
    """Return the searchable documents with these ids, as hits with their versions, to be written again.

    They have their vectors, which `_mget` does not return. An id has two hits if two of the indices have its document.
    """
    ask = partial(
        es.search,
        index=index,
        query={"ids": {"values": ids}},
        size=2 * len(ids),
        version=True,
        source_exclude_vectors=False,
        sort="_doc",
        track_total_hits=False,
        allow_partial_search_results=False,
    )
    hits: list[Json] = retry.call(ask)["hits"]["hits"]
    return hits


def in_parts(values: list[Value], size: int) -> Iterator[list[Value]]:
    """Yield the values in parts of at most this size, for requests with a limit."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def _error_text(item: Json) -> str:
    # The cause comes first, since the outer reason may quote the whole field and be truncated.
    error = item.get("error", {})
    reasons = [f"{part['type']}: {part['reason']}" for part in (error.get("caused_by", {}), error) if "type" in part]
    return "; ".join(reasons)[:MAXIMUM_ERROR_LENGTH]
