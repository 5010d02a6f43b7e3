"""Finished articles: one file a chunk of captures, one `Article` a line.

<data>/articles/<partition>/<chunk>.jsonl.gz
"""

from collections.abc import Iterable, Iterator

from pydantic import TypeAdapter

from newsdesk.records import Article
from newsdesk.store.archive import Archive
from newsdesk.store.json_lines import read_records, read_sound_records, write_records

_ARTICLE = TypeAdapter(Article)


def list_article_files(archive: Archive, partition: str) -> list[str]:
    return archive.list_files(f"articles/{partition}", ".jsonl.gz")


def read_partition(archive: Archive, partition: str) -> Iterator[Article]:
    """The articles of a partition, file by file; a damaged file is passed over with a warning."""
    for path in list_article_files(archive, partition):
        yield from read_sound_articles(archive, path)


def write_articles(archive: Archive, path: str, articles: Iterable[Article]) -> None:
    """Writes the articles of one chunk. The same articles give the same bytes."""
    write_records(archive, path, _ARTICLE, articles)


def read_articles(archive: Archive, path: str) -> list[Article]:
    """The articles of one chunk. Raises DamagedFile where the file was cut off or changed since it was written."""
    return read_records(archive, path, _ARTICLE)


def read_sound_articles(archive: Archive, path: str) -> list[Article]:
    """The articles of one chunk; none, with a warning, where the file is damaged."""
    return read_sound_records(archive, path, _ARTICLE)
