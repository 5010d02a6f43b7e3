"""Articles into the index: bounded bulk requests, one outcome for each article, nothing lost or doubled by a kill.

A document lies in the month in which its article was first seen, so each bulk request is preceded by one query that
tells where its articles live already; every few requests are followed by one look at what has to be put right
(`settle`). The document's id and external version make every request safe to repeat.
"""

import datetime as dt
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
from newsdesk.index.bulk import Action, address, index_action, send
from newsdesk.index.client import Retry, explained
from newsdesk.index.document import complete, dated, to_document, version
from newsdesk.index.placement import Work, settle
from newsdesk.index.version_notes import lacking, version_action, version_key
from newsdesk.records import Article, Outcome
from newsdesk.settings import IndexSettings

SETTLE_DOCUMENTS = 2_000
"""A look makes Elasticsearch write a segment: one each 500 documents cost a quarter of the throughput."""
IN_FLIGHT = 2
"""Bulk requests at a time: while one is taken apart or waits for the disk, Elasticsearch analyses the texts of the other."""
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


@dataclass(frozen=True, slots=True)
class _Sent:
    """A batch under way: the outcomes that are known already, and by position the actions whose answer is awaited."""

    batch: list[Article]
    outcomes: dict[int, Outcome]
    actions: dict[int, Action]
    existed: frozenset[str]
    answered: Future[None]

    def shares(self, ids: Set[str]) -> bool:
        return any(article.id in ids for article in self.batch)


def index_articles(
    es: Elasticsearch, articles: Iterable[Article], settings: IndexSettings, *, now: dt.datetime, retry: Retry | None = None
) -> Iterator[Outcome]:
    """One outcome for each article, in the order of the articles.

    CREATED, UPDATED, UNCHANGED (this very capture is there, word for word; nothing is written), STALE (a newer
    capture is there), DEAD (the index refuses it; `detail` holds Elasticsearch's reason).

    Raises Unavailable after the retries, SetupError where the index was never set up; running it again with the
    same articles completes the work.
    """
    return index_articles_into(es, articles, settings, own=names(settings), now=now, retry=retry)


def index_articles_into(
    es: Elasticsearch, articles: Iterable[Article], settings: IndexSettings, *, own: Names, now: dt.datetime, retry: Retry | None
) -> Iterator[Outcome]:
    """The same for other indices than those that everybody reads: a migration fills a new version so."""
    work = Work(es, own, settings.bulk_bytes, retry or Retry(), group=settings.group_duplicates)
    with explained(address(es)), ThreadPoolExecutor(IN_FLIGHT) as sender:
        yield from _Sink(work, settings, now, sender).run(articles)


