"""The versions of an article, each with the changes since the previous one."""

import datetime as dt
from dataclasses import dataclass
from itertools import groupby

from elasticsearch import Elasticsearch

from newsdesk.clean.changes import Change, content_hash, find_changes, summarise
from newsdesk.index.aliases import names
from newsdesk.records import Cleaned
from newsdesk.settings import Settings
from newsdesk.store.archive import Archive, file_stem
from newsdesk.store.articles import list_article_files, read_sound_articles

MOST_VERSIONS = 200
"""Maximum number of versions that are listed, newest first; a live blog has very many."""
NOT_KEPT = "not known: the text of one of the two is no longer in the archive"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleVersion:
    """One version of an article and the first capture that had it.

    Only the one that `is_searched` is in the index. `summary` describes the changes since the previous version, "" for the
    first; `changes` are the paragraphs. `text` is None where retention has removed it from the archive.
    """

    fetched_at: dt.datetime
    title: str
    capture: str
    partition: str
    is_searched: bool
    summary: str
    changes: tuple[Change, ...]
    text: str | None


@dataclass(frozen=True, slots=True)
class _Noted:
    """A version recorded in the index, with its files in the archive."""

    fetched_at: str
    title: str
    capture: str
    partition: str
    noted_hash: str
    kept: Cleaned | None

    @property
    def content(self) -> str:
        return content_hash(self.kept.title, self.kept.text) if self.kept else self.noted_hash


def list_versions(es: Elasticsearch, archive: Archive, article_id: str, settings: Settings) -> list[ArticleVersion]:
    """Return the versions of an article, oldest first, none if it is unknown.

    Versions are distinguished by what the archive has now: a replay with newer rules may have made two versions equal.
    """
    noted = [_kept(archive, article_id, source) for source in _contents(es, article_id, settings)]
    # An article may have returned to an older version, which was recorded when it first had it.
    noted += [one for one in _searched(es, article_id, settings) if not noted or one.fetched_at > noted[-1].fetched_at]
    different = [next(group) for _, group in groupby(noted, key=lambda one: one.content)]
    return [_version(one, before, is_searched=one is different[-1]) for one, before in zip(different, [None, *different], strict=False)]


def _searched(es: Elasticsearch, article_id: str, settings: Settings) -> list[_Noted]:
    """Return the version that is in the index, as a list of one; empty if the article is not in the index."""
    answer = es.search(index=names(settings.index).articles, query={"ids": {"values": [article_id]}}, size=1, ignore_unavailable=True)
    found = [hit["_source"] for hit in answer["hits"]["hits"]]
    return [
        _Noted(
            source["fetched_at"],
            source.get("title", ""),
            source["capture"],
            source["partition"],
            "",
            Cleaned(title=source.get("title", ""), text=source.get("body", ""), language=source.get("language")),
        )
        for source in found
    ]


def _contents(es: Elasticsearch, article_id: str, settings: Settings) -> list[dict[str, str]]:
    """Return the first capture of each version, oldest first."""
    answer = es.search(
        index=names(settings.index).versions,
        query={"term": {"article_id": article_id}},
        sort=[{"fetched_at": "desc"}, {"capture": "desc"}],
        size=MOST_VERSIONS,
        ignore_unavailable=True,
    )
    by_capture = {hit["_source"]["capture"]: hit["_source"] for hit in answer["hits"]["hits"]}
    return list(reversed(by_capture.values()))


def _kept(archive: Archive, article_id: str, source: dict[str, str]) -> _Noted:
    kept = _read(archive, article_id, source["partition"], source["capture"])
    return _Noted(
        source["fetched_at"], kept.title if kept else source["title"], source["capture"], source["partition"], source["content_hash"], kept
    )


def _read(archive: Archive, article_id: str, partition: str, capture: str) -> Cleaned | None:
    # Files of articles have the name of the file of their captures.
    for path in list_article_files(archive, partition):
        if file_stem(path).startswith(f"{file_stem(capture)}-"):
            for article in read_sound_articles(archive, path):
                if article.id == article_id and str(article.capture) == capture:
                    return article.cleaned
    return None


def _version(noted: _Noted, before: _Noted | None, *, is_searched: bool) -> ArticleVersion:
    summary, changes = "" if before is None else NOT_KEPT, list[Change]()
    if before and before.kept and noted.kept:
        summary, changes = summarise(before.kept, noted.kept), find_changes(before.kept, noted.kept)
    return ArticleVersion(
        fetched_at=dt.datetime.fromisoformat(noted.fetched_at),
        title=noted.title,
        capture=noted.capture,
        partition=noted.partition,
        is_searched=is_searched,
        summary=summary,
        changes=tuple(changes),
        text=noted.kept.text if noted.kept else None,
    )
