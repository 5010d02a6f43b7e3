"""Removes data that exceeds the retention settings: first plans what to remove, then removes it.

Documents are removed first, then captures from which no document remains.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

import sqlalchemy as sa

from newsdesk.clean.article_endings import delete_old_endings
from newsdesk.fetch.tables import PAGES
from newsdesk.ops.audit import forget_changes
from newsdesk.partitions import partition_moment
from newsdesk.settings import RetentionSettings
from newsdesk.store.archive import Archive, folder_partition
from newsdesk.store.dead_letters import StoredDeadLetter, drop_dead_letters, list_dead_letters
from newsdesk.store.manifests import read_manifests

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

    from newsdesk.index.aliases import Names


_KEYS_IN_ONE_QUERY = 500
_MONTH_OF_INDEX = re.compile(r"-(\d{4})\.(\d{2})$")


class Kind(StrEnum):
    INDEX = "index"
    RAW = "raw"
    ARTICLES = "articles"
    OUTCOMES = "outcomes"
    DEAD_LETTER = "dead_letter"
    RUNS = "runs"
    AUDIT = "audit"
    AIRFLOW_ROWS = "airflow_rows"
    AIRFLOW_LOGS = "airflow_logs"


@dataclass(frozen=True, slots=True)
class Removal:
    """Data to remove: an index, the folder of a partition, a dead letter, counters of runs, entries of the audit log, rows of a table of
    Airflow, or log files of a DAG.

    `bytes` is its size if it was measured, `count` the number of rows or files if there are several.
    """

    kind: Kind
    name: str
    bytes: int = field(default=0, compare=False)
    count: int = field(default=0, compare=False)


def plan_indices(indices: Iterable[str], *, now: dt.datetime, days: int) -> list[Removal]:
    """Return the monthly indices whose month ended more than `days` ago; none if `days` is 0."""
    if not days:
        return []
    limit = now - dt.timedelta(days=days)
    return [Removal(Kind.INDEX, name) for name in sorted(indices) if (end := _end_of_month(name)) and end <= limit]


def plan_partitions(kind: Kind, keys: Iterable[str], *, now: dt.datetime, days: int, is_needed: Callable[[str], bool]) -> list[Removal]:
    """Return the partitions that started more than `days` ago and are not needed; none if `days` is 0.

    Folders whose names are not partition keys are ignored.
    """
    if not days:
        return []
    limit = now - dt.timedelta(days=days)
    old = [key for key in sorted(keys) if (moment := partition_moment(key)) and moment < limit]
    return [Removal(kind, key) for key in old if not is_needed(key)]


def plan_dead_letters(letters: Iterable[StoredDeadLetter], *, now: dt.datetime, days: int) -> list[StoredDeadLetter]:
    limit = now - dt.timedelta(days=days)
    return [letter for letter in letters if days and letter.last_failed_at < limit]


def plan_dead_letters_over(letters: Iterable[StoredDeadLetter], *, most: int) -> list[StoredDeadLetter]:
    """Return the dead letters in excess of `most`, by the oldest last failure; none if `most` is 0."""
    newest_first = sorted(letters, key=lambda letter: letter.last_failed_at, reverse=True)
    return newest_first[most:] if most else []


def plan_by_size(kind: Kind, sizes: Mapping[str, int], *, most: int, is_needed: Callable[[str], bool]) -> list[Removal]:
    """Return which of these names (oldest first, with their sizes) to remove so that `most` bytes remain; none if `most` is 0.

    What is needed is kept, and so is the latest one.
    """
    left = sum(sizes.values())
    going = []
    for name in list(sizes)[:-1] if most else []:
        if left <= most:
            break
        if not is_needed(name):
            going.append(Removal(kind, name, sizes[name]))
            left -= sizes[name]
    return going


def remove_old(
    *,
    archive: Archive,
    engine: sa.Engine,
    es: "Elasticsearch",
    own: "Names",
    settings: RetentionSettings,
    now: dt.datetime,
    dry_run: bool,
    is_interrupted: Callable[[], bool] = lambda: False,
) -> list[Removal]:
    """Remove data that exceeds the settings and return what was removed, or with `dry_run` what would be.

    `is_interrupted` is asked before each index or partition; the rest is kept then.
    """
    articles_indices, records = _indices(es, own.articles), [*_indices(es, own.versions), *_indices(es, own.comparisons)]
    indices = _plan_indices(es, articles_indices, settings, now)
    gone = {removal.name for removal in indices}
    needs = _Needs(archive, engine, es, staying=[name for name in articles_indices if name not in gone])
    indices += plan_indices(records, now=now, days=settings.index_days)
    raw = _plan_folders(archive, Kind.RAW, now, days=settings.raw_days, most=settings.raw_bytes, is_needed=needs.captures_of)
    articles = _plan_folders(archive, Kind.ARTICLES, now, days=settings.articles_days, most=settings.articles_bytes, is_needed=_never)
    outcomes = _plan_folders(archive, Kind.OUTCOMES, now, days=settings.articles_days, most=0, is_needed=_never)
    partitions = [*raw, *articles, *outcomes]
    letters = _plan_letters(engine, settings, now)
    audited = forget_changes(engine, now=now, days=settings.audit_days, most=settings.audit_count, dry_run=dry_run)
    if not dry_run:
        removed = _remove([*indices, *partitions], archive=archive, es=es, is_interrupted=is_interrupted)
        if len(removed) < len(indices) + len(partitions):
            return removed
        _forget(engine, archive, letters)
    counted = _delete_old_counters(es, own.runs, now=now, days=settings.runs_days, dry_run=dry_run)
    entries = [
        Removal(kind, name, count=count) for kind, name, count in ((Kind.RUNS, "counters", counted), (Kind.AUDIT, "entries", audited))
    ]
    return [
        *indices,
        *partitions,
        *(Removal(Kind.DEAD_LETTER, letter.locator) for letter in letters),
        *(removal for removal in entries if removal.count),
    ]


class _Needs:
    """Decides which captures are still needed."""

    def __init__(self, archive: Archive, engine: sa.Engine, es: "Elasticsearch", *, staying: Sequence[str]) -> None:
        self._archive, self._engine, self._es = archive, engine, es
        self._staying = ",".join(staying)

    def captures_of(self, key: str) -> bool:
        """Return whether captures of a partition are needed: by a document, another partition's manifest, a dead letter, or a revisit."""
        return key in self._documented or key in self._lent or key in self._in_letters or key in self._awaited

    @cached_property
    def _documented(self) -> frozenset[str]:
        """Partitions with captures from which a remaining document was made."""
        found: set[str] = set()
        keys = self._archive.list_folders("raw") if self._staying else []
        for start in range(0, len(keys), _KEYS_IN_ONE_QUERY):
            part = keys[start : start + _KEYS_IN_ONE_QUERY]
            made_from = {key: {"bool": {"should": [{"term": {"partition": key}}, {"prefix": {"capture": f"raw/{key}/"}}]}} for key in part}
            answer = self._es.search(index=self._staying, size=0, aggregations={"made_from": {"filters": {"filters": made_from}}})
            found |= {key for key, bucket in answer["aggregations"]["made_from"]["buckets"].items() if bucket["doc_count"]}
        return frozenset(found)

    @cached_property
    def _lent(self) -> frozenset[str]:
        """Partitions whose WARC files are listed by another partition, which recovered them after a task was killed."""
        found = set()
        for key in self._archive.list_folders("raw"):
            owners = {folder_partition(entry.path) for entry in read_manifests(self._archive, key)}
            found |= owners - {key}
        return frozenset(found)

    @cached_property
    def _in_letters(self) -> frozenset[str]:
        captures = (letter.capture for letter in list_dead_letters(self._engine))
        return frozenset(folder_partition(capture.path) for capture in captures if capture)

    @cached_property
    def _awaited(self) -> frozenset[str]:
        waiting = sa.select(PAGES.c.capture).where(PAGES.c.next_fetch_at.is_not(None), PAGES.c.capture.startswith("raw/"))
        with self._engine.connect() as connection:
            return frozenset(folder_partition(capture) for capture in connection.scalars(waiting))


