"""A new mapping: its indices filled from the archive beside the old ones, then the alias moved in one step.

fill      every article of the archive into the new version, behind an alias of its own
copy      what only the old version has (its captures are gone, or it was written meanwhile)
swap      one atomic change of the alias: a search sees the old version or the new one, never both or none
copy      what a writer put into the old version while the alias moved; from the beginning of this copy it refuses writes
remove    the old version, unless the new one refuses documents that only the old one has
"""

import contextlib
import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from typing import Any

from elasticsearch import Elasticsearch, NotFoundError, helpers

from newsdesk.errors import SetupError, Status
from newsdesk.index import mapping
from newsdesk.index.aliases import Names, ensure_index, live_version, names, put_article_template
from newsdesk.index.bulk import Action, index_action, send
from newsdesk.index.client import Retry
from newsdesk.index.document import complete
from newsdesk.index.placement import Work, settle
from newsdesk.index.sink import index_articles_into
from newsdesk.records import Article
from newsdesk.settings import IndexSettings

COPY_DOCUMENTS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """What a migration did: articles made anew from the archive, those that failed, and documents copied over.

    `refused` are the ids and reasons of documents that only the old version has and the new one does not take: they are
    why the old indices were not removed.
    """

    from_version: int
    to_version: int
    made: int
    failed: int
    copied: int
    removed: tuple[str, ...]
    refused: tuple[str, ...]


@dataclass(slots=True)
class _Copied:
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
    """Moves the index to another version of the mapping while it is searched and written. Safe to run again after a kill.

    Raises SetupError where the index has that version already, and where another migration came first.
    """
    own, retry = names(settings), retry or Retry()
    live = live_version(es, own)
    with _the_only_one(es, own, to_version):
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
        # From here on what is made of the new version is for everybody; what was copied last must be searchable before it is searched.
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
    """What a migration that was killed after its swap left to do."""
    versions = {own.version_of(index) for index in es.indices.get(index=f"{own.articles}-v*")}
    old = sorted(version for version in versions if version is not None and version != to_version)
    if not old or keep_old:
        raise SetupError(f"{own.articles} has version {to_version} of the mapping already", "There is nothing to migrate")
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
def _the_only_one(es: Elasticsearch, own: Names, to_version: int) -> Iterator[None]:
    """Says what has happened where indices are gone because another migration has moved the alias or removes the old ones."""
    try:
        yield
    except (SetupError, NotFoundError) as error:
        is_gone = isinstance(error, NotFoundError) or isinstance(error.__cause__, NotFoundError)
        if not is_gone or live_version(es, own) != to_version:
            raise
        raise SetupError(
            f"another migration moves {own.articles} to version {to_version}",
            "`newsdesk index migrate`, run again, completes what it may leave undone",
        ) from error


def _close(
    es: Elasticsearch, own: Names, settings: IndexSettings, *, live: int, to_version: int, keep_old: bool, retry: Retry
) -> tuple[_Copied, tuple[str, ...]]:
    """Copies the last documents of a version that is no longer searched, and removes it."""
    # A writer that took this version for the live one is told to wait and, run again, writes to the new one.
    es.indices.add_block(index=own.version_pattern(live), block="write")
    last = _copy(es, own, settings=settings, into=own, live=live, to_version=to_version, retry=retry)
    return last, () if keep_old or last.refused else _remove(es, own, live)


def _swap(es: Elasticsearch, own: Names, new: Names, *, live: int, to_version: int) -> None:
    actions: list[dict[str, Any]] = [
        {"add": {"index": own.version_pattern(to_version), "alias": own.articles}},
        {"remove": {"index": own.version_pattern(live), "alias": own.articles}},
        {"remove": {"index": own.version_pattern(to_version), "alias": new.write_alias}},
    ]
    es.indices.update_aliases(actions=actions)


def _copy(es: Elasticsearch, own: Names, *, settings: IndexSettings, into: Names, live: int, to_version: int, retry: Retry) -> _Copied:
    """Copies the documents that the new version lacks or has an older capture of, and joins them to their stories there."""
    es.indices.refresh(index=f"{own.version_pattern(live)},{own.version_pattern(to_version)}")
    old = helpers.scan(es, index=own.version_pattern(live), query={"query": {"match_all": {}}, "version": True}, size=COPY_DOCUMENTS)
    work = Work(es, into, settings.bulk_bytes, retry, group=settings.group_duplicates)
    copied = _Copied()
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
        # 409 is a newer capture, which somebody wrote meanwhile.
        refused = {key: action.trouble for key, action in actions.items() if action.status >= 400 and action.status != 409}
        copied.refused += [f"{key}: {trouble}" for key, trouble in refused.items()]
        copied.documents += len(actions) - len(refused)
        if arrived := {key: moment for key, moment in first_seen.items() if key not in refused}:
            settle(work, arrived)
    return copied


def _versions(es: Elasticsearch, pattern: str, hits: list[dict[str, Any]]) -> dict[str, tuple[str, int]]:
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
    # The template stays: by it Elasticsearch makes no index of a late writer's request.
    for index in old:
        es.indices.delete(index=index)
    return old
