"""Bulk requests: bounded by bytes, what Elasticsearch puts off sent again, the answer to each action given back."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson
from elasticsearch import Elasticsearch

from newsdesk.errors import Unavailable
from newsdesk.index.client import Retry

_NOT_THE_DOCUMENTS_FAULT = frozenset({401, 403, 404, 408, 429})
"""Statuses that another document would meet too: a block on the index (disk full), a missing index, overload."""
LONGEST_DETAIL = 500


@dataclass(slots=True)
class Action:
    """One action of a bulk request. `tries` counts how often it was sent; `answer` is what Elasticsearch said last."""

    lines: bytes
    tries: int = 0
    status: int = 0
    result: str = ""
    trouble: str = ""


def index_action(index: str, key: str, version: int, document: dict[str, Any]) -> Action:
    """Writes a document unless a newer version of it is there.

    `external_gte`: the same capture, enriched anew, replaces what the older rules made of it. Raises
    UnicodeEncodeError where the document holds half of a surrogate pair, which Elasticsearch cannot take.
    """
    head = {"index": {"_index": index, "_id": key, "version": version, "version_type": "external_gte"}}
    return Action(json.dumps(head).encode() + b"\n" + _line(document))


def _line(document: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps(document)
    except orjson.JSONEncodeError:
        # What orjson refuses beside half of a pair, such as a number of more than 64 bits, is Elasticsearch's to judge.
        return json.dumps(document, ensure_ascii=False).encode()


def delete_action(index: str, key: str, version: int) -> Action:
    """Removes a document unless it was written anew since `version`."""
    head = {"delete": {"_index": index, "_id": key, "version": version, "version_type": "external_gte"}}
    return Action(json.dumps(head).encode())


def send(es: Elasticsearch, actions: list[Action], *, most_bytes: int, retry: Retry) -> None:
    """Sends all actions and notes the answer in each; those that were put off are sent again after a pause.

    A status of 400 and above that is left is the document's own fault, 409 a newer version. Raises Unavailable when
    some are still put off after the last try. A document that is larger than a request should be is sent alone, and put
    off for ever by an Elasticsearch whose memory it does not fit into: that is its own fault too.
    """
    for chunk in _by_bytes(actions, most_bytes):
        _send_chunk(es, chunk, most_bytes, retry)


def _send_chunk(es: Elasticsearch, actions: list[Action], most_bytes: int, retry: Retry) -> None:
    waiting = actions

    def is_answered() -> bool:
        nonlocal waiting
        retry.call(partial(_request, es, waiting))
        waiting = [action for action in waiting if _is_put_off(action)]
        return not waiting

    if retry.until(is_answered) or all(action.status == 429 and len(action.lines) > most_bytes for action in waiting):
        return
    raise Unavailable(address(es), f"Elasticsearch puts off {len(waiting)} documents: {waiting[0].trouble}")


def _request(es: Elasticsearch, actions: list[Action]) -> None:
    for action in actions:
        action.tries += 1
    # The client takes ready lines too, which its types do not say.
    lines: list[Any] = [action.lines for action in actions]
    answer = es.bulk(operations=lines)
    for action, entry in zip(actions, answer["items"], strict=True):
        item = next(iter(entry.values()))
        action.status, action.result, action.trouble = item["status"], item.get("result", ""), _trouble(item)


def address(es: Elasticsearch) -> str:
    """Where this client sends to, for messages."""
    return str(next(iter(es.transport.node_pool.all())).base_url)


def _is_put_off(action: Action) -> bool:
    # A delete that finds nothing is a 404 too, but no trouble.
    return action.status >= 500 or (action.status in _NOT_THE_DOCUMENTS_FAULT and bool(action.trouble))


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


def _trouble(item: dict[str, Any]) -> str:
    # The cause first: the outer reason may quote the whole field.
    error = item.get("error", {})
    reasons = [f"{part['type']}: {part['reason']}" for part in (error.get("caused_by", {}), error) if "type" in part]
    return "; ".join(reasons)[:LONGEST_DETAIL]
