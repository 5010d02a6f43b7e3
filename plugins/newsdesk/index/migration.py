"""Migration of the article indices to a new mapping, without downtime.

fill      index every article of the archive into the new version, behind a separate alias
copy      copy the documents that only the old version has (their captures were removed, or they were written meanwhile)
swap      move the alias in one atomic step: a search sees either the old version or the new one
copy      block writes to the old version, and copy what was written to it before the swap
remove    remove the old version, unless the new one rejected documents that only the old one has
"""

import contextlib
import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice

from elasticsearch import Elasticsearch, NotFoundError, helpers

from newsdesk.errors import SetupError, Status
from newsdesk.index import mapping
from newsdesk.index.aliases import Names, ensure_index, live_version, names, put_article_template
from newsdesk.index.bulk import Action, index_action, send
from newsdesk.index.client import Retry
from newsdesk.index.document import complete
from newsdesk.index.mapping import Json
from newsdesk.index.repair import WriteTarget, repair
from newsdesk.index.sink import index_articles_into
from newsdesk.records import Article
from newsdesk.settings import IndexSettings

COPY_DOCUMENTS = 500
EVERYTHING = {"query": {"match_all": {}}, "version": True, "_source": {"exclude_vectors": False}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """The result of a migration: `made` articles were indexed from the archive, `failed` could not be, `copied` came from the old version.

    `refused` lists the ids and reasons of documents that only the old version has and the new one rejected. If there are
    any, the old indices were not removed.
    """

    from_version: int
    to_version: int
    made: int
    failed: int
    copied: int
    removed: tuple[str, ...]
    refused: tuple[str, ...]


@dataclass(slots=True)
class _CopyResult:
    documents: int = 0
    refused: list[str] = field(default_factory=list)


def migrate(
    es: Elasticsearch,
    articles: Iterable[Article],
    settings: IndexSettings,
    *,
    now: dt.datetime,
    report: Callable[[str], None],
    to_version: int = mapping.VERSION,
    keep_old: bool = False,
    retry: Retry | None = None,
) -> Migration:
    """Migrate the article indices to another mapping version while they are searched and written.

    Safe to run again after an interruption. Raises SetupError where the index has that version already, or where another
    migration is running.
    """
    own, retry = names(settings), retry or Retry()
    live = live_version(es, own)
    with _concurrent_migration_detected(es, own, to_version):
        if live == to_version:
            return _finish(es, own, settings, to_version=to_version, keep_old=keep_old, retry=retry)
        new = replace(own, building=to_version)
        put_article_template(es, new, settings, version=to_version)
        ensure_index(es, new.month(to_version, now))
        report(f"filling version {to_version} from the archive")
        ends = [outcome.status for outcome in index_articles_into(es, articles, settings, own=new, now=now, retry=retry)]
        report("copying what only the old version has")
        first = _copy(es, own, settings=settings, into=new, live=live, to_version=to_version, retry=retry)
        report(f"moving the alias {own.articles}")
        # From here on new monthly indices belong to the live alias. The refresh makes all copied documents searchable before the swap.
        put_article_template(es, own, settings, version=to_version)
        es.indices.refresh(index=own.version_pattern(to_version))
        _swap(es, own, new, live=live, to_version=to_version)
        last, removed = _close(es, own, settings, live=live, to_version=to_version, keep_old=keep_old, retry=retry)
    failed = sum(status is Status.DEAD for status in ends)
    return Migration(
        from_version=live,
        to_version=to_version,
        made=len(ends) - failed,
        failed=failed,
        copied=first.documents + last.documents,
        removed=removed,
        refused=tuple(last.refused),
    )


def _finish(es: Elasticsearch, own: Names, settings: IndexSettings, *, to_version: int, keep_old: bool, retry: Retry) -> Migration:
    """Complete a migration that was interrupted after its swap."""
    versions = {own.version_of(index) for index in es.indices.get(index=f"{own.articles}-v*")}
    old = sorted(version for version in versions if version is not None and version != to_version)
    if not old or keep_old:
        raise SetupError(f"{own.articles} has mapping version {to_version} already", "There is nothing to migrate")
    copied = 0
    removed: list[str] = []
    refused: list[str] = []
    for version in old:
        last, gone = _close(es, own, settings, live=version, to_version=to_version, keep_old=False, retry=retry)
        copied += last.documents
        removed += gone
        refused += last.refused
    return Migration(
        from_version=old[-1], to_version=to_version, made=0, failed=0, copied=copied, removed=tuple(removed), refused=tuple(refused)
    )


@contextlib.contextmanager
def _concurrent_migration_detected(es: Elasticsearch, own: Names, to_version: int) -> Iterator[None]:
    """Raise SetupError where indices have disappeared because another migration moved the alias or removed them."""
    try:
        yield
    except (SetupError, NotFoundError) as error:
        is_gone = isinstance(error, NotFoundError) or isinstance(error.__cause__, NotFoundError)
        if not is_gone or live_version(es, own) != to_version:
            raise
        raise SetupError(
            f"another migration of {own.articles} to version {to_version} is running",
            "If it was interrupted, run `newsdesk index migrate` again to complete it",
        ) from error


def _close(
    es: Elasticsearch, own: Names, settings: IndexSettings, *, live: int, to_version: int, keep_old: bool, retry: Retry
) -> tuple[_CopyResult, tuple[str, ...]]:
    """Copy the last documents of a version that is no longer live, and remove it."""
    # A writer that still writes to this version gets a retryable error, and writes to the new version when it runs again.
    es.indices.add_block(index=own.version_pattern(live), block="write")
    last = _copy(es, own, settings=settings, into=own, live=live, to_version=to_version, retry=retry)
    return last, () if keep_old or last.refused else _remove(es, own, live)


def _swap(es: Elasticsearch, own: Names, new: Names, *, live: int, to_version: int) -> None:
    actions: list[Json] = [
        {"add": {"index": own.version_pattern(to_version), "alias": own.articles}},
        {"remove": {"index": own.version_pattern(live), "alias": own.articles}},
        {"remove": {"index": own.version_pattern(to_version), "alias": new.write_alias}},
    ]
    es.indices.update_aliases(actions=actions)


def _copy(es: Elasticsearch, own: Names, *, settings: IndexSettings, into: Names, live: int, to_version: int, retry: Retry) -> _CopyResult:
    """Copy the documents that the new version lacks or holds in an older version, and group them into stories there."""
    es.indices.refresh(index=f"{own.version_pattern(live)},{own.version_pattern(to_version)}")
    old = helpers.scan(es, index=own.version_pattern(live), query=EVERYTHING, size=COPY_DOCUMENTS)
    target = WriteTarget(es, into, settings.bulk_bytes, retry, group=settings.group_duplicates)
    copied = _CopyResult()
    while part := list(islice(old, COPY_DOCUMENTS)):
        known = retry.call(partial(_versions, es, own.version_pattern(to_version), part))
        actions: dict[str, Action] = {}
        first_seen: dict[str, dt.datetime] = {}
        for hit in part:
            home, version = known.get(hit["_id"], ("", 0))
            if version >= hit["_version"]:
                continue
            index = home or f"{own.articles}-v{to_version}-{hit['_index'].rsplit('-', 1)[1]}"
            ensure_index(es, index)
            document = complete(hit["_source"], sketched=settings.group_duplicates)
            actions[hit["_id"]] = index_action(index, hit["_id"], hit["_version"], document)
            first_seen[hit["_id"]] = dt.datetime.fromisoformat(document["first_seen_at"])
        send(es, list(actions.values()), most_bytes=settings.bulk_bytes, retry=retry)
        # 409: a newer capture was written meanwhile.
        refused = {key: action.error for key, action in actions.items() if action.status >= 400 and action.status != 409}
        copied.refused += [f"{key}: {reason}" for key, reason in refused.items()]
        copied.documents += len(actions) - len(refused)
        if arrived := {key: moment for key, moment in first_seen.items() if key not in refused}:
            repair(target, arrived)
    return copied


def _versions(es: Elasticsearch, pattern: str, hits: list[Json]) -> dict[str, tuple[str, int]]:
    answer = es.search(
        index=pattern,
        query={"ids": {"values": [hit["_id"] for hit in hits]}},
        size=2 * len(hits),
        version=True,
        source=False,
        allow_partial_search_results=False,
    )
    return {hit["_id"]: (hit["_index"], hit["_version"]) for hit in answer["hits"]["hits"]}


def _remove(es: Elasticsearch, own: Names, version: int) -> tuple[str, ...]:
    old = tuple(sorted(es.indices.get(index=own.version_pattern(version))))
    # The template stays: it keeps Elasticsearch from creating an index for a late writer's request.
    for index in old:
        es.indices.delete(index=index)
    return old
