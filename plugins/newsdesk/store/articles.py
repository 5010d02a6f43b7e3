"""Finished articles: one file a chunk of captures, one `Article` a line.

<data>/articles/<partition>/<chunk>.jsonl.gz
"""

import gzip
from collections.abc import Iterable, Iterator

from pydantic import TypeAdapter

from newsdesk.records import Article
from newsdesk.store.archive import Archive

_ARTICLE = TypeAdapter(Article)


def list_article_files(archive: Archive, partition: str) -> list[str]:
    return archive.list_files(f"articles/{partition}", ".jsonl.gz")


def read_partition(archive: Archive, partition: str) -> Iterator[Article]:
    """The articles of a partition, file by file."""
    for path in list_article_files(archive, partition):
        yield from read_articles(archive, path)


def write_articles(archive: Archive, path: str, articles: Iterable[Article]) -> None:
    """Writes the articles of one chunk. The same articles give the same bytes."""
    with archive.write_atomically(path) as raw, gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as file:
        for article in articles:
            file.write(_ARTICLE.dump_json(article) + b"\n")


def read_articles(archive: Archive, path: str) -> Iterator[Article]:
    with archive.open_for_reading(path) as raw, gzip.open(raw, "rb") as file:
        for line in file:
            yield _ARTICLE.validate_json(line)
