"""Captures as other tools read them, on disk, in memory and in an object store.

Tests of newsdesk.fetch.warc.
"""

import datetime as dt
import io
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from fakeweb.newsroom import Newsroom
from fakeweb.server import FakeWeb
from newsdesk.errors import ArticleRejected, Reason
from newsdesk.fetch.warc import read_capture, read_captures
from newsdesk.records import CaptureRef
from newsdesk.store.archive import Archive
from newsdesk.store.manifests import list_captures


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    import fsspec
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    fsspec.config.conf["s3"] = {
        "key": "k",
        "secret": "s",
        "endpoint_url": f"http://{host}:{port}",
        "client_kwargs": {"region_name": "eu-west-1"},
    }
    fsspec.filesystem("s3").mkdir("newsdesk-test")
    yield "s3://newsdesk-test"
    del fsspec.config.conf["s3"]
    server.stop()


@pytest.fixture(params=["disk", "memory", "s3"])
def data_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "s3":
        return f"{request.getfixturevalue('bucket')}/{uuid4().hex}"
    return f"memory://{uuid4().hex}" if request.param == "memory" else str(tmp_path / "data")


@pytest.fixture
def room(web: FakeWeb, engine: sa.Engine, tmp_path: Path, data_url: str) -> Newsroom:
    newsroom = Newsroom(web, engine, tmp_path)
    newsroom.archive = Archive(data_url)
    newsroom.subscribe("good")
    return newsroom


def warc_files(room: Newsroom, partition: str) -> list[bytes]:
    contents = []
    for path in room.archive.list_files(f"raw/{partition}", ".warc.gz"):
        with room.archive.open_for_reading(path) as file:
            contents.append(file.read())
    return contents


def test_captures_are_written_and_read_wherever_the_data_lies(room: Newsroom) -> None:
    room.run("now")
    refs = list_captures(room.archive, "now")
    pages = list(read_captures(room.archive, refs))
    assert [page.capture.ref for page in pages] == refs
    assert sorted(page.capture.url.rsplit("/", 1)[1] for page in pages) == ["1", "2", "3"]
    assert [read_capture(room.archive, ref) for ref in reversed(refs)] == list(reversed(pages))


def test_running_a_partition_again_leaves_its_files_alone(room: Newsroom) -> None:
    room.run("now")
    (before,) = warc_files(room, "now")
    room.subscribe("json-feed")
    room.wait(minutes=1)
    room.run("now")
    assert before in warc_files(room, "now")
    assert len(list_captures(room.archive, "now")) == 5


def test_other_tools_can_read_the_file(newsroom: Newsroom, tmp_path: Path) -> None:
    newsroom.subscribe("good", "brotlied")
    newsroom.run("now")
    (path,) = (tmp_path / "data").rglob("*.warc.gz")
    command = type("Command", (), {"inputs": [str(path)], "verbose": False})
    checker = Checker(command)
    checker.process_all()
    assert checker.exit_value == 0, "a digest does not fit its record"
    with path.open("rb") as file:
        records = list(ArchiveIterator(file))
    kinds = Counter(record.rec_type for record in records)
    assert kinds == {"warcinfo": 1, "response": 4, "request": 4, "metadata": 4}
    assert {record.rec_headers.protocol for record in records} == {"WARC/1.1"}


def test_request_and_entry_refer_to_their_response(newsroom: Newsroom, tmp_path: Path) -> None:
    newsroom.subscribe("pdf-story", "edited")
    newsroom.run("now")
    (path,) = (tmp_path / "data").rglob("*.warc.gz")
    response, request, metadata = ({}, {}, {})
    with path.open("rb") as file:
        for record in ArchiveIterator(file):
            if record.rec_type == "response":
                response = dict(record.rec_headers.headers)
            elif record.rec_type == "request":
                request = {**dict(record.rec_headers.headers), "line": record.http_headers.statusline}
            elif record.rec_type == "metadata":
                metadata = {**dict(record.rec_headers.headers), "about": json.loads(record.content_stream().read())}
    assert request["WARC-Concurrent-To"] == response["WARC-Record-ID"] == metadata["WARC-Refers-To"]
    assert request["line"] == "/news/1 HTTP/1.1"
    assert response["WARC-IP-Address"] == "127.0.0.1"
    assert metadata["about"]["item"]["title"] == "Harbour 1"


def test_a_page_that_did_not_change_leaves_a_revisit_record(newsroom: Newsroom) -> None:
    newsroom.subscribe("good", "no-304")
    newsroom.run("first")
    newsroom.wait(hours=2)
    newsroom.run("second")
    assert list_captures(newsroom.archive, "second") == []
    (file,) = warc_files(newsroom, "second")
    first = {capture.url: capture for capture in newsroom.captures()}
    revisits = [record.rec_headers for record in ArchiveIterator(io.BytesIO(file)) if record.rec_type == "revisit"]
    profiles = {header.get_header("WARC-Profile").rsplit("/", 1)[1] for header in revisits}
    assert profiles == {"server-not-modified", "identical-payload-digest"}
    assert len(revisits) == 5
    for header in revisits:
        capture = first[header.get_header("WARC-Refers-To-Target-URI")]
        assert dt.datetime.fromisoformat(header.get_header("WARC-Refers-To-Date")) == capture.fetched_at


def test_a_place_without_a_capture_is_named(newsroom: Newsroom) -> None:
    newsroom.subscribe("good")
    newsroom.run("now")
    path = list_captures(newsroom.archive, "now")[0].path
    for offset in (0, 5, 10**7):
        with pytest.raises(ArticleRejected) as rejected:
            read_capture(newsroom.archive, CaptureRef(path, offset))
        assert rejected.value.reason is Reason.UNREADABLE


def test_an_empty_partition_has_no_captures(newsroom: Newsroom) -> None:
    assert list_captures(newsroom.archive, "never") == []