class _Sink:
    """What one run of the stage remembers from batch to batch."""

    def __init__(self, work: Work, settings: IndexSettings, now: dt.datetime, sender: ThreadPoolExecutor) -> None:
        self.work, self.settings, self.now, self.sender = work, settings, now, sender
        self.placed: dict[str, Placed] = {}
        self.unsettled: dict[str, dt.datetime] = {}
        self.made: set[str] = set()
        self.flying: deque[_Sent] = deque()
        self.settling: Future[None] | None = None

    def run(self, articles: Iterable[Article]) -> Iterator[Outcome]:
        self._tried(partial(check_set_up, self.work.es, self.work.own, self.settings))
        remaining = iter(articles)
        size = self.settings.bulk_documents
        # The first batch is small: Elasticsearch has nothing to do until it comes.
        batch = list(islice(remaining, max(1, size // 4)))
        while batch:
            # Made while Elasticsearch works on what was sent before.
            documents = [complete(to_document(article, now=self.now), sketched=self.work.group) for article in batch]
            yield from self._landed({article.id for article in batch})
            self.flying.append(self._send(batch, documents))
            if len(self.unsettled) + sum(len(sent.batch) for sent in self.flying) >= SETTLE_DOCUMENTS:
                yield from self._all_landed()
                self.settling = self.sender.submit(settle, self.work, self.unsettled)
                self.unsettled = {}
            batch = list(islice(remaining, size))
        yield from self._all_landed()
        self._settled()
        if self.unsettled:
            settle(self.work, self.unsettled)

    def _landed(self, wanted: Set[str]) -> Iterator[Outcome]:
        """The outcomes of what must be answered before these articles are sent: what fills the line, or holds one of them."""
        while len(self.flying) >= IN_FLIGHT or any(sent.shares(wanted) for sent in self.flying):
            yield from self._answered(self.flying.popleft())
        self._settled()

    def _all_landed(self) -> Iterator[Outcome]:
        while self.flying:
            yield from self._answered(self.flying.popleft())

    def _send(self, batch: list[Article], documents: list[dict[str, Any]]) -> _Sent:
        self._place(batch)
        live = self._tried(partial(live_version, self.work.es, self.work.own))
        known = {key: one.first_seen_at for key, one in self.placed.items()}
        first_seen = _first_seen(batch, known)
        own = self.work.own
        homes = {key: self.placed[key].index if key in self.placed else own.month(live, seen) for key, seen in first_seen.items()}
        self._ensure({*homes.values(), *(own.versions_month(article.fetched_at) for article in batch)})
        outcomes: dict[int, Outcome] = {}
        actions: dict[int, Action] = {}
        contents: list[Action] = []
        unchanged: dict[str, Article] = {}
        existed = frozenset(self.placed.keys() & first_seen.keys())
        for position, (article, document) in enumerate(zip(batch, documents, strict=True)):
            existing = self.placed.get(article.id)
            status = _without_writing(article, existing, document)
            story = existing.story if existing else {}
            written = {**document, **story, **dated(article.cleaned.published_at, first_seen[article.id])}
            try:
                if status is Status.UNCHANGED:
                    unchanged[version_key(article)] = article
                else:
                    contents.append(version_action(article, own))
                if status is None:
                    actions[position] = index_action(homes[article.id], article.id, version(article), written)
            except UnicodeEncodeError:
                outcomes[position] = _outcome(article, Status.DEAD, "the text holds half of a surrogate pair, which is no character")
                continue
            if status is not None:
                outcomes[position] = _outcome(article, status)
                continue
            digest = document["content_digest"]
            self.placed[article.id] = Placed(homes[article.id], version(article), digest, first_seen[article.id], story)
        contents += self._lacking(unchanged)
        # A bulk request has an order within an index only, so what a kill leaves of it may be an article without its content.
        answered = self.sender.submit(
            send, self.work.es, [*contents, *actions.values()], most_bytes=self.work.most_bytes, retry=self.work.retry
        )
        return _Sent(batch, outcomes, actions, existed, answered)

    def _answered(self, sent: _Sent) -> list[Outcome]:
        sent.answered.result()
        outcomes = dict(sent.outcomes)
        for position, action in sent.actions.items():
            article = sent.batch[position]
            outcomes[position] = _outcome_of(article, action, existed=article.id in sent.existed)
            if outcomes[position].status is Status.DEAD:
                self.placed.pop(article.id, None)
        alive = [article for position, article in enumerate(sent.batch) if outcomes[position].status is not Status.DEAD]
        self.unsettled |= _first_seen(alive, self.unsettled)
        return [outcomes[position] for position in range(len(sent.batch))]

    def _ensure(self, indices: set[str]) -> None:
        for index in sorted(indices - self.made):
            self._tried(partial(ensure_index, self.work.es, index))
        self.made |= indices

    def _settled(self) -> None:
        if self.settling:
            self.settling.result()
            self.settling = None
            # What was written is in sight of the next query now, with the stories that others have joined.
            self.placed = {}

    def _place(self, batch: list[Article]) -> None:
        wanted = sorted({article.id for article in batch} - self.placed.keys())
        if wanted:
            self.placed |= self._tried(partial(_placements, self.work, wanted))

    def _lacking(self, unchanged: dict[str, Article]) -> list[Action]:
        """Writes the contents that a killed run has not noted, of articles that it has."""
        if not unchanged:
            return []
        absent = self._tried(partial(lacking, self.work.es, self.work.own, unchanged))
        return [version_action(article, self.work.own) for article in absent]

    def _tried(self, call: Any) -> Any:
        return self.work.retry.call(call)


def _placements(work: Work, wanted: list[str]) -> dict[str, Placed]:
    """Where these articles live, those that do: one query on the alias, which is gone where retention has left no index."""
    answer = work.es.search(
        index=work.own.write_alias,
        query={"ids": {"values": wanted}},
        size=min(len(wanted) * 2, 10_000),
        version=True,
        source=False,
        docvalue_fields=_PLACED_FIELDS,
        sort="_doc",
        track_total_hits=False,
        ignore_unavailable=True,
        allow_partial_search_results=False,
    )
    return {hit["_id"]: _placed(hit) for hit in answer["hits"]["hits"]}


def _placed(hit: dict[str, Any]) -> Placed:
    fields = {name: values[0] for name, values in hit["fields"].items()}
    seen = dt.datetime.fromtimestamp(int(fields["first_seen_at"]) / 1000, dt.UTC)
    story = {name: fields[name] for name in ("story_id", "duplicate_kind") if name in fields}
    return Placed(hit["_index"], hit["_version"], fields["content_digest"], seen, story)


def _first_seen(batch: list[Article], known: Mapping[str, dt.datetime]) -> dict[str, dt.datetime]:
    """When each article of the batch was first seen, by its captures here and by what is known already."""
    moments: dict[str, list[dt.datetime]] = defaultdict(list)
    for article in batch:
        moments[article.id].append(article.fetched_at)
    return {key: min([*moments[key], *([known[key]] if key in known else [])]) for key in moments}


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
