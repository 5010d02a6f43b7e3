import datetime as dt

import pytest

from newsdesk.errors import SetupError
from newsdesk.store.archive import Archive
from newsdesk.store.articles import read_articles, write_articles
from samples import article


@pytest.fixture(params=["folder", "memory"])
def archive(request, tmp_path):
    return Archive(str(tmp_path) if request.param == "folder" else f"memory:/{tmp_path}")


def test_articles_come_back_as_they_were_written(archive):
    written = [article(), article(title="Second", published_at=dt.datetime(2024, 10, 18, tzinfo=dt.UTC))]
    write_articles(archive, "articles/p/a.jsonl.gz", written)
    assert list(read_articles(archive, "articles/p/a.jsonl.gz")) == written


def test_the_same_articles_give_the_same_bytes(archive):
    for name in ("a", "b"):
        write_articles(archive, f"articles/p/{name}.jsonl.gz", [article()])
    with archive.open_for_reading("articles/p/a.jsonl.gz") as a, archive.open_for_reading("articles/p/b.jsonl.gz") as b:
        assert a.read() == b.read()


def test_a_file_whose_writing_fails_never_appears(archive):
    write_articles(archive, "articles/p/whole.jsonl.gz", [article()])

    def failing():
        yield article()
        raise OSError("no space left on device")

    with pytest.raises(OSError, match="no space"):
        write_articles(archive, "articles/p/torn.jsonl.gz", failing())
    assert archive.list_files("articles/p", "") == ["articles/p/whole.jsonl.gz"]


def test_a_file_is_not_listed_while_it_is_written(archive):
    with archive.write_atomically("raw/p/a.warc.gz") as file:
        file.write(b"half")
        assert archive.list_files("raw/p", "") == []
    assert archive.list_files("raw/p", "") == ["raw/p/a.warc.gz"]


def test_writing_again_replaces_the_file(archive):
    write_articles(archive, "articles/p/a.jsonl.gz", [article(title="old")])
    write_articles(archive, "articles/p/a.jsonl.gz", [article(title="new")])
    assert [a.cleaned.title for a in read_articles(archive, "articles/p/a.jsonl.gz")] == ["new"]


def test_a_folder_that_does_not_exist_holds_no_files(archive):
    assert archive.list_files("raw/2026-11-24T1205", ".warc.gz") == []


@pytest.mark.parametrize("url", ["s4://bucket/news", "s3://", "memory://"], ids=["unknown", "no bucket", "no folder"])
def test_a_location_that_cannot_be_used_is_one_line_with_an_example(url):
    with pytest.raises(SetupError, match=f"^NEWSDESK_DATA_URL={url} cannot be used: .*s3://bucket/news$"):
        Archive(url)