def _plan_indices(es: "Elasticsearch", indices: Sequence[str], settings: RetentionSettings, now: dt.datetime) -> list[Removal]:
    by_age = plan_indices(indices, now=now, days=settings.index_days)
    if not settings.index_bytes or not indices:
        return by_age
    old = {removal.name for removal in by_age}
    stats = es.indices.stats(index=",".join(indices), metric=["store"])["indices"]
    sizes = {name: stats[name]["total"]["store"]["size_in_bytes"] for name in sorted(stats, key=_month_of) if name not in old}
    return [*by_age, *plan_by_size(Kind.INDEX, sizes, most=settings.index_bytes, is_needed=_never)]


def _plan_folders(
    archive: Archive, kind: Kind, now: dt.datetime, *, days: int, most: int, is_needed: Callable[[str], bool]
) -> list[Removal]:
    keys = archive.list_folders(str(kind))
    by_age = plan_partitions(kind, keys, now=now, days=days, is_needed=is_needed)
    if not most:
        return by_age
    old = {removal.name for removal in by_age}
    moments = {key: moment for key in keys if (moment := partition_moment(key)) and key not in old}
    sizes = {key: archive.count_bytes(f"{kind}/{key}") for key in sorted(moments, key=lambda key: (moments[key], key))}
    return [*by_age, *plan_by_size(kind, sizes, most=most, is_needed=is_needed)]


