"""Writes articles to the index in bulk requests, with one outcome for each article.

A document is in the index of the month in which its article was first seen, so each bulk request is preceded by one query that
locates existing documents. After every few requests, `repair` corrects what concurrent writers could not see. Document ids and
external versions make every request idempotent, so an interrupted run can be repeated.
"""

import datetime as dt
import logging
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Set
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

from elasticsearch import Elasticsearch

from newsdesk.errors import Reason, Stage, Status
from newsdesk.index.aliases import Names, check_set_up, ensure_index, live_version, names
from newsdesk.index.bulk import NOTHING_STORED, Action, address, index_action, send
from newsdesk.index.client import Retry, translate_errors
from newsdesk.index.document import EPOCH, complete, dated, to_document, version
from newsdesk.index.mapping import Json
from newsdesk.index.repair import WriteTarget, repair
from newsdesk.index.version_records import find_unrecorded, version_action, version_key
from newsdesk.records import Article, Outcome
from newsdesk.settings import IndexSettings

log = logging.getLogger(__name__)

REPAIR_EVERY = 2_000
"""Number of documents between two repairs. A repair refreshes the index: one per 500 documents reduced the throughput by a quarter."""
CLOCK_AHEAD = dt.timedelta(days=1)
"""A capture that is further in the future was made with a wrong clock: it never replaces another one, and any other replaces it."""
REQUESTS_IN_FLIGHT = 2
"""Concurrent bulk requests: while one is parsed or waits for the disk, Elasticsearch analyses the texts of the other."""
_LOCATION_FIELDS: list[dict[str, str]] = [
    {"field": "id"},
    {"field": "content_digest"},
    {"field": "story_id"},
    {"field": "duplicate_kind"},
    {"field": "event_id"},
    {"field": "opens_event"},
    {"field": "event_languages"},
    {"field": "first_seen_at", "format": "epoch_millis"},
    {"field": "fetched_at", "format": "epoch_millis"},
]


@dataclass(frozen=True, slots=True)
class Location:
    """The index of an existing document, and the properties that determine whether it is written again.

    `version` is that of the document, `captured` that of its capture: they differ if it replaced a capture from the future.
    """

    index: str
    version: int
    captured: int
    digest: str
    first_seen_at: dt.datetime
    story: Json


@dataclass(frozen=True, slots=True)
class _SentBatch:
    """A batch in flight: the outcomes that are known already, and the pending actions, both by position."""

    batch: list[Article]
    outcomes: dict[int, Outcome]
    actions: dict[int, Action]
    existed: frozenset[str]
    response: Future[None]

    def shares(self, ids: Set[str]) -> bool:
        return any(article.id in ids for article in self.batch)


def index_articles(
    es: Elasticsearch, articles: Iterable[Article], settings: IndexSettings, *, now: dt.datetime, retry: Retry | None = None
) -> Iterator[Outcome]:
    """Index the articles and yield one outcome for each, in order.

    The status is CREATED, UPDATED, UNCHANGED (the same capture with the same content is indexed; nothing is written), STALE
    (a newer capture is indexed) or DEAD (rejected; `detail` is Elasticsearch's reason).

    Raises Unavailable after the retries, and SetupError if the index is not set up. Running it again with the same
    articles completes an interrupted run.
    """
    return index_articles_into(es, articles, settings, own=names(settings), now=now, retry=retry)


def index_articles_into(
    es: Elasticsearch, articles: Iterable[Article], settings: IndexSettings, *, own: Names, now: dt.datetime, retry: Retry | None
) -> Iterator[Outcome]:
    """Like `index_articles`, but with the indices of `own`: a migration fills a new version with it."""
    target = WriteTarget(es, own, settings.bulk_bytes, retry or Retry(), group=settings.group_duplicates)
    with translate_errors(address(es)), ThreadPoolExecutor(REQUESTS_IN_FLIGHT) as sender:
        yield from _Sink(target, settings, now, sender).run(articles)


