"""Articles into the index: bounded bulk requests, one outcome for each article, nothing lost or doubled by a kill.

A document lies in the month in which its article was first seen, so each bulk request is preceded by one query that
tells where its articles live already, and followed by one look at what has to be put right (`settle`). The document's
id and external version make every request safe to repeat.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import Any

from elasticsearch import Elasticsearch, NotFoundError

from newsdesk.errors import Reason, SetupError, Stage, Status
from newsdesk.index.aliases import ensure_index, live_version, names
from newsdesk.index.bulk import Action, Retry, address, index_action, send
from newsdesk.index.client import explained, retried
from newsdesk.index.document import complete, to_document, version
from newsdesk.index.settle import Work, settle
from newsdesk.records import Article, Outcome
from newsdesk.settings import IndexSettings

__all__ = ["Retry", "index_articles"]

_PLACED_FIELDS: list[dict[str, str]] = [
    {"field": "content_digest"},
    {"field": "story_id"},
    {"field": "duplicate_kind"},
    {"field": "first_seen_at", "format": "epoch_millis"},
]


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a document lies, and what decides whether it is written again."""

    index: str
    version: int
    digest: str
    first_seen_at: dt.datetime
    story: dict[str, str]


def index_articles(
    es: Elasticsearch, articles: Iterable[Article], settings: IndexSettings, *, now: dt.datetime, retry: Retry | None = None
) -> Iterator[Outcome]:
    """One outcome for each article, in the order of the articles.

    CREATED, UPDATED, UNCHANGED (this very capture is there, word for word; nothing is written), STALE (a newer
    capture is there), DEAD (the index refuses it; `detail` holds Elasticsearch's reason).

    Raises Unavailable after the retries, SetupError where the index was never set up; running it again with the
    same articles completes the work.
    """
    seen: dict[str, dt.datetime] = {}
    work = Work(es, names(settings), settings.bulk_bytes, retry or Retry(), group=settings.group_duplicates)
    remaining = iter(articles)
    while batch := list(islice(remaining, settings.bulk_documents)):
        with explained(address(es)):
            outcomes = _index_batch(work, batch, settings, now=now)
        seen.update(_first_seen(batch, seen))
        yield from outcomes
    # A writer beside this one that had looked before this one wrote may have put a later first sight over an earlier.
    with explained(address(es)):
        for part in _parts(seen, settings.bulk_documents):
            settle(replace(work, group=False), part)


def _index_batch(work: Work, batch: list[Article], settings: IndexSettings, *, now: dt.datetime) -> list[Outcome]:
    attempt = partial(retried, retries=work.retry.retries, sleep=work.retry.sleep)
    placed = attempt(partial(_placements, work, {article.id for article in batch}))
    live = attempt(partial(live_version, work.es, work.own))
    first_seen = _first_seen(batch, {key: one.first_seen_at for key, one in placed.items()})
    homes = {key: placed[key].index if key in placed else work.own.month(live, seen) for key, seen in first_seen.items()}
    for index in set(homes.values()) - {one.index for one in placed.values()}:
        attempt(partial(ensure_index, work.es, index, alias=work.own.articles))
    outcomes: dict[int, Outcome] = {}
    actions: dict[int, Action] = {}
    for position, article in enumerate(batch):
        document = to_document(article, now=now, first_seen_at=first_seen[article.id])
        existing = placed.get(article.id)
        if status := _without_writing(article, existing, document):
            outcomes[position] = _outcome(article, status)
            continue
        try:
            full = complete({**document, **(existing.story if existing else {})}, sketched=work.group)
            actions[position] = index_action(homes[article.id], article.id, version(article), full)
        except UnicodeEncodeError:
            outcomes[position] = _outcome(article, Status.DEAD, "the text holds half of a surrogate pair, which is no character")
    send(work.es, list(actions.values()), most_bytes=work.most_bytes, retry=work.retry)
    for position, action in actions.items():
        outcomes[position] = _outcome_of(batch[position], action, existed=batch[position].id in placed)
    dead = {outcome.id for outcome in outcomes.values() if outcome.status is Status.DEAD}
    settle(work, {key: seen for key, seen in first_seen.items() if key not in dead})
    return [outcomes[position] for position in range(len(batch))]


def _placements(work: Work, ids: Iterable[str]) -> dict[str, Placed]:
    """Where these articles live, those that do: one query on the alias."""
    wanted = sorted(ids)
    try:
        answer = work.es.search(
            index=work.own.articles,
            query={"ids": {"values": wanted}},
            size=min(len(wanted) * 2, 10_000),
            version=True,
            source=False,
            docvalue_fields=_PLACED_FIELDS,
            sort="_doc",
            track_total_hits=False,
            allow_partial_search_results=False,
        )
    except NotFoundError as error:
        raise SetupError(f"there is no index {work.own.articles}", "Run `newsdesk index setup`") from error
    return {hit["_id"]: _placed(hit) for hit in answer["hits"]["hits"]}


def _placed(hit: dict[str, Any]) -> Placed:
    fields = {name: values[0] for name, values in hit["fields"].items()}
    seen = dt.datetime.fromtimestamp(int(fields["first_seen_at"]) / 1000, dt.UTC)
    story = {name: fields[name] for name in ("story_id", "duplicate_kind") if name in fields}
    return Placed(hit["_index"], hit["_version"], fields["content_digest"], seen, story)


def _first_seen(batch: list[Article], known: dict[str, dt.datetime]) -> dict[str, dt.datetime]:
    """When each article of the batch was first seen, by its captures here and by what is known already."""
    moments: dict[str, list[dt.datetime]] = defaultdict(list)
    for article in batch:
        moments[article.id].append(article.fetched_at)
    return {key: min([*moments[key], *([known[key]] if key in known else [])]) for key in moments}


def _parts(seen: dict[str, dt.datetime], size: int) -> Iterator[dict[str, dt.datetime]]:
    remaining = iter(seen.items())
    while part := dict(islice(remaining, size)):
        yield part


def _without_writing(article: Article, existing: Placed | None, document: dict[str, Any]) -> Status | None:
    if existing is None:
        return None
    if existing.version > version(article):
        return Status.STALE
    if existing.version == version(article) and existing.digest == document["content_digest"]:
        return Status.UNCHANGED
    return None


def _outcome_of(article: Article, action: Action, *, existed: bool) -> Outcome:
    if action.status == 409:
        return _outcome(article, Status.STALE)
    if action.status >= 400:
        return _outcome(article, Status.DEAD, action.trouble or f"status {action.status}")
    # A repeated request finds what its first try wrote before the answer was lost.
    created = action.result == "created" or (action.tries > 1 and not existed)
    return _outcome(article, Status.CREATED if created else Status.UPDATED)


def _outcome(article: Article, status: Status, detail: str = "") -> Outcome:
    reason = Reason.REFUSED_BY_INDEX if status is Status.DEAD else None
    return Outcome(stage=Stage.INDEX, id=article.id, status=status, source=article.source, url=article.url, reason=reason, detail=detail)
