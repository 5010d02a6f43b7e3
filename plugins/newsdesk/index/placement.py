"""What is put right after a write: copies in two months, the time of first sight, near-duplicate groups.

Several processes write side by side, and none of them sees what another is about to write. So each writes first and
looks then: whoever looks last sees everything, and repairs what does not fit, until a look finds nothing to repair.
A repair writes a document under the version it has, and never over a newer capture.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from elasticsearch import Elasticsearch

from newsdesk.index.aliases import Names
from newsdesk.index.bulk import delete_action, index_action, send
from newsdesk.index.client import Retry
from newsdesk.index.document import complete, iso
from newsdesk.index.duplicates import DuplicateKind, Member, find_stories, kinds_in, story_of, unpack
from newsdesk.index.version_notes import first_fetches

STORY_DAYS = 30
"""Articles that are further apart in time are no copies of one story; this bounds what a look has to search."""
MOST_SEEN = 10_000
MOST_TERMS = 60_000
"""Elasticsearch takes 65,536 terms in one query."""
MOST_ROUNDS = 10
"""Two processes that repair the same story agree after two rounds; ten stand for many processes."""
_DATES: list[dict[str, str]] = [{"field": name, "format": "epoch_millis"} for name in ("dated_at", "first_seen_at")]
_FIELDS = [{"field": name} for name in ("story_id", "duplicate_kind", "source", "title.keyword", "sketch")] + _DATES


@dataclass(frozen=True, slots=True)
class Seen:
    """A document as a look finds it."""

    index: str
    version: int
    first_seen_at: dt.datetime
    member: Member


@dataclass(frozen=True, slots=True)
class Work:
    """What all steps of a repair need."""

    es: Elasticsearch
    own: Names
    most_bytes: int
    retry: Retry
    group: bool = True


def settle(work: Work, known: Mapping[str, dt.datetime]) -> None:
    """Repairs what does not fit around these articles; `known` tells when each was first seen, as far as its writer knows."""
    first_seen = dict(known)
    written = f"{work.own.write_alias},{work.own.versions}"
    for _ in range(MOST_ROUNDS):
        work.retry.call(partial(work.es.indices.refresh, index=written))
        # A writer that held an older capture at the same moment has noted it there, or looks later than this.
        others = work.retry.call(partial(first_fetches, work.es, work.own, sorted(known)))
        first_seen |= {key: min(moment, first_seen[key]) for key, moment in others.items()}
        seen = _look(work, first_seen)
        spare, kept = _copies(seen)
        for one in spare:
            first_seen[one.member.id] = min(one.first_seen_at, first_seen.get(one.member.id, one.first_seen_at))
        changes = _late(kept, first_seen)
        for key, fields in (_regrouped(work, kept) if work.group else {}).items():
            changes.setdefault(key, {}).update(fields)
        if not spare and not changes:
            return
        _repair(work, {one.member.id: one for one in kept}, spare, changes)


def _look(work: Work, wanted: Iterable[str]) -> list[Seen]:
    """These articles, and every article that shares a band with one of them."""
    mine = _search(work, {"ids": {"values": sorted(wanted)}})
    sketched = [one.member for one in mine if one.member.sketch]
    if not sketched or not work.group:
        return mine
    bands = {band for member in sketched if member.sketch for band in member.sketch.bands}
    days = dt.timedelta(days=STORY_DAYS)
    dates = [member.dated_at for member in sketched]
    found = list(mine)
    window = {"gte": (min(dates) - days).isoformat(), "lte": (max(dates) + days).isoformat()}
    for part in _parts(sorted(bands), MOST_TERMS):
        terms: list[dict[str, Any]] = [{"terms": {"minhash_bands": part}}, {"range": {"dated_at": window}}]
        found += _search(work, {"bool": {"filter": terms, "must_not": [{"ids": {"values": sorted(wanted)}}]}})
    return list({(one.index, one.member.id): one for one in found}.values())


def _parts(values: list[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]


def _search(work: Work, query: dict[str, Any]) -> list[Seen]:
    ask = partial(
        work.es.search,
        index=work.own.write_alias,
        query=query,
        size=MOST_SEEN,
        version=True,
        source=False,
        docvalue_fields=_FIELDS if work.group else _DATES,
        sort="_doc",
        track_total_hits=False,
        allow_partial_search_results=False,
    )
    answer = work.retry.call(ask)
    return [_seen(hit) for hit in answer["hits"]["hits"]]


def _seen(hit: dict[str, Any]) -> Seen:
    fields = {name: values[0] for name, values in hit["fields"].items()}
    member = Member(
        id=hit["_id"],
        story_id=fields.get("story_id", hit["_id"]),
        source=fields.get("source", ""),
        title=fields.get("title.keyword", ""),
        dated_at=_moment(fields["dated_at"]),
        sketch=unpack(fields["sketch"]) if "sketch" in fields else None,
        kind=DuplicateKind(fields["duplicate_kind"]) if "duplicate_kind" in fields else None,
    )
    return Seen(hit["_index"], hit["_version"], _moment(fields["first_seen_at"]), member)


def _moment(milliseconds: str) -> dt.datetime:
    return dt.datetime.fromtimestamp(int(milliseconds) / 1000, dt.UTC)


def _copies(seen: list[Seen]) -> tuple[list[Seen], list[Seen]]:
    """Two processes may have put one article into two months: the spare copies, and the one of each to keep."""
    by_id: dict[str, list[Seen]] = defaultdict(list)
    for one in seen:
        by_id[one.member.id].append(one)
    spare, kept = [], []
    for copies in by_id.values():
        newest, *others = sorted(copies, key=lambda one: (-one.version, one.index))
        kept.append(newest)
        spare += others
    return spare, kept


def _late(kept: list[Seen], first_seen: dict[str, dt.datetime]) -> dict[str, dict[str, Any]]:
    """An older capture that came later: the article was seen earlier than its document says."""
    changes: dict[str, dict[str, Any]] = {}
    for one in kept:
        known = first_seen.get(one.member.id)
        if known is not None and one.first_seen_at - known >= dt.timedelta(milliseconds=1):
            changes[one.member.id] = {"first_seen_at": iso(known)}
    return changes


def _regrouped(work: Work, kept: list[Seen]) -> dict[str, dict[str, Any]]:
    """The fields of the articles whose story or kind is not what it should be."""
    changes: dict[str, dict[str, Any]] = {}
    groups = find_stories(one.member for one in kept)
    if not groups:
        return changes
    stories = sorted({member.story_id for group in groups for member in group})
    rest = _search(work, {"terms": {"story_id": stories}})
    known = {one.member.id: one for one in [*rest, *kept]}
    kept[:] = known.values()
    for group in find_stories(one.member for one in kept):
        story, kinds = story_of(group), kinds_in(group)
        for member in group:
            if (member.story_id, member.kind) != (story, kinds[member.id]):
                changes[member.id] = {"story_id": story, "duplicate_kind": kinds[member.id].value}
    return changes


def _repair(work: Work, kept: dict[str, Seen], spare: list[Seen], changes: dict[str, dict[str, Any]]) -> None:
    actions = [delete_action(one.index, one.member.id, one.version) for one in spare]
    if changes:
        wanted = [{"_index": kept[key].index, "_id": key} for key in changes]
        answer = work.retry.call(partial(work.es.mget, docs=wanted))
        for found in answer["docs"]:
            if found.get("found"):
                source = {**found["_source"], **changes[found["_id"]]}
                if "published_at" not in source:
                    source["dated_at"] = source["first_seen_at"]
                actions.append(index_action(found["_index"], found["_id"], found["_version"], complete(source, sketched=work.group)))
    send(work.es, actions, most_bytes=work.most_bytes, retry=work.retry)
