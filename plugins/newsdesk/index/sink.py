"""Articles into the index: bounded bulk requests, one outcome for each article, nothing lost or doubled by a kill.

A document lies in the month in which its article was first seen, so each bulk request is preceded by one query that
tells where its articles live already. The document's id and external version make every request safe to repeat.
"""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

from elasticsearch import Elasticsearch, NotFoundError

from newsdesk.errors import Reason, SetupError, Stage, Status, Unavailable
from newsdesk.index.aliases import Names, ensure_index, live_version, names
from newsdesk.index.client import SLEEP, explained, retried, wait_seconds
from newsdesk.index.document import to_document, version
from newsdesk.records import Article, Outcome
from newsdesk.settings import IndexSettings

LONGEST_DETAIL = 500
_REFUSED = range(400, 500)
_NOT_THE_ARTICLES_FAULT = frozenset({401, 403, 404, 408, 429})
"""Statuses of a bulk item that another article would meet too: a block on the index, a missing index, overload."""


@dataclass(frozen=True, slots=True)
class Retry:
    """How often a request is tried again, and how the pause between is spent."""

    retries: int = 4
    sleep: Callable[[float], None] = SLEEP


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a document lies, and what decides whether it is written again."""

    index: str
    version: int
    digest: str
    first_seen_at: dt.datetime


@dataclass(slots=True)
class _Write:
    """One action of a bulk request, with the article it is for."""

    article: Article
    existed: bool
    lines: bytes
    tries: int = 0


def index_articles(
    es: Elasticsearch,
    articles: Iterable[Article],
    settings: IndexSettings,
    *,
    now: dt.datetime,
    retry: Retry | None = None,
) -> Iterator[Outcome]:
    """One outcome for each article, in the order of the articles within a bulk request.

    CREATED, UPDATED, UNCHANGED (this very capture is there, word for word; nothing is written), STALE (a newer
    capture is there), DEAD (the index refuses it; `detail` holds Elasticsearch's reason).

    Raises Unavailable after the retries, SetupError where the index was never set up; running it again with the
    same articles completes the work.
    """
    retry = retry or Retry()
    remaining = iter(articles)
    address = str(next(iter(es.transport.node_pool.all())).base_url)
    while batch := list(islice(remaining, settings.bulk_documents)):
        with explained(address):
            outcomes = _index_batch(es, batch, settings, now=now, retry=retry, address=address)
        yield from outcomes


def _index_batch(
    es: Elasticsearch, batch: list[Article], settings: IndexSettings, *, now: dt.datetime, retry: Retry, address: str
) -> list[Outcome]:
    own = names(settings)
    placed = retried(lambda: placements(es, own, {article.id for article in batch}), retries=retry.retries, sleep=retry.sleep)
    live = retried(lambda: live_version(es, own), retries=retry.retries, sleep=retry.sleep)
    first_seen = _first_seen(batch, placed)
    outcomes: dict[int, Outcome] = {}
    writes: dict[int, _Write] = {}
    for position, article in enumerate(batch):
        existing = placed.get(article.id)
        document = to_document(article, now=now, first_seen_at=first_seen[article.id])
        status = _without_writing(article, existing, document)
        if status is not None:
            outcomes[position] = _outcome(article, status)
            continue
        index = existing.index if existing else own.month(live, first_seen[article.id])
        try:
            lines = _action(article, index, document)
        except UnicodeEncodeError as error:
            outcomes[position] = _outcome(article, Status.DEAD, f"the text holds half a character at {error.start}")
            continue
        writes[position] = _Write(article, existing is not None, lines)
    for index in {own.month(live, first_seen[write.article.id]) for write in writes.values() if not write.existed}:
        retried(partial(ensure_index, es, index, alias=own.articles), retries=retry.retries, sleep=retry.sleep)
    for chunk in _by_bytes(writes, settings.bulk_bytes):
        outcomes.update(_send(es, chunk, retry, address))
    return [outcomes[position] for position in range(len(batch))]


def placements(es: Elasticsearch, own: Names, ids: Iterable[str]) -> dict[str, Placed]:
    """Where these articles live, those that do. One query; what was written before is refreshed into sight first."""
    wanted = sorted(ids)
    try:
        es.indices.refresh(index=own.articles)
        answer = es.search(
            index=own.articles,
            query={"ids": {"values": wanted}},
            size=min(len(wanted) * 2, 10_000),
            version=True,
            source_includes=["content_digest", "first_seen_at"],
            allow_partial_search_results=False,
        )
    except NotFoundError as error:
        raise SetupError(f"there is no index {own.articles}", "Run `newsdesk index setup`") from error
    return {hit["_id"]: _placed(hit) for hit in answer["hits"]["hits"]}


def _placed(hit: dict[str, Any]) -> Placed:
    source = hit["_source"]
    return Placed(hit["_index"], hit["_version"], source["content_digest"], dt.datetime.fromisoformat(source["first_seen_at"]))


def _first_seen(batch: list[Article], placed: dict[str, Placed]) -> dict[str, dt.datetime]:
    moments: dict[str, list[dt.datetime]] = defaultdict(list)
    for article in batch:
        moments[article.id].append(article.fetched_at)
    return {key: min([*seen, *([placed[key].first_seen_at] if key in placed else [])]) for key, seen in moments.items()}


def _without_writing(article: Article, existing: Placed | None, document: dict[str, Any]) -> Status | None:
    if existing is None:
        return None
    if existing.version > version(article):
        return Status.STALE
    if existing.version == version(article) and existing.digest == document["content_digest"]:
        return Status.UNCHANGED
    return None


def _action(article: Article, index: str, document: dict[str, Any]) -> bytes:
    # "external_gte": the same capture, enriched anew, replaces what the older rules made of it.
    head = {"index": {"_index": index, "_id": article.id, "version": version(article), "version_type": "external_gte"}}
    return (json.dumps(head) + "\n" + json.dumps(document, ensure_ascii=False)).encode()


def _by_bytes(writes: dict[int, _Write], most: int) -> Iterator[dict[int, _Write]]:
    chunk: dict[int, _Write] = {}
    size = 0
    for position, write in writes.items():
        if chunk and size + len(write.lines) > most:
            yield chunk
            chunk, size = {}, 0
        chunk[position] = write
        size += len(write.lines)
    if chunk:
        yield chunk


def _send(es: Elasticsearch, waiting: dict[int, _Write], retry: Retry, address: str) -> dict[int, Outcome]:
    """Sends until every write has its outcome; only what Elasticsearch put off is sent again."""
    outcomes: dict[int, Outcome] = {}
    for attempt in range(retry.retries + 1):
        answer = retried(partial(_bulk, es, waiting), retries=retry.retries, sleep=retry.sleep)
        put_off: dict[int, _Write] = {}
        trouble = ""
        for (position, write), item in zip(waiting.items(), answer, strict=True):
            outcome = _outcome_of(write, item)
            if outcome is None:
                put_off[position] = write
                trouble = _trouble(item)
            else:
                outcomes[position] = outcome
        if not put_off:
            return outcomes
        waiting = put_off
        if attempt < retry.retries:
            retry.sleep(wait_seconds(attempt))
    raise Unavailable(address, f"Elasticsearch puts off {len(waiting)} documents: {trouble}")


def _bulk(es: Elasticsearch, writes: dict[int, _Write]) -> list[dict[str, Any]]:
    for write in writes.values():
        write.tries += 1
    # The client takes ready lines too, which its types do not say.
    lines: list[Any] = [write.lines for write in writes.values()]
    answer = es.bulk(operations=lines)
    return [item["index"] for item in answer["items"]]


def _outcome_of(write: _Write, item: dict[str, Any]) -> Outcome | None:
    """The outcome that an item of the answer means; None where it must be sent again."""
    status = item["status"]
    if status in (200, 201):
        # A repeated request finds what its first try wrote before the answer was lost.
        created = item["result"] == "created" or (write.tries > 1 and not write.existed)
        return _outcome(write.article, Status.CREATED if created else Status.UPDATED)
    if status == 409:
        return _outcome(write.article, Status.STALE)
    if status in _REFUSED and status not in _NOT_THE_ARTICLES_FAULT:
        return _outcome(write.article, Status.DEAD, _trouble(item))
    return None


def _trouble(item: dict[str, Any]) -> str:
    error = item.get("error", {})
    cause = error.get("caused_by", {})
    reasons = [f"{part['type']}: {part['reason']}" for part in (error, cause) if "type" in part]
    return "; ".join(reasons)[:LONGEST_DETAIL] or f"status {item['status']}"


def _outcome(article: Article, status: Status, detail: str = "") -> Outcome:
    reason = Reason.REFUSED_BY_INDEX if status is Status.DEAD else None
    return Outcome(stage=Stage.INDEX, id=article.id, status=status, source=article.source, reason=reason, detail=detail)
