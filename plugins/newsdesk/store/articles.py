"""Files of articles: one file per chunk of captures, with one `Article` per line.

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
    """Yield the articles of a partition. Damaged files are skipped with a warning."""
    for path in list_article_files(archive, partition):
        yield from read_sound_articles(archive, path)


def write_articles(archive: Archive, path: str, articles: Iterable[Article]) -> None:
    """Write the articles of one chunk. The output is deterministic."""
    write_records(archive, path, _ARTICLE, articles)


def read_articles(archive: Archive, path: str) -> list[Article]:
    """Read the articles of one chunk. Raises DamagedFile if the file is truncated or was changed."""
    return read_records(archive, path, _ARTICLE)


def read_sound_articles(archive: Archive, path: str) -> list[Article]:
    """Read the articles of one chunk; return none, with a warning, if the file is damaged."""
    return read_sound_records(archive, path, _ARTICLE)
