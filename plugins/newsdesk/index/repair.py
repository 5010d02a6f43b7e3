"""Repairs after a write: duplicate documents in two months, `first_seen_at`, near-duplicate groups, and events.

Several processes write concurrently, and none of them sees what another is about to write. So each writes first and then
searches for inconsistencies: the last one to search sees everything and repairs it, until a search finds nothing to repair.
A repair keeps the version of a document, so it never overwrites a newer capture.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from elasticsearch import Elasticsearch

from newsdesk.index.aliases import Names
from newsdesk.index.bulk import NOTHING_STORED, delete_action, in_parts, index_action, read_for_update, send
from newsdesk.index.client import Retry
from newsdesk.index.document import complete, iso
from newsdesk.index.duplicates import DuplicateKind, Member, find_stories, kinds_in, story_of, unpack
from newsdesk.index.event_repair import EventRepair
from newsdesk.index.mapping import Json
from newsdesk.index.version_records import first_fetches

STORY_DAYS = 30
"""Articles that are further apart in time are not grouped, which limits the range of the search."""
MAXIMUM_HITS = 10_000
MAXIMUM_TERMS = 60_000
"""Elasticsearch accepts 65,536 terms in one query."""
DOCUMENTS_AT_ONCE = 1_000
MAXIMUM_ROUNDS = 20
"""Maximum number of rounds. Two processes that repair the same story agree after two; twenty suffice for many processes and for events."""
_FEWER_FIELDS: list[dict[str, str]] = [
    {"field": "id"},
    *({"field": name, "format": "epoch_millis"} for name in ("dated_at", "first_seen_at")),
]
_FIELDS = [*_FEWER_FIELDS, *({"field": name} for name in ("story_id", "duplicate_kind", "source", "title.keyword", "sketch"))]


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article document as found in the index."""

    index: str
    version: int
    first_seen_at: dt.datetime
    member: Member


@dataclass(frozen=True, slots=True)
class WriteTarget:
    """The indices to write to, and the options: `most_bytes` limits a request, and with `group` near-duplicates are grouped."""

    es: Elasticsearch
    own: Names
    most_bytes: int
    retry: Retry
    group: bool = True


def repair(target: WriteTarget, known: Mapping[str, dt.datetime]) -> None:
    """Repair inconsistencies around the articles in `known`, which maps ids to the time when each was first seen by this writer."""
    repaired = _repair_stories(target, known)
    if target.group:
        _repair_events(target, {*known, *repaired})


def _repair_stories(target: WriteTarget, known: Mapping[str, dt.datetime]) -> set[str]:
    """Repair everything except events. Returns the ids of the written articles."""
    first_seen, repaired = dict(known), set[str]()
    written = f"{target.own.write_alias},{target.own.versions}"
    for _ in range(MAXIMUM_ROUNDS):
        target.retry.call(partial(target.es.indices.refresh, index=written))
        # A concurrent writer of an older capture has either written its version record already, or searches after this.
        others = target.retry.call(partial(first_fetches, target.es, target.own, sorted(known)))
        first_seen |= {key: min(moment, first_seen[key]) for key, moment in others.items()}
        stored = _find_related(target, first_seen)
        spare, kept = _separate_copies(stored)
        for one in spare:
            first_seen[one.member.id] = min(one.first_seen_at, first_seen.get(one.member.id, one.first_seen_at))
        changes = _correct_first_seen(kept, first_seen)
        for key, fields in (_regroup(target, kept) if target.group else {}).items():
            changes.setdefault(key, {}).update(fields)
        if not spare and not changes:
            break
        repaired |= changes.keys()
        _write_repairs(target, {one.member.id: one.index for one in kept}, spare, changes)
    return repaired


def _repair_events(target: WriteTarget, examined: Iterable[str]) -> None:
    """Repair the events around these articles, which must be searchable."""
    events = EventRepair(target.es, target.own.write_alias, target.retry, examined)
    for _ in range(MAXIMUM_ROUNDS):
        changes = events.find_changes()
        if not changes:
            break
        places = {key: change.index for key, change in changes.items()}
        _write_repairs(target, places, [], {key: change.fields for key, change in changes.items()})
        target.retry.call(partial(target.es.indices.refresh, index=target.own.write_alias))


def _find_related(target: WriteTarget, wanted: Iterable[str]) -> list[StoredArticle]:
    """Return these articles, and all articles that share an LSH band with one of them."""
    mine = _search(target, {"ids": {"values": sorted(wanted)}})
    sketched = [one.member for one in mine if one.member.sketch]
    if not sketched or not target.group:
        return mine
    bands = {band for member in sketched if member.sketch for band in member.sketch.bands}
    days = dt.timedelta(days=STORY_DAYS)
    dates = [member.dated_at for member in sketched]
    found = list(mine)
    window = {"gte": (min(dates) - days).isoformat(), "lte": (max(dates) + days).isoformat()}
    for part in in_parts(sorted(bands), MAXIMUM_TERMS):
        terms: list[Json] = [{"terms": {"minhash_bands": part}}, {"range": {"dated_at": window}}]
        found += _search(target, {"bool": {"filter": terms, "must_not": [{"ids": {"values": sorted(wanted)}}]}})
    return list({(one.index, one.member.id): one for one in found}.values())