def _plan_letters(engine: sa.Engine, settings: RetentionSettings, now: dt.datetime) -> list[StoredDeadLetter]:
    letters = list(list_dead_letters(engine))
    old = plan_dead_letters(letters, now=now, days=settings.dead_letters_days)
    rest = [letter for letter in letters if letter not in old]
    return [*old, *plan_dead_letters_over(rest, most=settings.dead_letters_count)]


def _delete_old_counters(es: "Elasticsearch", index: str, *, now: dt.datetime, days: int, dry_run: bool) -> int:
    """Deletes the counters of runs that are older than `days`; 0 keeps all. Gives their number."""
    if not days or not es.indices.exists(index=index):
        return 0
    query = {"range": {"run_at": {"lt": (now - dt.timedelta(days=days)).isoformat()}}}
    if dry_run:
        return int(es.count(index=index, query=query)["count"])
    from elasticsearch.helpers import bulk, scan

    # The embedded Elasticsearch has no module for deleting by query.
    old = scan(es, index=index, query={"query": query}, _source=False)
    deleted, _ = bulk(es, ({"_op_type": "delete", "_index": index, "_id": hit["_id"]} for hit in old), refresh=True)
    return int(deleted)


def _never(_name: str) -> bool:
    return False


def _month_of(index: str) -> tuple[dt.datetime, str]:
    return _end_of_month(index) or dt.datetime.max.replace(tzinfo=dt.UTC), index


def _remove(removals: Sequence[Removal], *, archive: Archive, es: "Elasticsearch", is_interrupted: Callable[[], bool]) -> list[Removal]:
    removed: list[Removal] = []
    for removal in removals:
        if is_interrupted():
            break
        if removal.kind is Kind.INDEX:
            es.indices.delete(index=removal.name)
        else:
            archive.remove_folder(f"{removal.kind}/{removal.name}")
        removed.append(removal)
    return removed


def _forget(engine: sa.Engine, archive: Archive, letters: Sequence[StoredDeadLetter]) -> None:
    drop_dead_letters(engine, letters)
    if kept := [key for key in archive.list_folders(str(Kind.RAW)) if partition_moment(key)]:
        delete_old_endings(engine, before=min(kept))


def _indices(es: "Elasticsearch", alias: str) -> list[str]:
    return sorted(es.indices.get_alias(name=alias)) if es.indices.exists_alias(name=alias) else []


def _end_of_month(index: str) -> dt.datetime | None:
    found = _MONTH_OF_INDEX.search(index)
    if not found:
        return None
    year, month = int(found[1]), int(found[2])
    return dt.datetime(year + month // 12, month % 12 + 1, 1, tzinfo=dt.UTC)