class _Sink:
    """The state of one run of the index stage."""

    def __init__(self, target: WriteTarget, settings: IndexSettings, now: dt.datetime, sender: ThreadPoolExecutor) -> None:
        self.target, self.settings, self.now, self.sender = target, settings, now, sender
        self.locations: dict[str, Location] = {}
        self.unrepaired: dict[str, dt.datetime] = {}
        self.ensured: set[str] = set()
        self.in_flight: deque[_SentBatch] = deque()
        self.repairing: Future[None] | None = None

    def run(self, articles: Iterable[Article]) -> Iterator[Outcome]:
        self._retried(partial(check_set_up, self.target.es, self.target.own, self.settings))
        remaining = iter(articles)
        size = self.settings.bulk_documents
        # The first batch is small, so that Elasticsearch starts early.
        batch = list(islice(remaining, max(1, size // 4)))
        while batch:
            # Documents are built while Elasticsearch works on the previous requests.
            documents = [complete(to_document(article, now=self.now), sketched=self.target.group) for article in batch]
            yield from self._finish_conflicting({article.id for article in batch})
            self.in_flight.append(self._send(batch, documents))
            if len(self.unrepaired) + sum(len(sent.batch) for sent in self.in_flight) >= REPAIR_EVERY:
                yield from self._finish_all()
                self.repairing = self.sender.submit(repair, self.target, self.unrepaired)
                self.unrepaired = {}
            batch = list(islice(remaining, size))
        yield from self._finish_all()
        self._finish_repair()
        if self.unrepaired:
            repair(self.target, self.unrepaired)

    def _finish_conflicting(self, wanted: Set[str]) -> Iterator[Outcome]:
        """Wait for batches in flight until there is room for one more and none contains the wanted articles; yield their outcomes."""
        while len(self.in_flight) >= REQUESTS_IN_FLIGHT or any(sent.shares(wanted) for sent in self.in_flight):
            yield from self._finish(self.in_flight.popleft())
        self._finish_repair()

    def _finish_all(self) -> Iterator[Outcome]:
        while self.in_flight:
            yield from self._finish(self.in_flight.popleft())

    def _send(self, batch: list[Article], documents: list[Json]) -> _SentBatch:
        self._locate(batch)
        live = self._retried(partial(live_version, self.target.es, self.target.own))
        known = {key: one.first_seen_at for key, one in self.locations.items()}
        first_seen = _first_seen(batch, known)
        own = self.target.own
        indices = {key: self.locations[key].index if key in self.locations else own.month(live, seen) for key, seen in first_seen.items()}
        self._ensure_indices({*indices.values(), *(own.versions_month(article.fetched_at) for article in batch)})
        outcomes: dict[int, Outcome] = {}
        actions: dict[int, Action] = {}
        version_actions: list[Action] = []
        unchanged: dict[str, Article] = {}
        latest = (self.now + CLOCK_AHEAD - EPOCH) // dt.timedelta(milliseconds=1)
        existed = frozenset(self.locations.keys() & first_seen.keys())
        for position, (article, document) in enumerate(zip(batch, documents, strict=True)):
            existing = self.locations.get(article.id)
            status = _status_without_writing(article, existing, document, latest=latest)
            number = _version_to_write(article, existing, latest=latest)
            story = existing.story if existing else {}
            written = {**document, **story, **dated(article.cleaned.published_at, first_seen[article.id])}
            try:
                if status is Status.UNCHANGED:
                    unchanged[version_key(article)] = article
                else:
                    version_actions.append(version_action(article, own))
                if status is None:
                    actions[position] = index_action(indices[article.id], article.id, number, written)
            except UnicodeEncodeError:
                outcomes[position] = _outcome(article, Status.DEAD, "the text contains a lone surrogate, which is not a valid character")
                continue
            if status is not None:
                outcomes[position] = _outcome(article, status)
                continue
            digest = document["content_digest"]
            self.locations[article.id] = Location(indices[article.id], number, version(article), digest, first_seen[article.id], story)
        version_actions += self._unrecorded_versions(unchanged)
        # A bulk request is ordered within each index only, so an interruption may leave an article without its version record.
        response = self.sender.submit(
            send, self.target.es, [*version_actions, *actions.values()], most_bytes=self.target.most_bytes, retry=self.target.retry
        )
        return _SentBatch(batch, outcomes, actions, existed, response)

    def _finish(self, sent: _SentBatch) -> list[Outcome]:
        sent.response.result()
        outcomes = dict(sent.outcomes)
        for position, action in sent.actions.items():
            article = sent.batch[position]
            outcomes[position] = _outcome_of(article, action, existed=article.id in sent.existed)
            if outcomes[position].status is Status.DEAD:
                self.locations.pop(article.id, None)
        alive = [article for position, article in enumerate(sent.batch) if outcomes[position].status is not Status.DEAD]
        self.unrepaired |= _first_seen(alive, self.unrepaired)
        return [outcomes[position] for position in range(len(sent.batch))]

    def _ensure_indices(self, indices: set[str]) -> None:
        for index in sorted(indices - self.ensured):
            self._retried(partial(ensure_index, self.target.es, index))
        self.ensured |= indices

    def _finish_repair(self) -> None:
        if self.repairing:
            self.repairing.result()
            self.repairing = None
            # The next query finds the written documents, and the stories that other writers assigned.
            self.locations = {}

    def _locate(self, batch: list[Article]) -> None:
        wanted = sorted({article.id for article in batch} - self.locations.keys())
        if wanted:
            self.locations |= self._retried(partial(_find_locations, self.target, wanted))

    def _unrecorded_versions(self, unchanged: dict[str, Article]) -> list[Action]:
        """Return the version records that an interrupted run did not write for articles that it wrote."""
        if not unchanged:
            return []
        unrecorded = self._retried(partial(find_unrecorded, self.target.es, self.target.own, unchanged))
        return [version_action(article, self.target.own) for article in unrecorded]

    def _retried(self, call: Any) -> Any:
        return self.target.retry.call(call)


def _find_locations(target: WriteTarget, wanted: list[str]) -> dict[str, Location]:
    """Return the locations of the indexed articles. The alias does not exist if retention has removed all indices."""
    answer = target.es.search(
        index=target.own.write_alias,
        query={"ids": {"values": wanted}},
        size=min(len(wanted) * 2, 10_000),
        version=True,
        stored_fields=NOTHING_STORED,
        docvalue_fields=_LOCATION_FIELDS,
        sort="_doc",
        track_total_hits=False,
        ignore_unavailable=True,
        allow_partial_search_results=False,
    )
    return {hit["fields"]["id"][0]: _location(hit) for hit in answer["hits"]["hits"]}


def _location(hit: Json) -> Location:
    fields = {name: values[0] for name, values in hit["fields"].items()}
    seen = dt.datetime.fromtimestamp(int(fields["first_seen_at"]) / 1000, dt.UTC)
    story = {name: fields[name] for name in ("story_id", "duplicate_kind", "event_id", "opens_event") if name in fields}
    if "event_languages" in hit["fields"]:
        story["event_languages"] = hit["fields"]["event_languages"]
    return Location(hit["_index"], hit["_version"], int(fields["fetched_at"]), fields["content_digest"], seen, story)


def _first_seen(batch: list[Article], known: Mapping[str, dt.datetime]) -> dict[str, dt.datetime]:
    """Return when each article of the batch was first seen: the earliest of its captures in the batch and the known time."""
    moments: dict[str, list[dt.datetime]] = defaultdict(list)
    for article in batch:
        moments[article.id].append(article.fetched_at)
    return {key: min([*moments[key], *([known[key]] if key in known else [])]) for key in moments}


def _status_without_writing(article: Article, existing: Location | None, document: Json, *, latest: int) -> Status | None:
    """Return STALE or UNCHANGED, or None if the article must be written. Versions above `latest` are from the future."""
    captured = version(article)
    if captured > latest:
        log.warning("%s was captured in the future, %s: the clock of that fetch was wrong", article.url, article.fetched_at)
    if existing is None:
        return None
    if (captured > latest) != (existing.captured > latest):
        return Status.STALE if captured > latest else None
    if existing.captured > captured:
        return Status.STALE
    if existing.captured == captured and existing.digest == document["content_digest"]:
        return Status.UNCHANGED
    return None


def _version_to_write(article: Article, existing: Location | None, *, latest: int) -> int:
    """Return the version of the article's document. Elasticsearch accepts none below the present one, even if that is from the future."""
    if existing is not None and existing.version > latest >= version(article):
        return existing.version + 1
    return version(article)


def _outcome_of(article: Article, action: Action, *, existed: bool) -> Outcome:
    if action.status == 409:
        return _outcome(article, Status.STALE)
    if action.status >= 400:
        return _outcome(article, Status.DEAD, action.error or f"status {action.status}")
    # If the response to a first try was lost, the second try finds the document that the first one created.
    created = action.result == "created" or (action.tries > 1 and not existed)
    return _outcome(article, Status.CREATED if created else Status.UPDATED)


def _outcome(article: Article, status: Status, detail: str = "") -> Outcome:
    reason = Reason.REFUSED_BY_INDEX if status is Status.DEAD else None
    return Outcome(stage=Stage.INDEX, id=article.id, status=status, source=article.source, url=article.url, reason=reason, detail=detail)