def _search(target: WriteTarget, query: Json) -> list[StoredArticle]:
    ask = partial(
        target.es.search,
        index=target.own.write_alias,
        query=query,
        size=MAXIMUM_HITS,
        version=True,
        stored_fields=NOTHING_STORED,
        docvalue_fields=_FIELDS if target.group else _FEWER_FIELDS,
        sort="_doc",
        track_total_hits=False,
        allow_partial_search_results=False,
    )
    answer = target.retry.call(ask)
    return [_stored_article(hit) for hit in answer["hits"]["hits"]]


def _stored_article(hit: Json) -> StoredArticle:
    fields: Json = {name: values[0] for name, values in hit["fields"].items()}
    member = Member(
        id=fields["id"],
        story_id=fields.get("story_id") or fields["id"],
        source=fields.get("source", ""),
        title=fields.get("title.keyword", ""),
        dated_at=_moment(fields["dated_at"]),
        sketch=unpack(fields["sketch"]) if "sketch" in fields else None,
        kind=DuplicateKind(fields["duplicate_kind"]) if "duplicate_kind" in fields else None,
    )
    return StoredArticle(hit["_index"], hit["_version"], _moment(fields["first_seen_at"]), member)


def _moment(milliseconds: str) -> dt.datetime:
    return dt.datetime.fromtimestamp(int(milliseconds) / 1000, dt.UTC)


def _separate_copies(stored: list[StoredArticle]) -> tuple[list[StoredArticle], list[StoredArticle]]:
    """Separate the document to keep of each article from surplus ones, which exist if two processes wrote it into two months."""
    by_id: dict[str, list[StoredArticle]] = defaultdict(list)
    for one in stored:
        by_id[one.member.id].append(one)
    spare, kept = [], []
    for copies in by_id.values():
        newest, *others = sorted(copies, key=lambda one: (-one.version, one.index))
        kept.append(newest)
        spare += others
    return spare, kept


def _correct_first_seen(kept: list[StoredArticle], first_seen: dict[str, dt.datetime]) -> dict[str, Json]:
    """Return field changes for articles that were seen earlier than in their documents, since an older capture was indexed later."""
    changes: dict[str, Json] = {}
    for one in kept:
        known = first_seen.get(one.member.id)
        if known is not None and one.first_seen_at - known >= dt.timedelta(milliseconds=1):
            changes[one.member.id] = {"first_seen_at": iso(known)}
    return changes


def _regroup(target: WriteTarget, kept: list[StoredArticle]) -> dict[str, Json]:
    """Return field changes for articles whose story or kind of duplicate is wrong. Adds the other articles of their stories to `kept`."""
    changes: dict[str, Json] = {}
    groups = find_stories(one.member for one in kept)
    if not groups:
        return changes
    stories = sorted({member.story_id for group in groups for member in group})
    rest = _search(target, {"terms": {"story_id": stories}})
    known = {one.member.id: one for one in [*rest, *kept]}
    kept[:] = known.values()
    for group in find_stories(one.member for one in kept):
        story, kinds = story_of(group), kinds_in(group)
        for member in group:
            if (member.story_id, member.kind) != (story, kinds[member.id]):
                changes[member.id] = {"story_id": story, "duplicate_kind": kinds[member.id].value}
    return changes


def _write_repairs(target: WriteTarget, places: Mapping[str, str], spare: list[StoredArticle], changes: dict[str, Json]) -> None:
    actions = [delete_action(one.index, one.member.id, one.version) for one in spare]
    if changes:
        for found in _documents(target, {key: places[key] for key in sorted(changes)}):
            source = {**found["_source"], **changes[found["_id"]]}
            if "published_at" not in source:
                source["dated_at"] = source["first_seen_at"]
            actions.append(index_action(found["_index"], found["_id"], found["_version"], complete(source, sketched=target.group)))
    send(target.es, actions, most_bytes=target.most_bytes, retry=target.retry)


def _documents(target: WriteTarget, places: Mapping[str, str]) -> Iterator[Json]:
    """Yield the documents in these indices by id."""
    for part in in_parts(list(places), DOCUMENTS_AT_ONCE):
        for hit in read_for_update(target.es, target.own.write_alias, part, retry=target.retry):
            if hit["_index"] == places[hit["_id"]]:
                yield hit
