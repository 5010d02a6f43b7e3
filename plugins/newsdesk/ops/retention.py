"""What is removed because it is old: planned purely, shown before it is done.

The order matters: documents go first, then the captures that no document was made from any more.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from newsdesk.archive import Archive
from newsdesk.ops.dead_letters import StoredDeadLetter, drop_dead_letters, list_dead_letters
from newsdesk.partitions import partition_moment
from newsdesk.settings import RetentionSettings

if TYPE_CHECKING:
    import sqlalchemy as sa
    from elasticsearch import Elasticsearch

    from newsdesk.index.aliases import Names

_MONTH_OF_INDEX = re.compile(r"-(\d{4})\.(\d{2})$")


class Kind(StrEnum):
    INDEX = "index"
    RAW = "raw"
    ARTICLES = "articles"
    OUTCOMES = "outcomes"
    DEAD_LETTER = "dead_letter"


@dataclass(frozen=True, slots=True)
class Removal:
    """One thing that is old enough to go: an index, the folder of a partition, or a dead letter by its locator."""

    kind: Kind
    name: str


def plan_indices(indices: Iterable[str], *, now: dt.datetime, days: int) -> list[Removal]:
    """The monthly indices whose month ended more than `days` ago; none where `days` is 0."""
    if not days:
        return []
    limit = now - dt.timedelta(days=days)
    return [Removal(Kind.INDEX, name) for name in sorted(indices) if (end := _end_of_month(name)) and end <= limit]


def plan_partitions(kind: Kind, keys: Iterable[str], *, now: dt.datetime, days: int, is_needed: Callable[[str], bool]) -> list[Removal]:
    """The partitions that began more than `days` ago and are not needed; none where `days` is 0.

    A folder whose name is no partition's key is left alone.
    """
    if not days:
        return []
    limit = now - dt.timedelta(days=days)
    old = [key for key in sorted(keys) if (moment := partition_moment(key)) and moment < limit]
    return [Removal(kind, key) for key in old if not is_needed(key)]


def plan_dead_letters(letters: Iterable[StoredDeadLetter], *, now: dt.datetime, days: int) -> list[StoredDeadLetter]:
    limit = now - dt.timedelta(days=days)
    return [letter for letter in letters if days and letter.last_failed_at < limit]


def remove_old(
    *,
    archive: Archive,
    engine: "sa.Engine",
    es: "Elasticsearch",
    own: "Names",
    settings: RetentionSettings,
    now: dt.datetime,
    dry_run: bool,
) -> list[Removal]:
    """Removes what the settings call old and gives what that was; with `dry_run` only what it would be."""
    articles = _indices(es, own.articles)
    indices = plan_indices([*articles, *_indices(es, own.versions)], now=now, days=settings.index_days)
    going = {removal.name for removal in indices}

    def has_documents(key: str) -> bool:
        staying = [name for name in articles if name not in going]
        return bool(staying) and es.count(index=",".join(staying), query={"term": {"partition": key}})["count"] > 0

    def never(_key: str) -> bool:
        return False

    partitions = [
        *plan_partitions(Kind.RAW, archive.list_folders("raw"), now=now, days=settings.raw_days, is_needed=has_documents),
        *plan_partitions(Kind.ARTICLES, archive.list_folders("articles"), now=now, days=settings.articles_days, is_needed=never),
        *plan_partitions(Kind.OUTCOMES, archive.list_folders("outcomes"), now=now, days=settings.articles_days, is_needed=never),
    ]
    letters = plan_dead_letters(list_dead_letters(engine), now=now, days=settings.dead_letters_days)
    if not dry_run:
        _remove(indices, partitions, letters, archive=archive, engine=engine, es=es)
    return [*indices, *partitions, *(Removal(Kind.DEAD_LETTER, letter.locator) for letter in letters)]


def _remove(
    indices: Sequence[Removal],
    partitions: Sequence[Removal],
    letters: Sequence[StoredDeadLetter],
    *,
    archive: Archive,
    engine: "sa.Engine",
    es: "Elasticsearch",
) -> None:
    for removal in indices:
        es.indices.delete(index=removal.name)
    for removal in partitions:
        archive.remove_folder(f"{removal.kind}/{removal.name}")
    drop_dead_letters(engine, letters)


def _indices(es: "Elasticsearch", alias: str) -> list[str]:
    return sorted(es.indices.get_alias(name=alias)) if es.indices.exists_alias(name=alias) else []


def _end_of_month(index: str) -> dt.datetime | None:
    found = _MONTH_OF_INDEX.search(index)
    if not found:
        return None
    year, month = int(found[1]), int(found[2])
    return dt.datetime(year + month // 12, month % 12 + 1, 1, tzinfo=dt.UTC)
